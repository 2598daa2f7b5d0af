/// Which rows are longer than the context, and by how much.
enum LengthCheck: DoctorCheck {
  static let name = "length"

  static func examine(_ data: ExaminedData) -> Finding? {
    let lengths = data.rows.flatMap(\.sequences).map(\.tokens.count).sorted()
    guard let longest = lengths.last else { return nil }
    let places = data.places { row in
      let most = row.sequences.map(\.tokens.count).max() ?? 0
      return most > data.context ? "\(most - data.context) of \(most) tokens" : nil
    }
    let figures = "median \(lengths[lengths.count / 2]), longest \(longest) tokens"
    if places.isEmpty {
      return finding(.ok, "every sequence fits the context of \(data.context): \(figures)")
    }
    return finding(
      .bad,
      "\(data.share(places)) are longer than the context of \(data.context), and are refused, or cut at their end with "
        + "--truncate: \(figures)", rows: places)
  }
}
