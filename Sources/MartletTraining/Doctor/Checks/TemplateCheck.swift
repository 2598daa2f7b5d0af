import MartletText

/// Whether the chat template writes every conversation.
enum TemplateCheck: DoctorCheck {
  static let name = "template"

  static func examine(_ data: ExaminedData) -> Finding? {
    let failed = data.problems.all.filter { $0.cause == .template }
    if !failed.isEmpty {
      return finding(
        .bad, "the chat template does not write \(data.share(failed.places))",
        rows: failed.places)
    }
    let conversations = data.rows.count { !$0.conversations.isEmpty }
    if conversations == 0 { return nil }
    return finding(
      .ok,
      "the chat template writes \(conversations == 1 ? "the conversation" : "all \(conversations) conversations")"
    )
  }
}
