import MartletInference
import MartletText

/// Shows an answer on standard output as it comes.
struct AnswerView {
  private let isInteractive = Terminal.isInteractive(.output)
  private var endsLine = false
  private var hasBegun = false
  /// The error of the first write that failed.
  private var failure: Int32 = 0

  mutating func show(_ event: ChatSession.Event) {
    switch event {
    case .droppedTurns(let count):
      Terminal.write(
        "note: the conversation no longer fits the model's context; forgot the oldest "
          + "\(count == 1 ? "turn" : "\(count) turns")\n", to: .error)
    case .text(let text):
      hasBegun = true
      put(isInteractive ? PrintableText.make(text) : text)
      endsLine = text.utf8.last == UInt8(ascii: "\n")
    }
  }

  private mutating func put(_ text: String) {
    if failure == 0 { failure = Terminal.write(text, to: .output) }
  }

  /// Ends a line that has begun, before an error is told.
  mutating func breakOff() {
    if hasBegun, !endsLine { put("\n") }
  }

  /// - Throws: when some of the answer could not be written.
  mutating func end() throws(MartletError) {
    if !endsLine { put("\n") }
    try Terminal.check(failure)
  }
}
