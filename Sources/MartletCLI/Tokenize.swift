import ArgumentParser
import MartletInference
import MartletText

/// `martlet tokenize`: from text to ids.
struct TokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenize",
    abstract: "Show the tokens of a text.",
    discussion: """
      The ids are those of the tokenizers library, with the special tokens the tokenizer puts around a text. \
      Special tokens written out in the text are taken as text.

      EXAMPLES:
        martlet tokenize runs/gpt2-1 --text "The tide came in."
        martlet tokenize tokenizer.json --file story.txt --json
        martlet tokenize runs/gpt2-1 --text "The tide" | martlet detokenize runs/gpt2-1
      """)

  @Argument(help: ArgumentHelp("A tokenizer.json, or a directory that holds one.", valueName: "tokenizer"))
  var tokenizer: String
  @OptionGroup var input: TextOptions
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    try input.check()
    let tokenizer = try Tokenizer(contentsOf: tokenizer)
    if let jsonl = input.jsonl {
      let texts = try JSONLines.read(jsonl).map { try $0.required("text", as: String.self) }
      return try JSONLines.process(texts, groupSize: 1) { texts in
        texts.map { Self.json(tokenizer.encode($0), tokenizer) }
      }
    }
    let text = try input.read()
    let ids = tokenizer.encode(text)
    if json { return try Terminal.printResult(Self.json(ids, tokenizer).compact + "\n") }
    if Terminal.isColoured(.output) { try Terminal.printResult(Self.coloured(ids, tokenizer) + "\n") }
    try Terminal.printResult(ids.map(String.init).joined(separator: " ") + "\n")
    if Terminal.isInteractive(.output), !ids.isEmpty {
      let bytes = text.utf8.count
      try Terminal.printResult(
        "\n\(Format.count(ids.count)) tokens, \(Format.count(bytes)) bytes, "
          + "\(Format.decimals(Double(bytes) / Double(ids.count), 2)) bytes a token\n")
    }
  }

  private static func json(_ ids: [Int32], _ tokenizer: Tokenizer) -> JSON {
    ["ids": .ids(ids), "tokens": .array(tokenizer.pieces(of: ids).map { .string($0) })]
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
