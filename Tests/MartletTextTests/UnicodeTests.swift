import Testing

@testable import MartletText

/// Normalization, case and kinds of scalars are those of `tokenizers`, for every scalar.
struct UnicodeTests {
  private static let golden = try? JSON(file: TestFiles.golden("unicode.json"))
  private static let scalars = (UInt32(0)..<0x110000).filter { !(0xD800..<0xE000).contains($0) }

  private func checksum(_ bytes: [UInt8], from value: UInt64 = 0xCBF2_9CE4_8422_2325) -> UInt64 {
    bytes.withUnsafeBufferPointer { $0.reduce(value) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 } }
  }

  private func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// Debug builds leave out the planes that hold no characters.
  private var digestName: String {
    #if DEBUG
      "most"
    #else
      "all"
    #endif
  }

  private func expectDigest(_ name: String, _ normalize: (UnsafeBufferPointer<UInt8>) -> [UInt8]) throws {
    let expected = try #require(Self.golden?["digests"]?[name]?[digestName]?.string)
    let scalars = Self.scalars.filter { digestName == "all" || $0 < 0x40000 || $0 >> 16 == 14 }
    var value = checksum([])
    for start in stride(from: 0, to: scalars.count, by: 4096) {
      var text: [UInt8] = []
      for scalar in scalars[start..<min(start + 4096, scalars.count)] {
        text.append(scalar: scalar)
        text.append(0x0A)
      }
      value = checksum(text.dropLast().withUnsafeBufferPointer(normalize), from: value)
    }
    #expect(hexadecimal(value) == expected)
  }

  @Test(arguments: [
    ("nfc", NormalizationForm.nfc), ("nfd", .nfd), ("nfkc", .nfkc), ("nfkd", .nfkd),
  ])
  func everyScalarNormalized(name: String, form: NormalizationForm) throws {
    try expectDigest(name) { form.normalize($0) }
    let texts = try #require(Self.golden?["texts"]?.array)
    #expect(texts.count == 120)
    for known in texts {
      let text = try #require(known["text"]?.string)
      let scalars = Array(text.unicodeScalars)
      var parts: [JSON] = []
      var place = 0
      var copy = text
      copy.withUTF8 { bytes in
        form.normalize(bytes) { scalar, change in
          // What was put in belongs to the scalar before it, and several that became one to the first of them.
          let source = change > 0 ? place - 1 : place
          if change <= 0 { place += 1 - change }
          let original = source < 0 ? "" : String(String.UnicodeScalarView([scalars[source]]))
          parts.append([.string(String(Unicode.Scalar(scalar)!)), .string(original)])
        }
      }
      #expect(place == scalars.count)
      #expect(JSON.array(parts) == known[name], "\(text.debugDescription)")
    }
  }

  @Test func everyScalarInLowerCase() throws {
    try expectDigest("lowercase") { text in
      var (result, place): ([UInt8], Int) = ([], 0)
      while place < text.count {
        let (scalar, length) = (text.baseAddress! + place).decodeScalar()
        Lowercasing.lowercase(scalar) { result.append(scalar: $0) }
        place += length
      }
      return result
    }
  }

  @Test func everyMember() throws {
    let sets: [(String, (UInt32) -> Bool)] = [
      ("numeric", UnicodeProperties.isNumeric), ("whitespace", UnicodeProperties.isWhitespace),
      ("word", UnicodeProperties.isWord), ("marks", UnicodeProperties.isMark),
      ("bertMarks", UnicodeProperties.isBertMark), ("bertControls", UnicodeProperties.isBertControl),
      ("bertPunctuation", UnicodeProperties.isBertPunctuation),
      ("bertChinese", UnicodeProperties.isBertChinese),
    ]
    for (name, isMember) in sets {
      var value = checksum([])
      for scalar in Self.scalars where isMember(scalar) {
        value = checksum((0..<4).map { UInt8(truncatingIfNeeded: scalar >> ($0 * 8)) }, from: value)
      }
      #expect(hexadecimal(value) == Self.golden?["members"]?[name]?.string, "\(name)")
    }
  }

  @Test func marksOfOneClassKeepTheirOrder() {
    // More marks than any text has, in the worst order.
    var text: [UInt8] = [0x61]
    for _ in 0..<2000 {
      text.append(scalar: 0x301)
      text.append(scalar: 0x323)
    }
    let sorted = text.withUnsafeBufferPointer { NormalizationForm.nfd.normalize($0) }
    var expected: [UInt8] = [0x61]
    for scalar: UInt32 in [0x323, 0x301] { for _ in 0..<2000 { expected.append(scalar: scalar) } }
    #expect(sorted == expected)
  }

  @Test func setsOfScalars() {
    let letters = ScalarSet(UInt32(0x61)...0x7A)
    let vowels = ScalarSet("aeiou".unicodeScalars.map(\.value))
    #expect(vowels.ranges.count == 5 && vowels.contains(0x65) && !vowels.contains(0x66))
    #expect(letters.subtracting(vowels).union(vowels) == letters)
    #expect(letters.intersection(vowels) == vowels)
    #expect(letters.inverted.inverted == letters && !letters.inverted.contains(0x7A))
    #expect(ScalarSet.everything.inverted == .empty && ScalarSet.empty.inverted == .everything)
    #expect(letters.union(letters.inverted) == .everything)
    #expect(GeneralCategory.allCases.map(\.scalars).reduce(ScalarSet.empty) { $0.union($1) } == .everything)
    #expect(
      GeneralCategory(of: 0x41) == .uppercaseLetter && GeneralCategory.uppercaseLetter.shortName == "Lu")
  }
}
