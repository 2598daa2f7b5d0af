/// Reads GPT-2's byte alphabet; text that is not UTF-8 becomes U+FFFD.
struct ByteLevelDecoder: TokenDecoder {
  private var keepsBytes = false
  /// The token that has not ended, and what was read but may be a part of a character.
  private var (token, pending): ([UInt8], [UInt8]) = ([], [])

  var joinsPieces: Bool { true }

  /// A byte that is no UTF-8 becomes three.
  var growth: Double { 3 }

  mutating func keepBytes() { keepsBytes = true }

  mutating func decode(_ input: TokenPieces, isLast: Bool, into output: inout TokenPieces) {
    input.forEach { piece, isEnded in
      if isEnded, token.isEmpty { return read(piece, into: &output) }
      token += piece
      if isEnded { endToken(into: &output) }
    }
    guard isLast else { return }
    if !token.isEmpty { endToken(into: &output) }
    output.append(String(decoding: pending, as: UTF8.self).utf8)
    pending = []
    output.end()
  }

  private mutating func endToken(into output: inout TokenPieces) {
    read(token[...], into: &output)
    token = []
  }

  /// A token with a character outside the alphabet stands for its own text.
  private mutating func read(_ token: ArraySlice<UInt8>, into output: inout TokenPieces) {
    let before = pending.count
    if !ByteAlphabet.read(token, into: &pending) {
      pending.removeSubrange(before...)
      pending += token
    }
    if keepsBytes {
      output.append(pending)
      pending.removeAll(keepingCapacity: true)
    }
  }
}

/// Reads tokens such as `<0x0A>` as bytes. A run of them that is not UTF-8 becomes one U+FFFD a byte.
struct ByteFallbackDecoder: TokenDecoder {
  private var keepsBytes = false
  private var (token, run): ([UInt8], [UInt8]) = ([], [])
  /// Whether bytes of a run were given that has not ended.
  private var isInRun = false

  mutating func keepBytes() { keepsBytes = true }

  mutating func decode(_ input: TokenPieces, isLast: Bool, into output: inout TokenPieces) {
    input.forEach { piece, isEnded in
      if isEnded, token.isEmpty { return read(piece, into: &output) }
      token += piece
      if isEnded { endToken(into: &output) }
    }
    guard isLast else { return }
    if !token.isEmpty { endToken(into: &output) }
    endRun(into: &output)
  }

  private mutating func endToken(into output: inout TokenPieces) {
    read(token[...], into: &output)
    token = []
  }

  private mutating func read(_ token: ArraySlice<UInt8>, into output: inout TokenPieces) {
    if let byte = Self.byte(of: token) {
      isInRun = true
      if keepsBytes { output.append(byte) } else { run.append(byte) }
      return
    }
    endRun(into: &output)
    output.append(token)
    output.end()
  }

  private mutating func endRun(into output: inout TokenPieces) {
    guard isInRun else { return }
    isInRun = false
    if keepsBytes { return output.end() }
    if run.withUnsafeBufferPointer({ $0.firstInvalidUTF8 }) == nil {
      output.append(run)
      output.end()
    } else {
      for _ in run {
        output.append("\u{FFFD}".utf8)
        output.end()
      }
    }
    run = []
  }

  /// The byte of a token; like Rust's `from_str_radix`, a plus may stand before one digit.
  static func byte(of token: ArraySlice<UInt8>) -> UInt8? {
    guard token.count == 6, token.starts(with: "<0x".utf8), token.last == UInt8(ascii: ">") else {
      return nil
    }
    let digits = token.dropFirst(3).prefix(2)
    return UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  /// The token of a byte.
  static func token(of byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
  }
}
