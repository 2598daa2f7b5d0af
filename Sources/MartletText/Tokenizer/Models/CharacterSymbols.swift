/// The characters of a word as the symbols that byte-pair encoding starts from.
///
/// A character outside the vocabulary becomes its bytes when all of these have tokens, else the unknown token, else
/// nothing. Source: `tokenizers`, bpe/model.rs, `merge_word`.
struct CharacterSymbols: Sendable {
  private let vocabulary: Vocabulary
  private let unknown: Int32?
  private let fusesUnknown: Bool
  private let byteFallback: [Int32?]?
  /// Stands before every character but the first of a word.
  let prefix: [UInt8]
  /// Stands after the last character of a word.
  private let suffix: [UInt8]
  /// The ids of the characters of ASCII, -1 where there is none.
  private let asciiIDs: [Int32]

  /// Longer affixes are refused, since each character of a text gets one.
  private static let longestAffix = 64

  init(_ reader: JSONReader, vocabulary: Vocabulary) throws(MartletError) {
    self.vocabulary = vocabulary
    unknown = try TokenModels.unknown(reader, vocabulary)
    fusesUnknown = try reader.optional("fuse_unk") ?? false
    byteFallback =
      try reader.optional("byte_fallback") ?? false
      ? (0..<256).map { vocabulary.modelID(of: ByteFallbackDecoder.token(of: UInt8($0))) } : nil
    prefix = try Self.affix("continuing_subword_prefix", reader)
    suffix = try Self.affix("end_of_word_suffix", reader)
    asciiIDs = (0..<128).map { vocabulary.modelID(of: String(Unicode.Scalar(UInt8($0)))) ?? -1 }
  }

  private static func affix(_ key: String, _ reader: JSONReader) throws(MartletError) -> [UInt8] {
    let affix = [UInt8](try reader.optional(key, as: String.self)?.utf8 ?? "".utf8)
    guard affix.count <= longestAffix else {
      throw reader.unexpected(key, expected: "at most \(longestAffix) bytes")
    }
    return affix
  }

  var hasAffixes: Bool { !prefix.isEmpty || !suffix.isEmpty }

  /// Whether every character becomes at least one symbol.
  var keepsAll: Bool { unknown != nil || byteFallback?.allSatisfy { $0 != nil } == true }

  /// Whether a character is a token by itself.
  @Sendable func isToken(_ scalar: UInt32) -> Bool {
    if scalar < 0x80 { return asciiIDs[Int(scalar)] >= 0 }
    guard let scalar = Unicode.Scalar(scalar) else { return false }
    return vocabulary.modelID(of: String(scalar)) != nil
  }

  /// How many symbols a word of so many bytes has at most.
  func mostSymbols(of bytes: Int) -> Int {
    // Only bytes of characters that are no tokens are more symbols than bytes of the word.
    byteFallback == nil ? bytes : bytes * (1 + prefix.count) + suffix.count
  }

  func write(_ word: UnsafeBufferPointer<UInt8>, to output: inout SymbolWriter) {
    guard let bytes = word.baseAddress else { return }
    var (place, unknownLength) = (0, 0)
    var affixed: [UInt8] = []
    while place < word.count {
      let length = (bytes + place).scalarLength
      let end = place + length
      let id: Int32
      let symbol = UnsafeBufferPointer(start: bytes + place, count: length)
      let isAffixed = hasAffixes && (place > 0 && !prefix.isEmpty || end == word.count && !suffix.isEmpty)
      if isAffixed {
        affixed = (place > 0 ? prefix : []) + symbol + (end == word.count ? suffix : [])
        id = affixed.withUnsafeBufferPointer { vocabulary.modelID(of: $0) } ?? -1
      } else {
        id = length == 1 ? asciiIDs[Int(bytes[place])] : vocabulary.modelID(of: symbol) ?? -1
      }
      place = end
      if id >= 0 {
        endUnknown(&unknownLength, &output)
        output.append(id, length)
        continue
      }
      if let byteFallback {
        let isFallenBack =
          isAffixed
          ? affixed.withUnsafeBufferPointer { writeBytes($0, byteFallback, to: &output) }
          : writeBytes(symbol, byteFallback, to: &output)
        // An unknown character before it stays pending, and so comes after it: so does `tokenizers`.
        if isFallenBack { continue }
      }
      if unknown == nil { continue }
      if !fusesUnknown { endUnknown(&unknownLength, &output) }
      unknownLength += length
    }
    endUnknown(&unknownLength, &output)
  }

  private func endUnknown(_ length: inout Int, _ output: inout SymbolWriter) {
    guard length > 0, let unknown else { return }
    output.append(unknown, length)
    length = 0
  }

  private func writeBytes(
    _ symbol: UnsafeBufferPointer<UInt8>, _ ids: [Int32?], to output: inout SymbolWriter
  ) -> Bool {
    guard symbol.allSatisfy({ ids[Int($0)] != nil }) else { return false }
    for byte in symbol { output.append(ids[Int(byte)]!, 1) }
    return true
  }
}

/// Writes symbols and, when they are asked for, their lengths in bytes.
struct SymbolWriter {
  private let ids: UnsafeMutablePointer<Int32>
  private let lengths: UnsafeMutablePointer<Int32>?
  private(set) var count = 0

  /// There must be room for all symbols.
  init(ids: UnsafeMutablePointer<Int32>, lengths: UnsafeMutablePointer<Int32>?) {
    (self.ids, self.lengths) = (ids, lengths)
  }

  @inline(__always) mutating func append(_ id: Int32, _ length: Int) {
    ids[count] = id
    lengths?[count] = Int32(truncatingIfNeeded: length)
    count += 1
  }
}
