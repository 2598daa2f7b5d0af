import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// What is wrong with an adapter's directory is one sentence that says which file, what was found and what to do.
@Suite struct HostileAdapterTests {
  /// Runs `body` with the directory of a golden adapter, its configuration and its tensors.
  private func withAdapter(
    _ name: String,
    _ body: (_ directory: String, _ keys: JSONObject, _ tensors: [(String, Tensor)]) throws -> Void
  ) throws {
    let golden = try AdapterGolden(name)
    try golden.withDirectory {
      try body($0, golden.configuration, golden.tensors.map { ($0.name, $0.tensor) })
    }
  }

  private func write(_ keys: JSONObject, to directory: String) throws {
    try FileSystem.write(JSON.object(keys).pretty, to: "\(directory)/adapter_config.json")
  }

  private func write(_ tensors: [(String, Tensor)], to directory: String) throws {
    try Safetensors.write(tensors, to: "\(directory)/adapter_model.safetensors")
  }

  /// A key and a value for it that are refused, and what is said.
  static let keys: [(String, JSON, String)] = [
    ("peft_type", "IA3", "must be LORA"), ("peft_type", nil, "\"peft_type\" is missing"),
    ("task_type", "SEQ_2_SEQ_LM", "must be one of CAUSAL_LM, SEQ_CLS, TOKEN_CLS"),
    ("r", 0, "the rank must be from 1"), ("r", "8", "must be an integer"),
    ("r", 1_000_000, "the rank must be"),
    ("r", 3, "has shape [4, 32], but the base and adapter_config.json call for [3, 32]"),
    ("lora_alpha", 0, "the alpha must be above 0"), ("lora_dropout", 1, "the dropout must be"),
    ("bias", "all", "adapters that train biases"), ("bias", "lora_only", "adapters that train biases"),
    ("target_parameters", ["mlp.experts.down_proj"], "\"target_parameters\" asks for what is not known"),
    ("trainable_token_indices", [1], "\"trainable_token_indices\" asks"),
    ("lora_bias", true, "\"lora_bias\" asks"),
    ("use_qalora", true, "\"use_qalora\" asks"),
    ("layer_replication", [[0, 1]], "\"layer_replication\" asks"),
    ("alora_invocation_tokens", [5], "\"alora_invocation_tokens\" asks"),
    ("a_key_of_tomorrow", ["x": 1], "\"a_key_of_tomorrow\" asks"),
    ("init_lora_weights", "pissa_niter_16", "leaves the base as it is"),
    ("init_lora_weights", "olora", "leaves the base as it is"),
    ("rank_pattern", ["q_proj": 0], "ranks from 1"), ("rank_pattern", ["q_proj": "x"], "must be an integer"),
    ("rank_pattern", ["q_proj": 2], "call for [2, 32]"), ("rank_pattern", ["(": 2], "\"rank_pattern\""),
    ("alpha_pattern", ["q_proj": -1], "above 0"), ("alpha_pattern", 3, "an object"),
    ("target_modules", "(q_proj", "\"target_modules\""),
    ("target_modules", 7, "a list of names or a regular"),
    ("target_modules", ["q_proj"], "does not choose; put back"), ("target_modules", [], "does not choose"),
    (
      "exclude_modules", ["v_proj"],
      "\"model.layers.0.self_attn.v_proj\", which adapter_config.json does not choose"
    ),
    ("layers_to_transform", [1], "\"model.layers.0.self_attn.q_proj\""),
    ("layers_to_transform", "1", "a block's number or a list"),
    ("use_dora", true, "lora_magnitude_vector\" is missing"), ("use_dora", "yes", "must be true or false"),
    (
      "base_model_name_or_path", nil,
      "does not say which model is adapted; name the base's directory with --base"
    ),
    ("base_model_name_or_path", "meta-llama/Llama-3", "no directory \"meta-llama/Llama-3\""),
    ("base_model_name_or_path", "../adapter", "is an adapter itself"),
  ]

  @Test(arguments: keys.indices) func keysThatAreRefused(number: Int) throws {
    let (key, value, expected) = Self.keys[number]
    try withAdapter("llama-lora") { directory, keys, _ in
      var keys = keys
      keys[key] = value
      try write(keys, to: directory)
      expectError("adapter", expected) { _ = try LanguageModel(directory: directory) }
    }
  }

  /// What is left out has peft's usual value, and what says nothing is passed over.
  @Test func keysThatSayNothing() throws {
    try withAdapter("llama-lora") { directory, keys, tensors in
      let expected = try LanguageModel(directory: directory).parameters.map(\.value.littleEndianBytes)
      var few = JSONObject()
      for key in ["peft_type", "base_model_name_or_path", "r"] { few.append(key, keys[key]!) }
      few.append("a_key_of_tomorrow", false)
      few.append("another", [:])
      try write(few, to: directory)
      let model = try LanguageModel(directory: directory)
      #expect(model.parameters.map(\.value.littleEndianBytes) == expected)
      #expect(model.decoder.adapters[0].adapter.adaptation.alpha == 8)
      // Half-precision tensors are widened.
      let stored = tensors.map { name, tensor in
        StoredTensor(name: name, shape: tensor.shape, type: .bfloat16) { tensor }
      }
      try Safetensors.write(stored, to: "\(directory)/adapter_model.safetensors").commit()
      let narrow = try LanguageModel(directory: directory)
      let adapter = narrow.decoder.adapters[0].adapter
      let exact = model.decoder.adapters[0].adapter
      #expect(adapter.down.value.elementType == .float32)
      #expect(
        adapter.down.value.scalars
          == exact.down.value.converted(to: .bfloat16).converted(to: .float32).scalars)
    }
  }

  /// Without any tensor of an adapter, or with one too many, or with one of another shape, it is no adapter of the base.
  @Test(arguments: ["phi3-dora", "gpt2-classes", "llama-whole-tables"]) func tensors(name: String) throws {
    try withAdapter(name) { directory, _, tensors in
      func read() throws { _ = try ModelDirectory.model(directory) }
      try read()
      for place in tensors.indices {
        let name = tensors[place].0
        var fewer = tensors
        fewer.remove(at: place)
        try write(fewer, to: directory)
        // A tensor that was trained whole is the base's where it is left out; that of a new head has no other.
        if name.contains("embed_tokens") || name.contains("lm_head") {
          try read()
        } else if name.hasSuffix("score.weight") {
          #expect(try HeadKind(directory: directory) == .languageModel)
        } else {
          expectError("adapter_model.safetensors", "\"\(name)\" is missing", from: read)
        }
        var wider = tensors
        let shape = tensors[place].1.shape
        wider[place].1 = .zeros(shape.dropLast() + [shape.last! + 1])
        try write(wider, to: directory)
        expectError("\"\(name)\" has shape", "another base", from: read)
      }
      for (name, expected) in [
        ("base_model.model.lm_head.lora_A.weight", "changes the module \"lm_head\""),
        ("base_model.model.model.embed_tokens.lora_embedding_A", "changes the module \"model.embed_tokens\""),
        (
          "base_model.model.model.layers.7.self_attn.q_proj.lora_A.weight",
          "changes the module \"model.layers.7"
        ),
        ("base_model.model.model.nothing.weight", "has no place in the model"),
        ("base_model.model.classifier.weight", "has no place in the model"),
        ("model.layers.0.self_attn.q_proj.lora_A.weight", "not named as peft does"),
        ("", "not named as peft does"),
      ] {
        try write(tensors + [(name, .zeros([2, 2]))], to: directory)
        expectError("\"\(name)\"", expected, from: read)
      }
      try write([], to: directory)
      expectError("adapter_model.safetensors", "is missing", from: read)
    }
  }

  @Test func filesThatAreMissing() throws {
    try withAdapter("llama-lora") { directory, keys, tensors in
      let file = "\(directory)/adapter_model.safetensors"
      try FileSystem.removeFile(file)
      expectError("adapter_model.safetensors") { _ = try LanguageModel(directory: directory) }
      try FileSystem.write("x", to: "\(directory)/adapter_model.bin")
      expectError("adapter_model.bin, a pickle") { _ = try LanguageModel(directory: directory) }
      try write(tensors, to: directory)
      let merge = AdapterMerge()
      expectError("base is no adapter") { try merge.merge("\(directory)/../base", to: "\(directory)/m") }
      expectError("cannot create the directory", "not empty") {
        try merge.merge(directory, to: "\(directory)/../base")
      }
      expectError("nowhere") { try merge.merge("\(directory)/nowhere", to: "\(directory)/m") }
      var other = merge
      other.base = "/nowhere"
      expectError("/nowhere: there is no such directory") { try other.merge(directory, to: "\(directory)/m") }
      other.base = directory
      expectError("is an adapter itself") { try other.merge(directory, to: "\(directory)/m") }
      #expect(!FileSystem.exists("\(directory)/m"))
      let model = try LanguageModel(directory: directory)
      expectError("has adapters already") { _ = try model.addingAdapter(directory: directory) }
      expectError("not of rewards") { _ = try Model<ScalarHead>(directory: directory) }
      expectError("holds an adapter", "martlet merge") {
        _ = try ModelConversion().convert(directory, to: "\(directory)/m")
      }
      // The base can be given, wherever it lies.
      var keys = keys
      keys["base_model_name_or_path"] = "elsewhere"
      try write(keys, to: directory)
      other.base = "\(directory)/../base"
      try other.merge(directory, to: "\(directory)/m")
      let base = try LanguageModel(directory: "\(directory)/../base")
      #expect(try base.addingAdapter(directory: directory).isAdapted)
    }
  }

  /// The table of embeddings is the head, too, where the two are tied, which an adapter must say that it knows.
  @Test func aTableThatIsTheHead() throws {
    try withAdapter("llama-patterns") { directory, keys, tensors in
      let table = ("base_model.model.model.embed_tokens.weight", Tensor.filled(with: 0.25, shape: [53, 32]))
      try write(tensors + [table], to: directory)
      expectError("replaces the table of embeddings alone") { _ = try LanguageModel(directory: directory) }
      var keys = keys
      keys["ensure_weight_tying"] = true
      try write(keys, to: directory)
      let model = try LanguageModel(directory: directory)
      #expect(model.head.weight === model.decoder.tokenEmbedding)
      #expect(model.decoder.tokenEmbedding.value.scalars.allSatisfy { $0 == 0.25 })
      #expect(model.decoder.tokenEmbedding.isTrainable)
    }
  }

  /// The base's weights stay the base's, and what the adapter replaces is not changed in it.
  @Test func theBaseIsLeftAlone() throws {
    try withAdapter("llama-whole-tables") { directory, _, _ in
      let base = try LanguageModel(directory: "\(directory)/../base")
      let before = base.parameters.map(\.value.littleEndianBytes)
      let model = try base.addingAdapter(directory: directory)
      #expect(base.parameters.map(\.value.littleEndianBytes) == before)
      let trained = model.parameters.filter(\.isTrainable).map(\.name)
      #expect(
        Set(trained).subtracting(model.decoder.adapters.flatMap { $0.adapter.parameters.map(\.name) })
          == ["tokenEmbedding.weight", "head.weight"])
      #expect(model.head.weight !== base.head.weight)
      #expect(model.decoder.blocks[0].attention.key.weight === base.decoder.blocks[0].attention.key.weight)
    }
  }

  /// An adapter's directory without a tokenizer has its base's; one with its own keeps it.
  @Test func places() throws {
    try withAdapter("llama-lora") { directory, _, _ in
      let base = "\(directory)/../base"
      #expect(try AdapterFile.places(ofDirectory: base) == [base])
      #expect(try AdapterFile.places(ofDirectory: directory) == [directory, "\(directory)/../base"])
      let (ours, theirs) = (Tokenizer.bytes(), try Tokenizer.characters(trainingOn: ["abc"]))
      try theirs.save(to: base)
      for (name, text) in [("generation_config.json", "{}"), ("chat_template.jinja", "base")] {
        try FileSystem.write(text, to: "\(base)/\(name)")
      }
      func merged(_ name: String) throws -> String {
        try AdapterMerge().merge(directory, to: "\(directory)/\(name)")
        return "\(directory)/\(name)"
      }
      #expect(try CompanionFiles.tokenizer(ofDirectory: directory).vocabularySize == theirs.vocabularySize)
      let first = try merged("first")
      #expect(try Tokenizer(contentsOf: first).vocabularySize == theirs.vocabularySize)
      #expect(try FileSystem.readText("\(first)/chat_template.jinja") == "base")
      try ours.save(to: directory)
      #expect(try CompanionFiles.tokenizer(ofDirectory: directory).vocabularySize == ours.vocabularySize)
      let second = try merged("second")
      #expect(try Tokenizer(contentsOf: second).vocabularySize == ours.vocabularySize)
      #expect(try FileSystem.readText("\(second)/chat_template.jinja") == "base")
      #expect(FileSystem.exists("\(second)/generation_config.json"))
      try FileSystem.write("own", to: "\(directory)/chat_template.jinja")
      #expect(try FileSystem.readText("\(merged("third"))/chat_template.jinja") == "own")
    }
  }

  /// Over a base of bfloat16 weights, results are those of the same weights widened.
  @Test(arguments: ["gpt2-dora", "llama-dora-biases", "phi3-lora"]) func narrowBases(name: String) throws {
    try withAdapter(name) { directory, _, _ in
      let base = "\(directory)/../base"
      try LanguageModel(directory: base).save(to: base, as: .bfloat16)
      let tokens = TokenBatch([[5, 3, 9, 1, 0, 22]])
      let (wide, narrow) = (
        try LanguageModel(directory: directory), try LanguageModel(directory: directory, weights: nil)
      )
      #expect(narrow.decoder.blocks[0].attention.query.weight.value.elementType == .bfloat16)
      let expected = wide.logProbabilities(of: tokens).scalars
      #expect(bits(narrow.logProbabilities(of: tokens).scalars) == bits(expected))
      let (one, two) = (wide.mergingAdapters(), narrow.mergingAdapters())
      #expect(
        bits(one.logProbabilities(of: tokens).scalars) == bits(two.logProbabilities(of: tokens).scalars))
    }
  }

  /// Merged weights are written as float32 unless another precision is asked for.
  @Test func precisions() throws {
    try withAdapter("gpt2-rslora") { directory, _, _ in
      let model = try LanguageModel(directory: directory).mergingAdapters()
      for precision in [ElementType.float32, .bfloat16, .float16] {
        var merge = AdapterMerge()
        merge.precision = precision
        let target = "\(directory)/\(precision)"
        try merge.merge(directory, to: target)
        let stored = try Checkpoint(directory: target)
        #expect(Set(stored.names.map { stored.type(of: $0)! }) == [SafetensorsType(precision).rawValue])
        guard precision == .float32 else { continue }
        for (one, two) in zip(try LanguageModel(directory: target).parameters, model.parameters) {
          #expect(one.value.littleEndianBytes == two.value.littleEndianBytes, "\(one.name)")
        }
      }
    }
  }
}
