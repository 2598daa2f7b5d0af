/// Decodes tokens as they are generated: text comes out as soon as its characters are whole.
///
/// The pieces joined are the text that ``Tokenizer/decode(_:skippingSpecialTokens:)`` gives wherever that is
/// valid; where bytes are not UTF-8 the number of U+FFFD may differ.
public struct TokenStream: Sendable {
  private let tokenizer: Tokenizer
  private let skipsSpecialTokens: Bool
  private var decoders: TokenDecoders
  /// The start of a character whose rest has not come yet; at most three bytes.
  private var pending: [UInt8] = []

  /// - Parameter continuing: whether the tokens follow others, as they follow a prompt; a text's first token may
  ///   lose the space in front of it.
  public init(_ tokenizer: Tokenizer, continuing: Bool = false, skippingSpecialTokens: Bool = true) {
    self.tokenizer = tokenizer
    skipsSpecialTokens = skippingSpecialTokens
    decoders = tokenizer.decoders.keepingBytes(isAtStart: !continuing)
  }

  /// Takes the next token and gives the text that is certain now, perhaps none.
  public mutating func push(_ id: Int32) -> String {
    guard let token = tokenizer.decodedText(of: id, skippingSpecialTokens: skipsSpecialTokens) else {
      return ""
    }
    pending += decoders.decode(CollectionOfOne(token), isLast: false)
    let held = Self.unfinishedLength(pending)
    let text = String(decoding: pending.dropLast(held), as: UTF8.self)
    pending.removeFirst(pending.count - held)
    return text
  }

  /// Gives what was held back, half characters as U+FFFD, since its rest will never come.
  ///
  /// Tokens given after it start a text of their own that follows others.
  public mutating func finish() -> String {
    defer {
      pending = []
      decoders = tokenizer.decoders.keepingBytes(isAtStart: false)
    }
    return String(decoding: pending + decoders.decode(EmptyCollection(), isLast: true), as: UTF8.self)
  }

  /// How many bytes at the end could still become one character.
  private static func unfinishedLength(_ bytes: [UInt8]) -> Int {
    for length in 1...3 where length <= bytes.count {
      let tail = Array(bytes.suffix(length))
      if tail[0] & 0xC0 == 0x80 { continue }
      let whole = tail[0] < 0xE0 ? 2 : tail[0] < 0xF0 ? 3 : 4
      guard tail[0] >= 0xC2, tail[0] < 0xF5, length < whole else { return 0 }
      // Only the second byte's range depends on the first; try the ends of the range of a missing one.
      let fillers: [UInt8] = length == 1 ? [0x80, 0xBF] : [0x80]
      let canBecomeWhole = fillers.contains { filler in
        (tail + repeatElement(filler, count: whole - length)).withUnsafeBufferPointer {
          $0.wellFormedLength(at: 0) == whole
        }
      }
      return canBecomeWhole ? length : 0
    }
    return 0
  }
}
