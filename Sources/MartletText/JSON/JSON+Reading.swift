extension JSON {
  /// Reads one JSON value that is the whole of `text`.
  ///
  /// - Parameter file: what to call the text in messages.
  /// - Throws: when the text is not valid JSON, with line, column and byte offset.
  package init(parsing text: [UInt8], file: String) throws(MartletError) {
    let result = text.withUnsafeBufferPointer { bytes in
      Result { () throws(MartletError) in try JSONParser.parse(bytes, file: file) }
    }
    self = try result.get()
  }

  /// Reads one JSON value that is the whole of `text`.
  package init(parsing text: String, file: String) throws(MartletError) {
    try self.init(parsing: [UInt8](text.utf8), file: file)
  }

  /// Reads a plain file that holds one JSON value.
  package init(file: String) throws(MartletError) {
    try self.init(parsing: try FileSystem.readDescription(file), file: file)
  }
}
