import MartletInference
import MartletText

/// Tokens and which of them count in the loss: neighbouring tokens on different grounds on a terminal, one token a line
/// elsewhere.
enum WeightedText {
  private static let grounds = [254, 250]
  private static let weightedGrounds = [151, 114]

  /// The text, ending on a line of its own.
  static func make(_ ids: [Int32], _ isWeighted: [Bool], _ tokenizer: Tokenizer) -> String {
    Terminal.isColoured(.output) ? coloured(ids, isWeighted, tokenizer) : lines(ids, isWeighted, tokenizer)
  }

  /// A token a line: whether it counts, its id and its text.
  static func lines(_ ids: [Int32], _ isWeighted: [Bool], _ tokenizer: Tokenizer) -> String {
    let width = ids.map { String($0).count }.max() ?? 0
    return zip(ids, isWeighted).map { id, isWeighted in
      let number = String(id)
      let space = String(repeating: " ", count: width - number.count)
      return "\(isWeighted ? "*" : " ") \(space)\(number)  "
        + PrintableText.line(tokenizer.readableToken(of: id)) + "\n"
    }.joined()
  }

  /// What the colour of tokens that count means.
  static func legend(_ meaning: String) -> String {
    ColouredText.on(weightedGrounds[0], " \(meaning) ") + "\n"
  }

  private static func coloured(_ ids: [Int32], _ isWeighted: [Bool], _ tokenizer: Tokenizer) -> String {
    let pieces = ids.indices.lazy.map { place in
      let piece = tokenizer.piece(of: ids[place], isFirst: place == 0)
      return (
        bytes: piece.bytes.isEmpty ? Array(piece.text.utf8) : piece.bytes, value: isWeighted[place] ? 1.0 : 0
      )
    }
    var (result, number) = ("", 0)
    ColouredText.wholeCharacters(pieces) { text, weight in
      let grounds = weight > 0 ? weightedGrounds : grounds
      // So that the ground of a line end can be seen.
      result += ColouredText.on(grounds[number % grounds.count], text.replacing("\n", with: "↵\n"))
      number += 1
    }
    return result + (result.hasSuffix("\n") ? "" : "\n")
  }
}
