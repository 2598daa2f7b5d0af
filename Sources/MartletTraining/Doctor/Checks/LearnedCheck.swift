import MartletText

/// Which rows have nothing to learn from, as they are or once they are cut to the context.
enum LearnedCheck: DoctorCheck {
  static let name = "learned"

  static func examine(_ data: ExaminedData) -> Finding? {
    var places = data.problems.all.filter { $0.cause == .nothingToLearn }.places
    if data.kind == .sft || data.kind == .outcome || data.kind == .process {
      places += data.places { row in
        let sequence = row.sequences[0]
        if sequence.isWeighted[..<sequence.kept].contains(true) { return nil }
        return sequence.isWeighted.contains(true)
          ? "the context of \(data.context) ends before the answer" : "no token is of the answer"
      }
    }
    if !places.isEmpty {
      return finding(.bad, "there is nothing to learn from in \(data.share(places))", rows: places)
    }
    return data.rows.isEmpty ? nil : finding(.ok, "every row has something to learn from")
  }
}
