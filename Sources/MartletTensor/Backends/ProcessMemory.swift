#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the system says of this process's memory.
public enum ProcessMemory {
  /// What the machine has, in bytes; infinite where it does not say.
  package static var physical: Double {
    let (pages, size) = (sysconf(Int32(_SC_PHYS_PAGES)), sysconf(Int32(_SC_PAGESIZE)))
    return pages > 0 && size > 0 ? Double(pages) * Double(size) : .infinity
  }

  /// The most memory that the process has had resident at once, in bytes: everything, not only tensors.
  public static var peak: Int {
    #if os(Linux)
      if let peak = highWaterMark { return peak }
    #endif
    var usage = rusage()
    #if canImport(Darwin)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #elseif canImport(Musl)
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss * 1024
    #else
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #endif
  }

  #if os(Linux)
    /// The peak since the program began; that of `getrusage` counts what was there before, of whoever started it.
    private static var highWaterMark: Int? {
      guard let file = fopen("/proc/self/status", "r") else { return nil }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 256)
      while fgets(&line, Int32(line.count), file) != nil {
        let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
          .split(whereSeparator: \.isWhitespace)
        if words.count >= 2, words[0] == "VmHWM:" { return Int(words[1]).map { $0 * 1024 } }
      }
      return nil
    }
  #endif
}
