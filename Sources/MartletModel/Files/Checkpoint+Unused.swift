import MartletText

extension Checkpoint {
  /// Tables that older files hold and every program computes by itself: masks and rotary frequencies.
  private static let tables = [
    "attention.bias", "attention.masked_bias", "attn.bias", "attn.masked_bias", "rotary_emb.inv_freq",
  ]
  /// The names of maps to the vocabulary.
  static let outputs = ["lm_head.weight", "embed_out.weight"]

  /// Fails where there is a tensor that the model has no place for: it is then not the model that `config.json`
  /// describes. Tables are skipped, and so is what a model without a map to the vocabulary of its own has left of one.
  ///
  /// - Parameters:
  ///   - used: the names of tensors that the model has a place for.
  ///   - hasOutput: whether the model has a map to the vocabulary apart from the table of embeddings.
  ///   - parts: what the names of other parts begin with, which text does not pass.
  func refuseUnused(
    except used: Set<String>, hasOutput: Bool, otherParts parts: [String]
  ) throws(MartletError) {
    for name in names where !used.contains(name) {
      let isTable = Self.tables.contains { name.hasSuffix("." + $0) }
      if isTable
        || !hasOutput && Self.outputs.contains(where: { name == $0 || name == "language_model." + $0 })
      {
        continue
      }
      if parts.contains(where: name.hasPrefix) { continue }
      throw MartletError(
        "\(file(of: name)): the tensor \"\(name)\" has no place in the model that config.json describes; "
          + "compare the two")
    }
  }
}
