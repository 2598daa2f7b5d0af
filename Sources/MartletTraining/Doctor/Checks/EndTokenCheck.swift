import MartletText

/// Whether there is a token that ends a text, and the tokenizer and the model agree on it.
enum EndTokenCheck: DoctorCheck {
  static let name = "end-token"

  static func examine(_ data: ExaminedData) -> Finding? {
    let known = data.endTokens.filter { $0 >= 0 && Int($0) < data.configuration.vocabulary }.sorted()
    guard !known.isEmpty else {
      return finding(
        .bad,
        "neither the tokenizer nor config.json names a token that ends a text, so that no answer can learn to end; "
          + "set eos_token in tokenizer_config.json")
    }
    if let unused = known.first(where: { data.tokenizer.token(of: $0) == nil }) {
      return finding(
        .bad,
        "the model ends texts with the token \(unused), which the tokenizer does not have; set eos_token_id")
    }
    guard let end = data.encoder.endOfText, let text = data.tokenizer.token(of: end) else { return nil }
    let parsed = data.tokenizer.encode(text, addingSpecialTokens: false, parsingSpecialTokens: true)
    if parsed != [end] {
      return finding(
        .warning,
        "\(data.shown(end)) ends texts, but written out in a text it becomes \(parsed.count) other tokens; make it a "
          + "special token of tokenizer.json")
    }
    return finding(.ok, "generation ends at \(known.map(data.shown).joined(separator: ", "))")
  }
}
