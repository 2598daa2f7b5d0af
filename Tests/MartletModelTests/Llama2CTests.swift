import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Models in the form of llama2.c, made here from random ones.
@Suite struct Llama2CTests {
  private struct Form: Sendable, CustomStringConvertible {
    let version: Int
    let isTied: Bool
    var description: String { "version \(version), \(isTied ? "tied" : "untied")" }
  }

  private static let forms = [0, 1].flatMap { version in
    [true, false].map { Form(version: version, isTied: $0) }
  }

  private static func configuration(isTied: Bool) -> DecoderConfiguration {
    var configuration = Llama.configuration(
      DecoderSizes(
        vocabulary: 262, context: 12, width: 24, layers: 3, heads: 4, keyValueHeads: 2, feedForwardWidth: 20,
        hasBias: false, isTied: isTied))
    (configuration.beginOfText, configuration.endOfText) = (1, 2)
    return configuration
  }

  private static func integers(_ numbers: Int...) -> [UInt8] {
    numbers.flatMap { number in (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
  }

  /// The file of a model. Row r of a query's or key's head goes where llama2.c has it: the first half of the rows to
  /// the even places, the second half to the odd ones.
  static func file(_ model: LanguageModel, version: Int) -> [UInt8] {
    let (c, isTied) = (model.configuration, model.configuration.isTied)
    let values = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value) })
    let half = c.headDimension / 2
    func bytes(_ name: String) -> [UInt8] {
      let value = values[name]!
      guard name.contains("query") || name.contains("key") else { return value.littleEndianBytes }
      let order = (0..<value.shape[0]).map { row in
        let (head, place) = (row / c.headDimension, row % c.headDimension)
        return Int32(head * c.headDimension + (place % 2 == 0 ? place / 2 : half + place / 2))
      }
      return value.rows(at: order).littleEndianBytes
    }
    func all(_ kind: String) -> [UInt8] { (0..<c.layers).flatMap { bytes("blocks.\($0).\(kind).weight") } }
    let sizes = [c.width, c.feedForwardWidth, c.layers, c.heads, c.keyValueHeads]
    let attention = ["query", "key", "value", "output"].flatMap { all("attention." + $0) }
    let feedForward = ["gate", "down", "up"].flatMap { all("feedForward." + $0) }
    let norms = (all("attentionNormalization"), all("feedForwardNormalization"))
    let (embedding, last) = (bytes("tokenEmbedding.weight"), bytes("finalNormalization.weight"))
    let head = isTied ? [] : bytes("head.weight")
    if version == 0 {
      let header = sizes.flatMap { integers($0) } + integers(isTied ? c.vocabulary : -c.vocabulary, c.context)
      let angles = [UInt8](repeating: 7, count: 2 * c.context * half * 4)
      return header + embedding + norms.0 + attention + norms.1 + feedForward + last + angles + head
    }
    let header =
      integers(0x616B_3432, version) + sizes.flatMap { integers($0) } + integers(c.vocabulary, c.context)
      + [isTied ? 1 : 0]
    return header + [UInt8](repeating: 0, count: 256 - header.count) + norms.0 + norms.1 + last + embedding
      + attention + feedForward + head
  }

  /// 262 pieces, three of which are words.
  private static func tokenizer(pieces: [String] = [" a", "a", "b"]) -> [UInt8] {
    let bytes = (0..<256).map { byte in
      let digits = String(byte, radix: 16, uppercase: true)
      return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
    }
    let all = ["<unk>", "\n<s>\n", "\n</s>\n"] + bytes + pieces
    return all.enumerated().reduce(integers(7)) { file, piece in
      let score = Float(-piece.offset)
      return file + integers(Int(score.bitPattern), piece.element.utf8.count) + piece.element.utf8
    }
  }

  static func model(isTied: Bool) -> LanguageModel {
    LanguageModel(configuration(isTied: isTied), architecture: Llama.self, from: RandomParameters(seed: 5))
  }

  /// Converts the files of a directory, after a change to them.
  private func convert(
    _ form: Form = Form(version: 0, isTied: true), tokenizer: [UInt8] = Self.tokenizer(),
    change: (inout [UInt8]) -> Void = { _ in }, checking body: (String) throws -> Void = { _ in }
  ) throws {
    try TestFiles.withTemporaryDirectory { directory in
      var bytes = Self.file(Self.model(isTied: form.isTied), version: form.version)
      change(&bytes)
      try FileSystem.write(bytes, to: "\(directory)/model.bin")
      try FileSystem.write(tokenizer, to: "\(directory)/tokenizer.bin")
      do {
        try ModelConversion().convert(directory, to: "\(directory)/out")
      } catch {
        // Whole or not at all.
        #expect(try FileSystem.names(inDirectory: directory) == ["model.bin", "tokenizer.bin"])
        throw error
      }
      try body("\(directory)/out")
    }
  }

  @Test(arguments: forms) private func everyTensorIsTheModels(form: Form) throws {
    try convert(form, change: { _ in }) { out in
      let (read, expected) = (try LanguageModel(directory: out), Self.model(isTied: form.isTied))
      #expect(read.configuration == expected.configuration)
      for (new, old) in zip(read.parameters, expected.parameters) {
        #expect(new.name == old.name && bits(new.value.scalars) == bits(old.value.scalars), "\(new.name)")
      }
      #expect(
        try FileSystem.names(inDirectory: out) == [
          "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
          "tokenizer_config.json",
        ])
      let generation = try JSON(file: "\(out)/generation_config.json")
      #expect(generation["eos_token_id"] == [1, 2])
    }
  }

  @Test func checkpointsThatLie() throws {
    expectError("model.bin", "truncated") { try convert { $0.removeLast(4) } }
    expectError("model.bin", "no checkpoint of llama2.c") { try convert { $0 += [0, 0, 0, 0] } }
    for length in [0, 8, 27, 28, 100] {
      expectError("model.bin") { try convert { $0 = Array($0.prefix(length)) } }
      expectError("model.bin") {
        try convert(Form(version: 1, isTied: true)) { $0 = Array($0.prefix(length)) }
      }
    }
    expectError("model.bin", "version 2", "quantised", "version 0 or 1") {
      try convert(Form(version: 1, isTied: true)) { $0[4] = 2 }
    }
    expectError("model.bin", "version 9") { try convert(Form(version: 1, isTied: true)) { $0[4] = 9 } }
    // Each size zero, negative and far too large.
    for place in 0..<7 {
      for word in [
        Self.integers(0), Self.integers(-3), Self.integers(1 << 30), Self.integers(Int(Int32.min)),
      ] {
        expectError("model.bin") { try convert { $0.replaceSubrange(4 * place..<4 * place + 4, with: word) } }
      }
    }
  }

  @Test func tokenizersThatLie() throws {
    expectError("tokenizer.bin", "has 261 tokens", "has 262") {
      try convert(tokenizer: Self.tokenizer(pieces: ["a", "b"]))
    }
    expectError("tokenizer.bin", "stands twice") {
      try convert(tokenizer: Self.tokenizer(pieces: ["a", "b", "a"]))
    }
    expectError("tokenizer.bin", "must be <0x00>") {
      try convert(tokenizer: Array(Self.tokenizer().prefix(4 + 8 + 5)))
    }
    let whole = Self.tokenizer()
    for length in [0, 3, 4, 9, 20, 500, whole.count - 1] {
      expectError("tokenizer.bin") { try convert(tokenizer: Array(whole.prefix(length))) }
    }
    expectError("tokenizer.bin", "UTF-8") {
      try convert(tokenizer: Array(whole.dropLast()) + [0xFF])
    }
    expectError("tokenizer.bin", "truncated") {
      try convert(tokenizer: whole + Self.integers(0, -1))
    }
  }

  /// The highest score is joined first; of a piece's pairs, the one with the longer left part.
  @Test func mergesFollowTheScores() {
    let pieces = ScoredPieces([("a", 0), ("b", 0), ("ab", -2), ("abb", -1), ("bb", -2), ("c", 5)])
    #expect(pieces.merges.map { "\($0.left) \($0.right)" } == ["ab b", "a bb", "a b", "b b"])
  }
}
