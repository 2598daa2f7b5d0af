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
      let load = model.configuration.experts.map { form in
        ExpertLoad(experts: form.count, isCheckpointed: false) { load in
          let factor = Double(form.balance) * Double(form.count) / Double(load.rows * load.rows)
          return Tensor(load.counts.map { Float(factor * Double($0)) })
        }
      }
      let logProbabilities = model.logProbabilities(
        of: batch, dropout: nil, isCheckpointed: false, load: load)
      #expect((load == nil) == (golden.balancingLoss == nil))
      if let load, let expected = golden.balancingLoss {
        let sum = zip(load.counts, load.probabilities).reduce(0) { $0 + Double($1.0) * $1.1 }
        let balance = Double(load.counts.count) * sum / Double(load.rows * load.rows)
        #expect(abs(balance / expected - 1) < 1e-6)
      }
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

  /// The text model of a file with images has other names, beside tensors that text does not pass.
  @Test func aTextModelWithinOneWithImages() throws {
    let golden = try FamilyGolden("gemma3-plain")
    try golden.withDirectory { directory in
      let expected = try LanguageModel(directory: directory)
      let stored = try Safetensors(file: "\(directory)/model.safetensors")
      for prefix in ["model.language_model.", "language_model.model."] {
        let other = "\(directory)/\(prefix)"
        try FileSystem.createDirectory(other)
        let file: JSON = ["model_type": "gemma3", "text_config": .object(golden.configuration)]
        try FileSystem.write(file.pretty, to: "\(other)/config.json")
        var tensors = try stored.names.map { (prefix + $0.dropFirst("model.".count), try stored[$0]!) }
        tensors.append(("vision_tower.weight", .zeros([3])))
        try Safetensors.write(tensors, to: "\(other)/model.safetensors")
        let model = try LanguageModel(directory: other)
        #expect(model.configuration == expected.configuration)
        for (one, two) in zip(model.parameters, expected.parameters) {
          #expect(one.value.littleEndianBytes == two.value.littleEndianBytes, "\(one.name)")
        }
      }
    }
  }

  /// A tensor that the model has no place for belongs to another model; tables that everyone computes do not matter.
  @Test func tensorsWithoutAPlaceAreRefused() throws {
    let golden = try FamilyGolden("gpt_neox-sequential")
    try golden.withDirectory { directory in
      let file = "\(directory)/model.safetensors"
      let stored = try Safetensors(file: file)
      let tensors = try stored.names.map { ($0, try stored[$0]!) }
      let harmless = [
        "gpt_neox.layers.0.attention.bias", "gpt_neox.layers.0.attention.masked_bias",
        "gpt_neox.layers.1.attention.rotary_emb.inv_freq", "embed_out.weight",
      ]
      try Safetensors.write(tensors + harmless.map { ($0, .zeros([2])) }, to: file)
      _ = try LanguageModel(directory: directory)
      for name in ["gpt_neox.layers.2.attention.dense.bias", "vision_tower.weight", "score.weight"] {
        try Safetensors.write(tensors + [(name, .zeros([2]))], to: file)
        expectError("model.safetensors", "\"\(name)\" has no place") {
          _ = try LanguageModel(directory: directory)
        }
      }
    }
  }
}
