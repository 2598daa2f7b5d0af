import ArgumentParser
import MartletText

/// Which tokenizer a command works with.
struct TokenizerOptions: ParsableArguments {
  static let kinds =
    "A tokenizer.json, a SentencePiece .model, a .tiktoken file, a GGUF file with a vocabulary, or a directory that "
    + "holds one"

  @Option(
    name: .customLong("tokenizer"),
    help: ArgumentHelp("The tokenizer, when it is not the first argument.", valueName: "path"))
  var path: String?
  @Option(
    help: ArgumentHelp(
      "What a .tiktoken file is for: cl100k, o200k, p50k or r50k. (default: what its name begins with)",
      valueName: "name"))
  var encoding: String?

  /// The tokenizer named here, or else by the first of the arguments, which is then taken from them.
  func load(orFirstOf arguments: inout [String]) throws(MartletError) -> Tokenizer {
    if let path { return try Tokenizer(contentsOf: path, encoding: encoding) }
    guard let first = arguments.first else {
      throw MartletError("there is no tokenizer; name a file or a directory that holds one")
    }
    arguments.removeFirst()
    return try Tokenizer(contentsOf: first, encoding: encoding)
  }
}
