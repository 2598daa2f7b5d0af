/// Replaces a text in every piece.
struct ReplaceDecoder: TokenDecoder {
  private let pattern: TextPattern
  private let content: [UInt8]
  private var pending: [UInt8] = []

  init(_ reader: JSONReader) throws(MartletError) {
    pattern = try TextPattern(reader)
    content = [UInt8](try reader.required("content", as: String.self).utf8)
  }

  var needsCharacters: Bool { pattern.plainText == nil }
  var growth: Double { pattern.growth(ofReplacementWith: content.count) }

  mutating func decode(_ input: TokenPieces, isLast: Bool, into output: inout TokenPieces) {
    input.forEach { piece, isEnded in
      pending += piece
      if isEnded { endPiece(into: &output) } else { giveCertain(into: &output) }
    }
    if isLast, !pending.isEmpty { endPiece(into: &output) }
  }

  private mutating func endPiece(into output: inout TokenPieces) {
    replace(pending[...], into: &output)
    pending.removeAll(keepingCapacity: true)
    output.end()
  }

  /// Gives the start of a piece in which no match of a plain text can still come to be.
  private mutating func giveCertain(into output: inout TokenPieces) {
    guard let plain = pattern.plainText else { return }
    let end = replace(pending[...], leaving: plain, into: &output)
    pending.removeFirst(end)
  }

  private func replace(_ text: ArraySlice<UInt8>, into output: inout TokenPieces) {
    var end = 0
    text.withUnsafeBufferPointer { bytes in
      pattern.forEachMatch(in: bytes) { match in
        output.append(bytes[end..<match.lowerBound])
        output.append(content)
        end = match.upperBound
      }
      output.append(bytes[end...])
    }
  }

  /// As the other, but for an end that the plain text could begin with; returns where it starts.
  private func replace(
    _ text: ArraySlice<UInt8>, leaving plain: [UInt8], into output: inout TokenPieces
  ) -> Int {
    var (end, certain) = (0, 0)
    text.withUnsafeBufferPointer { bytes in
      pattern.forEachMatch(in: bytes) { match in
        output.append(bytes[end..<match.lowerBound])
        output.append(content)
        end = match.upperBound
      }
      certain = max(end, bytes.count - plain.count + 1)
      while certain < bytes.count, !plain.starts(with: bytes[certain...]) { certain += 1 }
      output.append(bytes[end..<certain])
    }
    return certain
  }
}

/// Joins all pieces, so that later steps see the whole text.
struct FuseDecoder: TokenDecoder {
  var joinsPieces: Bool { true }

  mutating func decode(_ input: TokenPieces, isLast: Bool, into output: inout TokenPieces) {
    output.append(input.bytes)
    if isLast { output.end() }
  }
}

/// Takes up to so many of one character from the start and the end of each piece.
struct StripDecoder: TokenDecoder {
  private let content: [UInt8]
  private let start: Int
  private var stop: Int
  /// How many more may be taken from the start of the piece.
  private var startLeft: Int
  /// What may be the end of the piece or the start of a character: of this only is not certain.
  private var pending: [UInt8] = []

  init(_ reader: JSONReader) throws(MartletError) {
    var bytes: [UInt8] = []
    bytes.append(scalar: try reader.oneScalar("content"))
    content = bytes
    start = try reader.required("start")
    stop = try reader.required("stop")
    guard start >= 0 else { throw reader.unexpected("start", expected: "an integer from 0") }
    guard stop >= 0 else { throw reader.unexpected("stop", expected: "an integer from 0") }
    startLeft = start
  }

  mutating func skipStart(isJoined: Bool) { if isJoined { startLeft = 0 } }
  mutating func skipEnd(isJoined: Bool) { if isJoined { stop = 0 } }

  mutating func decode(_ input: TokenPieces, isLast: Bool, into output: inout TokenPieces) {
    input.forEach { piece, isEnded in
      pending += piece
      stripStart(isEnded: isEnded)
      isEnded ? endPiece(into: &output) : giveCertain(into: &output)
    }
    if isLast, !pending.isEmpty {
      stripStart(isEnded: true)
      endPiece(into: &output)
    }
  }

  private mutating func stripStart(isEnded: Bool) {
    var stripped = 0
    while startLeft > 0, pending[stripped...].starts(with: content) {
      stripped += content.count
      startLeft -= 1
    }
    pending.removeFirst(stripped)
    // Any other character ends the start; what could still become one more of the kind does not.
    if !isEnded, pending.count < content.count, content.starts(with: pending) { return }
    if !pending.isEmpty { startLeft = 0 }
  }

  private mutating func endPiece(into output: inout TokenPieces) {
    var left = stop
    while left > 0, pending.count >= content.count, pending.suffix(content.count).elementsEqual(content) {
      pending.removeLast(content.count)
      left -= 1
    }
    output.append(pending)
    output.end()
    pending.removeAll(keepingCapacity: true)
    startLeft = start
  }

  /// Holds back as many of the character as may be taken from the end.
  private mutating func giveCertain(into output: inout TokenPieces) {
    if startLeft > 0 { return }
    var (held, left) = (0, stop)
    for length in stride(from: min(content.count - 1, pending.count), to: 0, by: -1)
    where stop > 0 && content.starts(with: pending.suffix(length)) {
      held = length
      break
    }
    while left > 0, pending.count - held >= content.count,
      pending.dropLast(held).suffix(content.count).elementsEqual(content)
    {
      held += content.count
      left -= 1
    }
    output.append(pending.dropLast(held))
    pending.removeFirst(pending.count - held)
  }
}
