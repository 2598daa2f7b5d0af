import MartletText

/// A conversation for people: its text with neighbouring tokens on different grounds on a terminal, one token a line
/// elsewhere.
enum ConversationText {
  private static let grounds = [254, 250]
  private static let assistantGrounds = [151, 114]

  static func make(_ conversation: RenderedConversation, _ tokenizer: Tokenizer?) -> String {
    guard let (encoding, mask) = conversation.tokens, let tokenizer else {
      let text = conversation.text
      return (Terminal.isInteractive(.output) ? PrintableText.make(text) : text)
        + (text.hasSuffix("\n") ? "" : "\n")
    }
    if !Terminal.isColoured(.output) { return WeightedText.lines(encoding.ids, mask, tokenizer) }
    return coloured(conversation.text, encoding, mask) + legend(mask)
  }

  private static func coloured(_ text: String, _ encoding: Encoding, _ mask: [Bool]) -> String {
    let bytes = Array(text.utf8)
    var (result, end, number) = ("", 0, 0)
    for (offset, isAssistant) in zip(encoding.offsets, mask) where offset.upperBound > end {
      let grounds = isAssistant ? assistantGrounds : grounds
      // With the space before it that no token stands for.
      let piece = String(decoding: bytes[end..<offset.upperBound], as: UTF8.self)
      result += ColouredText.on(grounds[number % grounds.count], piece)
      (end, number) = (offset.upperBound, number + 1)
    }
    result += PrintableText.make(String(decoding: bytes[end...], as: UTF8.self))
    return result + (text.hasSuffix("\n") ? "" : "\n")
  }

  private static func legend(_ mask: [Bool]) -> String {
    let count = mask.count { $0 }
    return "\n\(Format.count(mask.count)) tokens, \(Format.count(count)) of them "
      + ColouredText.on(assistantGrounds[0], "the assistant's") + "\n"
  }
}
