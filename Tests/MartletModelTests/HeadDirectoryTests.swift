import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Directories of heads as the world has them: leftovers, older names, keys that are missing, and other heads than asked.
@Suite struct HeadDirectoryTests {
  private func golden(_ name: String = "llama-biases") throws -> HeadGolden { try HeadGolden(name) }

  /// A directory of a case with other keys or tensors.
  private func withDirectory(
    _ head: HeadGolden.Case?, keys change: (inout JSONObject) -> Void = { _ in },
    tensors changeTensors: (inout [(String, Tensor)]) -> Void = { _ in }, _ body: (String) throws -> Void
  ) throws {
    let head = try #require(head)
    var (keys, tensors) = (head.configuration, head.values)
    change(&keys)
    changeTensors(&tensors)
    try TestFiles.withTemporaryDirectory { directory in
      try head.write(to: "\(directory)/model", keys: keys, tensors: tensors)
      try body("\(directory)/model")
    }
  }

  @Test func theWrongHeadIsToldApart() throws {
    let golden = try golden()
    try withDirectory(golden.reward) { directory in
      expectError(
        "\(directory) is a model of rewards, not of the next token; `martlet score`", "Model<ScalarHead>"
      ) {
        _ = try LanguageModel(directory: directory)
      }
      expectError("is a model of rewards, not of classes of tokens") {
        _ = try Model<TokenClassifierHead>(directory: directory)
      }
      expectError("is a model of rewards, not of values of tokens") {
        _ = try Model<ValueHead>(directory: directory)
      }
      // One class is a reward too.
      let classifier = try Model<SequenceClassifierHead>(directory: directory)
      #expect(classifier.head.classNames == ["LABEL_0"])
    }
    try withDirectory(golden.sequenceClasses) { directory in
      expectError("is a model of 3 classes of sequences, not of rewards") {
        _ = try Model<ScalarHead>(directory: directory)
      }
    }
    try withDirectory(golden.tokenClasses) { directory in
      expectError("is a model of 2 classes of tokens, not of values of tokens") {
        _ = try Model<ValueHead>(directory: directory)
      }
      expectError("is a model of 2 classes of tokens, not of the next token and of values of tokens") {
        _ = try Model<JointHead<LanguageModelHead, ValueHead>>(directory: directory)
      }
    }
    try withDirectory(golden.values) { directory in
      expectError("is a model of the next token and of values of tokens, not of rewards") {
        _ = try Model<ScalarHead>(directory: directory)
      }
      let alone = "\(directory)/alone"
      try Model<ValueHead>(directory: directory).save(to: alone)
      expectError("is a model of values of tokens, not of the next token") {
        _ = try LanguageModel(directory: alone)
      }
      let language = "\(directory)/language"
      try LanguageModel(directory: directory).save(to: language)
      #expect(try HeadKind(directory: language) == .languageModel)
      expectError(
        "is a model of the next token, not of rewards; LanguageModel(directory:).replacingHead(with:)"
      ) {
        _ = try Model<ScalarHead>(directory: language)
      }
    }
  }

  /// What a file has left of the map to the vocabulary does not matter; another tensor does.
  @Test func leftovers() throws {
    for name in ["llama-biases", "llama-grouped-tied", "gpt_neox-plain"] {
      let golden = try golden(name)
      for output in ["lm_head.weight", "embed_out.weight"] {
        try withDirectory(golden.reward, tensors: { $0.append((output, .zeros([53, 32]))) }) { directory in
          let model = try Model<ScalarHead>(directory: directory)
          #expect(model.parameters.last?.name == "head.weight")
        }
      }
      try withDirectory(golden.reward, tensors: { $0.append(("v_head.summary.weight", .zeros([1, 32]))) }) {
        directory in
        expectError("\"v_head.summary.weight\" has no place") {
          _ = try Model<ScalarHead>(directory: directory)
        }
      }
      try withDirectory(golden.reward, tensors: { $0.removeLast() }) { directory in
        expectError("\"score.weight\" that config.json calls for is missing") {
          _ = try Model<ScalarHead>(directory: directory)
        }
      }
    }
    let golden = try golden()
    try withDirectory(golden.sequenceClasses, keys: { $0["id2label"] = ["0": "a", "1": "b"] }) { directory in
      expectError("\"score.weight\" has shape [3, 32], but config.json calls for [2, 32]") {
        _ = try Model<SequenceClassifierHead>(directory: directory)
      }
    }
    // A directory of TRL's is also that of its language model, whose own weight must be there.
    try withDirectory(golden.values, tensors: { $0.removeAll { $0.0 == "v_head.summary.bias" } }) {
      directory in
      expectError("\"v_head.summary.bias\" that config.json calls for is missing") {
        _ = try Model<ValueHead>(directory: directory)
      }
    }
  }

  /// Classifiers of tokens without a bias, under the other name, or both.
  @Test func formsOfTokenClassifiers() throws {
    for name in ["llama-biases", "gpt2-plain"] {
      let golden = try golden(name)
      let expected = try values(golden.tokenClasses, ["head.weight", "head.bias"])
      func renamed(_ tensors: inout [(String, Tensor)], hasBias: Bool) {
        tensors = tensors.map { name, tensor in
          let isScore = name.hasPrefix("score.")
          guard isScore || name.hasPrefix("classifier.") else { return (name, tensor) }
          return ((isScore ? "classifier." : "score.") + name.split(separator: ".")[1], tensor)
        }
        if !hasBias {
          tensors.removeAll { $0.0.hasSuffix("score.bias") || $0.0.hasSuffix("classifier.bias") }
        }
      }
      for hasBias in [true, false] {
        try withDirectory(
          golden.tokenClasses, keys: { $0["token_classification_bias"] = .bool(hasBias) },
          tensors: { renamed(&$0, hasBias: hasBias) }
        ) { directory in
          let model = try Model<TokenClassifierHead>(directory: directory)
          let (weight, bias) = (model.head.product.weight, try #require(model.head.product.bias))
          #expect(bits(weight.value.scalars) == bits(expected[0]))
          #expect(bias.value.scalars == (hasBias ? expected[1] : [0, 0]))
          // What is written has the bias, and no key that says otherwise.
          let target = "\(directory)-converted"
          try ModelConversion().convert(directory, to: target)
          let keys = try JSONReader(file: "\(target)/config.json").members
          #expect(keys["token_classification_bias"] == nil)
          let again = try Model<TokenClassifierHead>(directory: target)
          #expect(again.head.product.bias?.value.scalars == bias.value.scalars)
        }
      }
    }
  }

  /// The numbers of a head's parameters.
  private func values(_ head: HeadGolden.Case?, _ names: [String]) throws -> [[Float]] {
    var found: [[Float]] = []
    try withDirectory(head) { directory in
      let model = try ModelDirectory.model(directory)
      found = try names.map { name in
        try #require(model.parameters.first { $0.name == name }).value.converted(to: .float32).scalars
      }
    }
    return found
  }

  /// Where `config.json` names no class, tensors tell.
  @Test func withoutAClass() throws {
    for name in ["llama-biases", "gpt2-plain"] {
      let golden = try golden(name)
      for value in [nil, JSON.null, []] as [JSON?] {
        func change(_ keys: inout JSONObject) { keys["architectures"] = value }
        let kinds: [(HeadGolden.Case?, HeadKind)] = [
          (golden.reward, .scalar), (golden.sequenceClasses, .sequenceClassifier(classes: 3)),
          (golden.tokenClasses, .tokenClassifier(classes: 2)), (golden.values, .value),
        ]
        for (head, expected) in kinds {
          try withDirectory(head, keys: change) { directory in
            let kind = try HeadKind(directory: directory)
            #expect(kind == expected)
          }
        }
      }
    }
  }

  /// Each of these is an error about a key, not another model.
  @Test func keysOfClasses() throws {
    let golden = try golden()
    func labels(_ change: @escaping (inout JSONObject) -> Void) throws -> ClassLabels {
      var labels = ClassLabels([])
      try withDirectory(golden.sequenceClasses, keys: change) { directory in
        let reader = try JSONReader(file: "\(directory)/config.json")
        labels = try #require(try HeadForm(reading: reader, in: Checkpoint(directory: directory)).labels)
      }
      return labels
    }
    #expect(try labels { $0["id2label"] = ["1": "b", "0": "a"] }.names == ["a", "b"])
    #expect(try labels { $0["problem_type"] = .null }.problem == nil)
    #expect(try labels { $0["problem_type"] = "regression" }.problem == .regression)
    #expect(try labels { ($0["id2label"], $0["num_labels"]) = (nil, 1) }.names == ["LABEL_0"])
    #expect(try labels { $0["id2label"] = nil }.names == ["LABEL_0", "LABEL_1"])
    let wrong: [(key: String, value: JSON, message: String)] = [
      ("id2label", [:], "must name 1 to 65536 classes, found 0"),
      ("id2label", ["0": "a", "2": "b"], "must name the classes 0 to 1, found \"2\""),
      ("id2label", ["0": "a", "00": "b"], "must name the classes 0 to 1, found \"00\""),
      ("id2label", ["0": "a", "-1": "b"], "must name the classes 0 to 1, found \"-1\""),
      ("id2label", ["0": "a", "x": "b"], "must name the classes 0 to 1, found \"x\""),
      ("id2label", ["0": "a", "1": 3], "\"id2label.1\" must be a string, found 3"),
      ("id2label", ["a", "b"], "\"id2label\" must be an object"),
      ("num_labels", 4, "\"num_labels\" must be 3, which is how many id2label names, found 4"),
      ("num_labels", "3", "\"num_labels\" must be an integer"),
      ("problem_type", "ranking", "\"problem_type\" must be one of \"regression\""),
      ("architectures", "LlamaForSequenceClassification", "\"architectures\" must be an array"),
    ]
    for (key, value, message) in wrong {
      expectError("config.json", message) { _ = try labels { $0[key] = value } }
    }
    for count: JSON in [0, -1, 1_000_000_000_000] {
      expectError("\"num_labels\" must be a number from 1 to 65536") {
        _ = try labels { ($0["id2label"], $0["num_labels"]) = (nil, count) }
      }
    }
  }

  /// What a family has no class for is not written at all.
  @Test func familiesWithoutAClass() throws {
    let directory = "/no/such/directory"
    func model(_ architecture: any Architecture.Type) -> LanguageModel {
      TestModels.form("", architecture).model()
    }
    expectError(
      "granite models of rewards cannot be written: transformers has no class that loads them; use another family"
    ) {
      try model(Granite.self).replacingHead(with: ScalarHead(width: 24, seed: 1)).save(to: directory)
    }
    expectError("granite models of classes of sequences cannot be written") {
      let head = SequenceClassifierHead(width: 24, classes: 2, seed: 1)
      try model(Granite.self).replacingHead(with: head).save(to: directory)
    }
    for architecture in [Granite.self, OLMo2.self, Gemma3.self] as [any Architecture.Type] {
      expectError("\(architecture.name) models of classes of tokens cannot be written") {
        let head = TokenClassifierHead(width: 24, classes: 2, seed: 1)
        try model(architecture).replacingHead(with: head).save(to: directory)
      }
    }
  }

  /// Conversion keeps heads, names and other programs' keys, in any files and precision.
  @Test func conversionKeepsHeads() throws {
    for name in ["llama-biases", "gpt2-plain", "mixtral-plain"] {
      let golden = try golden(name)
      for head in [golden.reward, golden.sequenceClasses, golden.tokenClasses, golden.values] {
        let change = { (keys: inout JSONObject) in
          (keys["finetuning_task"], keys["pad_token_id"]) = ("mood", 1)
        }
        try withDirectory(head, keys: change) { directory in
          var conversion = ModelConversion()
          (conversion.precision, conversion.maximumShardSize) = (.bfloat16, 20_000)
          let target = "\(directory)-converted"
          let model = try conversion.convert(directory, to: target)
          let (before, after) = (try ModelDirectory.model(directory), try ModelDirectory.model(target))
          #expect(model.form == before.form && after.form == before.form)
          #expect(try HeadKind(directory: target) == HeadKind(directory: directory))
          for (one, two) in zip(after.parameters, before.parameters) {
            let narrow = two.value.converted(to: .bfloat16).converted(to: .float32)
            #expect(one.name == two.name)
            #expect(bits(one.value.converted(to: .float32).scalars) == bits(narrow.scalars))
          }
          let keys = try JSONReader(file: "\(target)/config.json").members
          #expect(keys["finetuning_task"] == "mood" && keys["pad_token_id"] == 1)
          #expect(FileSystem.exists("\(target)/model.safetensors.index.json"))
        }
      }
    }
  }

  /// A token for padding that ends texts too would make `transformers` read rewards one token early: that of a language
  /// model is left out, that of a classifier, which was trained so, is kept.
  @Test func paddingThatEndsTexts() throws {
    try withDirectory(try golden().reward, keys: { $0["pad_token_id"] = 1 }) { directory in
      let model = try Model<ScalarHead>(directory: directory)
      func saved(_ others: JSONObject) throws -> JSON? {
        try model.save(to: "\(directory)/saved", types: { _ in .float32 }, keeping: others)
        return try JSONReader(file: "\(directory)/saved/config.json").members["pad_token_id"]
      }
      let keys = try JSONReader(file: "\(directory)/config.json").members
      #expect(try saved(keys) == 1)
      var language = keys
      language["architectures"] = ["LlamaForCausalLM"]
      #expect(try saved(language) == .null)
      language["eos_token_id"] = [1, 2]
      #expect(try saved(language) == .null)
      language["pad_token_id"] = 3
      #expect(try saved(language) == 3)
    }
  }

  /// The keys of another head do not stay.
  @Test func anotherHeadsKeysAreLeftOut() throws {
    try withDirectory(try golden().sequenceClasses) { directory in
      let classifier = try Model<SequenceClassifierHead>(directory: directory)
      let keys = try JSONReader(file: "\(directory)/config.json").members
      let reward = classifier.replacingHead(with: ScalarHead(width: 32, seed: 3))
      try reward.save(to: "\(directory)/saved", types: { _ in .float32 }, keeping: keys)
      let saved = try JSONReader(file: "\(directory)/saved/config.json").members
      #expect(saved["id2label"] == ["0": "LABEL_0"] && saved["problem_type"] == nil)
      let again = try Model<ScalarHead>(directory: "\(directory)/saved")
      #expect(again.head.product.weight.value.scalars == reward.head.product.weight.value.scalars)
      // Weights alone, as a run writes them at each checkpoint.
      try classifier.replacingHead(with: ScalarHead(width: 32, seed: 4)).saveWeights(to: "\(directory)/saved")
      let other = try Model<ScalarHead>(directory: "\(directory)/saved")
      #expect(other.head.product.weight.value.scalars != again.head.product.weight.value.scalars)
    }
  }

  /// A classifier over the text model of a model with images.
  @Test func aClassifierWithinAModelWithImages() throws {
    let golden = try HeadGolden("gemma3-plain")
    let head = try #require(golden.sequenceClasses)
    var outer: JSONObject = ["model_type": "gemma3", "architectures": ["Gemma3ForSequenceClassification"]]
    var inner = head.configuration
    for key in ["id2label", "label2id", "problem_type"] {
      outer[key] = inner[key]
      inner[key] = nil
    }
    outer["text_config"] = .object(inner)
    try TestFiles.withTemporaryDirectory { directory in
      let tensors = head.values.map { name, tensor in
        (name.hasPrefix("model.") ? "model.language_model." + name.dropFirst("model.".count) : name, tensor)
      }
      try head.write(to: "\(directory)/images", keys: outer, tensors: tensors)
      try head.write(to: "\(directory)/text")
      let (one, two) = (
        try Model<SequenceClassifierHead>(directory: "\(directory)/images"),
        try Model<SequenceClassifierHead>(directory: "\(directory)/text")
      )
      #expect(one.head.form == two.head.form)
      for (one, two) in zip(one.parameters, two.parameters) {
        #expect(one.value.littleEndianBytes == two.value.littleEndianBytes)
      }
    }
  }
}
