import MartletText

/// What a column says: plain text, or the turns of a conversation that a chat template lays out.
package enum RowContent: Sendable, Equatable {
  case text(String)
  /// Objects with `role` and `content`.
  case messages([JSON])

  /// Whether it says nothing: no text but white space, no message that does more.
  var isEmpty: Bool {
    switch self {
    case .text(let text): text.allSatisfy(\.isWhitespace)
    case .messages(let messages): messages.allSatisfy(Self.isEmpty)
    }
  }

  /// Whether a message says nothing: no content but white space, and no call of a tool.
  static func isEmpty(_ message: JSON) -> Bool {
    guard message["tool_calls"]?.array?.isEmpty ?? true else { return false }
    return message["content"]?.string?.allSatisfy(\.isWhitespace)
      ?? (message["content"]?.array?.isEmpty ?? true)
  }

  /// Whether both are text, or both conversations.
  func hasForm(of other: RowContent) -> Bool {
    switch (self, other) {
    case (.text, .text), (.messages, .messages): true
    default: false
    }
  }
}
