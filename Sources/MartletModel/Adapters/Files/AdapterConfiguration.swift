import MartletText

/// What an `adapter_config.json` of `peft` says.
struct AdapterConfiguration: Sendable {
  /// What the model that is adapted is for.
  enum Task: String, CaseIterable {
    case languageModel = "CAUSAL_LM"
    case sequenceClassifier = "SEQ_CLS"
    case tokenClassifier = "TOKEN_CLS"
    case features = "FEATURE_EXTRACTION"
  }

  /// The file it was read from.
  let file: String
  /// What the model that is adapted is for; nil where it was not said.
  let task: Task?
  /// The path or the name of the model that is adapted.
  let base: String?
  /// How modules are changed, unless a pattern says otherwise.
  let adaptation: LowRankAdaptation
  private let targets: ModuleSelection?
  private let excluded: ModuleSelection?
  /// The numbers of the blocks that are changed; nil for all.
  private let blocks: [Int]?
  private let ranks: [(WholePattern, Int)]
  private let alphas: [(WholePattern, Double)]
  /// Whether a table of embeddings that is kept whole is the head, too.
  let keepsTies: Bool

  /// Reads a file.
  ///
  /// - Throws: when a key is missing or of another kind, or it is no adapter of low rank, or one of a form that is not
  ///   known here.
  init(file: String) throws(MartletError) {
    let reader = try JSONReader(file: file)
    self.file = file
    guard try reader.required("peft_type") == "LORA" else {
      throw reader.unexpected("peft_type", expected: "LORA; adapters of other kinds can't be read")
    }
    let name: String? = try reader.optional("task_type")
    task = name.flatMap(Task.init(rawValue:))
    if name != nil, task == nil {
      throw reader.unexpected(
        "task_type", expected: "one of " + Task.allCases.map(\.rawValue).joined(separator: ", "))
    }
    base = try reader.optional("base_model_name_or_path")
    adaptation = LowRankAdaptation(
      rank: try reader.optional("r") ?? 8, alpha: try reader.optional("lora_alpha") ?? 8,
      dropout: try reader.optional("lora_dropout") ?? 0,
      isRankStabilized: try reader.optional("use_rslora") ?? false,
      isDecomposed: try reader.optional("use_dora") ?? false)
    if let problem = adaptation.problem { throw MartletError("\(file): \(problem)") }
    targets = try ModuleSelection("target_modules", of: reader)
    excluded = try ModuleSelection("exclude_modules", of: reader)
    blocks = try Self.blocks(reader)
    ranks = try Self.patterns("rank_pattern", of: reader)
    alphas = try Self.patterns("alpha_pattern", of: reader)
    keepsTies = try reader.optional("ensure_weight_tying") ?? false
    if let (_, rank) = ranks.first(where: { $0.1 < 1 || $0.1 > 1 << 16 }) {
      throw MartletError(
        "\(file): the key \"rank_pattern\" must hold ranks from 1 to \(1 << 16), found \(rank)")
    }
    if let (_, alpha) = alphas.first(where: { !($0.1 > 0 && $0.1.isFinite) }) {
      throw MartletError("\(file): the key \"alpha_pattern\" must hold numbers above 0, found \(alpha)")
    }
    try Self.refuseOthers(reader)
  }

  private static func blocks(_ reader: JSONReader) throws(MartletError) -> [Int]? {
    let key = "layers_to_transform"
    guard let value = reader[key] else { return nil }
    guard let blocks = value.int.map({ [$0] }) ?? [Int](json: value) else {
      throw reader.unexpected(key, expected: "a block's number or a list of them")
    }
    return blocks.isEmpty ? nil : blocks
  }

  /// The values that `peft` gives modules whose path ends in what a key matches.
  private static func patterns<Value: JSONReadable>(
    _ key: String, of reader: JSONReader
  ) throws(MartletError) -> [(WholePattern, Value)] {
    guard let values = try reader.optionalReader(key) else { return [] }
    var patterns: [(WholePattern, Value)] = []
    for name in values.members.keys {
      let pattern = try ModuleSelection.pattern("(?:.*\\.)?(?:\(name))", key, reader)
      patterns.append((pattern, try values.required(name)))
    }
    return patterns
  }

  /// Whether the file says that a module is changed; nil where it leaves that to `peft`.
  func chooses(_ module: String, block: Int) -> Bool? {
    guard let targets else { return nil }
    if excluded?.contains(module) ?? false { return false }
    // An expression chooses blocks by itself.
    if case .names = targets, let blocks, !blocks.contains(block) { return false }
    return targets.contains(module)
  }

  /// How a module is changed.
  func adaptation(of module: String) -> LowRankAdaptation {
    var adaptation = adaptation
    if let (_, rank) = ranks.first(where: { $0.0.matches(module) }) { adaptation.rank = rank }
    if let (_, alpha) = alphas.first(where: { $0.0.matches(module) }) { adaptation.alpha = alpha }
    return adaptation
  }
}

// MARK: Keys that are not known

extension AdapterConfiguration {
  private static let read: Set<String> = [
    "peft_type", "task_type", "base_model_name_or_path", "r", "lora_alpha", "lora_dropout", "use_rslora",
    "use_dora", "target_modules", "exclude_modules", "layers_to_transform", "rank_pattern", "alpha_pattern",
    "ensure_weight_tying",
  ]
  /// Those that change nothing of what an adapter computes: how it was begun or is trained, where it came from, and what
  /// the names of the tensors say anyway.
  private static let harmless: Set<String> = [
    "auto_mapping", "corda_config", "eva_config", "fan_in_fan_out", "inference_mode", "init_lora_weights",
    "layers_pattern", "loftq_config", "lora_ga_config", "megatron_core", "modules_to_save", "peft_version",
    "qalora_group_size", "revision", "runtime_config", "velora_config",
  ]
  /// What begins with changed weights of the base, by the beginnings of their names.
  private static let changingTheBase = ["pissa", "olora", "corda", "loftq", "lora_ga"]

  /// Fails where a key asks for what is not done here.
  private static func refuseOthers(_ reader: JSONReader) throws(MartletError) {
    if let bias = reader["bias"], bias.string != "none" {
      throw reader.unexpected("bias", expected: "\"none\"; adapters that train biases can't be read")
    }
    if let name = reader["init_lora_weights"]?.string,
      changingTheBase.contains(where: name.lowercased().hasPrefix)
    {
      throw reader.unexpected(
        "init_lora_weights",
        expected: "one that leaves the base as it is; let peft convert the adapter to a plain one")
    }
    for key in reader.members.keys where !read.contains(key) && !harmless.contains(key) && key != "bias" {
      guard let value = reader[key] else { continue }
      if value.bool == false || value.array?.isEmpty == true || value.object?.isEmpty == true { continue }
      throw MartletError(
        "\(reader.file): the key \"\(key)\" asks for what is not known here; an adapter without it can be read"
      )
    }
  }
}
