/// Whether the labels tell anything apart.
enum LabelsCheck: DoctorCheck {
  static let name = "labels"

  /// So many classes are named.
  private static let mostNamed = 8

  static func examine(_ data: ExaminedData) -> Finding? {
    let labels = data.rows.flatMap(\.labels)
    if labels.isEmpty { return nil }
    let counts = Dictionary(labels.map { ($0, 1) }, uniquingKeysWith: +)
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    if counts.count == 1 {
      return finding(.bad, "every label is \(counts[0].key): there is nothing to tell apart")
    }
    let named = counts.prefix(mostNamed).map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    let rest = counts.count > mostNamed ? " and \(counts.count - mostNamed) more" : ""
    return finding(.ok, "\(counts.count) labels: \(named)\(rest)")
  }
}
