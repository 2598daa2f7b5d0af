import Testing

@testable import MartletTraining

@Suite struct EmbeddedTextTests {
  private static let documents = EmbeddedText.documents()

  /// A tale without title lines and paragraph borders, cut at white space.
  private static func words(of document: String) -> [Substring] {
    document.split { $0 == " " || $0 == "\n" }
  }

  @Test func isTheSameBytesEverywhere() {
    // FNV-1a, 64 bits, over every document followed by a zero byte.
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for document in Self.documents {
      for byte in document.utf8 { digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3 }
      digest = digest &* 0x100_0000_01B3
    }
    #expect(digest == 0x2F94_FD52_5EBF_50E8)
  }

  @Test func isLargeEnoughToHoldOut() {
    let characters = Self.documents.reduce(0) { $0 + $1.utf8.count }
    #expect(Self.documents.count == EmbeddedText.count)
    #expect((600_000...1_000_000).contains(characters))
    #expect(Self.documents.allSatisfy { (250...1_000).contains($0.utf8.count) })
    #expect(Set(Self.documents).count == Self.documents.count)
    #expect(Set(Self.documents.flatMap(Self.words)).count > 2_000)
  }

  @Test func isCleanText() {
    for document in Self.documents {
      var last: UInt8 = UInt8(ascii: "\n")
      for byte in document.utf8 {
        let isSpace = byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n")
        let wasSpace = last == UInt8(ascii: " ") || last == UInt8(ascii: "\n")
        // The grammar's own marks never reach the text; two spaces in a row are a paragraph's border.
        #expect(isSpace || (byte > 32 && byte < 127 && !"{}[]|~^/@_".utf8.contains(byte)), "\(document)")
        #expect(!(isSpace && wasSpace) || (byte == last && byte == UInt8(ascii: "\n")), "\(document)")
        last = byte
      }
      // Only a letter may end without a full stop: in its writer's name.
      #expect(".!?\"".utf8.contains(last) || document.contains(",\n"), "\(document)")
    }
  }

  @Test func articlesAgreeWithTheNextWord() {
    for document in Self.documents {
      let words = Self.words(of: document)
      for (article, word) in zip(words, words.dropFirst()) {
        guard article == "a" || article == "A" || article == "an" || article == "An" else { continue }
        let takesAn = "aeiouAEIOU".contains(word.first!) || word.hasPrefix("hour")
        #expect(takesAn == article.hasSuffix("n"), "\(article) \(word)")
      }
    }
  }

  /// Held-out loss would mean little if the held-out tales were copies of the others.
  @Test func lastTalesAreNotCopiesOfEarlierOnes() {
    // Sentences are numbered; a tale's likeness to another is the share of its sentences found there.
    var numbers: [Substring: Int] = [:]
    var tellers: [[Int]] = []
    let heldOut = EmbeddedText.count * 9 / 10
    var likeness: [Double] = []
    for (tale, document) in Self.documents.enumerated() {
      let sentences = document.split { $0 == "." || $0 == "\n" || $0 == "?" || $0 == "!" }
      var shared: [Int: Int] = [:]
      for sentence in sentences where sentence.utf8.count > 8 {
        let number = numbers[sentence, default: tellers.count]
        if number == tellers.count {
          numbers[sentence] = number
          tellers.append([])
        }
        if tale < heldOut {
          tellers[number].append(tale)
        } else {
          for teller in tellers[number] { shared[teller, default: 0] += 1 }
        }
      }
      if tale >= heldOut { likeness.append(Double(shared.values.max() ?? 0) / Double(sentences.count)) }
    }
    likeness.sort()
    #expect(likeness[likeness.count / 2] < 0.4)
    #expect(likeness.last! < 0.8)
  }

  @Test func neighboursDiffer() {
    for (tale, next) in zip(Self.documents, Self.documents.dropFirst()) {
      #expect(tale.prefix(40) != next.prefix(40))
    }
  }
}
