import MartletTensor
import MartletText

/// The file names of a model directory in the layout of `transformers`.
package enum ModelFile {
  package static let configuration = "config.json"
  package static let weights = "model.safetensors"
  package static let weightsIndex = "model.safetensors.index.json"

  /// Fails where there is no directory to look for them in.
  static func requireDirectory(_ path: String) throws(MartletError) {
    guard FileSystem.isDirectory(path) else {
      throw MartletError(
        "\(path): there is no such directory; expected one with config.json and model.safetensors")
    }
  }
}

extension Model where HeadType: StoredHead {
  /// Reads the model of a directory: `config.json` and `model.safetensors`, or the shards that
  /// `model.safetensors.index.json` names.
  ///
  /// The weights are mapped, not read: those that lie in the file as the model keeps them come from the disk when they
  /// are first needed. Others are copied here: matrices that lie transposed (GPT-2's), and those of another format.
  ///
  /// Of an adapter's directory, which has `adapter_config.json` in the place of `config.json`, it reads the base that is
  /// named there, and adapts it.
  ///
  /// - Parameter format: how the weights are kept; nil as the file has them (float16 as float32). A model that is to
  ///   be trained needs float32.
  /// - Throws: when a file is missing, truncated, of an unknown family or of another head, or its tensors are not the
  ///   ones its configuration describes.
  public init(directory: String, weights format: WeightFormat? = .float32) throws(MartletError) {
    try ModelFile.requireDirectory(directory)
    if AdapterFile.isAdapter(directory) {
      try self.init(adapter: directory, weights: format)
      return
    }
    let reader = try JSONReader(file: FileSystem.join(directory, ModelFile.configuration))
    let (architecture, configuration) = try Self.configuration(reading: reader)
    let checkpoint = try Checkpoint(directory: directory)
    let form = try HeadForm(reading: reader, in: checkpoint)
    guard HeadType.reads(form) else { throw Self.otherHead(form, directory: directory) }
    guard configuration.layers <= checkpoint.names.count else {
      throw MartletError(
        "\(checkpoint.path): config.json calls for \(configuration.layers) blocks, but there are only "
          + "\(checkpoint.names.count) tensors")
    }
    // Before anything is made for them: a configuration may call for more than the file has.
    try configuration.checkExperts(fit: checkpoint)
    var used: Set<String> = []
    let weights = HeadType.weights(of: configuration, in: architecture)
    for weight in weights {
      let found = try weight.foundName(in: checkpoint, prefixes: architecture.trunkPrefixes)
      used.insert(found ?? weight.name)
      if let packed = weight.blocks(in: checkpoint) { used.formUnion([packed.numbers, packed.scales]) }
    }
    // What a language model's head has may be left over under another head.
    used.formUnion(architecture.weights(of: configuration).filter(\.isOfLanguageModelHead).map(\.name))
    // A value head may be left out, as `transformers` does.
    if case .value = form.layout { used.formUnion(ValueHead.ownWeights { $0 }.map(\.name)) }
    try checkpoint.refuseUnused(
      except: used, hasOutput: weights.contains { Checkpoint.outputs.contains($0.name) },
      otherParts: architecture.otherParts)
    let shapes = ParameterShapes()
    let decoder = Decoder(configuration, from: shapes)
    self.init(
      decoder: decoder, head: HeadType(form, over: decoder, from: shapes), architecture: architecture)
    try load(checkpoint, shapes: shapes.shapes, as: format)
  }

  /// Fails when a directory's model has another head.
  package static func checkHead(ofDirectory directory: String) throws(MartletError) {
    let form = try HeadForm(directory: directory)
    guard HeadType.reads(form) else { throw otherHead(form, directory: directory) }
  }

  /// What is wrong with a directory that has another head.
  static func otherHead(_ form: HeadForm, directory: String) -> MartletError {
    let advice =
      form.kind == .languageModel
      ? "LanguageModel(directory:).replacingHead(with:) gives its decoder a new head"
      : "`martlet score` and Model<\(StoredHeads.type(for: form))>(directory:) read it"
    return MartletError(
      "\(directory) is a model of \(form.purpose), not of \(HeadType.purpose); \(advice)")
  }

  /// The family and the decoder that a directory's `config.json` describes.
  ///
  /// - Throws: when it is missing or damaged, or the directory holds an adapter.
  package static func configuration(
    ofDirectory directory: String
  ) throws(MartletError) -> (architecture: any Architecture.Type, configuration: DecoderConfiguration) {
    try AdapterFile.refuse(directory)
    return try configuration(reading: JSONReader(file: FileSystem.join(directory, ModelFile.configuration)))
  }

  static func configuration(
    reading reader: JSONReader
  ) throws(MartletError) -> (architecture: any Architecture.Type, configuration: DecoderConfiguration) {
    let name: String = try reader.required("model_type")
    if name == Gemma3.nameWithImages { return try configuration(reading: Gemma3.textKeys(of: reader)) }
    guard let architecture = Architectures.named(name) else {
      let known = Architectures.all.map { $0.name }.joined(separator: ", ")
      throw MartletError("\(reader.file): the model type \"\(name)\" is not known; known are \(known)")
    }
    let keys = ConfigurationReader(reader)
    var configuration = try architecture.configuration(reading: keys)
    for key in HarmlessKeys.off { try keys.require(key, false) }
    try keys.refuseUnknownKeys(
      of: "\(name) models", harmless: HarmlessKeys.all.union(architecture.harmlessKeys))
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
    _ checkpoint: Checkpoint, shapes: [String: [Int]], as format: WeightFormat?
  ) throws(MartletError) {
    let parameters = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) })
    for weight in HeadType.weights(of: configuration, in: architecture) where weight.zeros == nil {
      try weight.load(
        from: checkpoint, prefixes: architecture.trunkPrefixes,
        into: weight.parameters.map { parameters[$0]! },
        shapes: weight.parameters.map { shapes[$0]! }, as: format)
    }
  }

  /// Writes `config.json` and `model.safetensors`, or several files and their index, which `transformers` loads as they
  /// are (and TRL, where there is a value head).
  ///
  /// The family must be able to say all of the configuration; that it can't is a programmer error.
  ///
  /// - Parameters:
  ///   - precision: how numbers are written: rounded to the nearest, to even of two as near.
  ///   - maximumShardSize: the largest file, in bytes; weights that need more are written to several.
  /// - Throws: when the directory can't be written, a number is too large for float16, or `transformers` has no class
  ///   for the family under this head.
  public func save(
    to directory: String, as precision: ElementType = .float32,
    maximumShardSize: Int = Checkpoint.usualShardSize
  ) throws(MartletError) {
    try save(to: directory, types: { _ in precision }, maximumShardSize: maximumShardSize)
  }

  /// - Parameters:
  ///   - types: how the tensor of a name is written.
  ///   - others: the keys of the `config.json` that the model was read from. Those that this family does not write are
  ///     kept: they are another program's.
  package func save(
    to directory: String, types: (String) -> ElementType, maximumShardSize: Int = Checkpoint.usualShardSize,
    keeping others: JSONObject = JSONObject()
  ) throws(MartletError) {
    let file = FileSystem.join(directory, ModelFile.configuration)
    let tensors = storedTensors(types: types)
    var keys = try configurationKeys()
    let written = try described(by: keys, tensors, file: file)
    precondition(
      written.configuration == configuration,
      "Model.save: \(architecture.name) has no keys for \(configuration), only for \(written.configuration)")
    precondition(
      written.form.describes(head.form), "Model.save: no keys say \(head.form), only \(written.form)")
    let others = head.form.kept(others)
    // Some families of `transformers` have a token for padding, which a small vocabulary may not reach.
    if others["pad_token_id"]?.isNull ?? true { keys.append("pad_token_id", .null) }
    keys.append("use_cache", true)
    keys.append("torch_dtype", .string(Self.mainType(of: tensors).rawValue))
    let merged = Self.merged(keys, into: others)
    // Should the two forms of one key contradict each other, only our own are written.
    if let read = try? described(by: merged, tensors, file: file), read.configuration == configuration,
      read.form.describes(head.form)
    {
      keys = merged
    }
    try FileSystem.createDirectory(directory)
    try FileSystem.write(JSON.object(keys).pretty + "\n", to: file)
    try Checkpoint.write(tensors, to: directory, maximumShardSize: maximumShardSize)
  }

  /// The decoder and the head that keys and tensors describe.
  private func described(
    by keys: JSONObject, _ tensors: [StoredTensor], file: String
  ) throws(MartletError) -> (configuration: DecoderConfiguration, form: HeadForm) {
    let reader = try JSONReader(.object(keys), file: file)
    let names = Set(tensors.map(\.name))
    return (
      try Self.configuration(reading: reader).configuration, try HeadForm(reading: reader, names.contains)
    )
  }

  /// Writes the weights alone.
  ///
  /// - Parameter maximumShardSize: the largest file, in bytes; weights that need more are written to several.
  package func saveWeights(
    to directory: String, as precision: ElementType = .float32,
    maximumShardSize: Int = Checkpoint.usualShardSize
  ) throws(MartletError) {
    try Checkpoint.write(
      storedTensors { _ in precision }, to: directory, maximumShardSize: maximumShardSize)
  }

  private func storedTensors(types: (String) -> ElementType) -> [StoredTensor] {
    precondition(!isAdapted, "Model.save: the model has adapters; save or merge them")
    let parameters = Dictionary(uniqueKeysWithValues: parameters.map { ($0.name, $0) })
    return HeadType.weights(of: configuration, in: architecture).map { weight in
      let own = weight.parameters.map { parameters[$0]! }
      return StoredTensor(name: weight.name, shape: weight.shape(of: own), type: types(weight.name)) {
        weight.tensor(of: own)
      }
    }
  }

  /// The type of most of the numbers.
  private static func mainType(of tensors: [StoredTensor]) -> ElementType {
    func count(_ type: ElementType) -> Int { tensors.reduce(0) { $0 + ($1.type == type ? $1.count : 0) } }
    return ElementType.allCases.max { count($0) < count($1) } ?? .float32
  }

  /// The keys that say all of the configuration and of the head.
  ///
  /// - Throws: when `transformers` has no class that would read them.
  private func configurationKeys() throws(MartletError) -> JSONObject {
    guard let className = HeadType.className(in: architecture) else {
      throw MartletError(
        "\(architecture.name) models of \(HeadType.purpose) cannot be written: transformers has no class that loads "
          + "them; use another family")
    }
    var object: JSONObject = [
      "architectures": [.string(className)],
      "model_type": .string(architecture.name),
    ]
    for (key, value) in architecture.keys(of: configuration).object { object.append(key, value) }
    object.append("tie_word_embeddings", .bool(configuration.isTied))
    // `transformers` fills in the ids of its own GPT-2 or Llama where these are left out.
    object.append("bos_token_id", configuration.beginOfText.map { .integer(Int($0)) } ?? .null)
    object.append("eos_token_id", configuration.endOfText.map { .integer(Int($0)) } ?? .null)
    for (key, value) in head.form.keys { object.append(key, value) }
    return object
  }

  /// An older `config.json` with some keys as they now are.
  private static func merged(_ keys: JSONObject, into others: JSONObject) -> JSONObject {
    var merged = others
    // The type is said anew, weights that were packed are written as plain numbers, and rotations have two forms, of
    // which only one may stand.
    for key in ["dtype", "torch_dtype", "quantization_config", "rope_parameters", "rope_scaling"] {
      merged[key] = nil
    }
    for (key, value) in keys {
      // Where several tokens end a text, the first is the one that is known here.
      let isFirst = merged[key]?.array?.first.map { $0 == value } ?? false
      if key != "eos_token_id" || !isFirst { merged[key] = value }
    }
    return merged
  }
}
