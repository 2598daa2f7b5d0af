/// Which tokens begin and end a text and stand for the unknown.
///
/// `tokenizer_config.json` names them. Without it, names that the field uses are looked for.
struct SpecialTokens {
  let beginOfText: Int32?
  let endOfText: Int32?
  let unknown: Int32?

  static let usualEndOfText = "<|endoftext|>"
  static let usualUnknown = "<unk>"

  init(configuration: JSON, vocabulary: Vocabulary) {
    func find(_ key: String, usual: [String]) -> Int32? {
      guard !configuration.isNull else { return usual.lazy.compactMap { vocabulary.id(of: $0) }.first }
      // Either the text itself or an object with the text and how it is matched.
      let name = configuration[key]?.string ?? configuration[key]?["content"]?.string
      return name.flatMap { vocabulary.id(of: $0) }
    }
    beginOfText = find("bos_token", usual: ["<s>", "<|begin_of_text|>", "<bos>"])
    endOfText = find("eos_token", usual: [Self.usualEndOfText, "</s>", "<|end_of_text|>", "<eos>"])
    unknown = find("unk_token", usual: [])
  }
}
