/// The tokens of a text, and which bytes of it each of them stands for.
public struct Encoding: Sendable, Equatable {
  /// The ids of the tokens.
  public internal(set) var ids: [Int32] = []

  /// The bytes of the text as it was given that each token stands for: `0..<0` for tokens that were put around it.
  ///
  /// They are those of `tokenizers`, which counts in characters: a token that holds a part of a character has all
  /// bytes of that character, and a post-processor may have trimmed the spaces around a word.
  public internal(set) var offsets: [Range<Int>] = []

  /// The texts of the tokens as they stand in `tokenizer.json`, such as "Ġthe"; for tokens found in the text itself
  /// (control marks, and the unknown of a Unigram model) the text that was found.
  public internal(set) var tokens: [String] = []

  /// Nothing yet.
  init() {}
}

/// Where control marks written out in a text, such as `<|endoftext|>`, become their tokens.
public enum SpecialTokenParsing: Sendable, Equatable {
  /// They are text like any other, so that no text can forge one.
  case nowhere
  /// Each is its token.
  case everywhere
  /// They are tokens where they lie wholly within one of these ranges of the text's bytes, which ascend and do not
  /// overlap; elsewhere they are text. A chat template's own marks are tokens so, and those of a message are not.
  case within([Range<Int>])
}
