import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Models written by `transformers` compute here what PyTorch computes in float64.
@Suite struct GoldenModelTests {
  static let names = ["gpt2-tied", "gpt2-untied", "llama-grouped", "llama-tied"]

  /// What `make_models.py` found for a model.
  struct Expected {
    let sequences: [[Int32]]
    let logProbabilities: [Double]
    let loss: Double
    let gradientNorms: [(name: String, norm: Double)]

    init(_ name: String) throws {
      let reader = try JSONReader(file: TestFiles.golden("models/\(name)/expected.json"))
      let readers = try reader.readers("sequences")
      sequences = try readers.map { try $0.required("ids", as: [Int].self).map { Int32($0) } }
      logProbabilities = try readers.flatMap { try $0.required("log_probabilities", as: [Double].self) }
      loss = try reader.required("mean_negative_log_likelihood")
      let norms = try reader.reader("gradient_norms").members
      gradientNorms = try norms.map { ($0.key, try #require($0.value.double)) }
    }
  }

  @Test(arguments: names) func logProbabilities(name: String) throws {
    let expected = try Expected(name)
    let model = try LanguageModel(directory: TestFiles.golden("models/\(name)"))
    let found = withoutGradients { model.logProbabilities(of: TokenBatch(expected.sequences)).scalars }
    #expect(found.count == expected.logProbabilities.count)
    let difference = zip(found, expected.logProbabilities).map { abs(Double($0) - $1) }.max() ?? .nan
    print("\(name): log-probabilities differ from PyTorch's in float64 by at most \(difference)")
    #expect(difference < 1e-5)
  }

  @Test(arguments: names) func gradientNorms(name: String) throws {
    let expected = try Expected(name)
    let model = try LanguageModel(directory: TestFiles.golden("models/\(name)"))
    let batch = TokenBatch(expected.sequences)
    let logProbabilities = model.logProbabilities(of: batch)
    let count = Float(batch.tokens.count)
    logProbabilities.backward(.filled(with: -1 / count, shape: logProbabilities.shape))
    let gradients = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.gradient) })
    let weights = model.architecture.weights(of: model.configuration)
    #expect(weights.allSatisfy { $0.zeros == nil })
    #expect(Set(weights.map(\.name)) == Set(expected.gradientNorms.map(\.name)))
    var largest = 0.0
    for (weightName, norm) in expected.gradientNorms {
      let weight = try #require(weights.first { $0.name == weightName })
      let squares = try weight.parameters.map { try #require(gradients[$0] ?? nil).sumOfSquares() }
      let found = squares.reduce(0, +).squareRoot()
      largest = max(largest, abs(found / norm - 1))
      #expect(abs(found / norm - 1) < 1e-4, "\(weightName): \(found), expected \(norm)")
    }
    print("\(name): gradient norms differ from PyTorch's in float64 by at most \(largest) of their size")
  }

  /// The head and the embeddings of a tied model are one tensor, so its gradient has both parts.
  @Test func aGradientOfATiedTableHasBothParts() throws {
    let expected = try Expected("gpt2-tied")
    let model = try LanguageModel(directory: TestFiles.golden("models/gpt2-tied"))
    let batch = TokenBatch(expected.sequences)
    model.logProbabilities(of: batch).backward(.filled(with: 1, shape: [batch.tokens.count]))
    let gradient = try #require(model.decoder.tokenEmbedding.gradient)
    let width = model.configuration.width
    let unread = try #require(
      (0..<Int32(model.configuration.vocabulary)).first { !batch.tokens.contains($0) })
    let row = gradient.scalars[Int(unread) * width..<(Int(unread) + 1) * width]
    #expect(row.contains { $0 != 0 })
  }
}
