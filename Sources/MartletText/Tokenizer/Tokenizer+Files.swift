extension Tokenizer {
  static let definitionName = "tokenizer.json"
  static let configurationName = "tokenizer_config.json"

  static let sentencePieceName = "tokenizer.model"

  /// Reads a tokenizer: a `tokenizer.json`, a SentencePiece `.model`, a `.tiktoken` file, or a GGUF file that holds a
  /// vocabulary.
  ///
  /// A file is known by its content, whatever its name is. The `tokenizer_config.json` beside it, when there is one,
  /// says which tokens begin and end a text.
  ///
  /// - Parameters:
  ///   - path: the file, or a directory that holds one: `tokenizer.json` is taken before `tokenizer.model`, and that
  ///     before a `.tiktoken` file.
  ///   - encoding: how texts are split that a `.tiktoken` file is for: `cl100k`, `o200k`, `p50k` or `r50k`. Without it
  ///     the file's name must begin with one of these.
  /// - Throws: when a file is missing or damaged, or asks for a part that is not supported, which is named.
  public init(contentsOf path: String, encoding: String? = nil) throws(MartletError) {
    let file = FileSystem.isDirectory(path) ? try Self.file(inDirectory: path) : path
    let configurationFile = FileSystem.join(FileSystem.directory(of: file), Self.configurationName)
    var configuration = JSON.null
    if FileSystem.exists(configurationFile) {
      configuration = try JSON(file: configurationFile)
      _ = try JSONReader(configuration, file: configurationFile)
    }
    let kind = TokenizerFileKind(start: try FileSystem.readStart(file, most: TokenizerFileKind.startSize))
    if let encoding, kind != .tiktoken {
      throw MartletError(
        "\(file) is no tiktoken file, so that the encoding \"\(encoding)\" can't be used; leave it out")
    }
    switch kind {
    case .definition:
      try self.init(
        definition: try FileSystem.readDescription(file), configuration: configuration, file: file)
    case .sentencePiece:
      try self.init(
        sentencePiece: try FileSystem.readDescription(file), configuration: configuration, file: file)
    case .gguf: try self.init(gguf: try GGUFFile(contentsOf: file), file: file)
    case .tiktoken:
      let known =
        if let encoding { try TiktokenEncoding(named: encoding) } else { TiktokenEncoding(file: file) }
      guard let known else {
        throw MartletError(
          "\(file) holds only tokens and ranks; name its encoding: "
            + TiktokenEncoding.allCases.map(\.rawValue).joined(separator: ", "))
      }
      try self.init(
        tiktoken: try FileSystem.readDescription(file), encoding: known, configuration: configuration,
        file: file)
    }
  }

  /// The file of a directory that holds its tokenizer.
  private static func file(inDirectory path: String) throws(MartletError) -> String {
    for name in [definitionName, sentencePieceName] where FileSystem.exists(FileSystem.join(path, name)) {
      return FileSystem.join(path, name)
    }
    let ranks = try FileSystem.names(inDirectory: path).filter { $0.hasSuffix(".tiktoken") }
    if ranks.count == 1 { return FileSystem.join(path, ranks[0]) }
    if ranks.count > 1 {
      throw MartletError("\(path) holds \(ranks.count) tiktoken files; name one of them")
    }
    throw MartletError("\(path) holds no \(definitionName); name a directory or file that does")
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
