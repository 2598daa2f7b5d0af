import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The wish to stop an answer, made by Ctrl-C; the program goes on.
enum AnswerInterruption {
  private static let flag = Atomic(false)

  static var isMade: Bool { flag.load(ordering: .relaxed) }

  static func clear() { flag.store(false, ordering: .relaxed) }

  static func listen() {
    signal(SIGINT) { _ in AnswerInterruption.flag.store(true, ordering: .relaxed) }
  }
}
