/// How well the length of the answers alone tells which is preferred: a reward model may learn that and nothing else.
enum AnswerLengthCheck: DoctorCheck {
  static let name = "answer-length"

  /// Above this part of the pairs length is most of what there is to learn.
  private static let much = 0.7

  static func examine(_ data: ExaminedData) -> Finding? {
    guard data.kind == .reward else { return nil }
    var (pairs, longer, shorter) = (0, 0, 0)
    for row in data.rows {
      let lengths = row.sequences.map(\.tokens.count)
      for (place, better) in lengths.enumerated() {
        for worse in lengths[(place + 1)...] {
          pairs += 1
          if better > worse { longer += 1 }
          if better < worse { shorter += 1 }
        }
      }
    }
    if pairs == 0 { return nil }
    func percent(_ count: Int) -> String { "\((1000 * count / pairs + 5) / 10)%" }
    let equal = pairs - longer - shorter
    let figures =
      "the longer answer is preferred in \(percent(longer)) of \(pairs) pairs, the shorter in \(percent(shorter))"
      + (equal == 0 ? "" : ", and \(percent(equal)) are as long")
    let most = Double(max(longer, shorter)) / Double(pairs)
    if most < much || pairs < 10 { return finding(.ok, figures) }
    return finding(.warning, figures + ": compare a reward model with that baseline")
  }
}
