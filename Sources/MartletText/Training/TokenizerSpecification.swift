/// A kind of tokenizer as the command line names it: `characters`, `words`, `words:SIZE`, `bytes`, `bpe:SIZE`,
/// or the path of a `tokenizer.json` or of a directory that holds one.
public enum TokenizerSpecification: Sendable, Equatable, CustomStringConvertible {
  /// One token a Unicode scalar.
  case characters
  /// The most frequent words.
  case words(size: Int)
  /// One token a byte.
  case bytes
  /// Byte-level byte-pair encoding.
  case bytePairs(size: Int)
  /// A file or directory.
  case path(String)

  /// The size of `words` when none is given.
  public static let usualNumberOfWords = 10_000
  /// The forms, for help and messages.
  public static let forms = "characters, words, words:SIZE, bytes, bpe:SIZE, or a path"

  /// Reads a specification; a name that is none of the kinds is a path.
  ///
  /// - Throws: when a size is missing, is no number, or is too small, or when a path does not exist.
  public init(_ text: String) throws(MartletError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let (name, argument) = (parts[0], parts.count > 1 ? parts[1] : nil)
    switch (name, argument) {
    case ("characters", nil): self = .characters
    case ("bytes", nil): self = .bytes
    case ("characters", _), ("bytes", _):
      throw MartletError("the tokenizer \"\(name)\" takes no size, found \"\(text)\"; write \(name)")
    case ("words", nil): self = .words(size: Self.usualNumberOfWords)
    case ("words", let size?): self = .words(size: try Self.size(size, of: name, atLeast: 3))
    case ("bpe", let size): self = .bytePairs(size: try Self.size(size ?? "", of: name, atLeast: 257))
    default:
      guard FileSystem.exists(text) else {
        throw MartletError(
          "the tokenizer \"\(text)\" is not known and no such path exists; expected \(Self.forms)")
      }
      self = .path(text)
    }
  }

  private static func size(_ text: String, of name: String, atLeast least: Int) throws(MartletError) -> Int {
    guard let size = Int(text), size >= least, size <= 10_000_000 else {
      let found = text.isEmpty ? "no size" : "\"\(text)\""
      throw MartletError(
        "the tokenizer \"\(name)\" needs a size from \(least) to 10000000, found \(found); write for example "
          + "\(name):4096")
    }
    return size
  }

  /// The text that ``init(_:)`` reads.
  public var description: String {
    switch self {
    case .characters: "characters"
    case .words(let size): "words:\(size)"
    case .bytes: "bytes"
    case .bytePairs(let size): "bpe:\(size)"
    case .path(let path): path
    }
  }

  /// Trains the tokenizer on texts, or reads it.
  public func makeTokenizer(trainingOn texts: some Sequence<String>) throws(MartletError) -> Tokenizer {
    switch self {
    case .characters: try Tokenizer.characters(trainingOn: texts)
    case .words(let size): try Tokenizer.words(size: size, trainingOn: texts)
    case .bytes: Tokenizer.bytes()
    case .bytePairs(let size): try Tokenizer.bytePairs(size: size, trainingOn: texts)
    case .path(let path): try Tokenizer(contentsOf: path)
    }
  }
}
