import MartletModel
import MartletText
import Testing

@testable import MartletInference

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The trained model stories260K against results of the program it was made with, where the data is there.
@Suite struct ConformanceTests {
  static let directory: String? = {
    let package = (0..<3).reduce(#filePath) { path, _ in FileSystem.directory(of: path) }
    let shared =
      getenv("MARTLET_SHARED").map { String(cString: $0) }
      ?? FileSystem.join(FileSystem.directory(of: package), "shared")
    let directory = FileSystem.join(shared, "data/models/stories260K")
    if FileSystem.isDirectory(directory) { return directory }
    print("skipped: the conformance data \(directory) is not there")
    return nil
  }()

  /// The model as its directory has it, and as it is converted from the files of llama2.c.
  enum Format: String, CaseIterable, Sendable {
    case directory, llama2C
  }

  /// Runs `body` with the model of a format.
  private func with(_ format: Format, _ body: (TextModel, _ expected: String) throws -> Void) throws {
    let directory = try #require(Self.directory)
    guard format == .llama2C else {
      return try body(TextModel(directory: directory), directory + "/expected")
    }
    var template = Array("/tmp/martlet-inference-XXXXXX".utf8CString)
    let temporary = try #require(mkdtemp(&template).map { String(cString: $0) })
    defer { FileSystem.removeDirectory(temporary) }
    try ModelConversion().convert(directory + "-llama2c", to: temporary + "/model")
    let tokenizers = try [temporary + "/model", directory].map { try JSON(file: $0 + "/tokenizer.json") }
    #expect(tokenizers[0] == tokenizers[1])
    let checkpoints = try [temporary + "/model", directory].map { try Checkpoint(directory: $0) }
    #expect(checkpoints[0].names == checkpoints[1].names && checkpoints[0].names.count == 47)
    for name in checkpoints[0].names {
      #expect(checkpoints[0].bytes(of: name) == checkpoints[1].bytes(of: name), "\(name)")
    }
    try body(TextModel(directory: temporary + "/model"), directory + "/expected")
  }

  @Test(.enabled(if: directory != nil), arguments: Format.allCases)
  func greedyDecodingGivesTheStory(format: Format) throws {
    try with(format) { textModel, expected in
      #expect(textModel.startToken == 1 && textModel.endTokens == [1, 2])
      var options = GenerationOptions()
      options.sampler = .greedy
      options.maxTokens = 200
      let sample = try Generator(textModel).generate(prompt: "", options)[0]
      #expect(sample.text == (try FileSystem.readText(expected + "/greedy.txt")))
      let ids = try JSONReader(file: expected + "/greedy_ids.json").required("generated_ids", as: [Int].self)
      #expect(sample.tokens.map { Int($0) } == ids)
    }
  }

  @Test(.enabled(if: directory != nil), arguments: Format.allCases)
  func logProbabilitiesAreThoseOfDoublePrecision(format: Format) throws {
    try with(format) { textModel, expected in
      let scorer = try Scorer(textModel)
      let file = try JSONReader(file: expected + "/logprobs.json")
      var largest = 0.0
      for reader in try file.readers("cases") {
        let score = scorer.score(try reader.required("text"))
        let ids: [Int] = try reader.required("ids")
        #expect(score.tokens.map { Int($0.id) } == Array(ids.dropFirst()))
        let expected: [Double] = try reader.required("token_logprobs")
        for (token, expected) in zip(score.tokens, expected) {
          largest = max(largest, abs(Double(token.logProbability!) - expected))
        }
        #expect(abs(score.logProbability - (try reader.required("total_logprob"))) < 1e-3)
      }
      print("stories260K, \(format.rawValue): log-probabilities differ by at most \(largest)")
      #expect(largest < 2e-5)
    }
  }
}
