import MartletTensor
import MartletText

/// An adapter as it lies in a directory in the layout of `peft`: `adapter_config.json` and `adapter_model.safetensors`.
struct StoredAdapter: Sendable {
  let directory: String
  let configuration: AdapterConfiguration
  let checkpoint: Checkpoint

  /// Reads the configuration and the header of the tensors.
  ///
  /// - Throws: when a file is missing or damaged, or the adapter is of a form that is not known here.
  init(directory: String) throws(MartletError) {
    self.directory = directory
    configuration = try AdapterConfiguration(
      file: FileSystem.join(directory, AdapterFile.configuration))
    let weights = FileSystem.join(directory, AdapterFile.weights)
    if !FileSystem.exists(weights), FileSystem.exists(FileSystem.join(directory, "adapter_model.bin")) {
      throw MartletError(
        "\(directory) holds adapter_model.bin, a pickle, which is not read; save the adapter as "
          + "\(AdapterFile.weights)")
    }
    checkpoint = try Checkpoint(file: weights)
  }

  /// The changes of a model's products, and the parameters that stand in for the model's own.
  struct Contents {
    var changes: [(AdaptedModule, LowRankAdaptation)] = []
    /// Those of the changes.
    var parameters: [Parameter] = []
    /// Those that were trained whole.
    var replacements: [Parameter] = []
  }

  /// Takes what belongs to a model.
  ///
  /// - Parameters:
  ///   - weights: how the model's parameters lie in its own files.
  ///   - ignored: the names of tensors of the model that may be left out.
  /// - Throws: when a tensor is missing, has no place in the model, or has a shape that its base does not call for.
  func contents(
    for model: Model<some Head>, _ weights: [CheckpointWeight], ignoring ignored: [String]
  ) throws(MartletError) -> Contents {
    var contents = Contents()
    var used: Set<String> = Set(ignored.map { AdapterFile.prefix + $0 })
    let parameters = Dictionary(
      model.parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let prefixes = model.architecture.trunkPrefixes
    for module in AdaptedModule.all(of: model.configuration, model.architecture) {
      let names = Self.names(module.name, prefixes)
      guard let name = names.first(where: { has($0) }) else {
        guard let name = names.first(where: { configuration.chooses($0, block: module.block) == true }) else {
          continue
        }
        throw MartletError(
          "\(checkpoint.path): \(AdapterFile.configuration) chooses the module \"\(name)\", but the tensor "
            + "\"\(AdapterFile.name(.down, of: name))\" is missing")
      }
      if configuration.chooses(name, block: module.block) == false {
        throw MartletError(
          "\(checkpoint.path): it changes the module \"\(name)\", which \(AdapterFile.configuration) does not "
            + "choose; put back the one that belongs to it")
      }
      let adaptation = configuration.adaptation(of: name)
      contents.parameters += try change(of: module, name, adaptation, products: parameters, &used)
      contents.changes.append((module, adaptation))
    }
    for weight in weights {
      let names = [weight.name, weight.otherName ?? weight.name].flatMap { Self.names($0, prefixes) }
      guard let name = names.first(where: { checkpoint.shape(of: AdapterFile.prefix + $0) != nil }) else {
        continue
      }
      if weight.parameters == [Decoder.tableName], model.configuration.isTied, !configuration.keepsTies {
        throw MartletError(
          "\(checkpoint.path): it replaces the table of embeddings alone, and the base's is its head too; an adapter "
            + "whose \(AdapterFile.configuration) has \"ensure_weight_tying\" replaces both")
      }
      let own = weight.parameters.compactMap { parameters[$0] }
      contents.replacements += try replacements(of: own, weight, name)
      used.insert(AdapterFile.prefix + name)
    }
    try refuseUnused(except: used, model)
    guard !contents.changes.isEmpty || !contents.replacements.isEmpty else {
      throw MartletError("\(checkpoint.path): it changes nothing; there is no tensor in it")
    }
    return contents
  }

  /// What a module or tensor may be called.
  private static func names(_ name: String, _ prefixes: [String]) -> [String] {
    guard let usual = prefixes.first, name.hasPrefix(usual) else { return [name] }
    return prefixes.map { $0 + name.dropFirst(usual.count) }
  }

  /// Whether there is any tensor of a module's change.
  private func has(_ module: String) -> Bool {
    AdapterFile.Part.allCases.contains { checkpoint.shape(of: AdapterFile.name($0, of: module)) != nil }
  }

  /// The parameters of a module's change.
  private func change(
    of module: AdaptedModule, _ name: String, _ adaptation: LowRankAdaptation, products: [String: Parameter],
    _ used: inout Set<String>
  ) throws(MartletError) -> [Parameter] {
    let weights = module.products.map { products[$0 + ".weight"]!.value.shape }
    let rows = weights.map { $0[0] }
    var parts: [(CheckpointWeight, [[Int]])] = [
      (
        CheckpointWeight(AdapterFile.name(.down, of: name), module.downName),
        [[adaptation.rank, weights[0][1]]]
      ),
      (
        module.rows(AdapterFile.name(.up, of: name), of: module.products.map(AdaptedModule.upName)),
        rows.map { [$0, adaptation.rank] }
      ),
    ]
    let magnitudes = AdapterFile.name(.magnitude, of: name)
    if adaptation.isDecomposed {
      parts.append(
        (module.rows(magnitudes, of: module.products.map(AdaptedModule.magnitudeName)), rows.map { [$0] }))
    } else if checkpoint.shape(of: magnitudes) != nil {
      throw MartletError(
        "\(checkpoint.path): it holds the tensor \"\(magnitudes)\", but \(AdapterFile.configuration) does not say "
          + "\"use_dora\"; put back the one that belongs to it")
    }
    var parameters: [Parameter] = []
    for (weight, shapes) in parts {
      let own = weight.parameters.map { Parameter($0, .zeros([0])) }
      try load(weight, into: own, shapes: shapes)
      used.insert(weight.name)
      parameters += own
    }
    return parameters
  }

  /// Parameters that stand in for a model's own.
  private func replacements(
    of own: [Parameter], _ weight: CheckpointWeight, _ name: String
  ) throws(MartletError) -> [Parameter] {
    let new = own.map { Parameter($0.name, .zeros([0])) }
    let stored = CheckpointWeight(AdapterFile.prefix + name, weight.parameters, layout: weight.layout)
    try load(stored, into: new, shapes: own.map(\.value.shape))
    return new
  }

  private func load(
    _ weight: CheckpointWeight, into parameters: [Parameter], shapes: [[Int]]
  ) throws(MartletError) {
    guard let found = checkpoint.shape(of: weight.name) else {
      throw MartletError("\(checkpoint.path): the tensor \"\(weight.name)\" is missing")
    }
    var expected = [shapes.reduce(0) { $0 + $1[0] }] + shapes[0].dropFirst()
    if case .transposed = weight.layout { expected.reverse() }
    guard found == expected else {
      throw MartletError(
        "\(checkpoint.path): the tensor \"\(weight.name)\" has shape \(found), but the base and "
          + "\(AdapterFile.configuration) call for \(expected); the adapter belongs to another base")
    }
    try weight.load(from: checkpoint, prefixes: [], into: parameters, shapes: shapes, as: .float32)
  }

  /// Fails where there is a tensor that has no place in the adapted model.
  private func refuseUnused(except used: Set<String>, _ model: Model<some Head>) throws(MartletError) {
    for name in checkpoint.names where !used.contains(name) {
      guard name.hasPrefix(AdapterFile.prefix) else {
        throw MartletError(
          "\(checkpoint.path): the tensor \"\(name)\" is not named as peft does, whose names begin with "
            + "\"\(AdapterFile.prefix)\"")
      }
      let rest = name.dropFirst(AdapterFile.prefix.count)
      let parts = rest.split(separator: ".")
      if let place = parts.firstIndex(where: { $0.hasPrefix("lora_") }) {
        let module = parts[..<place].joined(separator: ".")
        throw MartletError(
          "\(checkpoint.path): the tensor \"\(name)\" changes the module \"\(module)\", and adapters here change only "
            + "the products of attention and of plain feed-forward layers of a base of its family "
            + "(\(model.architecture.name))")
      }
      throw MartletError(
        "\(checkpoint.path): the tensor \"\(name)\" has no place in the model; the adapter belongs to another base "
          + "or another head, or replaces a head that is the base's table of embeddings")
    }
  }
}
