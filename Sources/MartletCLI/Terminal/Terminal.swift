import MartletText

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

  /// The columns of the terminal that shows the stream; 80 where it does not say.
  static func width(_ stream: Stream) -> Int {
    var size = winsize()
    let known = ioctl(stream.descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return known ? Int(size.ws_col) : 80
  }

  /// Whether to colour what is written: on a terminal, unless NO_COLOR is set (https://no-color.org).
  static func isColoured(_ stream: Stream) -> Bool {
    guard isInteractive(stream) else { return false }
    guard let value = getenv("NO_COLOR") else { return true }
    return value.pointee == 0
  }

  /// Writes text at once, without a buffer of its own.
  ///
  /// - Returns: the system's error when not all could be written, 0 otherwise.
  @discardableResult
  static func write(_ text: String, to stream: Stream) -> Int32 {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let sent = bytes.withUnsafeBytes { systemWrite(stream.descriptor, $0.baseAddress!, $0.count) }
      if sent < 0 && errno == EINTR { continue }
      guard sent > 0 else { return errno }
      bytes = bytes.dropFirst(sent)
    }
    return 0
  }

  /// Writes a result to standard output.
  ///
  /// - Throws: when it can't be written, so that a result that is lost is no success.
  static func printResult(_ text: String) throws(MartletError) { try check(write(text, to: .output)) }

  /// - Throws: when an error came of writing to standard output.
  static func check(_ error: Int32) throws(MartletError) {
    if error == 0 { return }
    throw MartletError("cannot write to standard output: \(String(cString: strerror(error)))")
  }
}

/// The system's `write`, which is hidden by `Terminal.write` inside that type.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, bytes, count)
}
