import MartletTransfer

/// What the content of a file must be: the two ways in which the Hub says it.
package enum Checksum: Equatable, Sendable {
  /// SHA-256 of the content: large files.
  case sha256(String)
  /// The name that git gives the content, SHA-1 of a header and the content: all others.
  case gitBlob(String)

  /// The checksum that an ETag is, by the number of its hexadecimal digits; nil for any other text.
  package init?(_ text: String) {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
      return nil
    }
    switch text.utf8.count {
    case 64: self = .sha256(text)
    case 40: self = .gitBlob(text)
    default: return nil
    }
  }

  /// The hexadecimal digits.
  package var text: String {
    switch self {
    case .sha256(let text), .gitBlob(let text): text
    }
  }

  /// The digits of a content that has come in parts.
  package struct Digest {
    private var sha = mt_sha()
    private let size: Int

    /// - Parameter count: the bytes of the whole content, which git's header names.
    package init(for checksum: Checksum, count: Int) {
      guard case .gitBlob = checksum else {
        mt_sha_begin(&sha, 0)
        size = 32
        return
      }
      mt_sha_begin(&sha, 1)
      size = 20
      let header = Array("blob \(count)\0".utf8)
      mt_sha_add(&sha, header, header.count)
    }

    package mutating func add(_ bytes: UnsafeRawBufferPointer) {
      mt_sha_add(&sha, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    /// The digits of all that was added.
    package var text: String {
      var (copy, digest) = (sha, [UInt8](repeating: 0, count: size))
      mt_sha_end(&copy, &digest)
      return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
  }
}
