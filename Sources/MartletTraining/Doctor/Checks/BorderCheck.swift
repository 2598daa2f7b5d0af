import MartletText

/// Whether a prompt ends on the border of a token: where its last letters and the first of the answer make one, the model
/// never sees the end of the prompt as it will when it is asked.
enum BorderCheck: DoctorCheck {
  static let name = "border"

  static func examine(_ data: ExaminedData) -> Finding? {
    // A class is read of the whole.
    if data.kind == .classify { return nil }
    if !data.rows.contains(where: { $0.texts != nil }) { return nil }
    let places = data.places { row in
      guard let (prompt, answers) = row.texts else { return nil }
      return answers.lazy.compactMap { merged(prompt, $0, data) }.first
    }
    if places.isEmpty { return finding(.ok, "every prompt ends where a token does") }
    return finding(
      .warning,
      "the prompts of \(data.share(places)) end within a token: let them end without the space that follows, and the "
        + "answers begin with it", rows: places)
  }

  /// The tokens on both sides of the border, where they are not those of the prompt.
  private static func merged(_ prompt: String, _ answer: String, _ data: ExaminedData) -> String? {
    func tokens(_ text: String) -> [Int32] {
      data.tokenizer.encode(text, addingSpecialTokens: false, parsingSpecialTokens: true)
    }
    let (alone, whole) = (tokens(prompt), tokens(prompt + answer))
    let shared = CommonPrefix.count(alone, whole)
    guard shared < alone.count else { return nil }
    let end = alone[shared...].prefix(4).map(data.shown).joined(separator: " ")
    return "\(end) becomes \(whole.count > shared ? data.shown(whole[shared]) : "nothing")"
  }
}
