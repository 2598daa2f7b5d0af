#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The two streams a command writes to.
enum Terminal {
  enum Stream {
    case output, error

    fileprivate var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }
  }

  /// Whether a person is watching the stream.
  static func isInteractive(_ stream: Stream) -> Bool { isatty(stream.descriptor) != 0 }

  /// Whether to colour what is written: on a terminal, unless NO_COLOR is set (https://no-color.org).
  static func isColoured(_ stream: Stream) -> Bool {
    guard isInteractive(stream) else { return false }
    guard let value = getenv("NO_COLOR") else { return true }
    return value.pointee == 0
  }

  /// Writes text at once, without a buffer of its own.
  static func write(_ text: String, to stream: Stream) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes { systemWrite(stream.descriptor, $0.baseAddress!, $0.count) }
      if sent < 0 && errno == EINTR { continue }
      guard sent > 0 else { return }
      bytes = bytes.dropFirst(sent)
    }
  }
}

/// The system's `write`, which is hidden by `Terminal.write` inside that type.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
