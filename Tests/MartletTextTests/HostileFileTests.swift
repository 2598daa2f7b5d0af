import Testing

@testable import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Damaged SentencePiece, tiktoken and GGUF files get one clear sentence, and never a trap.
struct HostileFileTests {
  private func message(_ bytes: [UInt8], name: String = "file", encoding: String? = nil) throws -> String {
    var message = ""
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(bytes, to: "\(directory)/\(name)")
      message = errorMessage { _ = try Tokenizer(contentsOf: "\(directory)/\(name)", encoding: encoding) }
        .replacing("\(directory)/", with: "")
    }
    return message
  }

  private func golden(_ name: String) throws -> [UInt8] {
    try FileSystem.read(TestFiles.golden("files/\(name)"))
  }

  // MARK: SentencePiece

  /// A field of a message: its number and kind, and what follows.
  private func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
    [number << 3 | 2, UInt8(content.count)] + content
  }

  private func piece(_ text: String, _ kind: UInt8 = 1, score: Float = -1) -> [UInt8] {
    let bits = score.bitPattern
    let number = (0..<4).map { UInt8(truncatingIfNeeded: bits >> UInt32(8 * $0)) }
    return field(1, field(1, Array(text.utf8)) + [0x15] + number + [0x18, kind])
  }

  private var unknown: [UInt8] { piece("<unk>", 2) }
  private let pairs: [UInt8] = [0x12, 2, 0x18, 2]

  @Test func damagedPieces() throws {
    let damages: [([UInt8], String)] = [
      (unknown + pairs, "no error"),
      (piece("a") + pairs, "file: exactly one piece must be the unknown one, found 0"),
      (unknown + piece("<x>", 2), "file: exactly one piece must be the unknown one, found 2"),
      (unknown + piece("a") + piece("a"), "file: the piece \"a\" stands twice, the second time as piece 2"),
      (unknown + piece("a", 9), "file: piece 1 has the unknown kind 9"),
      (unknown + piece("a", 5) + pairs, "piece 1 is marked as unused, which is not supported in BPE models"),
      (unknown + piece("a", 1, score: .nan), "file: piece 1 has the score nan, which is no number"),
      (unknown + piece(""), "file: piece 1 must be a text in UTF-8 of 1 to 1024 bytes"),
      (unknown + field(1, field(1, [0xFF])), "file: piece 1 must be a text in UTF-8"),
      (unknown + [0x12, 2, 0x18, 3], "file: SentencePiece models of words are not supported"),
      (unknown + [0x12, 2, 0x18, 4], "file: SentencePiece models of characters are not supported"),
      (unknown + [0x12, 2, 0x18, 9], "file: the model type 9 is not known"),
      (unknown + [0x12, 3, 0x98, 2, 1], "the piece \"<0x00>\" is missing; with byte_fallback every byte"),
      (unknown + field(3, field(2, [1, 2, 3])), "its map of characters is malformed"),
      (unknown + field(5, field(2, [1, 2, 3])), "a denormalizer (rules for decoding) is not supported"),
      (unknown + [0x12, 9, 0x18, 2], "a field of 9 bytes, and 2 are left, at byte"),
      (unknown + [0x0B], "a field of the unknown kind 3 at byte"),
      (unknown + [0x00], "a field with the number 0 at byte"),
      (unknown + [0x10] + [UInt8](repeating: 0xFF, count: 20), "an integer without its end at byte"),
      (unknown + [0x12] + [UInt8](repeating: 0xFF, count: 9) + [1], "bytes, and 0 are left, at byte"),
      (unknown + [0x12, 2, 0x1D, 1], "a number that is cut off at byte"),
      (unknown + [0x08, 1], "file is damaged: field 1 must be bytes"),
    ]
    for (bytes, expected) in damages {
      let message = try message(bytes)
      #expect(message.contains(expected), "\(message)")
    }
  }

  // MARK: tiktoken

  @Test func damagedRanks() throws {
    let whole = try golden("ranks.tiktoken")
    #expect(try message(whole, encoding: "r50k") == "no error")
    #expect(try message(whole + Array("\r\n\n".utf8), encoding: "r50k") == "no error")
    let damages = [
      ("QQ== 0\n", "file: the byte 0 is no token"),
      ("QQ== 0\nQUI=1\n", "file: line 2 must be a token in base64, a space and its rank"),
      ("QQ== 0\n@@@@ 1\n", "file: line 2 must be a token in base64"),
      ("QQ== 0\nQUI= -1\n", "file: line 2 must be a token in base64"),
      ("QQ== 0\nQUI= 99999999999999999999\n", "file: line 2 must be a token in base64"),
      ("QQ== 0\nQUI= 4194304\n", "file: line 2 has a token of 2 bytes with the rank 4194304"),
      ("QQ== 0\nQUI= 0\n", "file: line 2 has the rank 0, which another token has"),
      ("QQ== 0\nQQ== 1\n", "file: line 2 has a token that stands on another line"),
      ("QQ== 0\n 1\n", "file: line 2 must be a token in base64"),
    ]
    for (text, expected) in damages {
      let message = try message(Array(text.utf8), encoding: "cl100k")
      #expect(message.contains(expected), "\(message)")
    }
    #expect(
      try message(Array("QQ== 0".utf8))
        == "file holds only tokens and ranks; name its encoding: cl100k, o200k, p50k, r50k")
    // An id that the encoding has for a special token.
    let taken = whole + Array("YWJjZGVmZ2hpamts 50256\n".utf8)
    #expect(try message(taken, encoding: "r50k").contains("the id 50256 is given to two tokens"))
  }

  // MARK: GGUF

  private func integer(_ value: UInt64, _ size: Int) -> [UInt8] {
    (0..<size).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }

  private func string(_ text: String) -> [UInt8] { integer(UInt64(text.utf8.count), 8) + Array(text.utf8) }

  private func gguf(_ values: [[UInt8]], version: UInt64 = 3, count: UInt64? = nil) -> [UInt8] {
    Array("GGUF".utf8) + integer(version, 4) + integer(0, 8) + integer(count ?? UInt64(values.count), 8)
      + values.joined()
  }

  @Test func damagedValues() throws {
    func text(_ key: String, _ value: String) -> [UInt8] { string(key) + integer(8, 4) + string(value) }
    func array(_ key: String, _ kind: UInt64, _ count: UInt64, _ elements: [UInt8]) -> [UInt8] {
      string(key) + integer(9, 4) + integer(kind, 4) + integer(count, 8) + elements
    }
    let model = text("tokenizer.ggml.model", "llama")
    let tokens = array("tokenizer.ggml.tokens", 8, 2, string("<unk>") + string("a"))
    let kinds = array("tokenizer.ggml.token_type", 5, 2, integer(2, 4) + integer(1, 4))
    let damages: [([UInt8], String)] = [
      (gguf([model, tokens, kinds]), "no error"),
      (gguf([model, tokens, kinds, string("tokenizer.ggml.add_bos_token") + [7, 0, 0, 0, 0]]), "no error"),
      (Array("GGUF".utf8), "file is cut off: a value reaches past its end; get the file again"),
      (gguf([], version: 1), "it has the version 1, and 2 to 3 are supported"),
      (gguf([], version: 0x0300_0000), "it has the version 50331648"),
      (gguf([]), "file has no key \"tokenizer.ggml.model\"; name a GGUF file with a vocabulary"),
      (gguf([], count: 1 << 60), "values; get the file again"),
      (gguf([], count: 9), "file is cut off"),
      (gguf([model]), "\"tokenizer.ggml.tokens\" is missing; expected an array of texts"),
      (gguf([text("tokenizer.ggml.model", "rwkv")]), "a tokenizer of the kind \"rwkv\" is not supported"),
      (gguf([model, model]), "it has the key \"tokenizer.ggml.model\" twice"),
      (gguf([string("tokenizer.ggml.model") + integer(4, 4) + integer(1, 4)]), "must be a text"),
      (gguf([string("k") + integer(99, 4)]), "a value of the unknown kind 99 at byte"),
      (
        gguf([string("k") + integer(8, 4) + integer(1 << 62, 8)]),
        "a text of 4611686018427387904 bytes at byte"
      ),
      (gguf([array("k", 4, 1 << 40, [])]), "an array of 1099511627776 values at byte"),
      (gguf([array("k", 4, 1 << 30, [])]), "file is cut off"),
      (
        gguf([
          array(
            "k", 9, 1,
            integer(9, 4) + integer(1, 8) + integer(9, 4) + integer(1, 8) + integer(9, 4)
              + integer(1, 8) + integer(9, 4) + integer(1, 8))
        ]), "an array of 1 values at byte"
      ),
      (
        gguf([model, tokens, array("tokenizer.ggml.scores", 6, 1, integer(0, 4))]),
        "\"tokenizer.ggml.scores\" must be an array of 2 numbers, as many as there are tokens"
      ),
      (
        gguf([model, tokens, array("tokenizer.ggml.token_type", 5, 2, integer(9, 4) + integer(1, 4))]),
        "the token 0 has the unknown kind 9"
      ),
      (gguf([model, array("tokenizer.ggml.tokens", 8, 2, string("a") + string("a"))]), "stands twice"),
      (gguf([text("tokenizer.ggml.model", "gpt2"), tokens]), "splitting texts as \"default\""),
      (
        gguf([text("tokenizer.ggml.model", "gpt2"), tokens, text("tokenizer.ggml.pre", "gpt-2")]),
        "the key \"tokenizer.ggml.merges\" is missing"
      ),
      (
        gguf([
          text("tokenizer.ggml.model", "gpt2"), tokens, text("tokenizer.ggml.pre", "gpt-2"),
          array("tokenizer.ggml.merges", 8, 1, string("a")),
        ]), "the merge 0 must be two tokens with a space between"
      ),
    ]
    for (bytes, expected) in damages {
      let message = try message(bytes)
      #expect(message.contains(expected), "\(message)")
    }
  }

  // MARK: Mutation

  /// Files changed at random give an error, or a tokenizer that encodes and decodes.
  @Test(arguments: [
    ("ties.model", 400), ("bpe_user.model", 15), ("unigram_rules.model", 15), ("ranks.tiktoken", 15),
    ("bert.gguf", 150), ("llama3.gguf", 10), ("t5.gguf", 10),
  ])
  func mutations(name: String, count: Int) throws {
    let whole = try golden(name)
    let count = count * FileMutation.factor
    var generator = SplitMix(state: UInt64(whole.count))
    var readable = 0
    for _ in 0..<count {
      if FileMutation.tries(FileMutation.mutate(whole, &generator)) { readable += 1 }
    }
    #expect(readable < count)
  }
}

/// Random changes of a file.
enum FileMutation {
  /// How many times more changes are tried than in a usual run: `MARTLET_MUTATIONS`.
  static let factor = getenv("MARTLET_MUTATIONS").flatMap { Int(String(cString: $0)) } ?? 1

  static func mutate(_ bytes: [UInt8], _ generator: inout SplitMix) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
      // The start of a file decides more than its middle.
      let isNearStart = Bool.random(using: &generator)
      let place = Int.random(in: 0..<(isNearStart ? min(64, bytes.count) : bytes.count), using: &generator)
      switch Int.random(in: 0..<7, using: &generator) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 1: bytes[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &generator)!
      case 2: bytes.removeLast(bytes.count - place)
      case 3: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
      case 4: bytes.remove(at: place)
      case 5:
        let end = min(place + Int.random(in: 1...40, using: &generator), bytes.count)
        bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &generator))
      default:
        for other in place..<min(place + 8, bytes.count) { bytes[other] = 0xFF }
      }
    }
    return bytes
  }

  /// Whether bytes are a file of a tokenizer, which then encodes and decodes.
  static func tries(_ bytes: [UInt8]) -> Bool {
    guard let tokenizer = try? tokenizer(bytes) else { return false }
    for text in ["", "  Ab ▁ 日本 <s> e\u{301}\n12345\u{10FFFF}", "aaaaaaaabbbab日日b"] {
      let encoding = tokenizer.encoding(of: text, specialTokens: .everywhere)
      _ = tokenizer.decode(encoding.ids)
      var stream = TokenStream(tokenizer)
      for id in encoding.ids { _ = stream.push(id) }
      _ = stream.finish()
    }
    return true
  }

  private static func tokenizer(_ bytes: [UInt8]) throws -> Tokenizer? {
    switch TokenizerFileKind(start: Array(bytes.prefix(TokenizerFileKind.startSize))) {
    case .definition: try Tokenizer(definition: bytes, configuration: .null, file: "file")
    case .sentencePiece: try Tokenizer(sentencePiece: bytes, configuration: .null, file: "file")
    case .tiktoken: try Tokenizer(tiktoken: bytes, encoding: .cl100k, configuration: .null, file: "file")
    case .gguf:
      try GGUFFile(bytes, file: "file", isWhole: true).map { try Tokenizer(gguf: $0, file: "file") }
    }
  }
}
