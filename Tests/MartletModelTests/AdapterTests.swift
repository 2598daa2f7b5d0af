import MartletTensor
import Testing

@testable import MartletModel

/// Changes of low rank: they start as nothing, train alone, and can be merged.
@Suite struct AdapterTests {
  struct Case: Sendable, CustomStringConvertible {
    let form: TestModels.Form
    let adaptation: LowRankAdaptation
    var description: String { "\(form), \(adaptation)" }
  }

  static let cases: [Case] = TestModels.forms.flatMap { form in
    [
      LowRankAdaptation(rank: 3),
      LowRankAdaptation(rank: 4, alpha: 5, layers: ["output", "down"], isRankStabilized: true),
      LowRankAdaptation(rank: 2, isDecomposed: true),
    ].map { Case(form: form, adaptation: $0) }
  }

  private let tokens = TestModels.sequences([9, 2, 14])
  private var batch: TokenBatch { TokenBatch(tokens) }

  /// The model with changes that are not nothing.
  private func changed(_ test: Case) -> LanguageModel {
    let model = test.form.model().adapted(by: test.adaptation, seed: 3)
    for parameter in model.parameters where parameter.isTrainable && parameter.name.contains(".adapter.") {
      let noise = RandomParameters(seed: 9).parameter(
        parameter.name, shape: parameter.value.shape, initially: .normal(standardDeviation: 0.1)
      ).value
      parameter.value = parameter.value + noise
    }
    return model
  }

  @Test(arguments: cases) func aNewAdapterChangesNothing(_ test: Case) {
    let expected = test.form.model().logProbabilities(of: batch).scalars
    let found = test.form.model().adapted(by: test.adaptation, seed: 3).logProbabilities(of: batch).scalars
    if test.adaptation.isDecomposed {
      #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 1e-5 })
    } else {
      #expect(expected == found)
    }
  }

  @Test(arguments: cases) func onlyAdaptersTrain(_ test: Case) {
    let model = changed(test)
    model.logProbabilities(of: batch).sum().backward()
    let trained = model.parameters.filter { $0.gradient != nil }
    #expect(trained.allSatisfy { $0.name.contains(".adapter.") })
    #expect(Set(model.parameters.map(\.name)).count == model.parameters.count)
    // Products of one module have one matrix A.
    let (perProduct, adapters) = (test.adaptation.isDecomposed ? 2 : 1, model.decoder.adapters)
    let modules = Set(adapters.map { ObjectIdentifier($0.adapter.down) }).count
    #expect(trained.count == adapters.count * perProduct + modules)
    let products = test.form.model().decoder.blocks.flatMap(\.products)
    // Of the two layers that are chosen where not all are, blocks of experts have one.
    let chosen = 2 * test.form.configuration.layers - test.form.configuration.expertLayers
    #expect(model.decoder.adapters.count == (test.adaptation.layers.count == 2 ? chosen : products.count))
  }

  @Test(arguments: cases) func mergedWeightsGiveTheSame(_ test: Case) {
    let model = changed(test)
    let merged = model.mergingAdapters()
    #expect(model.isAdapted && !merged.isAdapted)
    #expect(merged.parameters.map(\.name) == test.form.model().parameters.map(\.name))
    #expect(merged.parameters.allSatisfy { $0.isTrainable })
    let (expected, found) = (
      model.logProbabilities(of: batch).scalars, merged.logProbabilities(of: batch).scalars
    )
    #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(expected != test.form.model().logProbabilities(of: batch).scalars)
  }

  /// Parts of a batch, and blocks whose results are computed again, give the bits of the whole; with dropout too.
  @Test(arguments: cases, [Float(0), 0.3]) func gradientsAreExact(_ test: Case, dropout: Float) {
    var adaptation = test.adaptation
    adaptation.dropout = dropout
    func gradients(_ parts: [Range<Int>], isCheckpointed: Bool) -> [[Float]] {
      let model = changed(Case(form: test.form, adaptation: adaptation))
      for part in parts {
        let batch = TokenBatch(Array(tokens[part]))
        let firstToken = tokens[..<part.lowerBound].reduce(0) { $0 + $1.count - 1 }
        AdapterDropout.with(AdapterDropout(seed: 5, step: 2, firstToken: firstToken)) {
          model.logProbabilities(of: batch, dropout: nil, isCheckpointed: isCheckpointed)
            .backward(.filled(with: 1, shape: [batch.tokens.count]))
        }
      }
      return model.parameters.compactMap { $0.gradient?.scalars }
    }
    let whole = gradients([0..<3], isCheckpointed: false)
    #expect(gradients([0..<1, 1..<3], isCheckpointed: false) == whole)
    #expect(gradients([0..<3], isCheckpointed: true) == whole)
    // The masks are not nothing.
    adaptation.dropout = 0
    #expect((gradients([0..<3], isCheckpointed: false) == whole) == (dropout == 0))
  }

  /// With m = ‖W + ΔW‖ a decomposed change is the plain one; twice the magnitude doubles the product.
  @Test func magnitudesByHand() {
    let weight = Parameter("w", Tensor([3, 4, 0, 1], shape: [2, 2]))
    let adaptation = LowRankAdaptation(rank: 1, alpha: 2, layers: ["query"], isDecomposed: true)
    let module = AdaptedModule(name: "q_proj", products: ["blocks.0.attention.query"], layout: .same)
    let adapter = LowRankAdapter(
      "blocks.0.attention.query", of: module, adapting: weight, adaptation,
      from: RandomParameters(seed: 1).parameter)
    #expect(adapter.magnitude?.value.scalars == [5, 1] && adapter.scale == 2)
    adapter.down.value = Tensor([1, 0], shape: [1, 2])
    adapter.up.value = Tensor([1.5, 0], shape: [2, 1])
    // W + 2 · B A = [[6, 4], [0, 1]], of lengths √52 and 1; rows are brought to 5 and 1.
    let merged = adapter.mergedWeight(weight).scalars
    let length = Float(52).squareRoot()
    for (found, expected) in zip(merged, [6 * 5 / length, 4 * 5 / length, 0, 1]) {
      #expect(abs(found - expected) < 1e-6)
    }
  }

  /// The lengths of rows are found anew whenever what they come from is another.
  @Test func lengthsFollowTheValues() {
    let form = TestModels.forms[2]
    let test = Case(form: form, adaptation: LowRankAdaptation(rank: 2, isDecomposed: true))
    let model = changed(test)
    var seen: [[Float]] = [model.logProbabilities(of: batch).scalars]
    for path in ["down", "up"] {
      for parameter in model.parameters where parameter.name.hasSuffix(".adapter." + path) {
        parameter.value = parameter.value * 1.5
      }
      seen.append(model.logProbabilities(of: batch).scalars)
    }
    let weight = model.decoder.blocks[0].attention.query.weight
    weight.value = weight.value * 2
    seen.append(model.logProbabilities(of: batch).scalars)
    #expect(Set(seen).count == 4)
    // A model that never saw the other values gives the same.
    let other = changed(test)
    for (one, two) in zip(other.parameters, model.parameters) { one.value = two.value }
    #expect(other.logProbabilities(of: batch).scalars == seen[3])
  }

  /// Modules that hold several products: one matrix A, named after all of them.
  @Test func productsOfOneModule() throws {
    func modules(_ name: String) -> [String: [String]] {
      let form = TestModels.forms.first { $0.description == name }!
      let modules = AdaptedModule.all(of: form.configuration, form.architecture)
      return Dictionary(
        uniqueKeysWithValues: modules.filter { $0.block == 1 }.map { module in
          (String(module.name.split(separator: ".").suffix(2).joined(separator: ".")), module.layers)
        })
    }
    let fused = ["query", "key", "value"]
    #expect(
      modules("GPT-2") == [
        "attn.c_attn": fused, "attn.c_proj": ["output"], "mlp.c_fc": ["up"], "mlp.c_proj": ["down"],
      ])
    #expect(
      modules("GPT-NeoX") == [
        "attention.query_key_value": fused, "attention.dense": ["output"], "mlp.dense_h_to_4h": ["up"],
        "mlp.dense_4h_to_h": ["down"],
      ])
    #expect(
      modules("Phi-3") == [
        "self_attn.qkv_proj": fused, "self_attn.o_proj": ["output"], "mlp.gate_up_proj": ["gate", "up"],
        "mlp.down_proj": ["down"],
      ])
    #expect(
      modules("Mixtral").keys.sorted().map { $0.suffix(6) } == ["k_proj", "o_proj", "q_proj", "v_proj"])
    #expect(modules("Qwen3-MoE, experts in one layer").count == 4)
    let phi = TestModels.forms.first { $0.description == "Phi-3" }!.model()
    let adapted = phi.adapted(by: LowRankAdaptation(rank: 2, isDecomposed: true), seed: 1)
    let attention = adapted.decoder.blocks[1].attention
    #expect(attention.query.adapter?.down === attention.value.adapter?.down)
    #expect(attention.query.adapter?.down.name == "blocks.1.attention.queryKeyValue.adapter.down")
    #expect(attention.query.adapter?.up !== attention.value.adapter?.up)
    #expect(attention.output.adapter?.down.name == "blocks.1.attention.output.adapter.down")
    #expect(
      adapted.decoder.blocks[0].feedForward?.up.adapter?.down.name
        == "blocks.0.feedForward.gateUp.adapter.down")
  }

  /// Chosen blocks alone are changed, and the file says which.
  @Test(arguments: ["GPT-2", "Phi-3", "Qwen2", "Qwen3-MoE, experts in one layer"]) func chosenBlocks(
    name: String
  ) throws {
    let form = TestModels.forms.first { $0.description == name }!
    try TestFiles.withTemporaryDirectory { directory in
      try form.model().save(to: "\(directory)/base")
      let layers: Set = ["query", "key", "value", "down"]
      let adaptation = LowRankAdaptation(rank: 2, layers: layers, blocks: [0])
      let model = form.model().adapted(by: adaptation, seed: 1)
      #expect(model.decoder.blocks[0].attention.query.adapter != nil)
      #expect(model.decoder.blocks[0].attention.output.adapter == nil)
      #expect(model.decoder.blocks[1...].allSatisfy { $0.products.allSatisfy { $0.adapter == nil } })
      try model.saveAdapter(to: "\(directory)/adapter", base: "../base")
      let names = try Safetensors(file: "\(directory)/adapter/adapter_model.safetensors").names
      #expect(names.allSatisfy { $0.contains(".0.") } && !names.isEmpty)
      let again = try LanguageModel(directory: "\(directory)/adapter")
      #expect(again.parameters.map(\.name) == model.parameters.map(\.name))
    }
  }

  @Test func blocksThatCanNotBeChosen() throws {
    func problem(_ name: String, _ layers: Set<String>, _ blocks: Set<Int>) throws -> String {
      let model = TestModels.forms.first { $0.description == name }!.model()
      return try #require(LowRankAdaptation(layers: layers, blocks: blocks).problem(of: model))
    }
    let all = Set(LowRankAdaptation.allLayers)
    #expect(try problem("GPT-2", all, [1, 2]) == "there is no block 2; the model has the blocks 0 to 1")
    #expect(try problem("GPT-2", all, [-1]).contains("no block -1"))
    #expect(try problem("GPT-2", all, []).contains("no block is chosen"))
    // Its first block has a plain feed-forward layer, and its second experts.
    #expect(
      try problem("Qwen3-MoE, experts in one layer", ["up"], [1]).contains("no chosen block has a layer up"))
    let model = TestModels.forms.first { $0.description == "Qwen3-MoE, experts in one layer" }!.model()
    #expect(LowRankAdaptation(layers: ["up"], blocks: [0, 1]).problem(of: model) == nil)
  }

  /// What a model can't be adapted by is one sentence.
  @Test(arguments: [
    (
      "GPT-2", ["query"],
      ["gpt2 models", "query, key and value in one module, \"c_attn\"", "not query alone"]
    ),
    ("GPT-NeoX", ["key", "value", "up"], ["\"query_key_value\"", "not key and value alone"]),
    ("Phi-3", ["gate"], ["gate and up in one module, \"gate_up_proj\""]),
    ("GPT-2", ["gate"], ["no layer gate", "choose from query, key, value, output, up, down"]),
    ("Mixtral", ["up", "down"], ["no layer down or up", "experts are not changed"]),
  ]) func whatAModelCanNotBeAdaptedBy(name: String, layers: [String], parts: [String]) throws {
    let model = TestModels.forms.first { $0.description == name }!.model()
    let problem = try #require(LowRankAdaptation(layers: Set(layers)).problem(of: model))
    for part in parts { #expect(problem.contains(part), "\(problem)") }
    #expect(LowRankAdaptation().problem(of: model) == nil)
    let adapted = model.adapted(by: LowRankAdaptation(), seed: 1)
    #expect(LowRankAdaptation().problem(of: adapted)?.contains("has adapters already") == true)
  }

  @Test func whatContradictsItself() {
    for (adaptation, fragment) in [
      (LowRankAdaptation(rank: 0), "rank"), (LowRankAdaptation(alpha: -1), "alpha"),
      (LowRankAdaptation(dropout: 1), "dropout"), (LowRankAdaptation(layers: []), "no layer"),
      (LowRankAdaptation(layers: ["q_proj"]), "\"q_proj\" is not one of"),
    ] {
      #expect(adaptation.problem?.contains(fragment) == true)
    }
    #expect(LowRankAdaptation().problem == nil && LowRankAdaptation(rank: 4, alpha: 8).scale == 2)
    #expect(LowRankAdaptation(rank: 4, alpha: 8, isRankStabilized: true).scale == 4)
  }
}
