import MartletText

/// Comma-separated values: records of fields, where a quoted field may hold commas, quotes and line ends.
///
/// The library of choice brings all of Foundation and does not say on which line a record starts, which every message
/// about a row needs.
///
/// - Source: RFC 4180.
struct CSV {
  /// A record and the line it starts on, counted from 1.
  struct Record: Equatable {
    let line: Int
    let fields: [String]
  }

  /// The records of a text, the header first; empty lines are passed over.
  ///
  /// - Throws: where a quote is never closed, or something follows a closing one.
  static func records(of text: some Sequence<UInt8>, file: String) throws(MartletError) -> [Record] {
    var parser = CSV(file: file)
    for byte in text { try parser.take(byte) }
    return try parser.finish()
  }

  private let file: String
  private var records: [Record] = []
  private var fields: [String] = []
  private var field: [UInt8] = []
  private var place = Place.start
  private var line = 1
  private var firstLine = 1
  private var quoteLine = 1

  /// Where in a field the next byte stands.
  private enum Place { case start, plain, quoted, afterQuote }

  private init(file: String) { self.file = file }

  private mutating func take(_ byte: UInt8) throws(MartletError) {
    defer { if byte == UInt8(ascii: "\n") { line += 1 } }
    switch (place, byte) {
    case (.quoted, UInt8(ascii: "\"")): place = .afterQuote
    case (.quoted, _): field.append(byte)
    case (.afterQuote, UInt8(ascii: "\"")):
      field.append(byte)
      place = .quoted
    case (.start, UInt8(ascii: "\"")):
      place = .quoted
      quoteLine = line
    case (_, UInt8(ascii: ",")): endField()
    case (_, UInt8(ascii: "\n")): endRecord()
    // The first half of a line end; a record's last field does not keep it.
    case (.afterQuote, UInt8(ascii: "\r")): break
    case (.afterQuote, _):
      throw MartletError(
        "\(file), line \(line): a field goes on after its closing quote; write a quote within a field twice")
    default:
      field.append(byte)
      place = .plain
    }
  }

  private mutating func endField() {
    fields.append(String(decoding: field, as: UTF8.self))
    field = []
    place = .start
  }

  private mutating func endRecord() {
    if place == .plain, field.last == UInt8(ascii: "\r") { field.removeLast() }
    let isEmptyLine = fields.isEmpty && field.isEmpty && place != .afterQuote
    endField()
    if !isEmptyLine { records.append(Record(line: firstLine, fields: fields)) }
    fields = []
    firstLine = line + 1
  }

  private mutating func finish() throws(MartletError) -> [Record] {
    if place == .quoted {
      throw MartletError("\(file), line \(quoteLine): the quote that opens a field is never closed")
    }
    if place != .start || !fields.isEmpty { endRecord() }
    return records
  }
}
