import MartletText

/// Whether every row can be read: whole JSON, the columns of one form, nothing that is empty.
enum RowsCheck: DoctorCheck {
  static let name = "rows"

  static func examine(_ data: ExaminedData) -> Finding? {
    let broken = data.problems.all.filter { $0.cause == .form }
    if broken.isEmpty { return finding(.ok, "all are \(data.kind.plural)") }
    return finding(
      .bad,
      "\(data.share(broken.places)) are not \(data.kind.plural): mend them, or leave them out of training",
      rows: broken.places)
  }
}

extension [RowProblem] {
  /// The rows, each with its reason.
  var places: [Finding.Place] {
    map { Finding.Place(file: $0.file, line: $0.line, detail: $0.reason) }
  }
}
