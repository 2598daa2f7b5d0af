import MartletModel
import MartletTensor
import MartletText
import Testing

/// Adapters' directories as the commands see them, and `martlet merge`.
@Suite struct AdapterCommandsTests {
  @discardableResult
  private func martlet(_ arguments: String...) throws -> BuiltProgram.Result {
    let result = try BuiltProgram.run(arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result
  }

  private func expectFailure(_ arguments: String..., saying parts: String...) throws {
    let result = try BuiltProgram.run(arguments)
    #expect(result.status == 1 && result.output.isEmpty)
    for part in ["error: "] + parts { #expect(result.errors.contains(part), "\(result.errors)") }
  }

  /// Runs `body` with the directory of an adapter, beside which its base lies as `run`.
  private func withAdapter(_ body: (_ base: String, _ adapter: String) throws -> Void) throws {
    try TestRun.with { base in
      let adaptation = LowRankAdaptation(rank: 3, alpha: 6, dropout: 0.1, isDecomposed: true)
      let model = try LanguageModel(directory: base).adapted(by: adaptation, seed: 1)
      // A step, so that the changes are not nothing.
      for _ in 0..<2 {
        model.logProbabilities(of: TokenBatch([Array(1...20)])).sum().backward()
        for parameter in model.parameters where parameter.isTrainable {
          parameter.value = parameter.value + parameter.gradient! * 0.05
          parameter.clearGradient()
        }
      }
      let adapter = "\(FileSystem.directory(of: base))/adapter"
      try model.saveAdapter(to: adapter, base: "../run")
      try body(base, adapter)
    }
  }

  @Test func commandsReadAdapters() throws {
    try withAdapter { base, adapter in
      func score(_ directory: String) throws -> Double {
        let result = try martlet("score", directory, "--text", "the martlet never lands", "--json")
        return try #require(result.json["log_probability"]?.double)
      }
      let (adapted, plain) = (try score(adapter), try score(base))
      #expect(abs(adapted - plain) > 1e-2)
      let merged = adapter + "-merged"
      let report = try martlet("merge", adapter, "--output", merged, "--json").json
      #expect(report["directory"]?.string == merged && report["architecture"] == "llama")
      #expect(report["parameters"]?.int == (try LanguageModel(directory: base).parameterCount))
      #expect(abs(try score(merged) - adapted) < 1e-3)
      #expect(
        try martlet("generate", adapter, "--prompt", "It is", "--max-tokens", "4").output.contains("It is"))
      let inspected = try martlet("inspect", adapter, "--json").json
      #expect(inspected["rank"] == 3 && inspected["decomposed"] == true && inspected["base"] == "../run")
      #expect(inspected["modules"]?.array?.count == 14)
      let layers = ["down_proj", "gate_proj", "up_proj", "k_proj", "o_proj", "q_proj", "v_proj"]
      #expect(inspected["layers"]?.array?.compactMap(\.string) == layers)
      let text = try martlet("inspect", adapter).output
      #expect(text.contains("an adapter (DoRA) of rank 3") && text.contains("model.layers.1.mlp.up_proj"))
      #expect(
        try martlet("merge", adapter, "--output", merged + "-half", "--precision", "float16").output.contains(
          "F16"))
    }
  }

  @Test func whatIsNoAdapter() throws {
    try withAdapter { base, adapter in
      try expectFailure("merge", base, "--output", adapter + "-2", saying: "is no adapter")
      try expectFailure("merge", adapter, "--output", base, saying: "not empty")
      try expectFailure(
        "merge", adapter, "--output", adapter + "-2", "--base", "/nowhere", saying: "/nowhere")
      try expectFailure("convert", adapter, adapter + "-2", saying: "holds an adapter", "martlet merge")
      try expectFailure(
        "train", "--from", adapter, "--output", adapter + "-2", saying: "holds an adapter", "martlet merge")
      try FileSystem.write("{}", to: "\(adapter)/adapter_config.json")
      for command in ["inspect", "score"] {
        try expectFailure(
          [command, adapter] + (command == "score" ? ["--text", "a"] : []),
          saying: "adapter_config.json: the key \"peft_type\" is missing")
      }
      #expect(!FileSystem.exists(adapter + "-2"))
    }
  }

  private func expectFailure(_ arguments: [String], saying part: String) throws {
    let result = try BuiltProgram.run(arguments)
    #expect(result.status == 1 && result.errors.contains("error: ") && result.errors.contains(part))
  }

  /// `--rate` and `--freeze` reach the recipe, and a path that is none is refused.
  @Test func partsWithRatesOfTheirOwn() throws {
    try BuiltProgram.withTemporaryDirectory { directory in
      try FileSystem.write(String(repeating: TestRun.text, count: 40), to: "\(directory)/text.txt")
      let options = [
        "train", "--data", "\(directory)/text.txt", "--output", "\(directory)/run", "--tokenizer",
        "characters",
        "--layers", "2", "--heads", "2", "--width", "16", "--context", "16", "--batch-size", "2", "--steps",
        "3",
        "--samples", "0",
      ]
      let given = ["--freeze", "blocks", "--rate", "blocks.1.attention=0.5", "--rate", "tokenEmbedding=2"]
      #expect(try BuiltProgram.run(options + given).status == 0)
      let recipe = try JSON(file: "\(directory)/run/recipe.json")
      #expect(
        recipe["parameter_groups"] == [
          ["path": "blocks.1.attention", "rate": 0.5], ["path": "tokenEmbedding", "rate": 2.0],
          ["path": "blocks", "rate": 0.0],
        ])
      for (option, value, expected) in [
        ("--freeze", "block", "no parameter's path begins with \"block\""), ("--rate", "blocks", "blocks"),
        ("--rate", "blocks=x", "blocks=x"), ("--rate", "blocks=-1", "at least 0"),
      ] {
        var other = options
        other[4] = "\(directory)/other"
        let result = try BuiltProgram.run(other + [option, value])
        #expect(result.status != 0 && result.errors.contains(expected), "\(result.errors)")
        #expect(!FileSystem.exists(other[4]))
      }
    }
  }
}
