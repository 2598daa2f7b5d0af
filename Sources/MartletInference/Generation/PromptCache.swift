import MartletModel

/// What a model has read of one text, for a prompt that starts in the same way: the next turn of a conversation reads
/// only what is new.
///
/// A value: a copy goes its own way.
public struct PromptCache: Sendable {
  /// The tokens it holds, in order.
  public private(set) var tokens: [Int32] = []
  var cache: KeyValueCache

  /// An empty cache for a model.
  public init(_ configuration: DecoderConfiguration) {
    cache = KeyValueCache(configuration, sequences: 1)
  }

  /// Forgets all of it.
  public mutating func clear() {
    cache.clear(0)
    tokens = []
  }

  /// How many of the first tokens of a text need not be read again: all but the last at most, since its logits are
  /// wanted.
  public func sharedCount(with text: some Collection<Int32>) -> Int {
    zip(tokens, text.dropLast()).prefix { $0 == $1 }.count
  }

  /// Forgets what is not the start of a text.
  mutating func keepStart(of text: some Collection<Int32>) {
    let kept = cache.keep(sharedCount(with: text), of: 0)
    tokens.removeLast(tokens.count - kept)
  }

  /// Takes note of what the cache has read: the end of these tokens.
  mutating func hold(endOf text: some Collection<Int32>) { tokens = text.suffix(cache.lengths[0]).map { $0 } }
}
