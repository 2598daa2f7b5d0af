import MartletTensor
import MartletText
import Testing

@testable import MartletModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Adapters' directories: what is read is written again, whole, and what is wrong is one sentence.
@Suite struct AdapterFileTests {
  /// Reads, writes and reads again.
  private struct RoundTrip: AdapterGoldenBody {
    let golden: AdapterGolden
    let directory: String
    let written: String

    func callAsFunction<HeadType: GoldenHead>(_ model: Model<HeadType>) throws {
      try model.saveAdapter(to: written, base: "../base")
      #expect(
        try FileSystem.names(inDirectory: written) == ["adapter_config.json", "adapter_model.safetensors"])
      let (before, after) = (
        try Safetensors(file: "\(directory)/adapter_model.safetensors"),
        try Safetensors(file: "\(written)/adapter_model.safetensors")
      )
      #expect(after.names == before.names)
      for name in before.names {
        #expect(
          after.shape(of: name) == before.shape(of: name) && after.bytes(of: name) == before.bytes(of: name))
      }
      let keys = try JSONReader(file: "\(written)/adapter_config.json").members
      for key in [
        "peft_type", "task_type", "bias", "fan_in_fan_out", "use_dora", "use_rslora", "lora_dropout",
      ] {
        #expect(keys[key] == golden.configuration[key], "\(key)")
      }
      let again = try Model<HeadType>(directory: written)
      #expect(again.parameters.map(\.name) == model.parameters.map(\.name))
      for (one, two) in zip(again.parameters, model.parameters) {
        #expect(one.value.littleEndianBytes == two.value.littleEndianBytes, "\(one.name)")
        #expect(one.isTrainable == two.isTrainable, "\(one.name)")
      }
      for (one, two) in zip(again.decoder.adapters, model.decoder.adapters) {
        var (one, two) = (one.adapter.adaptation, two.adapter.adaptation)
        // What a file's choice of modules says is left to the names of its tensors.
        (one.layers, two.layers) = ([], [])
        #expect(one == two)
      }
      #expect(again.head.form == model.head.form)
    }
  }

  /// With `MARTLET_WRITTEN_ADAPTERS`, what is written stays in that directory, for `check_adapters.py`.
  @Test(arguments: AdapterGolden.names) func anAdapterIsWrittenAsItWasRead(name: String) throws {
    let golden = try AdapterGolden(name)
    try golden.withDirectory { directory in
      let written = FileSystem.join(FileSystem.directory(of: directory), "written")
      try golden.withModel(directory, RoundTrip(golden: golden, directory: directory, written: written))
      guard let kept = getenv("MARTLET_WRITTEN_ADAPTERS").map({ "\(String(cString: $0))/\(name)" }) else {
        return
      }
      try FileSystem.createDirectory(kept)
      for file in try FileSystem.names(inDirectory: written) {
        try FileSystem.write(FileSystem.read("\(written)/\(file)"), to: "\(kept)/\(file)")
      }
    }
  }

  /// A new adapter of every family under every kind of head, written and read.
  @Test(arguments: TestModels.forms) func newAdapters(form: TestModels.Form) throws {
    try TestFiles.withTemporaryDirectory { directory in
      let base = form.model()
      try base.save(to: "\(directory)/base")
      func check<HeadType: StoredHead>(_ head: HeadType, _ adaptation: LowRankAdaptation, _ name: String)
        throws
      {
        guard HeadType.className(in: form.architecture) != nil else { return }
        let trunk = try LanguageModel(directory: "\(directory)/base")
        let model = trunk.replacingHead(with: head).adapted(by: adaptation, seed: 5)
        for parameter in model.parameters where parameter.isTrainable {
          let noise = RandomParameters(seed: 9).parameter(
            parameter.name, shape: parameter.value.shape, initially: .normal(standardDeviation: 0.1))
          parameter.value = parameter.value + noise.value
        }
        try model.saveAdapter(to: "\(directory)/\(name)", base: "\(directory)/base")
        let again = try Model<HeadType>(directory: "\(directory)/\(name)")
        #expect(again.parameters.map(\.name) == model.parameters.map(\.name))
        for (one, two) in zip(again.parameters, model.parameters) {
          #expect(one.value.littleEndianBytes == two.value.littleEndianBytes, "\(one.name)")
          #expect(one.isTrainable == two.isTrainable, "\(one.name)")
        }
        #expect(again.head.form == model.head.form)
        let merge = AdapterMerge()
        let merged = try merge.merge("\(directory)/\(name)", to: "\(directory)/merged-\(name)")
        let whole = try Model<HeadType>(directory: "\(directory)/merged-\(name)")
        // Beside values, the base's own head is kept.
        if HeadType.self != ValueHead.self {
          #expect(merged.parameterCount == whole.parameterCount && whole.head.form == model.head.form)
        }
        let tokens = TestModels.sequences([20])[0]
        let (expected, found) = (
          model.decoder.hiddenStates(of: tokens, offsets: [0, 20]).scalars,
          whole.decoder.hiddenStates(of: tokens, offsets: [0, 20]).scalars
        )
        let size = expected.map { abs($0) }.max() ?? 1
        #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 1e-5 * max(1, size) })
        for (one, two) in zip(whole.head.parameters, model.head.parameters) {
          #expect(one.value.littleEndianBytes == two.value.littleEndianBytes)
        }
      }
      let labels = ClassLabels(["good", "bad", "ugly"], problem: .multipleLabels)
      try check(base.head, LowRankAdaptation(rank: 3, alpha: 2.5, dropout: 0.125), "language")
      try check(ScalarHead(width: 24, seed: 2), LowRankAdaptation(rank: 2, isDecomposed: true), "reward")
      try check(
        SequenceClassifierHead(width: 24, labels: labels, seed: 2),
        LowRankAdaptation(rank: 1, layers: ["output", "down"], isRankStabilized: true), "classes")
      try check(
        TokenClassifierHead(width: 24, labels: labels, seed: 2), LowRankAdaptation(rank: 2), "tokens")
      try check(ValueHead(width: 24, seed: 2), LowRankAdaptation(rank: 2), "value")
      // A language model may leave out the values beside it.
      #expect(try LanguageModel(directory: "\(directory)/value").isAdapted)
      try check(JointHead(base.head, ValueHead(width: 24, seed: 2)), LowRankAdaptation(rank: 2), "both")
    }
  }

  /// The names that choose modules are short, and choose no other.
  @Test func shortestNames() {
    let all = ["h.0.attn.c_attn", "h.0.attn.c_proj", "h.0.mlp.c_fc", "h.0.mlp.c_proj"]
    func names(_ chosen: [Int]) -> [String] {
      ModuleSelection.shortestNames(choosing: chosen.map { all[$0] }, among: all)
    }
    #expect(names([0, 1, 2, 3]) == ["c_attn", "c_proj", "c_fc"])
    #expect(names([0, 1]) == ["c_attn", "attn.c_proj"] && names([3]) == ["mlp.c_proj"])
    let two = all + all.map { $0.replacing(".0.", with: ".1.") }
    #expect(
      ModuleSelection.shortestNames(
        choosing: ["h.1.mlp.c_fc", "h.0.attn.c_attn", "h.1.attn.c_attn"], among: two) == [
          "1.mlp.c_fc", "c_attn",
        ])
    #expect(ModuleSelection.shortestNames(choosing: ["a", "b.a"], among: ["a", "b.a", "c"]) == ["a"])
  }
}
