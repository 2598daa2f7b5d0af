import MartletText

/// The name of a model on the Hub: `OWNER/NAME`, with `@REVISION` for another branch, tag or commit than `main`.
public struct HubModel: Sendable, Equatable, CustomStringConvertible {
  /// `OWNER/NAME`, or `NAME` alone for the oldest models.
  public let name: String
  /// A branch, a tag or a commit.
  public let revision: String

  /// Reads a name.
  ///
  /// - Throws: when it is none that a model can have.
  public init(_ text: String) throws(MartletError) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    (name, revision) = (parts[0], parts.count > 1 ? parts[1] : "main")
    let names = name.split(separator: "/", omittingEmptySubsequences: false)
    guard names.count <= 2, names.allSatisfy({ Self.isName($0) }), name.utf8.count <= 96 else {
      throw MartletError(
        "\"\(text)\" is no name of a model on the Hub; expected OWNER/NAME or OWNER/NAME@REVISION")
    }
    let steps = revision.split(separator: "/", omittingEmptySubsequences: false)
    guard steps.allSatisfy({ Self.isName($0) }), revision.utf8.count <= 200 else {
      throw MartletError("\"\(revision)\" is no revision; expected a branch, a tag or a commit after the @")
    }
  }

  /// `OWNER/NAME@REVISION`.
  public var description: String { "\(name)@\(revision)" }

  /// Letters, digits, `-`, `_` and `.`, and nothing that a path would understand.
  private static func isName(_ text: Substring) -> Bool {
    let isPlain = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
    }
    return isPlain && !text.isEmpty && !text.hasPrefix(".") && !text.hasPrefix("-")
  }

  /// Whether a revision is a commit, which always stays what it is.
  static func isCommit(_ text: String) -> Bool {
    if case .gitBlob = Checksum(text) { return true }
    return false
  }
}
