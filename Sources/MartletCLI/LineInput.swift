import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Standard input or a file, line by line as the lines come.
struct LineInput {
  /// What came.
  enum Line {
    case text(String)
    /// Ctrl-C at the prompt.
    case interrupted
    case end
  }

  /// The longest line, in bytes: far more than any context, and a bound on memory.
  static let longest = 1 << 24

  static var isInteractive: Bool { isatty(STDIN_FILENO) != 0 }

  /// What messages call it.
  let name: String
  private let descriptor: Int32
  /// The number of the last line, from 1.
  private(set) var number = 0
  private var buffer: [UInt8] = []
  /// Where the buffer's first byte that is not looked at yet is.
  private var looked = 0
  private var hasEnded = false

  /// Standard input.
  init() { self.init(named: "standard input", descriptor: STDIN_FILENO) }

  private init(named name: String, descriptor: Int32) {
    (self.name, self.descriptor) = (name, descriptor)
  }

  /// A file, which stays open until the program ends; `-` is standard input.
  ///
  /// - Throws: when the file is missing, is a directory, or can't be read.
  init(path: String) throws(MartletError) {
    if path == "-" {
      self.init()
      return
    }
    if FileSystem.isDirectory(path) { throw FileSystem.failure("read", path, EISDIR) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw FileSystem.failure("read", path, errno) }
    self.init(named: path, descriptor: descriptor)
  }

  /// The next line where it is there already; nil where one would have to wait for it.
  ///
  /// - Throws: as ``next()``.
  mutating func nextIfThere() throws(MartletError) -> Line? {
    while !hasEnded, !buffer[looked...].contains(UInt8(ascii: "\n")), buffer.count <= Self.longest {
      var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wanted, 1, 0) > 0 else { return nil }
      if try !fill() { return .interrupted }
    }
    return try next()
  }

  /// The next line, without its end.
  ///
  /// - Throws: when a line is too long or no UTF-8, or standard input can't be read; the lines after it can still be.
  mutating func next() throws(MartletError) -> Line {
    var isTooLong = false
    while true {
      let found = buffer[looked...].firstIndex(of: UInt8(ascii: "\n"))
      if found != nil || (hasEnded && (!buffer.isEmpty || isTooLong)) {
        let end = found ?? buffer.count
        defer {
          buffer.removeFirst(found.map { $0 + 1 } ?? buffer.count)
          looked = 0
        }
        number += 1
        if isTooLong || end > Self.longest {
          throw MartletError("line \(number) has more than \(Self.longest) bytes; send less at once")
        }
        var line = buffer[..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return .text(try FileSystem.text(Array(line), file: "line \(number)"))
      }
      if hasEnded { return .end }
      if buffer.count > Self.longest {
        isTooLong = true
        buffer = []
      }
      looked = buffer.count
      if try !fill() { return .interrupted }
    }
  }

  /// - Returns: false when a signal came first.
  private mutating func fill() throws(MartletError) -> Bool {
    // A read would go on waiting after a signal.
    var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    if poll(&wanted, 1, -1) < 0, errno == EINTR, AnswerInterruption.isMade {
      buffer = []
      return false
    }
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &chunk, chunk.count)
    if count < 0 {
      if errno == EINTR { return true }
      hasEnded = true
      throw FileSystem.failure("read", name, errno)
    }
    if count == 0 { hasEnded = true } else { buffer += chunk[..<count] }
    return true
  }
}
