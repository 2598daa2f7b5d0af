/// Numbers as people read them.
enum Format {
  /// A number with a fixed count of decimals.
  static func decimals(_ value: Double, _ count: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    var scale = 1.0
    for _ in 0..<count { scale *= 10 }
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 1e15 else { return "\(value)" }
    let digits = String(Int(scaled))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    if count == 0 { return sign + digits }
    let padded = String(repeating: "0", count: max(0, count + 1 - digits.count)) + digits
    return sign + padded.dropLast(count) + "." + padded.suffix(count)
  }

  /// A count with a comma between thousands.
  static func count(_ value: Int) -> String {
    var text = ""
    for (place, digit) in String(value.magnitude).reversed().enumerated() {
      if place > 0 && place % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (value < 0 ? "-" : "") + text.reversed()
  }

  /// A number of significant digits, with an exponent when it is very small or large: 0.00123, 1.2e-07.
  static func significant(_ value: Double, _ digits: Int = 3) -> String {
    guard value != 0, value.isFinite else { return "\(value)" }
    var exponent = 0
    var mantissa = abs(value)
    while mantissa >= 10 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    while mantissa < 1 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
    if (-5..<7).contains(exponent) { return decimals(value, max(0, digits - 1 - exponent)) }
    return (value < 0 ? "-" : "") + decimals(mantissa, digits - 1) + "e\(exponent)"
  }

  /// Seconds as 45s, 3m 20s or 2h 05m.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole)s" }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if whole < 3600 { return "\(whole / 60)m \(two(whole % 60))s" }
    return "\(whole / 3600)h \(two(whole % 3600 / 60))m"
  }

  /// Bytes as 640 B, 1.2 MB or 3.4 GB.
  static func bytes(_ count: Int) -> String {
    var (size, unit) = (Double(count), "B")
    for next in ["kB", "MB", "GB", "TB"] where size >= 1000 { (size, unit) = (size / 1000, next) }
    return unit == "B" ? "\(count) B" : decimals(size, size < 10 ? 1 : 0) + " " + unit
  }

  /// Columns, the first aligned left and numbers right of it by their ends.
  static func table(_ rows: [[String]]) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
    }
    return rows.map { row in
      var line = "  "
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        let isNumber = column > 0 && cell.first?.isNumber == true && columns > 2
        line += (isNumber ? space + cell : cell + space) + "  "
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }.joined()
  }
}
