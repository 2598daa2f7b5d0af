import MartletTensor
import MartletText

/// The file names of a model directory in the layout of `transformers`.
package enum ModelFile {
  package static let configuration = "config.json"
  package static let weights = "model.safetensors"
}

extension Model<LanguageModelHead> {
  /// Reads the model of a directory: `config.json` and `model.safetensors`.
  ///
  /// The weights are mapped, not read: those that lie in the file as the model keeps them come from the disk when they
  /// are first needed. Others are copied here: matrices that lie transposed (GPT-2's), and those of another format.
  ///
  /// - Parameter weights: how the weights are kept; nil as the file has them (float16 as float32). A model that is to
  ///   be trained needs float32.
  /// - Throws: when a file is missing, truncated, of an unknown family, or its tensors are not the ones its
  ///   configuration describes.
  public init(directory: String, weights: WeightFormat? = .float32) throws(MartletError) {
    guard FileSystem.isDirectory(directory) else {
      throw MartletError(
        "\(directory): there is no such directory; expected one with config.json and model.safetensors")
    }
    let (architecture, configuration) = try Self.configuration(ofDirectory: directory)
    let file = try Safetensors(file: FileSystem.join(directory, ModelFile.weights))
    guard configuration.layers <= file.names.count else {
      throw MartletError(
        "\(file.file): config.json calls for \(configuration.layers) blocks, but the file has only "
          + "\(file.names.count) tensors")
    }
    // Before anything is made for them: a configuration may call for more than the file has.
    for weight in architecture.weights(of: configuration) where weight.zeros == nil {
      _ = try weight.foundName(in: file)
    }
    let shapes = ParameterShapes()
    self.init(configuration, architecture: architecture, from: shapes)
    try load(file, shapes: shapes.shapes, as: weights)
  }

  /// The family and the decoder that a directory's `config.json` describes.
  package static func configuration(
    ofDirectory directory: String
  ) throws(MartletError) -> (architecture: any Architecture.Type, configuration: DecoderConfiguration) {
    try configuration(reading: JSONReader(file: FileSystem.join(directory, ModelFile.configuration)))
  }

  private static func configuration(
    reading reader: JSONReader
  ) throws(MartletError) -> (architecture: any Architecture.Type, configuration: DecoderConfiguration) {
    let name: String = try reader.required("model_type")
    guard let architecture = Architectures.named(name) else {
      let known = Architectures.all.map { $0.name }.joined(separator: ", ")
      throw MartletError("\(reader.file): the model type \"\(name)\" is not known; known are \(known)")
    }
    var configuration = try architecture.configuration(reading: ConfigurationReader(reader))
    configuration.beginOfText = try Self.token("bos_token_id", reader)
    configuration.endOfText = try Self.token("eos_token_id", reader)
    if let problem = configuration.problem { throw MartletError("\(reader.file): \(problem)") }
    return (architecture, configuration)
  }

  /// A special token's id; the first where there are several.
  private static func token(_ key: String, _ reader: JSONReader) throws(MartletError) -> Int32? {
    guard let value = reader[key] else { return nil }
    guard let id = value.int ?? value.array?.first?.int, let token = Int32(exactly: id) else {
      throw reader.unexpected(key, expected: "a token's id")
    }
    return token
  }

  /// Takes every parameter's value from a checkpoint.
  private func load(
    _ file: Safetensors, shapes: [String: [Int]], as format: WeightFormat?
  ) throws(MartletError) {
    let parameters = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) })
    for weight in architecture.weights(of: configuration) where weight.zeros == nil {
      try weight.load(
        from: file, into: weight.parameters.map { parameters[$0]! },
        shapes: weight.parameters.map { shapes[$0]! }, as: format)
    }
  }

  /// Writes `config.json` and `model.safetensors`, which `transformers` loads as they are.
  ///
  /// The family must be able to say all of the configuration; that it can't is a programmer error.
  ///
  /// - Throws: when the directory can't be written.
  public func save(to directory: String) throws(MartletError) {
    let file = FileSystem.join(directory, ModelFile.configuration)
    let written = try Self.configuration(reading: JSONReader(.object(configurationFile), file: file))
    precondition(
      written.configuration == configuration,
      "Model.save: \(architecture.name) has no keys for \(configuration), only for \(written.configuration)")
    try FileSystem.createDirectory(directory)
    try FileSystem.write(JSON.object(configurationFile).pretty + "\n", to: file)
    try saveWeights(to: FileSystem.join(directory, ModelFile.weights))
  }

  /// Writes the weights alone.
  package func saveWeights(to file: String) throws(MartletError) {
    let parameters = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) })
    let tensors = architecture.weights(of: configuration).map { weight in
      (weight.name, weight.tensor(of: weight.parameters.map { parameters[$0]! }))
    }
    try Safetensors.write(tensors, to: file)
  }

  private var configurationFile: JSONObject {
    var object: JSONObject = [
      "architectures": [.string(architecture.languageModelClass)],
      "model_type": .string(architecture.name),
    ]
    for (key, value) in architecture.keys(of: configuration).object { object.append(key, value) }
    object.append("tie_word_embeddings", .bool(configuration.isTied))
    // `transformers` fills in the ids of its own GPT-2 or Llama where these are left out.
    object.append("bos_token_id", configuration.beginOfText.map { .integer(Int($0)) } ?? .null)
    object.append("eos_token_id", configuration.endOfText.map { .integer(Int($0)) } ?? .null)
    object.append("use_cache", true)
    object.append("torch_dtype", "float32")
    return object
  }
}

extension CheckpointWeight {
  /// The name under which a file has the tensor.
  ///
  /// - Throws: when it is missing.
  fileprivate func foundName(in file: Safetensors) throws(MartletError) -> String {
    // GPT-2's original files leave out the prefix of the trunk.
    let trunk = "transformer."
    let names = [name] + (name.hasPrefix(trunk) ? [String(name.dropFirst(trunk.count))] : [])
    if let found = names.first(where: { file.shape(of: $0) != nil }) { return found }
    throw MartletError("\(file.file): the tensor \"\(name)\" that config.json calls for is missing")
  }

  /// Gives parameters their part of the file's tensor.
  fileprivate func load(
    from file: Safetensors, into parameters: [Parameter], shapes: [[Int]], as format: WeightFormat?
  ) throws(MartletError) {
    let found = try foundName(in: file)
    let shape = file.shape(of: found) ?? []
    var expected = [shapes.reduce(0) { $0 + $1[0] }] + shapes[0].dropFirst()
    if layout == .transposed { expected.reverse() }
    guard shape == expected, let stored = try file.stored(found) else {
      throw MartletError(
        "\(file.file): the tensor \"\(found)\" has shape \(shape), but config.json calls for \(expected)")
    }
    if layout == .same, parameters.count == 1 {
      parameters[0].value = stored.kept(as: format)
      return
    }
    let format = format ?? (stored.elementType == .bfloat16 ? .bfloat16 : .float32)
    var tensor = stored.converted(to: .float32)
    if layout == .transposed { tensor = tensor.transposed() }
    var row = 0
    for (parameter, shape) in zip(parameters, shapes) {
      let matrix = tensor.reshaped([tensor.shape[0], tensor.count / max(tensor.shape[0], 1)])
      parameter.value = matrix.rows(row..<row + shape[0]).reshaped(shape).kept(as: format)
      row += shape[0]
    }
  }

  /// What the file's tensor holds.
  fileprivate func tensor(of parameters: [Parameter]) -> Tensor {
    if let zeros { return .zeros(zeros) }
    guard parameters.count > 1 || layout == .transposed else { return parameters[0].value }
    let matrices = parameters.map { parameter in
      let value = parameter.value.converted(to: .float32)
      return value.reshaped([value.shape[0], value.count / value.shape[0]])
    }
    let joined = Tensor.concatenated(matrices)
    if layout == .transposed { return joined.transposed() }
    return joined.reshaped([joined.shape[0]] + parameters[0].value.shape.dropFirst())
  }
}
