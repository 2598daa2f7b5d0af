/// What a GGUF file says of its tokenizer.
///
/// Source: ggml, docs/gguf.md, "Tokenizer"; llama.cpp, src/llama-vocab.cpp.
struct GGUFFile {
  private let file: String
  private var values: [String: GGUFValue] = [:]

  private static let prefixes = ["tokenizer.ggml.", "general.name", "tokenizer.chat_template"]
  private static let versions: ClosedRange<UInt64> = 2...3
  private static let mostValues: UInt64 = 1 << 16
  /// How much is read at first, and at most: values stand before the weights.
  private static let (firstSize, largestSize) = (1 << 23, 1 << 30)

  /// - Throws: when the file cannot be read, is damaged, or has no vocabulary.
  init(contentsOf path: String) throws(MartletError) {
    var size = Self.firstSize
    while true {
      let start = try FileSystem.readStart(path, most: size)
      if let whole = try Self(start, file: path, isWhole: start.count < size) {
        self = whole
        return
      }
      guard size < Self.largestSize else {
        throw MartletError("\(path): its values take more than \(Self.largestSize) bytes")
      }
      size *= 4
    }
  }

  /// - Parameter isWhole: whether these are all bytes of the file.
  /// - Returns: nil when more bytes are needed.
  init?(_ bytes: [UInt8], file: String, isWhole: Bool) throws(MartletError) {
    self.file = file
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(GGUFReader.Failure) in try Self.read(buffer) }
    }
    switch result {
    case .success(let values): self.values = values
    case .failure(.needsMore):
      if !isWhole { return nil }
      throw MartletError("\(file) is cut off: a value reaches past its end; get the file again")
    case .failure(.damaged(let what)):
      throw MartletError("\(file) is damaged: it has \(what); get the file again")
    }
  }

  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>
  ) throws(GGUFReader.Failure) -> [String: GGUFValue] {
    var reader = GGUFReader(bytes)
    guard bytes.starts(with: "GGUF".utf8) else { throw .damaged("no \"GGUF\" at its start") }
    try reader.skip(4)
    let version = try reader.integer(size: 4)
    guard versions.contains(version) else {
      throw .damaged(
        "the version \(version), and \(versions.lowerBound) to \(versions.upperBound) are supported,")
    }
    _ = try reader.integer(size: 8)
    let count = try reader.integer(size: 8)
    guard count <= mostValues else { throw .damaged("\(count) values") }
    var values: [String: GGUFValue] = [:]
    for _ in 0..<count {
      let key = String(decoding: try reader.string(), as: UTF8.self)
      let value = try reader.value(try reader.kind())
      guard prefixes.contains(where: { key.hasPrefix($0) }) else { continue }
      guard values.updateValue(value, forKey: key) == nil else { throw .damaged("the key \"\(key)\" twice") }
    }
    return values
  }

  // MARK: Values

  private func unexpected(_ key: String, _ expected: String) -> MartletError {
    let isThere = values[key] != nil
    return MartletError(
      "\(file): the key \"\(key)\" \(isThere ? "must be" : "is missing; expected") \(expected)")
  }

  /// A text.
  func string(_ key: String) throws(MartletError) -> String? {
    guard let value = values[key] else { return nil }
    guard case .string(let bytes) = value, let text = String(validating: bytes, as: UTF8.self) else {
      throw unexpected(key, "a text")
    }
    return text
  }

  func bool(_ key: String) throws(MartletError) -> Bool? {
    guard let value = values[key] else { return nil }
    guard case .bool(let value) = value else { throw unexpected(key, "true or false") }
    return value
  }

  /// The id of a token.
  func id(_ key: String, of count: Int) throws(MartletError) -> Int? {
    guard let value = values[key] else { return nil }
    guard case .integer(let id) = value else { throw unexpected(key, "the id of a token") }
    // Files write -1 and its like for none.
    return (0..<count).contains(id) ? id : nil
  }

  func strings(_ key: String) throws(MartletError) -> [[UInt8]]? {
    guard let value = values[key] else { return nil }
    guard case .strings(let strings) = value else { throw unexpected(key, "an array of texts") }
    return strings
  }

  /// As many numbers as there are tokens.
  func numbers(_ key: String, count: Int) throws(MartletError) -> [Double]? {
    guard let value = values[key] else { return nil }
    guard case .numbers(let numbers) = value, numbers.count == count else {
      throw unexpected(key, "an array of \(count) numbers, as many as there are tokens")
    }
    return numbers
  }

  func bytes(_ key: String) throws(MartletError) -> [UInt8]? {
    guard let value = values[key] else { return nil }
    guard case .bytes(let bytes) = value else { throw unexpected(key, "an array of bytes") }
    return bytes
  }

  /// The tokens with their scores and kinds.
  func tokens() throws(MartletError) -> [SentencePieceFile.Piece] {
    let key = "tokenizer.ggml.tokens"
    guard let texts = try strings(key), !texts.isEmpty else { throw unexpected(key, "an array of texts") }
    let scores = try numbers("tokenizer.ggml.scores", count: texts.count)
    let kinds = try numbers("tokenizer.ggml.token_type", count: texts.count)
    var pieces: [SentencePieceFile.Piece] = []
    pieces.reserveCapacity(texts.count)
    for (id, text) in texts.enumerated() {
      guard text.withUnsafeBufferPointer({ $0.firstInvalidUTF8 }) == nil else {
        throw MartletError("\(file): the token \(id) must be a text in UTF-8")
      }
      let number = kinds.map { Int(exactly: $0[id]) ?? 0 } ?? 1
      guard let kind = SentencePieceFile.PieceKind(rawValue: number) else {
        throw MartletError("\(file): the token \(id) has the unknown kind \(number)")
      }
      pieces.append(.init(text: text, score: Float(scores?[id] ?? 0), kind: kind))
    }
    return pieces
  }
}
