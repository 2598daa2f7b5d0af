/// The tokens of a `.tiktoken` file: on each line a token in base64 and its rank, which is its id.
///
/// Source: tiktoken, load.py.
struct TiktokenFile {
  /// The bytes of each id; empty where there is none.
  private(set) var tokens: [[UInt8]] = []
  private var interner = ByteInterner()
  private var idOfNumber: [Int32] = []

  /// Longer tokens are refused, since each is looked at with all its parts.
  private static let longestToken = 1024
  private static let largestRank = 1 << 22

  /// - Throws: when a line is malformed, a token or a rank stands twice, or a byte is no token.
  init(_ bytes: [UInt8], file: String) throws(MartletError) {
    var line = 0
    for content in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let content = content.last == UInt8(ascii: "\r") ? content.dropLast() : content
      if !content.isEmpty { try read(content, line, file) }
    }
    guard !idOfNumber.isEmpty else { throw MartletError("\(file) has no tokens; expected a tiktoken file") }
    for byte in UInt8.min...UInt8.max where id(of: [byte]) == nil {
      throw MartletError("\(file): the byte \(byte) is no token; in a tiktoken file every byte must be one")
    }
  }

  private mutating func read(_ line: ArraySlice<UInt8>, _ number: Int, _ file: String) throws(MartletError) {
    let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
    guard parts.count == 2, let token = Base64.decode(String(decoding: parts[0], as: UTF8.self)),
      !token.isEmpty, let rank = Int(String(decoding: parts[1], as: UTF8.self)), rank >= 0
    else {
      throw MartletError("\(file): line \(number) must be a token in base64, a space and its rank")
    }
    guard token.count <= Self.longestToken, rank < Self.largestRank else {
      throw MartletError(
        "\(file): line \(number) has a token of \(token.count) bytes with the rank \(rank); at most "
          + "\(Self.longestToken) bytes and \(Self.largestRank - 1) are supported")
    }
    if rank >= tokens.count {
      tokens.append(contentsOf: repeatElement([], count: rank + 1 - tokens.count))
    }
    guard tokens[rank].isEmpty else {
      throw MartletError("\(file): line \(number) has the rank \(rank), which another token has")
    }
    let place = token.withUnsafeBufferPointer { interner.intern($0) }
    guard place == idOfNumber.count else {
      throw MartletError("\(file): line \(number) has a token that stands on another line")
    }
    tokens[rank] = token
    idOfNumber.append(Int32(rank))
  }

  func id(of token: [UInt8]) -> Int32? {
    token.withUnsafeBufferPointer { interner.find($0) }.map { idOfNumber[$0] }
  }

  /// All pairs of tokens that are a token together, by rising ranks of that.
  var pairs: [(left: Int32, right: Int32, result: Int32)] {
    var pairs: [(left: Int32, right: Int32, result: Int32)] = []
    pairs.reserveCapacity(tokens.count * 3)
    for (rank, token) in tokens.enumerated() where token.count > 1 {
      let first = pairs.count
      token.withUnsafeBufferPointer { bytes in
        for place in 1..<bytes.count {
          guard let left = interner.find(UnsafeBufferPointer(rebasing: bytes[..<place])),
            let right = interner.find(UnsafeBufferPointer(rebasing: bytes[place...]))
          else { continue }
          pairs.append((idOfNumber[left], idOfNumber[right], Int32(rank)))
        }
      }
      pairs[first...].sort { ($0.left, $0.right) < ($1.left, $1.right) }
    }
    return pairs
  }
}
