/// Whether the vocabulary lacks something: what it lacks becomes one token that stands for anything.
enum UnknownCheck: DoctorCheck {
  static let name = "unknown"

  static func examine(_ data: ExaminedData) -> Finding? {
    guard let unknown = data.tokenizer.unknown, !data.rows.isEmpty else { return nil }
    var total = 0
    let places = data.places { row in
      let count = row.sequences.reduce(0) { $0 + $1.tokens.count { $0 == unknown } }
      total += count
      return count == 0 ? nil : "\(count)"
    }
    if total == 0 { return finding(.ok, "the vocabulary lacks nothing") }
    return finding(
      .warning,
      "\(total) tokens in \(data.share(places)) are \(data.shown(unknown)), which stands for what the vocabulary lacks",
      rows: places)
  }
}
