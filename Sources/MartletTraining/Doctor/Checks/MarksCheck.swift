/// Whether messages hold the text of control marks, such as a template's: as text they teach a model to write them out.
enum MarksCheck: DoctorCheck {
  static let name = "marks"

  static func examine(_ data: ExaminedData) -> Finding? {
    let rows = data.rows.filter { !$0.conversations.isEmpty }
    if rows.isEmpty { return nil }
    let places = data.places { row in
      let hasMarks = row.conversations.contains { conversation in
        guard let whole = try? conversation.render(conversation.messageCount) else { return false }
        return data.tokenizer.encode(whole.text, addingSpecialTokens: false, parsingSpecialTokens: true)
          != conversation.encoding(of: whole).ids
      }
      return hasMarks ? "" : nil
    }
    if places.isEmpty { return finding(.ok, "no message holds the text of a control mark") }
    return finding(
      .warning,
      "messages of \(data.share(places)) hold the text of control marks, which is text here, and not the marks "
        + "themselves; was a template applied to them before?", rows: places)
  }
}
