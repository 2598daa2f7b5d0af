#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The few calls of the operating system that files need, with its errors put into words.
enum SystemCall {
  /// The error of the last failed call.
  static var lastError: Int32 { errno }

  /// Repeats a call that was interrupted by a signal.
  static func retrying<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
      let result = call()
      if result != -1 || errno != EINTR { return result }
    }
  }

  static func openForReading(_ path: String) -> Int32 {
    retrying { open(path, O_RDONLY | O_CLOEXEC) }
  }

  /// Creates a new file, with the permissions the user's mask leaves; fails when the name is taken.
  static func openNew(_ path: String) -> Int32 {
    retrying { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(0o666)) }
  }

  static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  static func isDirectory(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFDIR }

  static func isFile(_ status: stat) -> Bool { status.st_mode & S_IFMT == S_IFREG }

  /// What went wrong and what to do about it.
  static func explanation(of error: Int32) -> String {
    switch error {
    case ENOENT: "it does not exist; check the path"
    case ENOTDIR: "a part of the path is not a directory; check the path"
    case EISDIR: "it is a directory, where a file was expected"
    case EEXIST: "it exists already; choose another path"
    case ENOTEMPTY: "something is there already; choose another path"
    case EACCES, EPERM: "permission denied; change its permissions or choose another path"
    case EROFS: "the file system is read-only; choose another path"
    case ENOSPC: "no space left on the device; free some space and try again"
    case EDQUOT: "the disk quota is used up; free some space and try again"
    case EFBIG: "the file would be larger than allowed; raise the limit or choose another file system"
    case EMFILE, ENFILE: "too many files are open; raise the limit of open files"
    case ENAMETOOLONG: "the name is too long; choose a shorter one"
    default: String(cString: strerror(error))
    }
  }
}
