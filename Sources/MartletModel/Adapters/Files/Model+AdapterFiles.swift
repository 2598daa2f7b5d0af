import MartletTensor
import MartletText

extension Model where HeadType: StoredHead {
  /// The model with the adapter of a directory in the layout of `peft`: `adapter_config.json` and
  /// `adapter_model.safetensors`.
  ///
  /// It shares this model's parameters, which no longer train, but for those that the adapter replaces; the adapter's do.
  ///
  /// - Throws: when a file is missing or damaged, the adapter is of a form that is not known here or of another base, or
  ///   the model has adapters already.
  public func addingAdapter(directory: String) throws(MartletError) -> Model {
    try adding(StoredAdapter(directory: directory))
  }

  func adding(_ adapter: StoredAdapter) throws(MartletError) -> Model {
    if isAdapted {
      throw MartletError("\(adapter.directory): the base has adapters already; merge them first")
    }
    let contents = try adapter.contents(
      for: self, HeadType.weights(of: configuration, in: architecture),
      // A language model may leave out the value head beside it.
      ignoring: HeadType.self == LanguageModelHead.self ? ValueHead.ownWeights { $0 }.map(\.name) : [])
    let replaced = Dictionary(uniqueKeysWithValues: contents.replacements.map { ($0.name, $0) })
    let trunk = decoder.parameters.map { replaced[$0.name] ?? $0 }
    let ownHead = head.parameters.map { replaced[$0.name] ?? $0 }
    let model = adapted(
      at: contents.changes, from: ExistingParameters(contents.parameters), decoder: trunk,
      head: replaced.isEmpty ? head : head.rebuilt(from: ExistingParameters(ownHead)))
    for parameter in contents.replacements { parameter.isTrainable = true }
    return model
  }

  /// Writes the model's changes and what trained beside them, as `peft` does: `adapter_config.json` and
  /// `adapter_model.safetensors`. The weights of the base are not among them.
  ///
  /// - Precondition: the model is adapted.
  /// - Parameter base: the path or the name of the model that was adapted.
  /// - Throws: when the directory can't be written.
  public func saveAdapter(to directory: String, base: String) throws(MartletError) {
    precondition(isAdapted, "Model.saveAdapter: the model has no adapters")
    try FileSystem.createDirectory(directory)
    try FileSystem.write(
      JSON.object(adapterKeys(base: base)).pretty + "\n",
      to: FileSystem.join(directory, AdapterFile.configuration))
    try saveAdapterWeights(to: directory)
  }

  /// Writes `adapter_model.safetensors` alone.
  package func saveAdapterWeights(to directory: String) throws(MartletError) {
    let all = Dictionary(
      parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let tensors = (changedModules.flatMap { adapterWeights(of: $0.module, $0.adaptation) } + wholeWeights)
      .map { weight in
        let own = weight.parameters.map { all[$0]! }
        return StoredTensor(name: weight.name, shape: weight.shape(of: own), type: .float32) {
          weight.tensor(of: own)
        }
      }
    var metadata = ["format": "pt"]
    // Names of classes have no place in adapter_config.json.
    if !head.form.keys.isEmpty { metadata[HeadForm.adapterKey] = JSON.object(head.form.keys).compact }
    try Safetensors.write(
      tensors.sorted { $0.name < $1.name }, metadata: metadata,
      to: FileSystem.join(directory, AdapterFile.weights)
    ).commit()
  }

  /// The modules that are changed, and how.
  private var changedModules: [(module: AdaptedModule, adaptation: LowRankAdaptation)] {
    let adapters = Dictionary(uniqueKeysWithValues: decoder.adapters.map { ($0.adapter.product, $0.adapter) })
    return AdaptedModule.all(of: configuration, architecture).compactMap { module in
      adapters[module.products[0]].map { (module, $0.adaptation) }
    }
  }

  /// How the parameters of a module's change lie in the file.
  private func adapterWeights(
    of module: AdaptedModule, _ adaptation: LowRankAdaptation
  ) -> [CheckpointWeight] {
    func name(_ part: AdapterFile.Part) -> String { AdapterFile.name(part, of: module.name) }
    return [
      CheckpointWeight(name(.down), module.downName),
      module.rows(name(.up), of: module.products.map(AdaptedModule.upName)),
    ]
      + (adaptation.isDecomposed
        ? [module.rows(name(.magnitude), of: module.products.map(AdaptedModule.magnitudeName))] : [])
  }

  /// How the parameters lie in the file that train beside the changes.
  private var wholeWeights: [CheckpointWeight] {
    let trained = Set(
      decoder.parameters.filter { $0.isTrainable && !$0.name.contains(AdaptedModule.nameMark) }.map(\.name)
        + head.parameters.filter(\.isTrainable).map(\.name) + head.parametersBesideAdapters.map(\.name))
    return HeadType.weights(of: configuration, in: architecture)
      .filter { !$0.parameters.isEmpty && trained.isSuperset(of: $0.parameters) }
      .map { CheckpointWeight(AdapterFile.prefix + $0.name, $0.parameters, layout: $0.layout) }
  }

  // MARK: adapter_config.json

  private func adapterKeys(base: String) -> JSONObject {
    let changed = changedModules
    let usual = changed[0].adaptation
    func ownOf<Value: Equatable>(
      _ path: KeyPath<LowRankAdaptation, Value>, _ json: (Value) -> JSON
    ) -> JSON {
      .object(
        JSONObject(
          changed.filter { $0.adaptation[keyPath: path] != usual[keyPath: path] }.map {
            // A path is read as a regular expression.
            ("^" + $0.module.name.replacing(".", with: "\\."), json($0.adaptation[keyPath: path]))
          }))
    }
    func number(_ number: Double) -> JSON { Int(exactly: number).map { .integer($0) } ?? .number(number) }
    let others = HeadType.weights(of: configuration, in: architecture).map { Self.module(of: $0.name) }
    let targets = ModuleSelection.shortestNames(choosing: changed.map(\.module.name), among: others)
    var whole: [String] = []
    for weight in wholeWeights {
      let module = Self.module(of: String(weight.name.dropFirst(AdapterFile.prefix.count)))
      if !whole.contains(module) { whole.append(module) }
    }
    let task: AdapterConfiguration.Task =
      switch head.form.layout {
      case .languageModel, .value: .languageModel
      case .sequenceClassifier: .sequenceClassifier
      case .tokenClassifier: .tokenClassifier
      }
    return [
      "alpha_pattern": ownOf(\.alpha, number),
      "base_model_name_or_path": .string(base),
      "bias": "none",
      "fan_in_fan_out": .bool(changed.contains { $0.module.isTransposed }),
      "inference_mode": true,
      "init_lora_weights": true,
      "layers_to_transform": nil,
      "lora_alpha": number(usual.alpha),
      "lora_dropout": .number(Double("\(usual.dropout)") ?? 0),
      "modules_to_save": whole.isEmpty ? .null : .array(whole.map { .string($0) }),
      "peft_type": "LORA",
      "r": .integer(usual.rank),
      "rank_pattern": ownOf(\.rank) { .integer($0) },
      "target_modules": .array(targets.map { .string($0) }),
      "task_type": .string(task.rawValue),
      "use_dora": .bool(usual.isDecomposed),
      "use_rslora": .bool(usual.isRankStabilized),
    ]
  }

  /// The module of a tensor: its name without "weight" or "bias".
  private static func module(of tensor: String) -> String {
    tensor.lastIndex(of: ".").map { String(tensor[..<$0]) } ?? tensor
  }
}
