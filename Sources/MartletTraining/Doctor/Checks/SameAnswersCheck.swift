import MartletText

/// Which answers of a prompt are the same, as they are, as tokens, or once they are cut to the context.
enum SameAnswersCheck: DoctorCheck {
  static let name = "same-answers"

  static func examine(_ data: ExaminedData) -> Finding? {
    guard data.kind == .reward else { return nil }
    var places = data.problems.all.filter { $0.cause == .sameAnswers }.places
    places += data.places { row in
      if RowEncoder.equalPair(row.sequences.map(\.tokens)) != nil { return "the same tokens" }
      let kept = row.sequences.map { Array($0.tokens.prefix($0.kept)) }
      return RowEncoder.equalPair(kept) == nil ? nil : "the same once cut to the context of \(data.context)"
    }
    if places.isEmpty { return finding(.ok, "no two answers of a row are the same") }
    return finding(
      .bad, "\(data.share(places)) prefer an answer to itself, which teaches nothing", rows: places)
  }
}
