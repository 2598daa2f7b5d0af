import MartletText

extension Checkpoint {
  /// Tables that older files hold and every program computes by itself: masks and rotary frequencies.
  private static let tables = [
    "attention.bias", "attention.masked_bias", "attn.bias", "attn.masked_bias", "rotary_emb.inv_freq",
  ]
  /// The names of heads.
  private static let heads = ["lm_head.weight", "embed_out.weight"]

  /// Fails where there is a tensor that the model has no place for: it is then not the model that `config.json`
  /// describes. Tables are skipped, and so is the head of a model whose head is the table of embeddings.
  ///
  /// - Parameters:
  ///   - used: the names of tensors that the model has a place for.
  ///   - parts: what the names of other parts begin with, which text does not pass.
  func refuseUnused(
    except used: Set<String>, isTied: Bool, otherParts parts: [String]
  ) throws(MartletError) {
    for name in names where !used.contains(name) {
      let isTable = Self.tables.contains { name.hasSuffix("." + $0) }
      if isTable || isTied && Self.heads.contains(where: { name == $0 || name == "language_model." + $0 }) {
        continue
      }
      if parts.contains(where: name.hasPrefix) { continue }
      throw MartletError(
        "\(file(of: name)): the tensor \"\(name)\" has no place in the model that config.json describes; "
          + "compare the two")
    }
  }
}
