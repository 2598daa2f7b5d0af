import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Mixtures of experts written by `transformers` compute here what PyTorch computes in float64.
@Suite struct GoldenExpertTests {
  static let plain = [
    "mixtral-grouped", "mixtral-window", "qwen3-moe-all", "qwen3-moe-some", "gpt-oss-yarn", "gpt-oss-plain",
  ]
  static let names = plain + ["gpt-oss-packed"]

  /// Log-probabilities, the balancing loss, and the gradient of both together.
  @Test(arguments: names) func logProbabilitiesAndGradients(name: String) throws {
    let reader = try JSONReader(file: TestFiles.golden("models/\(name)/expected.json"))
    let readers = try reader.readers("sequences")
    let sequences = try readers.map { try $0.required("ids", as: [Int].self).map { Int32($0) } }
    let expected = try readers.flatMap { try $0.required("log_probabilities", as: [Double].self) }
    let model = try LanguageModel(directory: TestFiles.golden("models/\(name)"))
    let form = try #require(model.configuration.experts)

    let load = ExpertLoad(experts: form.count, isCheckpointed: false) { load in
      let rows = Double(load.rows)
      return Tensor(
        load.counts.map { form.balance * Float(form.count) * Float(Double($0) / (rows * rows)) })
    }
    let batch = TokenBatch(sequences)
    let found = model.logProbabilities(of: batch, dropout: nil, isCheckpointed: false, load: load)
    let differences = zip(found.scalars, expected).map { abs(Double($0) - $1) }
    #expect(differences.count == found.count && differences.count == expected.count)
    #expect(differences.allSatisfy { $0 < 1e-5 })

    let rows = Double(load.rows)
    #expect(load.rows == batch.tokens.count * model.configuration.expertLayers)
    let balance = zip(load.counts, load.probabilities).reduce(0) {
      $0 + Double($1.0) * $1.1 / (rows * rows) * Double(form.count)
    }
    #expect(abs(balance / (try reader.required("balancing_loss", as: Double.self)) - 1) < 1e-6)

    found.backward(.filled(with: -1 / Float(batch.tokens.count), shape: found.shape))
    let gradients = Dictionary(
      uniqueKeysWithValues: try model.parameters.map {
        ($0.name, Parameter($0.name, try #require($0.gradient, "\($0.name)")))
      })
    let norms = try reader.reader("gradient_norms")
    let projections = try reader.reader("gradient_projections")
    let weights = model.architecture.weights(of: model.configuration)
    #expect(Set(weights.map(\.name)) == Set(norms.members.keys))
    var largest = 0.0
    for weight in weights {
      let gradient = weight.tensor(of: weight.parameters.map { gradients[$0]! }).scalars
      let norm: Double = try norms.required(weight.name)
      let difference = max(
        abs(gradient.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() - norm),
        abs(Self.projection(gradient) - (try projections.required(weight.name, as: Double.self))))
      largest = max(largest, difference / norm)
      #expect(difference < 1e-4 * norm, "\(weight.name)")
    }
    let most = differences.max() ?? .nan
    print(
      "\(name): log-probabilities differ from PyTorch's by at most \(most), gradients by \(largest) of theirs"
    )
  }

  /// The sum with the signs that `make_experts.py` draws.
  private static func projection(_ gradient: [Float]) -> Double {
    gradient.enumerated().reduce(0) { sum, element in
      let bit = (UInt64(element.offset) &* 2_654_435_761) >> 16 & 1
      return sum + (bit == 0 ? 1 : -1) * Double(element.element)
    }
  }

  /// What a file holds in blocks is kept exactly, as float32 or as the bfloat16 that it fits in, and written as plain
  /// numbers.
  @Test func blocksAreReadExactlyAndWrittenPlain() throws {
    let golden = TestFiles.golden("models/gpt-oss-packed")
    let model = try LanguageModel(directory: golden)
    let stored = try Safetensors(file: "\(golden)/model.safetensors")
    let prefix = "model.layers.1.mlp.experts.gate_up_proj"
    let (blocks, scales) = (
      try #require(stored.bytes(of: prefix + "_blocks")), try #require(stored.bytes(of: prefix + "_scales"))
    )
    let numbers: [Double] = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 0, -0.5, -1, -1.5, -2, -3, -4, -6]
    let width = model.configuration.width
    let experts = try #require(model.decoder.blocks[1].experts?.experts)
    for (number, expert) in experts.enumerated() {
      for (turn, product) in [expert.gate, expert.up].enumerated() {
        let scalars = product.weight.value.scalars
        for place in scalars.indices {
          let row = (number * product.weight.value.rows + place / width) * 2 + turn
          let column = place % width
          let byte = blocks[row * width / 2 + column / 2]
          let scale = Double(
            sign: .plus, exponent: Int(scales[row * width / 32 + column / 32]) - 127, significand: 1)
          let value = numbers[Int(column % 2 == 0 ? byte & 15 : byte >> 4)] * scale
          #expect(Double(scalars[place]) == value)
        }
      }
    }
    let asStored = try LanguageModel(directory: golden, weights: nil)
    for (wide, narrow) in zip(model.parameters, asStored.parameters) {
      #expect(wide.value.littleEndianBytes == narrow.value.littleEndianBytes, "\(wide.name)")
      if wide.name.contains(".experts."), wide.name.hasSuffix("weight") {
        #expect(narrow.value.elementType == .bfloat16)
      }
    }
    try TestFiles.withTemporaryDirectory { directory in
      try model.save(to: directory)
      let written = try Safetensors(file: "\(directory)/model.safetensors")
      #expect(written.shape(of: prefix) == [3, 32, 64])
      let again = try LanguageModel(directory: directory)
      #expect(again.configuration == model.configuration)
      for (new, old) in zip(again.parameters, model.parameters) {
        #expect(new.value.littleEndianBytes == old.value.littleEndianBytes, "\(new.name)")
      }
    }
  }
}
