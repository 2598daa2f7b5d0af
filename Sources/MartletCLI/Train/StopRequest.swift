import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The wish to stop, made by SIGINT or SIGTERM: the run saves and exits cleanly. A second one ends it at once.
enum StopRequest {
  private static let flag = Atomic(false)

  static var isMade: Bool { flag.load(ordering: .relaxed) }

  static func listen() {
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        StopRequest.flag.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }
}
