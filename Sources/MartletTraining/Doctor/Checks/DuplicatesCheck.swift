import MartletText

/// Rows that stand there more than once.
enum DuplicatesCheck: DoctorCheck {
  static let name = "duplicates"

  static func examine(_ data: ExaminedData) -> Finding? {
    if data.source.isEmpty { return nil }
    var first: [String: DataRow] = [:]
    var places: [Finding.Place] = []
    for row in data.source {
      let text = JSON.object(JSONObject(row.columns.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        .compact
      guard let other = first[text] else {
        first[text] = row
        continue
      }
      places.append(
        Finding.Place(
          file: row.file, line: row.line,
          detail: "as line \(other.line)" + (other.file == row.file ? "" : " of \(other.file)")))
    }
    if places.isEmpty { return finding(.ok, "no row stands there twice") }
    return finding(
      .warning,
      "\(data.share(places)) stand there before: they count twice, and held-out ones are no longer unseen",
      rows: places)
  }
}
