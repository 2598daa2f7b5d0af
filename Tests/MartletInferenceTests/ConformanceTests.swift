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

  @Test(.enabled(if: directory != nil)) func greedyDecodingGivesTheStory() throws {
    let directory = try #require(Self.directory)
    let textModel = try TextModel(directory: directory)
    #expect(textModel.startToken == 1 && textModel.endTokens == [1, 2])
    var options = GenerationOptions()
    options.sampler = .greedy
    options.maxTokens = 200
    let sample = try Generator(textModel).generate(prompt: "", options)[0]
    #expect(sample.text == (try FileSystem.readText(directory + "/expected/greedy.txt")))
    let expected = try JSONReader(file: directory + "/expected/greedy_ids.json")
    #expect(sample.tokens.map { Int($0) } == (try expected.required("generated_ids", as: [Int].self)))
  }

  @Test(.enabled(if: directory != nil)) func logProbabilitiesAreThoseOfDoublePrecision() throws {
    let directory = try #require(Self.directory)
    let scorer = try Scorer(TextModel(directory: directory))
    let file = try JSONReader(file: directory + "/expected/logprobs.json")
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
    print("stories260K: log-probabilities differ by at most \(largest)")
    #expect(largest < 1e-4)
  }
}
