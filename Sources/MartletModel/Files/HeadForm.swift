import MartletTensor
import MartletText

/// What a directory says of its model's head.
public struct HeadForm: Sendable, Equatable {
  /// How the head lies in files.
  public enum Layout: Sendable, Equatable {
    /// The `…ForCausalLM` of `transformers`.
    case languageModel
    /// Its `…ForSequenceClassification`.
    case sequenceClassifier
    /// Its `…ForTokenClassification`.
    case tokenClassifier
    /// TRL's `v_head`, beside the head of a language model or alone.
    case value(besideLanguageModel: Bool)
  }

  /// How it lies in files.
  public let layout: Layout
  /// A classifier's classes.
  public let labels: ClassLabels?

  init(_ layout: Layout, _ labels: ClassLabels? = nil) { (self.layout, self.labels) = (layout, labels) }

  /// What the head is.
  public var kind: HeadKind {
    let classes = labels?.names.count ?? 0
    return switch layout {
    case .languageModel: .languageModel
    case .sequenceClassifier: classes == 1 ? .scalar : .sequenceClassifier(classes: classes)
    case .tokenClassifier: .tokenClassifier(classes: classes)
    case .value: .value
    }
  }

  /// Whether it is the same head. A value head alone over a trunk with tied embeddings has that of a language model beside
  /// it: the table.
  func describes(_ other: HeadForm) -> Bool { kind == other.kind && labels == other.labels }

  /// The key of an adapter's tensors under which ``keys`` are kept.
  static let adapterKey = "martlet_head"

  /// What the model is a model of, as messages say it.
  package var purpose: String {
    switch kind {
    case .sequenceClassifier(let classes): "\(classes) \(SequenceClassifierHead.purpose)"
    case .tokenClassifier(1): "one class of tokens"
    case .tokenClassifier(let classes): "\(classes) \(TokenClassifierHead.purpose)"
    default: StoredHeads.type(for: self).purpose
    }
  }
}

// MARK: config.json

extension HeadForm {
  static let (ofSequences, ofTokens) = ("ForSequenceClassification", "ForTokenClassification")
  /// The most classes: each has a name.
  private static let mostClasses = 1 << 16
  /// What `transformers` takes where a `config.json` does not say.
  private static let usualClasses = 2

  /// What a directory says; of an adapter's, what is said of the adapted model.
  init(directory: String) throws(MartletError) {
    try ModelFile.requireDirectory(directory)
    if AdapterFile.isAdapter(directory) {
      self = try StoredAdapter.form(ofDirectory: directory)
    } else {
      let reader = try JSONReader(file: FileSystem.join(directory, ModelFile.configuration))
      // A file that describes no model is told of before its weights are.
      _ = try LanguageModel.configuration(reading: reader)
      try self.init(reading: reader, in: Checkpoint(directory: directory))
    }
  }

  /// What a `config.json` and the names of tensors say.
  init(reading reader: JSONReader, in checkpoint: Checkpoint) throws(MartletError) {
    try self.init(reading: reader) { checkpoint.shape(of: $0) != nil }
  }

  /// - Parameter hasTensor: whether there is a tensor of a name.
  init(reading reader: JSONReader, _ hasTensor: (String) -> Bool) throws(MartletError) {
    let classes: [String] = try reader.optional("architectures") ?? []
    if classes.contains(where: { $0.hasSuffix(Self.ofSequences) }) {
      self.init(.sequenceClassifier, try Self.labels(reading: reader))
    } else if classes.contains(where: { $0.hasSuffix(Self.ofTokens) }) {
      self.init(.tokenClassifier, try Self.labels(reading: reader))
    } else if hasTensor(ValueHead.storedName + ".weight") {
      self.init(.value(besideLanguageModel: try Self.hasLanguageModel(reader, hasTensor)))
    } else if classes.isEmpty, hasTensor("score.weight") || hasTensor("classifier.weight") {
      // Nobody says which: only a classifier of tokens has a bias.
      let isOfTokens = hasTensor("score.bias") || hasTensor("classifier.weight")
      self.init(isOfTokens ? .tokenClassifier : .sequenceClassifier, try Self.labels(reading: reader))
    } else {
      self.init(.languageModel)
    }
  }

  /// Whether there is the head of a language model beside a value head, or the table of embeddings is that head.
  private static func hasLanguageModel(
    _ reader: JSONReader, _ hasTensor: (String) -> Bool
  ) throws(MartletError) -> Bool {
    if Checkpoint.outputs.contains(where: hasTensor) { return true }
    return try LanguageModel.configuration(reading: reader).configuration.isTied
  }

  private static func labels(reading reader: JSONReader) throws(MartletError) -> ClassLabels {
    let said: Int? = try reader.optional("num_labels")
    let name: String? = try reader.optional("problem_type")
    let problem = name.flatMap(ClassLabels.Problem.init(rawValue:))
    if name != nil, problem == nil {
      let known = ClassLabels.Problem.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
      throw reader.unexpected("problem_type", expected: "one of \(known)")
    }
    guard let map = try reader.optionalReader("id2label") else {
      let count = said ?? usualClasses
      guard (1...mostClasses).contains(count) else {
        throw reader.unexpected("num_labels", expected: "a number from 1 to \(mostClasses)")
      }
      return ClassLabels(count: count, problem: problem)
    }
    let count = map.members.count
    guard (1...mostClasses).contains(count) else {
      throw MartletError(
        "\(reader.file): the key \"id2label\" must name 1 to \(mostClasses) classes, found \(count)")
    }
    if let said, said != count {
      throw reader.unexpected("num_labels", expected: "\(count), which is how many id2label names")
    }
    var names: [String?] = Array(repeating: nil, count: count)
    for key in map.members.keys {
      guard let number = Int(key), names.indices.contains(number), names[number] == nil else {
        throw MartletError(
          "\(reader.file): the key \"id2label\" must name the classes 0 to \(count - 1), found \(JSON.string(key).compact)"
        )
      }
      names[number] = try map.required(key)
    }
    return ClassLabels(names.compactMap { $0 }, problem: problem)
  }

  /// The keys of the `config.json` that a model was read from, without those that this head has made untrue.
  func kept(_ others: JSONObject) -> JSONObject {
    var kept = others
    if labels != nil {
      let own = ["id2label", "label2id", "num_labels", "problem_type", "token_classification_bias"]
      for key in own { kept[key] = nil }
    }
    // `transformers` reads a sequence at its last token that is not padding, which would be one too early where texts
    // end with that token. A classifier from elsewhere was trained so.
    let wasClassifier = (others["architectures"]?.array ?? []).contains {
      $0.string?.hasSuffix(Self.ofSequences) ?? false
    }
    if layout == .sequenceClassifier, !wasClassifier, let padding = others["pad_token_id"],
      let ends = others["eos_token_id"], (ends.array ?? [ends]).contains(padding)
    {
      kept["pad_token_id"] = nil
    }
    return kept
  }

  /// The keys of a `config.json` that say what the classes are.
  var keys: JSONObject {
    guard let labels else { return JSONObject() }
    let numbers = labels.names.indices
    var ids = JSONObject()
    // Of several classes of one name, `transformers` finds the last.
    for number in numbers { ids[labels.names[number]] = .integer(number) }
    var keys: JSONObject = [
      "id2label": .object(JSONObject(numbers.map { ("\($0)", .string(labels.names[$0])) })),
      "label2id": .object(ids),
    ]
    if let problem = labels.problem { keys["problem_type"] = .string(problem.rawValue) }
    return keys
  }
}
