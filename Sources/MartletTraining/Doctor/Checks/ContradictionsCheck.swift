/// Rows that say the opposite of others: the same answers preferred the other way round, the same text of another class.
enum ContradictionsCheck: DoctorCheck {
  static let name = "contradictions"

  static func examine(_ data: ExaminedData) -> Finding? {
    if data.rows.isEmpty { return nil }
    let places: [Finding.Place]
    switch data.kind {
    case .sft, .process: return nil
    case .reward: places = reversedPreferences(data)
    case .outcome, .classify: places = otherLabels(data)
    }
    let what = data.kind == .reward ? "preferences" : "labels"
    if places.isEmpty { return finding(.ok, "no two rows have contradicting \(what)") }
    return finding(
      .warning, "\(data.share(places)) contradict the \(what) of others; keep one of them", rows: places)
  }

  private static func reversedPreferences(_ data: ExaminedData) -> [Finding.Place] {
    var lines: [[[Int32]]: Int] = [:]
    return data.places { row in
      var found: Int?
      let answers = row.sequences.map(\.tokens)
      for (place, better) in answers.enumerated() {
        for worse in answers[(place + 1)...] {
          found = found ?? lines[[worse, better]]
          lines[[better, worse]] = lines[[better, worse]] ?? row.source.line
        }
      }
      return found.map { "the other way round in line \($0)" }
    }
  }

  private static func otherLabels(_ data: ExaminedData) -> [Finding.Place] {
    var seen: [[Int32]: (line: Int, labels: [String])] = [:]
    return data.places { row in
      guard let other = seen[row.sequences[0].tokens] else {
        seen[row.sequences[0].tokens] = (row.source.line, row.labels)
        return nil
      }
      if other.labels == row.labels { return nil }
      return "\(row.labels[0]) here, \(other.labels[0]) in line \(other.line)"
    }
  }
}
