/// What is known of a piece of text besides its letters: where it came from.
struct TextOrigin: OptionSet, Sendable, Hashable {
  let rawValue: UInt8

  /// It came with the data, not from the template.
  static let data = TextOrigin(rawValue: 1)
  /// It stands inside a `generation` block: it is the assistant's.
  static let generation = TextOrigin(rawValue: 2)
}
