import ArgumentParser
import MartletInference
import MartletText

/// `martlet tokenize`: from text to ids.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Show the tokens of a text.",
    discussion: """
      The ids are those of the library that the file is for (tokenizers, sentencepiece, tiktoken, llama.cpp), with \
      the special tokens the tokenizer puts around a text. Special tokens written out in the text are taken as text, \
      so that no text can forge one, unless --parse-special asks for them.

      With --json and --jsonl each object has "ids", "tokens" (their texts in the vocabulary) and "offsets": the bytes \
      of the text that each token stands for, as [start, end].

      EXAMPLES:
        martlet tokenize runs/gpt2-1 --text "The tide came in."
        martlet tokenize tokenizer.json --file story.txt --json
        martlet tokenize --tokenizer ranks.tiktoken --encoding cl100k --text "The tide" --json
        martlet tokenize runs/gpt2-1 --text "The tide" | martlet detokenize runs/gpt2-1
      """)

  @Argument(help: ArgumentHelp("\(TokenizerOptions.kinds).", valueName: "tokenizer"))
  var tokenizer: String?
  @OptionGroup var options: TokenizerOptions
  @OptionGroup var input: TextOptions
  @Flag(name: .customLong("no-special-tokens"), help: "Put no special tokens around the text.")
  var leavesOutSpecialTokens = false
  @Flag(name: .customLong("parse-special"), help: "Take special tokens written out in the text as such.")
  var parsesSpecialTokens = false
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  mutating func run() throws {
    var arguments = tokenizer.map { [$0] } ?? []
    // With --tokenizer the first argument is the "-" of standard input.
    if options.path != nil, let first = arguments.first {
      if let second = input.standardInput {
        throw MartletError("unexpected argument \"\(second)\"; the tokenizer is named by --tokenizer")
      }
      input.standardInput = first
    }
    try input.check()
    let tokenizer = try options.load(orFirstOf: &arguments)
    if let jsonl = input.jsonl {
      let texts = try JSONLines.read(jsonl).map { try $0.required("text", as: String.self) }
      return try JSONLines.process(texts, groupSize: 1) { texts in
        texts.map { json($0, tokenizer) }
      }
    }
    let text = try input.read()
    if json { return try Terminal.printResult(json(text, tokenizer).compact + "\n") }
    let ids = tokenizer.encode(
      text, addingSpecialTokens: !leavesOutSpecialTokens, parsingSpecialTokens: parsesSpecialTokens)
    if Terminal.isColoured(.output) { try Terminal.printResult(Self.coloured(ids, tokenizer) + "\n") }
    try Terminal.printResult(ids.map(String.init).joined(separator: " ") + "\n")
    if Terminal.isInteractive(.output), !ids.isEmpty {
      let bytes = text.utf8.count
      try Terminal.printResult(
        "\n\(Format.count(ids.count)) tokens, \(Format.count(bytes)) bytes, "
          + "\(Format.decimals(Double(bytes) / Double(ids.count), 2)) bytes a token\n")
    }
  }

  private func json(_ text: String, _ tokenizer: Tokenizer) -> JSON {
    let encoding = tokenizer.encoding(
      of: text, addingSpecialTokens: !leavesOutSpecialTokens,
      specialTokens: parsesSpecialTokens ? .everywhere : .nowhere)
    return [
      "ids": .ids(encoding.ids), "tokens": .array(encoding.tokens.map { .string($0) }),
      "offsets": .array(
        encoding.offsets.map { .array([.integer($0.lowerBound), .integer($0.upperBound)]) }),
    ]
  }

  /// The text with neighbouring tokens on different grounds.
  private static func coloured(_ ids: [Int32], _ tokenizer: Tokenizer) -> String {
    let grounds = [153, 223, 151, 225]
    let pieces = ids.enumerated().lazy.map { place, id in
      let piece = tokenizer.piece(of: id, isFirst: place == 0)
      return (bytes: piece.bytes.isEmpty ? Array(piece.text.utf8) : piece.bytes, value: 0.0)
    }
    var (result, number) = ("", 0)
    ColouredText.wholeCharacters(pieces) { text, _ in
      result += ColouredText.on(grounds[number % grounds.count], text)
      number += 1
    }
    return result + (result.hasSuffix("\n") ? "" : "\n")
  }
}
