import ArgumentParser
import MartletText

/// `martlet detokenize`: from ids to text.
struct DetokenizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detokenize",
    abstract: "Give the text of tokens.",
    discussion: """
      Special tokens are left out. The text is written as it is; a line end is added on a terminal alone.

      EXAMPLES:
        martlet detokenize runs/gpt2-1 44 31 28
        martlet tokenize runs/gpt2-1 --file story.txt | martlet detokenize runs/gpt2-1
        martlet detokenize runs/gpt2-1 --jsonl ids.jsonl
      """)

  @Argument(
    help: ArgumentHelp(
      "\(TokenizerOptions.kinds), unless --tokenizer names it; then the ids. Without ids, or with -, they are read from "
        + "standard input.", valueName: "tokenizer] [ids"))
  var arguments: [String] = []
  @OptionGroup var options: TokenizerOptions
  @Option(
    help: ArgumentHelp(
      "A file with one JSON object a line, {\"ids\": […]}; - for standard input. Prints one JSON object a line, "
        + "in the same order.", valueName: "path"))
  var jsonl: String?
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    var words = arguments
    if jsonl != nil, words.count > (options.path == nil ? 1 : 0) {
      throw MartletError("--jsonl and ids as arguments contradict each other; leave one out")
    }
    let tokenizer = try options.load(orFirstOf: &words)
    if let jsonl {
      let sequences = try JSONLines.read(jsonl).map { try Self.ids(of: $0, tokenizer) }
      return try JSONLines.process(sequences, groupSize: 1) { sequences in
        sequences.map { ["text": .string(tokenizer.decode($0))] }
      }
    }
    let ids = try Self.readIDs(words)
    try tokenizer.checkIDs(ids)
    let text = tokenizer.decode(ids.map { Int32($0) })
    if json { return try Terminal.printResult(JSON.object(["text": .string(text)]).compact + "\n") }
    let isInteractive = Terminal.isInteractive(.output)
    try Terminal.printResult(isInteractive ? PrintableText.make(text) : text)
    if isInteractive, !text.hasSuffix("\n") { try Terminal.printResult("\n") }
  }

  private static func ids(of line: JSONReader, _ tokenizer: Tokenizer) throws(MartletError) -> [Int32] {
    guard let ids = try line.ids(below: tokenizer.vocabularySize) else {
      throw MartletError("\(line.file): the key \"ids\" is missing; expected an array of token ids")
    }
    return ids
  }

  private static func readIDs(_ words: [String]) throws(MartletError) -> [Int] {
    var words = words
    if words.isEmpty || words == ["-"] {
      // Brackets and commas too, so that an array as JSON writes it can be given.
      words = try FileSystem.text(FileSystem.readStandardInput(), file: "standard input")
        .split { $0.isWhitespace || [",", "[", "]"].contains($0) }.map(String.init)
    }
    var numbers: [Int] = []
    for (place, word) in words.enumerated() {
      guard let number = Int(word) else {
        throw MartletError("\"\(word)\" at place \(place) is no token id; expected whole numbers from 0")
      }
      numbers.append(number)
    }
    return numbers
  }
}
