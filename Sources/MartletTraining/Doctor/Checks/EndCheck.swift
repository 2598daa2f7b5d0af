/// Whether the end of every answer is learned: a model that never learns to end goes on until it is stopped.
enum EndCheck: DoctorCheck {
  static let name = "end"

  static func examine(_ data: ExaminedData) -> Finding? {
    guard data.kind == .sft, !data.rows.isEmpty else { return nil }
    var (answers, endless) = (0, 0)
    let places = data.places { row in
      let ends = row.sequences.flatMap { answerEnds(of: $0, data) }
      answers += ends.count
      let missing = ends.count { !$0 }
      endless += missing
      if missing == 0 { return nil }
      return ends.count == 1 ? "" : "\(missing) of \(ends.count) answers"
    }
    if answers == 0 { return nil }
    if endless == 0 { return finding(.ok, "the end of every answer is learned") }
    if data.endTokens.isEmpty {
      return finding(.bad, "no answer can learn to end: there is no token that ends generation", rows: places)
    }
    let tokens = data.endTokens.sorted().map(data.shown).joined(separator: ", ")
    let what =
      "\(endless) of \(answers) answers are learned without the token that ends generation (\(tokens))"
    let advice =
      data.rows.contains { !$0.conversations.isEmpty }
      ? "the template must write it within what is learned, or the token that does end a turn must be named by "
        + "eos_token or generation_config.json" : "rows that are cut lose it"
    return finding(endless == answers ? .bad : .warning, "\(what): \(advice)", rows: places)
  }

  /// For each run of learned tokens whether an end token is among them.
  private static func answerEnds(of sequence: ExaminedSequence, _ data: ExaminedData) -> [Bool] {
    var ends: [Bool] = []
    var isWithin = false
    for place in 0..<sequence.kept {
      guard sequence.isWeighted[place] else {
        isWithin = false
        continue
      }
      if !isWithin { ends.append(false) }
      isWithin = true
      if data.endTokens.contains(sequence.tokens[place]) { ends[ends.count - 1] = true }
    }
    return ends
  }
}
