/// The members of a JSON object in the order they were written, each key once.
///
/// Looking up a key is linear in small objects; large ones keep an index.
package struct JSONObject: Sendable {
  /// The keys in order.
  package private(set) var keys: [String] = []
  /// The values in the order of `keys`.
  package private(set) var values: [JSON] = []
  private var index: [UTF8Key: Int] = [:]

  private static let largestWithoutIndex = 16

  /// An object with no members.
  package init() {}

  /// Members in order; a key given twice is a programmer error.
  package init(_ members: [(String, JSON)]) {
    for (key, value) in members {
      let isNew = append(key, value)
      precondition(isNew, "JSONObject: the key \"\(key)\" stands twice")
    }
  }

  /// The number of members.
  package var count: Int { keys.count }

  /// Whether there are no members.
  package var isEmpty: Bool { keys.isEmpty }

  /// Adds a member at the end unless the key is there already; returns whether it was added.
  @discardableResult
  package mutating func append(_ key: String, _ value: JSON) -> Bool {
    if keys.count < Self.largestWithoutIndex {
      guard place(of: key) == nil else { return false }
    } else {
      if index.isEmpty {
        for (place, present) in keys.enumerated() { index[UTF8Key(present)] = place }
      }
      // One look-up for both questions, since keys hardly ever stand twice.
      if let present = index.updateValue(keys.count, forKey: UTF8Key(key)) {
        index[UTF8Key(key)] = present
        return false
      }
    }
    keys.append(key)
    values.append(value)
    return true
  }

  /// The value of a key. Setting keeps the key's place or adds it at the end; setting nil removes it.
  package subscript(key: String) -> JSON? {
    get { place(of: key).map { values[$0] } }
    set {
      guard let place = place(of: key) else {
        if let newValue { append(key, newValue) }
        return
      }
      if let newValue {
        values[place] = newValue
        return
      }
      var members = zip(keys, values).map { ($0, $1) }
      members.remove(at: place)
      self = JSONObject(members)
    }
  }

  private func place(of key: String) -> Int? {
    let wanted = UTF8Key(key)
    if keys.count > Self.largestWithoutIndex { return index[wanted] }
    return keys.firstIndex { UTF8Key($0) == wanted }
  }
}

extension JSONObject: Equatable {
  /// The same members in the same order.
  package static func == (left: JSONObject, right: JSONObject) -> Bool {
    left.keys.map(UTF8Key.init) == right.keys.map(UTF8Key.init) && left.values == right.values
  }
}

extension JSONObject: Sequence {
  package func makeIterator() -> AnyIterator<(key: String, value: JSON)> {
    var place = 0
    return AnyIterator {
      guard place < keys.count else { return nil }
      defer { place += 1 }
      return (keys[place], values[place])
    }
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral members: (String, JSON)...) { self.init(members) }
}
