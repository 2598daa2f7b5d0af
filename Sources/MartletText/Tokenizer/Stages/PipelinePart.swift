/// Reading the parts of a `tokenizer.json`, each an object with a "type", or a "Sequence" of such objects.
enum PipelinePart {
  typealias Kinds<Part> = [String: @Sendable (JSONReader) throws(MartletError) -> Part]

  /// The parts in order, with nested sequences laid flat.
  ///
  /// - Parameters:
  ///   - sequence: the key that holds the parts of a "Sequence".
  ///   - what: what a part is called in messages.
  static func read<Part>(
    _ reader: JSONReader?, sequence: String, what: String, _ kinds: Kinds<Part>
  ) throws(MartletError) -> [Part] {
    guard let reader else { return [] }
    var parts: [Part] = []
    try read(reader, sequence: sequence, what: what, kinds, into: &parts)
    return parts
  }

  private static func read<Part>(
    _ reader: JSONReader, sequence: String, what: String, _ kinds: Kinds<Part>, into parts: inout [Part]
  ) throws(MartletError) {
    let type = try reader.required("type", as: String.self)
    guard type == "Sequence" else {
      guard let make = kinds[type] else {
        throw UnsupportedPart.error(reader, "the \(what) \(ReadableText.quoted(type))")
      }
      guard parts.count < mostParts else {
        throw UnsupportedPart.error(reader, "more than \(mostParts) of \"\(sequence)\"")
      }
      return parts.append(try make(reader))
    }
    for inner in try reader.readers(sequence) {
      try read(inner, sequence: sequence, what: what, kinds, into: &parts)
    }
  }

  /// No tokenizer has nearly as many.
  private static let mostParts = 100

  /// A text may become so many times longer on its way through the pipeline.
  private static let mostGrowth = 10_000.0

  /// Refuses parts that would make a text absurdly long.
  static func checkGrowth(_ growths: [Double], _ reader: JSONReader) throws(MartletError) {
    let growth = growths.reduce(1) { $0 * max(1, $1) }
    guard growth <= mostGrowth else {
      throw MartletError(
        "\(reader.file): \"\(reader.path)\" could make a text more than \(Int(mostGrowth)) times as long; shorten what "
          + "it puts into the text")
    }
  }
}

/// Errors about parts of `tokenizer.json` that exist elsewhere but not here.
enum UnsupportedPart {
  static func error(_ reader: JSONReader, _ what: String) -> MartletError {
    MartletError("\(reader.file): \(what) (at \"\(reader.path)\") is not supported")
  }
}
