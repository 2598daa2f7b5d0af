extension LanguageModelRecipe {
  /// The largest vocabulary whose head gets a weight of its own unless the recipe says otherwise.
  ///
  /// Sharing one table spares parameters where it is much of the model, and teaches rare tokens twice. With
  /// characters, bytes or a few hundred merges neither counts: the table is small and every row of it is often seen,
  /// while two tables are free to differ. On tinyshakespeare's characters the separate head is 0.007 to 0.024 nats
  /// better (README, Figures).
  public static let smallVocabulary = 512

  /// Whether the head is the table of embeddings: as ``isTied`` says, a separate head for a small vocabulary, or else
  /// nil for the family's usual form.
  func isTied(vocabulary: Int) -> Bool? {
    isTied ?? (vocabulary <= Self.smallVocabulary ? false : nil)
  }
}
