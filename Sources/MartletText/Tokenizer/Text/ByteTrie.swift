/// Byte strings, looked for from any place of a text on: a step is one look-up in one flat table.
struct ByteTrie: Sendable {
  /// A place in the trie: what was read so far.
  typealias Node = Int32

  static let root: Node = 0

  /// The child of a node by a byte: a table with open addressing, at most half of it taken.
  private struct Edge {
    /// The node and the byte; -1 where the slot is free.
    var key: Int64
    var child: Node

    static let free = Edge(key: -1, child: 0)
  }

  private var edges: [Edge] = Array(repeating: .free, count: 64)
  private var count = 0
  private var shift: UInt64 = 58
  /// What was put at each node, -1 for nothing.
  private var values: [Int32] = [-1]
  /// The children of the root, where most searches end.
  private var first: [Node] = Array(repeating: -1, count: 256)

  /// Puts a value, from 0, at a byte string that is not empty; a later value takes the place of an earlier one.
  mutating func insert(_ key: UnsafeBufferPointer<UInt8>, _ value: Int32) {
    var node = Self.root
    for byte in key {
      if let child = child(of: node, byte) {
        node = child
        continue
      }
      if (count + 1) * 2 > edges.count { resize(bits: edges.count.trailingZeroBitCount + 1) }
      let child = Node(values.count)
      values.append(-1)
      put(Edge(key: Self.key(node, byte), child: child))
      if node == Self.root { first[Int(byte)] = child }
      count += 1
      node = child
    }
    values[Int(node)] = value
  }

  /// The node after one more byte; nil when no string goes on so.
  @inline(__always) func child(of node: Node, _ byte: UInt8) -> Node? {
    if node == Self.root {
      let child = first[Int(byte)]
      return child < 0 ? nil : child
    }
    let wanted = Self.key(node, byte)
    return edges.withUnsafeBufferPointer { edges in
      let edges = edges.baseAddress!
      let mask = 1 << (64 - Int(shift)) - 1
      var slot = Self.slot(wanted, shift)
      while edges[slot].key != wanted {
        if edges[slot].key < 0 { return nil }
        slot = (slot + 1) & mask
      }
      return edges[slot].child
    }
  }

  /// The value at a node; negative when there is none.
  @inline(__always) func value(at node: Node) -> Int32 { values[Int(node)] }

  /// The longest string that stands in a text from a place on, and its value.
  func longestMatch(
    in text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> (length: Int, value: Int32)? {
    var (node, place) = (Self.root, start)
    var result: (Int, Int32)?
    while place < text.count, let child = child(of: node, text[place]) {
      (node, place) = (child, place + 1)
      if value(at: node) >= 0 { result = (place - start, value(at: node)) }
    }
    return result
  }

  /// Whether any string starts with a byte.
  @inline(__always) func hasStrings(startingWith byte: UInt8) -> Bool { first[Int(byte)] >= 0 }

  /// The node after some bytes, nil when no string starts so.
  func node(after bytes: some Sequence<UInt8>) -> Node? {
    var node = Self.root
    for byte in bytes {
      guard let child = child(of: node, byte) else { return nil }
      node = child
    }
    return node
  }

  @inline(__always) private static func key(_ node: Node, _ byte: UInt8) -> Int64 {
    Int64(node) << 8 | Int64(byte)
  }

  @inline(__always) private static func slot(_ key: Int64, _ shift: UInt64) -> Int {
    let bits = UInt64(bitPattern: key)
    return Int(truncatingIfNeeded: ((bits ^ bits &>> 29) &* 0x9E37_79B9_7F4A_7C15) &>> shift)
  }

  private mutating func put(_ edge: Edge) {
    let mask = edges.count - 1
    var slot = Self.slot(edge.key, shift)
    while edges[slot].key >= 0 { slot = (slot + 1) & mask }
    edges[slot] = edge
  }

  private mutating func resize(bits: Int) {
    let old = edges
    edges = Array(repeating: .free, count: 1 << bits)
    shift = UInt64(64 - bits)
    for edge in old where edge.key >= 0 { put(edge) }
  }
}
