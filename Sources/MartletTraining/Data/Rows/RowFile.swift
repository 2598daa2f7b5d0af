import MartletText

/// Reads rows from files: one JSON object a line (`.jsonl`), an array of objects (`.json`), or a table with a header
/// (`.csv`), whose lists, such as messages, are written as JSON.
public enum RowFile {
  /// The rows of a file, in order.
  ///
  /// - Parameters:
  ///   - path: `-` is standard input, one object a line.
  ///   - problems: gains what is wrong with single rows: broken JSON, lines that are no object, records with more or
  ///     fewer fields than the header.
  /// - Throws: when the file can't be read, is empty, or is broken as a whole.
  public static func read(_ path: String, problems: inout RowProblems) throws(MartletError) -> [DataRow] {
    let isStandardInput = path == "-"
    let file = isStandardInput ? "standard input" : path
    let content = try isStandardInput ? FileSystem.readStandardInput() : FileSystem.read(path)
    // A mark some programs put in front of UTF-8 is no part of the first column's name.
    let bytes = content.starts(with: [0xEF, 0xBB, 0xBF]) ? content.dropFirst(3) : content[...]
    let (found, name) = (problems.all.count, path.lowercased())
    let rows =
      if name.hasSuffix(".csv") {
        try table(FileSystem.text(Array(bytes), file: file).utf8, file: file, problems: &problems)
      } else if name.hasSuffix(".json") {
        try array(Array(FileSystem.text(Array(bytes), file: file).utf8), file: file, problems: &problems)
      } else {
        lines(bytes, file: file, problems: &problems)
      }
    if rows.isEmpty, problems.all.count == found { throw MartletError("\(file): there are no rows in it") }
    return rows
  }

  private static func lines(
    _ bytes: some Sequence<UInt8> & Collection, file: String, problems: inout RowProblems
  ) -> [DataRow] {
    var rows: [DataRow] = []
    for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .enumerated()
    {
      if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
      let row = problems.note { () throws(RowProblem) in
        try DataRow(parsing: Array(line), line: number + 1, file: file)
      }
      if let row { rows.append(row) }
    }
    return rows
  }

  private static func array(
    _ bytes: [UInt8], file: String, problems: inout RowProblems
  ) throws(MartletError) -> [DataRow] {
    guard let elements = try JSON(parsing: bytes, file: file).array else {
      throw MartletError(
        "\(file): expected an array of rows; a file of one object a line is named .jsonl")
    }
    var rows: [DataRow] = []
    for (number, element) in elements.enumerated() {
      let row = problems.note { () throws(RowProblem) in
        try DataRow(element, line: number + 1, file: file)
      }
      if let row { rows.append(row) }
    }
    return rows
  }

  private static func table(
    _ bytes: some Sequence<UInt8>, file: String, problems: inout RowProblems
  ) throws(MartletError) -> [DataRow] {
    let records = try CSV.records(of: bytes, file: file)
    guard let header = records.first?.fields else { return [] }
    if let (place, name) = header.enumerated().first(where: { header[..<$0.offset].contains($0.element) }) {
      throw MartletError(
        "\(file): the header names the column \"\(name)\" again in place \(place + 1); rename one of them")
    }
    var rows: [DataRow] = []
    for record in records.dropFirst() {
      guard record.fields.count == header.count else {
        problems.add(
          RowProblem(
            file: file, line: record.line,
            reason: "\(record.fields.count) fields where the header has \(header.count)"))
        continue
      }
      var columns = JSONObject()
      for (name, field) in zip(header, record.fields) { columns.append(name, value(of: field, in: name)) }
      rows.append(DataRow(file: file, line: record.line, columns: columns))
    }
    return rows
  }

  /// Columns that are lists or objects, which a table can only have as the text of JSON.
  private static let structures = [
    "messages", "ranked", "completions", "labels", "ids", "true_rewards", "tools", "documents",
    "chat_template_kwargs",
  ]

  /// What a field of a table says.
  private static func value(of field: String, in column: String) -> JSON {
    guard structures.contains(column), let parsed = try? JSON(parsing: field, file: column),
      parsed.array != nil || parsed.object != nil
    else { return .string(field) }
    return parsed
  }
}
