extension Tokenizer {
  static let definitionName = "tokenizer.json"
  static let configurationName = "tokenizer_config.json"

  /// Reads a `tokenizer.json`, and the `tokenizer_config.json` beside it when there is one.
  ///
  /// - Parameter path: the file, or a directory that holds it.
  /// - Throws: when a file is missing or damaged, or asks for a part that is not supported, which is named.
  public init(contentsOf path: String) throws(MartletError) {
    let isDirectory = FileSystem.isDirectory(path)
    let file = isDirectory ? FileSystem.join(path, Self.definitionName) : path
    if isDirectory, !FileSystem.exists(file) {
      throw MartletError("\(path) holds no \(Self.definitionName); name a directory or file that does")
    }
    let configurationFile = FileSystem.join(FileSystem.directory(of: file), Self.configurationName)
    var configuration = JSON.null
    if FileSystem.exists(configurationFile) {
      configuration = try JSON(file: configurationFile)
      _ = try JSONReader(configuration, file: configurationFile)
    }
    try self.init(definition: try FileSystem.read(file), configuration: configuration, file: file)
  }

  /// Writes `tokenizer.json` and `tokenizer_config.json`, which `tokenizers` and transformers' `AutoTokenizer`
  /// load with the same ids; each file is written at once or not at all.
  ///
  /// A tokenizer that was read is written as it was, parts that are not used here included.
  ///
  /// - Parameter directory: is created when missing.
  public func save(to directory: String) throws(MartletError) {
    if let reasonNotToSave { throw MartletError(reasonNotToSave) }
    try FileSystem.createDirectory(directory)
    let definition = try JSON(parsing: definitionText, file: Self.definitionName)
    try FileSystem.write(definition.bytes(pretty: true), to: FileSystem.join(directory, Self.definitionName))
    let file = FileSystem.join(directory, Self.configurationName)
    try FileSystem.write((configuration.isNull ? plainConfiguration : configuration).pretty + "\n", to: file)
  }

  /// What `AutoTokenizer` needs when nothing more is known.
  private var plainConfiguration: JSON {
    var members: JSONObject = [
      "tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": false,
    ]
    let tokens = [("bos_token", beginOfText), ("eos_token", endOfText), ("unk_token", unknown)]
    for (key, id) in tokens {
      if let token = id.flatMap(token(of:)) { members[key] = .string(token) }
    }
    return .object(members)
  }
}
