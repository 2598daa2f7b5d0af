import MartletModel
import MartletText
import Testing

/// `martlet new`, `convert`, `inspect` of files and `train --from` end to end.
@Suite struct ModelFilesCommandsTests {
  private static let text = String(
    repeating: "It is said in Orrin Bay that the martlet never lands, for it has no feet.\n", count: 40)

  @discardableResult
  private func martlet(_ arguments: String...) throws -> BuiltProgram.Result {
    let result = try BuiltProgram.run(arguments)
    #expect(result.status == 0, "\(result.errors)")
    return result
  }

  /// Runs `body` with a directory that holds `text.txt` and, for each of some families, a new model.
  private func withModels(
    _ families: [any Architecture.Type] = Architectures.all, _ body: (_ directory: String) throws -> Void
  ) throws {
    try BuiltProgram.withTemporaryDirectory { directory in
      try FileSystem.write(Self.text, to: "\(directory)/text.txt")
      for family in families {
        let report = try martlet(
          "new", "--architecture", family.name, "--layers", "2", "--heads", "2", "--width", "16", "--context",
          "40",
          "--tokenizer", "characters", "--data", "\(directory)/text.txt", "--json",
          "\(directory)/\(family.name)"
        ).json
        #expect(report["architecture"]?.string == family.name)
        let model = try LanguageModel(directory: "\(directory)/\(family.name)")
        #expect(report["parameters"]?.int == model.parameterCount && model.configuration.context == 40)
      }
      try body(directory)
    }
  }

  @Test func newModelsAreConvertedAndInspected() throws {
    try withModels { directory in
      for family in Architectures.all {
        let source = "\(directory)/\(family.name)"
        let target = "\(source)-parts"
        try martlet("convert", source, target, "--precision", "bfloat16", "--max-shard-size", "4KB")
        let whole = try martlet("inspect", "\(source)/model.safetensors", "--json").json
        let parts = try martlet("inspect", "\(target)/model.safetensors.index.json", "--json").json
        #expect(whole["count"] == parts["count"] && whole["metadata"] == ["format": "pt"])
        #expect(whole["bytes"]?.int == 2 * (parts["bytes"]?.int ?? 0))
        #expect(parts["types"]?.object?.keys == ["BF16"] && (parts["files"]?.array?.count ?? 0) > 2)
        let checkpoint = try Checkpoint(directory: source)
        for tensor in whole["tensors"]?.array ?? [] {
          let name = try #require(tensor["name"]?.string)
          #expect(tensor["shape"]?.array?.map(\.int) == checkpoint.shape(of: name))
          #expect(tensor["type"] == "F32" && tensor["bytes"]?.int == checkpoint.byteCount(of: name))
        }
        #expect(whole["tensors"]?.array?.count == checkpoint.names.count)
        let text = try martlet("inspect", target).output
        #expect(text.contains("(BF16) in ") && text.contains("Tokenizer"))
        #expect(try martlet("score", target, "--text", "the martlet").output.contains("nats"))
      }
    }
  }

  /// The same seed gives the same model, another seed another.
  @Test func newModelsFollowTheSeed() throws {
    try BuiltProgram.withTemporaryDirectory { directory in
      for (name, seed) in [("a", "3"), ("b", "3"), ("c", "4")] {
        try martlet(
          "new", "--layers", "1", "--heads", "1", "--width", "8", "--context", "8", "--tokenizer", "bytes",
          "--seed",
          seed, "\(directory)/\(name)")
      }
      let weights = try ["a", "b", "c"].map { try FileSystem.read("\(directory)/\($0)/model.safetensors") }
      #expect(weights[0] == weights[1] && weights[0] != weights[2])
    }
  }

  @Test func trainingGoesOnFromEveryFamily() throws {
    try withModels { directory in
      for family in Architectures.all {
        let (base, run) = ("\(directory)/\(family.name)", "\(directory)/run-\(family.name)")
        try martlet(
          "train", "--from", base, "--data", "\(directory)/text.txt", "--context", "16", "--batch-size", "2",
          "--samples", "0", "--steps", "2", "--output", run)
        let (before, after) = (try LanguageModel(directory: base), try LanguageModel(directory: run))
        #expect(after.architecture.name == family.name && after.configuration == before.configuration)
        let distance = zip(before.parameters, after.parameters).map { before, after in
          zip(before.value.scalars, after.value.scalars).reduce(0) { max($0, abs($1.0 - $1.1)) }
        }
        // Two steps of at most the learning rate each: near the model, and no longer at it.
        #expect(distance.allSatisfy { $0 < 1e-3 } && distance.contains { $0 > 1e-6 }, "\(family.name)")
      }
    }
  }

  /// The model's own architecture, weights and tokenizer, a context shorter than its own, and a kill in between.
  @Test func aKilledRunGoesOnWithoutItsModel() throws {
    let families = [Architectures.all.first!, Architectures.all.last!]
    try withModels(families) { directory in
      for family in families {
        let base = "\(directory)/\(family.name)"
        try FileSystem.write("{{ messages }}", to: "\(base)/chat_template.jinja")
        let options =
          "--from \(base) --data \(directory)/text.txt --context 16 --batch-size 4 --samples 0 --steps 60 "
          + "--evaluate-every 10"
        let run = "\(directory)/run-\(family.name)"
        let result = try BuiltProgram.shell(
          """
          "$martlet" train \(options) --output \(run)-whole --json && {
          "$martlet" train \(options) --output \(run)-cut > \(directory)/log 2>&1 &
          while ! grep -q '"step":25,' \(run)-cut/metrics.jsonl 2>/dev/null; do sleep 0.01; done
          kill -KILL $!; wait $!
          rm -r \(base)
          "$martlet" train --resume \(run)-cut --samples 0 --json; }
          """)
        #expect(result.status == 0, "\(result.errors)")
        for file in ["model.safetensors", "state.safetensors", "config.json", "tokenizer.json"] {
          #expect(
            try FileSystem.read("\(run)-cut/\(file)") == FileSystem.read("\(run)-whole/\(file)"), "\(file)")
        }
        #expect(FileSystem.exists("\(run)-cut/chat_template.jinja"))
        let trained = try LanguageModel(directory: "\(run)-whole")
        #expect(trained.configuration.context == 40 && trained.architecture.name == family.name)
      }
    }
  }

  /// Heads stay what they are, and are told apart by those who need another.
  @Test func headsAreConvertedAndInspected() throws {
    try withModels([Llama.self]) { directory in
      let base = try LanguageModel(directory: "\(directory)/llama")
      let tokenizer = try Tokenizer(contentsOf: "\(directory)/llama")
      let labels = ClassLabels(["calm", "stormy", "“foggy”"], problem: .multipleLabels)
      let width = base.configuration.width
      let (reward, classes) = (
        ScalarHead(width: width, seed: 1), SequenceClassifierHead(width: width, labels: labels, seed: 2)
      )
      let values = JointHead(base.head, ValueHead(width: width, seed: 3))
      func check<HeadType: StoredHead>(_ name: String, _ head: HeadType, _ expected: JSON, _ line: String)
        throws
      {
        let (source, target) = ("\(directory)/\(name)", "\(directory)/\(name)-narrow")
        let model = base.replacingHead(with: head)
        try model.save(to: source)
        try tokenizer.save(to: source)
        let report = try martlet("convert", source, target, "--precision", "bfloat16", "--json").json
        #expect(report["parameters"]?.int == model.parameterCount)
        let found = try martlet("inspect", target, "--json").json
        #expect(found["head"] == expected && found["parameters"]?["total"]?.int == model.parameterCount)
        #expect(found["tensors"]?.array?.last?["name"]?.string == model.parameters.last?.name)
        #expect(try martlet("inspect", target).output.contains(line))
        #expect(try Model<HeadType>(directory: target).head.form == head.form)
      }
      try check("reward", reward, ["kind": "scalar", "classes": ["LABEL_0"]], "a model of  rewards\n")
      try check(
        "classes", classes,
        [
          "kind": "sequence_classifier", "classes": ["calm", "stormy", "“foggy”"],
          "problem_type": "multi_label_classification",
        ], "class 2      “foggy”\n")
      try check(
        "values", values, ["kind": "value", "language_model": true],
        "a model of  the next token and of values")
      #expect(
        try martlet("inspect", "\(directory)/llama", "--json").json["head"] == ["kind": "language_model"])

      let others = [
        ["generate", "\(directory)/classes", "--prompt", "the"],
        ["train", "--from", "\(directory)/classes", "--output", "\(directory)/run"],
      ]
      for command in others {
        let result = try BuiltProgram.run(command)
        #expect(result.status != 0 && result.output.isEmpty)
        #expect(
          result.errors.hasPrefix(
            "error: \(directory)/classes is a model of 3 classes of sequences, not of the next token; `martlet score`"
          ),
          "\(result.errors)")
      }
      // Beside values there is a language model.
      #expect(
        try !martlet("generate", "\(directory)/values", "--prompt", "the", "--max-tokens", "3").output.isEmpty
      )
    }
  }

  @Test func contradictionsAreErrors() throws {
    try withModels([Architectures.all[0]]) { directory in
      let base = "\(directory)/\(Architectures.all[0].name)"
      func expectError(_ arguments: [String], _ fragment: String) throws {
        let before = try FileSystem.names(inDirectory: directory)
        let result = try BuiltProgram.run(arguments)
        #expect(result.status != 0 && result.output.isEmpty)
        #expect(result.errors.hasPrefix("error: ") && result.errors.contains(fragment), "\(result.errors)")
        #expect(try FileSystem.names(inDirectory: directory) == before)
      }
      let output = ["--output", "\(directory)/run"]
      try expectError(
        ["train", "--from", base, "--layers", "2"] + output, "--layers cannot be given with --from")
      try expectError(
        ["train", "--from", base, "--tokenizer", "bytes"] + output, "--tokenizer cannot be given with --from")
      try expectError(["train", "--from", base, "--resume", base], "--from and --resume contradict")
      try expectError(["train", "--from", base, "--context", "41"] + output, "longer than the model's of 40")
      try expectError(["train", "--from", "\(directory)/none"] + output, "none/config.json")
      try expectError(["convert", base, directory], "not empty")
      try expectError(["convert", base, "\(directory)/new", "--precision", "int8"], "--precision")
      try expectError(["convert", base, "\(directory)/new", "--max-shard-size", "0"], "--max-shard-size")
      try expectError(["convert", "\(directory)/none", "\(directory)/new"], "none")
      try expectError(["inspect", "\(directory)/none.safetensors"], "none.safetensors")
      try expectError(["new", base], "not empty")
      try expectError(["new", "--architecture", "abacus", "\(directory)/new"], "abacus")
    }
  }
}
