import MartletTensor

/// Small damage to a file, as much of it as a number says: what a cut download, a bad disk or an enemy might do.
struct Mutation {
  private var random: [UInt32] = []
  private let stream: RandomStream
  private var drawn: UInt64 = 0

  /// What JSON and binary headers are most easily confused by.
  private static let phrases = [
    "-1", "0", "9223372036854775807", "18446744073709551615", "-9223372036854775808", "1e308", "1e999", "0.5",
    "null",
    "true", "\"\"", "[]", "{}", "[[[[[[[[", "2147483648", "4294967296", "[0,0]", "\"../x\"", "\\u0000",
    "\\ud800", ",",
    ":", "\"", "NaN",
  ].map { Array($0.utf8) }

  /// - Parameter number: which damage.
  init(_ number: UInt64, seed: UInt64) {
    stream = RandomStream(seed: seed, name: "mutation").substream(number)
  }

  /// A number below a limit.
  mutating func number(below limit: Int) -> Int {
    defer { drawn += 1 }
    return limit > 0 ? stream.integers(below: limit, at: drawn..<drawn + 1)[0] : 0
  }

  /// The damaged bytes.
  mutating func applied(to original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...number(below: 4) {
      let place = number(below: bytes.count + 1)
      let end = min(bytes.count, place + 1 + number(below: number(below: 8) == 0 ? 200 : 8))
      switch number(below: 8) {
      case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8(number(below: 8))
      case 1 where place < bytes.count: bytes[place] = UInt8(number(below: 256))
      case 2: bytes.removeSubrange(place..<end)
      case 3: bytes.insert(contentsOf: bytes[place..<end], at: number(below: bytes.count + 1))
      case 4: bytes.insert(contentsOf: Self.phrases[number(below: Self.phrases.count)], at: place)
      case 5: bytes.removeLast(bytes.count - place)
      default: replaceNumber(in: &bytes, from: place)
      }
    }
    return bytes
  }

  /// Puts a phrase in the place of the next digits.
  private mutating func replaceNumber(in bytes: inout [UInt8], from place: Int) {
    guard let start = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else { return }
    let digits = bytes[start...].prefix { (0x30...0x39).contains($0) }
    bytes.replaceSubrange(digits.indices, with: Self.phrases[number(below: Self.phrases.count)])
  }
}
