import MartletText

/// Whether something stands between a prompt and its answer: they are joined as they are, and where the one runs into the
/// other a model can hardly tell where it is asked to speak.
enum JoinCheck: DoctorCheck {
  static let name = "join"

  static func examine(_ data: ExaminedData) -> Finding? {
    if data.kind == .classify || !data.rows.contains(where: { $0.texts != nil }) { return nil }
    var example: String?
    let places = data.places { row in
      guard let (prompt, answers) = row.texts,
        let answer = answers.first(where: { runsTogether(prompt, $0, data.tokenizer) })
      else { return nil }
      example = example ?? "\(prompt.suffix(12))\(answer.prefix(12))"
      return ""
    }
    guard let example else {
      return finding(.ok, "a space, line end or mark stands between each prompt and its answer")
    }
    return finding(
      .warning,
      "nothing stands between prompt and answer in \(data.share(places)), which are joined as they are "
        + "(\(JSON.string(example).compact)): begin answers with a space or line end, or write rows as messages",
      rows: places)
  }

  private static func runsTogether(_ prompt: String, _ answer: String, _ tokenizer: Tokenizer) -> Bool {
    guard let end = prompt.last, let start = answer.first, !end.isWhitespace, !start.isWhitespace else {
      return false
    }
    func marks(_ text: some StringProtocol) -> [Bool] {
      tokenizer.encode(String(text), addingSpecialTokens: false, parsingSpecialTokens: true)
        .map(tokenizer.isSpecial)
    }
    return marks(prompt.suffix(longestMark)).last != true && marks(answer.prefix(longestMark)).first != true
  }

  /// No control mark has more letters.
  private static let longestMark = 64
}
