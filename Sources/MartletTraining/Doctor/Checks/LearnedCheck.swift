import MartletText

/// Which rows have nothing to learn from, as they are or once they are cut to the context.
enum LearnedCheck: DoctorCheck {
  static let name = "learned"

  static func examine(_ data: ExaminedData) -> Finding? {
    var places = data.problems.all.filter { $0.cause == .nothingToLearn }.places
    if data.kind == .sft || data.kind == .outcome || data.kind == .process {
      // The first token of all follows nothing, and so is learned from nothing; a class can be read there.
      let first = data.kind == .sft ? 1 : 0
      places += data.places { row in
        let sequence = row.sequences[0]
        if sequence.isWeighted[..<sequence.kept].dropFirst(first).contains(true) { return nil }
        return sequence.isWeighted.dropFirst(first).contains(true)
          ? "the context of \(data.context) ends before the answer" : "no token is of the answer"
      }
    }
    if !places.isEmpty {
      return finding(.bad, "there is nothing to learn from in \(data.share(places))", rows: places)
    }
    return data.rows.isEmpty ? nil : finding(.ok, "every row has something to learn from")
  }
}
