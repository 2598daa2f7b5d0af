import MartletText

/// What the head of a directory's model is.
public enum HeadKind: Sendable, Equatable {
  /// A distribution of the next token.
  case languageModel
  /// One reward a sequence.
  case scalar
  /// Classes of sequences.
  case sequenceClassifier(classes: Int)
  /// Classes of tokens.
  case tokenClassifier(classes: Int)
  /// One value a token, perhaps beside the head of a language model.
  case value
}

extension HeadKind {
  /// What a directory's `config.json` says or, for a value head in TRL's layout and for a `config.json` that names no
  /// class, what tensors there are; of an adapter's directory, what the adapted model has.
  ///
  /// - Throws: when a file is missing or damaged.
  public init(directory: String) throws(MartletError) {
    if AdapterFile.isAdapter(directory) {
      self = try StoredAdapter.form(ofDirectory: directory).kind
      return
    }
    let reader = try JSONReader(file: FileSystem.join(directory, ModelFile.configuration))
    self = try HeadForm(reading: reader, in: Checkpoint(directory: directory)).kind
  }
}
