import MartletText

/// A file of a model on the Hub.
struct HubFile: Equatable {
  /// Its path in the model's directory.
  let path: String
  /// Its bytes, where the listing says it.
  let size: Int?

  /// Reads an entry of a listing.
  ///
  /// - Throws: when its path could lead out of the directory: names come from strangers.
  init(_ reader: JSONReader) throws(MartletError) {
    path = try reader.required("rfilename")
    guard Self.isWithin(path) else {
      throw MartletError(
        "\(reader.file): the server lists the file \(JSON.string(path).compact), whose name leads out of the model's directory or is "
          + "none that a file may have; nothing was fetched")
    }
    let large = try reader.optionalReader("lfs")
    size = try (large ?? reader).optional("size")
    if let size, !(0...Self.largestSize).contains(size) {
      throw MartletError(
        "\(reader.file): the server lists \(JSON.string(path).compact) with the impossible size of \(size) bytes; nothing was "
          + "fetched")
    }
  }

  /// No file has more bytes than this, and the sum of as many as a listing may have still fits.
  static let largestSize = 1 << 50

  private static func isWithin(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return path.utf8.count <= 1024
      && path.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "\\" }
      && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }
  }
}
