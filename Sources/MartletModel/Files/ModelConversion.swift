import MartletTensor
import MartletText

/// Writes a model anew: from the files of another program, in another precision, or in files of another size.
public struct ModelConversion: Sendable {
  /// How numbers are written; nil as the source has them, each tensor by itself.
  public var precision: ElementType?
  /// The largest file of weights, in bytes.
  public var maximumShardSize = Checkpoint.usualShardSize
  /// The file of a llama2.c checkpoint's tokenizer; when nil, the one beside it.
  public var tokenizer: String?

  /// A conversion that changes nothing.
  public init() {}

  /// Writes a model to a directory with `config.json`, weights as safetensors, and the tokenizer and what else belongs
  /// to the model. Its heads stay what they are.
  ///
  /// - Parameters:
  ///   - source: a model's directory, a llama2.c checkpoint (a `.bin` file), or a directory that holds one.
  ///   - target: is created, whole or not at all; an empty directory gives way.
  /// - Returns: the model that was written.
  /// - Throws: when the source can't be read, something is at the target, or a number is too large for float16.
  @discardableResult
  public func convert(_ source: String, to target: String) throws(MartletError) -> any StoredModel {
    // Before the weights are read, which may take a while.
    try FileSystem.checkFree(target)
    try AdapterFile.refuse(source)
    let isOwn = FileSystem.exists(FileSystem.join(source, ModelFile.configuration))
    if !isOwn, let files = try llama2CFiles(source) { return try convert(files, to: target) }
    if tokenizer != nil {
      throw MartletError("\(source): the tokenizer of a model's directory is its own; leave --tokenizer out")
    }
    return try convert(source, to: target, under: ModelDirectory.headType(source))
  }

  private func convert<HeadType: StoredHead>(
    _ source: String, to target: String, under head: HeadType.Type
  ) throws(MartletError) -> any StoredModel {
    let model = try Model<HeadType>(directory: source, weights: nil)
    let keys = try JSONReader(file: FileSystem.join(source, ModelFile.configuration)).members
    let types = try storedTypes(of: model, in: Checkpoint(directory: source))
    try FileSystem.createDirectory(target) { draft throws(MartletError) in
      try model.save(
        to: draft, types: { types[$0]! }, maximumShardSize: maximumShardSize, keeping: keys)
      try CompanionFiles.copy(from: source, to: draft)
    }
    return model
  }

  /// How each tensor is written.
  private func storedTypes<HeadType: StoredHead>(
    of model: Model<HeadType>, in checkpoint: Checkpoint
  ) throws(MartletError) -> [String: ElementType] {
    let usual = precision ?? checkpoint.mainType ?? .float32
    var types: [String: ElementType] = [:]
    for weight in HeadType.weights(of: model.configuration, in: model.architecture) {
      let found = try? weight.foundName(in: checkpoint, prefixes: model.architecture.trunkPrefixes)
      let own = found.flatMap { checkpoint.type(of: $0) }.flatMap {
        SafetensorsType(rawValue: $0)?.elementType
      }
      types[weight.name] = precision ?? own ?? usual
    }
    return types
  }

  // MARK: llama2.c

  private typealias Llama2CFiles = (checkpoint: String, tokenizer: String)

  /// The two files of a llama2.c model; nil when the path is of another kind.
  private func llama2CFiles(_ source: String) throws(MartletError) -> Llama2CFiles? {
    if !FileSystem.isDirectory(source) {
      guard source.hasSuffix(".bin") else { return nil }
      return (source, try llama2CTokenizer(FileSystem.directory(of: source)))
    }
    let names = try FileSystem.names(inDirectory: source).filter {
      $0.hasSuffix(".bin") && !$0.hasPrefix("tok")
    }
    if names.isEmpty { return nil }
    guard names.count == 1 else {
      throw MartletError(
        "\(source): there are several .bin files that could be the model: \(names.joined(separator: ", ")); name one"
      )
    }
    return (FileSystem.join(source, names[0]), try llama2CTokenizer(source))
  }

  /// The tokenizer in a checkpoint's directory, unless another is asked for.
  private func llama2CTokenizer(_ directory: String) throws(MartletError) -> String {
    if let tokenizer { return tokenizer }
    let names = try FileSystem.names(inDirectory: directory).filter {
      $0.hasPrefix("tok") && $0.hasSuffix(".bin")
    }
    guard names.count == 1 else {
      let found = names.isEmpty ? "no tok*.bin" : names.joined(separator: " and ")
      throw MartletError(
        "\(directory) holds \(found), where the one tokenizer of the model was expected; name it with --tokenizer"
      )
    }
    return FileSystem.join(directory, names[0])
  }

  private func convert(_ files: Llama2CFiles, to target: String) throws(MartletError) -> LanguageModel {
    let model = try Llama2CCheckpoint(file: files.checkpoint).model
    let tokenizer = try Llama2CTokenizer(file: files.tokenizer)
    let vocabulary = model.configuration.vocabulary
    guard tokenizer.vocabularySize == vocabulary else {
      throw MartletError(
        "\(files.tokenizer) has \(tokenizer.vocabularySize) tokens, but the model \(files.checkpoint) has "
          + "\(vocabulary); name the model's own with --tokenizer")
    }
    // A text begins where another does, which therefore ends it too.
    let (begin, end) = (Int(Llama2CCheckpoint.beginOfText), Int(Llama2CCheckpoint.endOfText))
    let generation: JSON = [
      "bos_token_id": .integer(begin), "eos_token_id": [.integer(begin), .integer(end)],
    ]
    try FileSystem.createDirectory(target) { draft throws(MartletError) in
      try model.save(to: draft, as: precision ?? .float32, maximumShardSize: maximumShardSize)
      try tokenizer.save(to: draft)
      try FileSystem.write(generation.pretty + "\n", to: FileSystem.join(draft, "generation_config.json"))
    }
    return model
  }
}
