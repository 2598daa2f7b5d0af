/// Whether a sequence starts with one beginning-of-text token: neither two (from the data or the template and from the
/// tokenizer) nor none where the tokenizer puts it before every text.
enum BeginningCheck: DoctorCheck {
  static let name = "beginning"

  static func examine(_ data: ExaminedData) -> Finding? {
    let tokens = [data.tokenizer.beginOfText, data.configuration.beginOfText].compactMap { $0 }
    guard let begin = tokens.first, !data.rows.isEmpty else { return nil }
    let doubled = data.places { row in
      row.sequences.contains { sequence in
        sequence.tokens.count > 1 && sequence.tokens[0] == sequence.tokens[1]
          && tokens.contains(sequence.tokens[0])
      } ? "" : nil
    }
    if !doubled.isEmpty {
      return finding(
        .bad,
        "\(data.share(doubled)) start with \(data.shown(begin)) twice: the tokenizer or the template writes it, and "
          + "the data or the template does so again; take it out of one of them", rows: doubled)
    }
    // The tokens of nothing are those that the tokenizer puts around a text.
    guard data.tokenizer.encode("").first == begin else {
      return finding(.ok, "no sequence starts with \(data.shown(begin)) twice")
    }
    let missing = data.places { row in
      row.sequences.contains { $0.tokens.first != begin } ? "" : nil
    }
    if missing.isEmpty { return finding(.ok, "every sequence starts with one \(data.shown(begin))") }
    return finding(
      .warning,
      "\(data.share(missing)) start without \(data.shown(begin)), which the tokenizer puts before every text; the "
        + "template should write it", rows: missing)
  }
}
