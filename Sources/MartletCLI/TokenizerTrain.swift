import ArgumentParser
import MartletText
import MartletTraining

/// `martlet tokenizer`: what is done with tokenizers alone.
struct TokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer",
    abstract: "Make tokenizers.",
    subcommands: [TokenizerTrainCommand.self])
}

/// `martlet tokenizer train`: learns a vocabulary from text.
struct TokenizerTrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn a tokenizer's vocabulary from text.",
    discussion: """
      Writes tokenizer.json and tokenizer_config.json, which the tokenizers library and transformers load with the \
      same ids.

      EXAMPLES:
        martlet tokenizer train --data book.txt --kind bpe:4096 --output book-tokenizer
        martlet tokenizer train --data articles/ notes.txt --kind words:20000 --output words
        cat book.txt | martlet tokenizer train --data - --kind characters --output characters
      """)

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Text files, directories of .txt, .md and .jsonl files, or - for standard input. (default: the embedded "
        + "text)", valueName: "path"))
  var data: [String] = []
  @Option(help: ArgumentHelp("characters, words, words:SIZE, bytes or bpe:SIZE.", valueName: "kind"))
  var kind: String
  @Option(help: ArgumentHelp("The directory to write to.", valueName: "directory")) var output: String
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func run() throws {
    let specification = try TokenizerSpecification(kind)
    if case .path = specification {
      throw MartletError(
        "the kind \"\(kind)\" is a path, and nothing is to be trained; expected characters, words, words:SIZE, "
          + "bytes or bpe:SIZE")
    }
    if FileSystem.exists(FileSystem.join(output, "config.json")) {
      throw MartletError(
        "\(output) holds a model, which goes with its own tokenizer; choose another --output")
    }
    let text = try data.isEmpty ? TextData.embedded : TextData(paths: data)
    let tokenizer = try specification.makeTokenizer(trainingOn: text.documents)
    try tokenizer.save(to: output)
    let tokens = text.documents.reduce(0) { $0 + tokenizer.encode($1, addingSpecialTokens: false).count }
    let bytesPerToken = Double(text.byteCount) / Double(max(tokens, 1))
    if json {
      let report: JSON = [
        "kind": .string(specification.description), "vocabulary": .integer(tokenizer.vocabularySize),
        "documents": .integer(text.documents.count), "bytes": .integer(text.byteCount),
        "tokens": .integer(tokens), "bytes_per_token": .number(bytesPerToken), "directory": .string(output),
      ]
      return try Terminal.printResult(report.compact + "\n")
    }
    let documents =
      text.documents.count == 1 ? "1 document" : "\(Format.count(text.documents.count)) documents"
    try Terminal.printResult(
      """
      \(text.name): \(Format.count(text.byteCount)) bytes in \(documents)
      \(specification): \(Format.count(tokenizer.vocabularySize)) tokens, \
      \(Format.decimals(bytesPerToken, 2)) bytes of the text a token
      written to \(output)

      """)
  }
}
