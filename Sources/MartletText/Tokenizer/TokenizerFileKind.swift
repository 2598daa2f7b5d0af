/// The kinds of files that hold a tokenizer, told apart by their content, since names mislead.
enum TokenizerFileKind {
  /// `tokenizer.json`.
  case definition
  /// A SentencePiece `.model`.
  case sentencePiece
  /// Ranks of tiktoken.
  case tiktoken
  /// A GGUF file that holds a vocabulary.
  case gguf

  /// How many bytes tell a kind.
  static let startSize = 1 << 12

  /// - Parameter start: the first bytes of the file.
  init(start: [UInt8]) {
    if start.starts(with: "GGUF".utf8) {
      self = .gguf
    } else if start.first == 0x0A, start.dropFirst().contains(where: { $0 == 0x0A || $0 == 0x15 }) {
      // A SentencePiece model begins with a piece: field 1, a message, whose first field is a text or a score.
      self = .sentencePiece
    } else if Self.isRank(start.prefix { $0 != UInt8(ascii: "\n") }) {
      self = .tiktoken
    } else {
      self = .definition
    }
  }

  /// Whether a line is base64, a space and a number.
  private static func isRank(_ line: ArraySlice<UInt8>) -> Bool {
    let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, Base64.decode(String(decoding: parts[0], as: UTF8.self)) != nil
    else { return false }
    let digits = parts[1].last == UInt8(ascii: "\r") ? parts[1].dropLast() : parts[1]
    return !digits.isEmpty && digits.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
  }
}
