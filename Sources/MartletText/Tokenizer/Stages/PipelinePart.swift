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
    let type = try reader.required("type", as: String.self)
    guard type == "Sequence" else {
      guard let make = kinds[type] else { throw UnsupportedPart.error(reader, "the \(what) \"\(type)\"") }
      return [try make(reader)]
    }
    var parts: [Part] = []
    for inner in try reader.readers(sequence) {
      parts += try read(inner, sequence: sequence, what: what, kinds)
    }
    return parts
  }
}

/// Errors about parts of `tokenizer.json` that exist elsewhere but not here.
enum UnsupportedPart {
  static func error(_ reader: JSONReader, _ what: String) -> MartletError {
    MartletError("\(reader.file): \(what) (at \"\(reader.path)\") is not supported")
  }
}
