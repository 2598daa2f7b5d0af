import Synchronization

/// The word caches of a tokenizer: what was learned from one text serves the next, and texts encoded at the same
/// time each have a cache of their own.
final class WordCaches: Sendable {
  private let idle = Mutex<[Holder]>([])

  /// More are not kept while nobody uses them.
  private static let mostIdle = 8

  /// A place for a cache. It is used by whoever took it out of `idle`, and by nobody else.
  private final class Holder: @unchecked Sendable {
    var cache = WordCache()
  }

  /// Calls `body` with a cache that nobody else has meanwhile.
  func withCache(_ body: (inout WordCache) -> Void) {
    let holder = idle.withLock { $0.popLast() } ?? Holder()
    body(&holder.cache)
    idle.withLock { if $0.count < Self.mostIdle { $0.append(holder) } }
  }
}
