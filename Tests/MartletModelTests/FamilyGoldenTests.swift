import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Small random models of every family compute what they compute in `transformers`.
///
/// The greatest differences measured are 4.8e-6 nats of a log-probability, and 3.4e-6 of a gradient's norm.
@Suite struct FamilyGoldenTests {
  @Test func everyFamilyHasGoldenModels() throws {
    let types = try Set(
      FamilyGolden.names.map { try FamilyGolden($0).configuration["model_type"]?.string ?? "" })
    #expect(Set(Architectures.all.map { $0.name }).isSubset(of: types))
  }

  @Test(arguments: FamilyGolden.names) func logProbabilities(name: String) throws {
    let golden = try FamilyGolden(name)
    try golden.withDirectory { directory in
      let model = try LanguageModel(directory: directory)
      let found = withoutGradients { model.logProbabilities(of: TokenBatch(golden.sequences)).scalars }
      #expect(found.count == golden.logProbabilities.count)
      let difference = zip(found, golden.logProbabilities).map { abs(Double($0) - $1) }.max() ?? .nan
      #expect(difference < 1e-5)
    }
  }

  @Test(arguments: FamilyGolden.names) func gradients(name: String) throws {
    let golden = try FamilyGolden(name)
    try golden.withDirectory { directory in
      let model = try LanguageModel(directory: directory)
      let batch = TokenBatch(golden.sequences)
      let logProbabilities = model.logProbabilities(of: batch)
      let count = Float(batch.tokens.count)
      logProbabilities.backward(.filled(with: -1 / count, shape: logProbabilities.shape))
      let gradients = Dictionary(
        uniqueKeysWithValues: model.parameters.map { ($0.name, Parameter($0.name, $0.gradient!)) })
      let total = golden.gradients.values.reduce(0) { $0 + $1.norm * $1.norm }.squareRoot()
      let weights = model.architecture.weights(of: model.configuration)
      #expect(weights.count == golden.gradients.count)
      for weight in weights {
        let tensor = weight.tensor(of: weight.parameters.map { gradients[$0]! })
        let norm = try #require(golden.gradients[weight.name]).norm
        // Mathematically zero: a bias of keys, without positions, changes no probability.
        if norm < 1e-6 * total {
          #expect(tensor.scalars.allSatisfy { Double(abs($0)) < 1e-5 * total }, "\(weight.name)")
          continue
        }
        let distance = try golden.distance(tensor.scalars, from: weight.name)
        #expect(distance < 1e-4, "\(weight.name)")
      }
    }
  }

  /// The measure of ``gradients(name:)`` tells gradients apart that differ a little, or in one place.
  @Test func otherGradientsAreTold() throws {
    let golden = try FamilyGolden("llama-plain")
    for (name, gradient) in golden.gradients {
      let count = try #require(golden.shapes.first { $0.name == name }).shape.reduce(1, *)
      #expect(try golden.distance(Array(repeating: 0, count: count), from: name) > 0.1)
      var one = [Float](repeating: 0, count: count)
      one[count / 2] = Float(gradient.norm) * 1e-2
      let (zero, changed) = (
        try golden.distance(Array(repeating: 0, count: count), from: name),
        try golden.distance(one, from: name)
      )
      #expect(abs(zero - changed) > 1e-4)
    }
  }

  /// What is saved says the same, and holds the same bits under the same names.
  @Test(arguments: FamilyGolden.names) func aLoadedModelIsSavedAsItWas(name: String) throws {
    try FamilyGolden(name).withDirectory { directory in
      let model = try LanguageModel(directory: directory)
      try model.save(to: "\(directory)/saved")
      let (before, after) = (
        try Safetensors(file: "\(directory)/model.safetensors"),
        try Safetensors(file: "\(directory)/saved/model.safetensors")
      )
      #expect(after.names == before.names)
      for tensor in before.names {
        #expect(after.shape(of: tensor) == before.shape(of: tensor))
        let (written, read) = (try after[tensor], try before[tensor])
        #expect(written?.littleEndianBytes == read?.littleEndianBytes, "\(tensor)")
      }
      // The keys are those of transformers 4, and those that were read those of 5.
      let again = try LanguageModel(directory: "\(directory)/saved")
      #expect(again.configuration == model.configuration)
      #expect(again.architecture.name == model.architecture.name)
    }
  }
}
