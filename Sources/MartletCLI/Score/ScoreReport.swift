import MartletInference
import MartletText

/// A text's score for people and for programs.
struct ScoreReport {
  let score: TextScore
  let scorer: Scorer

  static func json(_ score: TextScore) -> JSON {
    [
      "log_probability": .number(score.logProbability),
      "tokens": .integer(score.tokenCount),
      "nats_per_token": .number(score.natsPerToken),
      "perplexity": .number(score.perplexity),
      "bits_per_byte": .number(score.bitsPerByte),
      "per_token": .array(
        score.tokens.map { token in
          [
            "id": .integer(Int(token.id)), "token": .string(token.text),
            "log_probability": .number(token.logProbability),
            "rank": token.rank.map { .integer($0) } ?? .null,
          ]
        }),
    ]
  }

  /// The figures, one a line, and what they rest on.
  var summary: String {
    func figure(_ value: Double?, _ decimals: Int) -> String {
      value.map { Format.decimals($0, decimals) } ?? "none"
    }
    var text = """
      log-probability  \(figure(score.logProbability, 4)) nats
      tokens           \(Format.count(score.tokenCount)) (\(Format.count(score.byteCount)) bytes)
      nats per token   \(figure(score.natsPerToken, 4))
      perplexity       \(figure(score.perplexity, 4))
      bits per byte    \(figure(score.bitsPerByte, 4))

      """
    for note in notes { text += note + "\n" }
    return text
  }

  private var notes: [String] {
    let (textModel, context) = (scorer.textModel, scorer.textModel.model.configuration.context)
    var notes: [String] = []
    if let start = textModel.startToken {
      notes.append("The first token is given \(textModel.tokenizer.readableToken(of: start)).")
    } else {
      notes.append(
        "The first token has no probability: the model has no token that begins a text, and none that ends one."
      )
    }
    if score.tokens.count + (textModel.startToken == nil ? 0 : 1) > context + 1 {
      notes.append(
        "The text is longer than the context of \(context) tokens: read in windows that move by \(scorer.stride)."
      )
    }
    if let unknown = textModel.tokenizer.unknown {
      let count = score.tokens.count { $0.id == unknown }
      if count > 0 {
        notes.append(
          "\(Format.count(count)) of the tokens stand for what the vocabulary lacks "
            + "(\(textModel.tokenizer.readableToken(of: unknown))): the text is less likely than this says.")
      }
    }
    return notes
  }

  /// A line for each token.
  var tokenTable: String {
    func right(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    var table = "\(right("log P", 10)) \(right("rank", 7)) \(right("id", 7))  token\n"
    for token in score.tokens {
      let logProbability = token.logProbability.map { Format.decimals(Double($0), 4) } ?? "-"
      table +=
        "\(right(logProbability, 10)) \(right(token.rank.map(String.init) ?? "-", 7)) "
        + "\(right(String(token.id), 7))  \(PrintableText.line(token.text))\n"
    }
    return table + "\n"
  }
}
