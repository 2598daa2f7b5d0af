import MartletText

/// A file with one JSON object a line.
enum JSONLines {
  /// The objects of a file, or of standard input as `-`; empty lines are passed over.
  ///
  /// Every line is read before the first is worked on, so a damaged line is reported at once.
  static func read(_ path: String) throws(MartletError) -> [JSONReader] {
    let isStandardInput = path == "-"
    let name = isStandardInput ? "standard input" : path
    let text = try FileSystem.text(
      isStandardInput ? FileSystem.readStandardInput() : FileSystem.read(path), file: name)
    var readers: [JSONReader] = []
    for (number, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    {
      if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
      let place = "\(name), line \(number + 1)"
      readers.append(try JSONReader(JSON(parsing: Array(line), file: place), file: place))
    }
    if readers.isEmpty {
      throw MartletError("\(name): there is no line in it; expected one JSON object a line")
    }
    return readers
  }

  /// Works on lines group by group, and prints one object for each.
  static func process<Record>(
    _ records: [Record], groupSize: Int, _ body: ([Record]) throws -> [JSON]
  ) throws {
    for first in stride(from: 0, to: records.count, by: groupSize) {
      let group = Array(records[first..<min(first + groupSize, records.count)])
      for result in try body(group) { try Terminal.printResult(result.compact + "\n") }
    }
  }
}

extension JSONReader {
  /// The token ids at the key `ids`, when it is there; each must be in the vocabulary.
  func ids(below vocabulary: Int) throws(MartletError) -> [Int32]? {
    guard let ids = try optional("ids", as: [Int].self) else { return nil }
    if let wrong = ids.first(where: { !(0..<vocabulary).contains($0) }) {
      throw MartletError(
        "\(file): the id \(wrong) is not in the vocabulary, whose ids go from 0 to \(vocabulary - 1)")
    }
    return ids.map { Int32($0) }
  }
}

extension JSON {
  /// The shortest decimal that reads back as the float; null when it is not finite.
  static func number(_ value: Float?) -> JSON {
    guard let value, value.isFinite else { return .null }
    return .number(Double(value.description) ?? Double(value))
  }

  /// The number, or null when there is none or it is not finite.
  static func number(_ value: Double?) -> JSON {
    guard let value, value.isFinite else { return .null }
    return .number(value)
  }

  static func ids(_ ids: [Int32]) -> JSON { .array(ids.map { .integer(Int($0)) }) }
}
