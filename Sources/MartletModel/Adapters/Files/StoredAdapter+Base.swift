import MartletTensor
import MartletText

extension StoredAdapter {
  /// What the adapter says of the head of the adapted model.
  ///
  /// - Parameter own: what the base says of its own head.
  func form(_ own: HeadForm) throws(MartletError) -> HeadForm {
    func has(_ name: String) -> Bool { checkpoint.shape(of: AdapterFile.prefix + name) != nil }
    let names = ["score.weight", "classifier.weight"]
    let suffix: String
    switch configuration.task {
    case .sequenceClassifier: suffix = HeadForm.ofSequences
    case .tokenClassifier: suffix = HeadForm.ofTokens
    case .languageModel, .features, nil:
      if has(ValueHead.storedName + ".weight") {
        let isBeside = own.layout == .languageModel || own.layout == .value(besideLanguageModel: true)
        return HeadForm(.value(besideLanguageModel: isBeside))
      }
      guard configuration.task == nil, names.contains(where: has) else { return own }
      // Only a classifier of tokens has a bias.
      suffix = has("score.bias") || has("classifier.weight") ? HeadForm.ofTokens : HeadForm.ofSequences
    }
    guard let name = names.first(where: has), let shape = checkpoint.shape(of: AdapterFile.prefix + name),
      let classes = shape.first
    else { return own }
    // The base's names, where it has as many classes; the adapter's own; or those that are given where there are none.
    var keys: JSONObject = ["architectures": [.string(suffix)], "num_labels": .integer(classes)]
    if let text = checkpoint.files.first?.metadata[HeadForm.adapterKey] {
      for (key, value) in try JSONReader(JSON(parsing: text, file: checkpoint.path), file: checkpoint.path)
        .members
      {
        keys[key] = value
      }
    } else if own.labels?.names.count == classes {
      return HeadForm(suffix == HeadForm.ofTokens ? .tokenClassifier : .sequenceClassifier, own.labels)
    }
    return try HeadForm(reading: JSONReader(.object(keys), file: checkpoint.path), has)
  }
}

extension Model where HeadType: StoredHead {
  /// Reads an adapter and the model that it changes.
  ///
  /// - Parameters:
  ///   - directory: the adapter's, in the layout of `peft`.
  ///   - base: the directory of the model that is adapted; the one that `adapter_config.json` names when nil.
  ///   - format: how the base's weights are kept; nil as its files have them.
  /// - Throws: when a file is missing or damaged, the adapter is of another base or of a form that is not known, or its
  ///   model has another head.
  public init(
    adapter directory: String, base: String? = nil, weights format: WeightFormat? = .float32
  ) throws(MartletError) {
    let adapter = try StoredAdapter(directory: directory)
    let base = try adapter.configuration.baseDirectory(base)
    let reader = try JSONReader(file: FileSystem.join(base, ModelFile.configuration))
    let checkpoint = try Checkpoint(directory: base)
    let baseForm = try HeadForm(reading: reader, in: checkpoint)
    let form = try adapter.form(baseForm)
    guard HeadType.reads(form) else { throw Self.otherHead(form, directory: directory) }
    if form == baseForm || HeadType.reads(baseForm) && form.labels == nil {
      self = try Model(directory: base, weights: format).adding(adapter)
      return
    }
    let trunk = try StoredAdapter.trunk(
      under: StoredHeads.type(for: baseForm), ofDirectory: base, weights: format)
    let shapes = ParameterShapes()
    let head = HeadType(form, over: trunk.decoder, from: shapes)
    let model = Model(decoder: trunk.decoder, head: head, architecture: trunk.architecture)
    try adapter.load(head, of: model, shapes.shapes, elseFrom: checkpoint)
    self = try model.adding(adapter)
  }
}

extension StoredAdapter {
  /// The decoder of a directory's model, whatever its head.
  fileprivate static func trunk<HeadType: StoredHead>(
    under head: HeadType.Type, ofDirectory directory: String, weights: WeightFormat?
  ) throws(MartletError) -> (decoder: Decoder, architecture: any Architecture.Type) {
    let model = try Model<HeadType>(directory: directory, weights: weights)
    return (model.decoder, model.architecture)
  }

  /// Gives the parameters of a head that is not the base's their values: the adapter's or, where it has none, the base's.
  fileprivate func load<HeadType: StoredHead>(
    _ head: HeadType, of model: Model<HeadType>, _ shapes: [String: [Int]], elseFrom base: Checkpoint
  ) throws(MartletError) {
    let own = Dictionary(uniqueKeysWithValues: head.parameters.map { ($0.name, $0) })
    for weight in HeadType.weights(of: model.configuration, in: model.architecture) {
      let parameters = weight.parameters.compactMap { own[$0] }
      guard parameters.count == weight.parameters.count, !parameters.isEmpty else { continue }
      let shapes = weight.parameters.map { shapes[$0]! }
      // What the adapter has takes their place.
      let names = [weight.name, weight.otherName ?? weight.name]
      if names.contains(where: { checkpoint.shape(of: AdapterFile.prefix + $0) != nil }) || weight.isOptional
      {
        for (parameter, shape) in zip(parameters, shapes) { parameter.value = .zeros(shape) }
        continue
      }
      guard names.contains(where: { base.shape(of: $0) != nil }) else {
        throw MartletError(
          "\(checkpoint.path): the tensor \"\(AdapterFile.prefix)\(weight.name)\" of the head is missing, and the base "
            + "has none")
      }
      try weight.load(
        from: base, prefixes: model.architecture.trunkPrefixes, into: parameters, shapes: shapes, as: .float32
      )
    }
  }
}

extension StoredAdapter {
  /// What the head of the adapted model is.
  static func form(ofDirectory directory: String, base: String? = nil) throws(MartletError) -> HeadForm {
    let adapter = try StoredAdapter(directory: directory)
    let base = try adapter.configuration.baseDirectory(base)
    let reader = try JSONReader(file: FileSystem.join(base, ModelFile.configuration))
    return try adapter.form(HeadForm(reading: reader, in: Checkpoint(directory: base)))
  }
}
