import Testing

@testable import MartletText

/// Words found a block at a time are those found one by one.
struct GPT2PatternTests {
  private static let pattern = GPT2Pattern()

  private func ends(_ text: String, oneByOne: Bool) -> [Int] {
    var (text, ends): (String, [Int]) = (text, [])
    text.withUTF8 { bytes in
      if oneByOne {
        while (ends.last ?? 0) < bytes.count {
          ends.append(Self.pattern.endOfWord(in: bytes, from: ends.last ?? 0))
        }
      } else {
        Self.pattern.split(TextView(bytes)) { ends += $0.ends }
      }
    }
    return ends
  }

  @Test(arguments: 0..<40) func randomTexts(seed: UInt64) {
    var generator = SplitMix(state: seed)
    // Some seeds know ASCII alone, so that whole blocks are.
    let characters = Array(" '\n\t019.,-srtvemldSX  eaeaea" + (seed % 4 == 0 ? "é’\u{a0}\u{3000}中²😀" : ""))
    for length in [1, 2, 63, 64, 65, 66, 200, 5000] {
      let text = String((0..<length).map { _ in characters.randomElement(using: &generator)! })
      #expect(ends(text, oneByOne: false) == ends(text, oneByOne: true), "\(text.debugDescription)")
    }
  }

  @Test(arguments: ["don't", "''s", "'s's", " 's", "\n'll a", "  a", " \n b", "x   ", "1a", "'rex", "é's"])
  func everyPlaceInABlock(sample: String) {
    for padding in 0..<130 {
      let text = String(repeating: "ab ", count: padding / 3) + "ab ".prefix(padding % 3) + sample
      for end in ["", String(repeating: " tail", count: 20)] {
        #expect(ends(text + end, oneByOne: false) == ends(text + end, oneByOne: true))
      }
    }
  }

  @Test func wordsLongerThanABlock() {
    for piece in ["a", "7", ".", " ", "\n", "é"] {
      let text = "x " + String(repeating: piece, count: 300) + " y"
      #expect(ends(text, oneByOne: false) == ends(text, oneByOne: true))
    }
  }

  @Test func classesOfASCII() {
    for shift in 0..<64 {
      let bytes = (0..<64).map { UInt8(($0 &+ shift) & 63) } + (0..<64).map { UInt8(64 + ($0 &+ shift) & 63) }
      for half in [Array(bytes[..<64]), Array(bytes[64...])] {
        let block = half.withUnsafeBufferPointer { ASCIIBlock($0.baseAddress!) }
        for (place, byte) in half.enumerated() {
          let scalarClass = ScalarClasses.shared[UInt32(byte)]
          let isSet = { (mask: UInt64) in mask >> UInt64(place) & 1 == 1 }
          #expect(isSet(block.letters) == scalarClass.contains(.letter))
          #expect(isSet(block.digits) == scalarClass.contains(.number))
          #expect(isSet(block.whitespace) == scalarClass.contains(.whitespace))
          #expect(isSet(block.spaces) == (byte == UInt8(ascii: " ")))
          #expect(isSet(block.apostrophes) == (byte == UInt8(ascii: "'")))
        }
        #expect(block.beyondASCII == 0)
      }
    }
  }
}
