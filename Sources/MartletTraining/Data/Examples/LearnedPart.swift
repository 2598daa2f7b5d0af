/// Which tokens of a row are learned.
///
/// A token belongs to a part when any of its bytes does. Plain texts without a prompt have no parts, and are learned
/// whole.
public enum LearnedPart: String, Sendable, CaseIterable {
  /// All that follows the prompt; of a conversation without one, every turn of the assistant.
  ///
  /// - Source: TRL 1.16's `completion_only_loss`.
  case completion
  /// Every turn of the assistant, but none of the prompt.
  ///
  /// - Source: TRL 1.16's `assistant_only_loss`, which asks for a template with `generation` blocks; here the turns of
  ///   any template that writes a conversation as a continuation of its beginning are known.
  case assistant
  /// The last turn of the assistant.
  case lastTurn = "last-turn"
  /// Every token, the prompt's too.
  case everything
}
