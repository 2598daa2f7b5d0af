import MartletText

/// Whether the chat template writes the tools that rows bring.
enum ToolsCheck: DoctorCheck {
  static let name = "tools"

  static func examine(_ data: ExaminedData) -> Finding? {
    let rows = data.rows.filter { $0.conversations.first?.hasTools == true }
    if rows.isEmpty { return nil }
    let places = data.places { row in
      row.conversations.first.flatMap { try? $0.ignoresTools() } == true ? "" : nil
    }
    if places.isEmpty { return finding(.ok, "the template writes the tools that rows bring") }
    return finding(
      .warning,
      "\(data.share(places)) bring tools of which the template writes nothing: the model does not learn that it had "
        + "them", rows: places)
  }
}
