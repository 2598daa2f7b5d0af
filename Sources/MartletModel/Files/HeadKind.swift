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

  /// Its name in reports.
  package var name: String {
    switch self {
    case .languageModel: "language_model"
    case .scalar: "scalar"
    case .sequenceClassifier: "sequence_classifier"
    case .tokenClassifier: "token_classifier"
    case .value: "value"
    }
  }
}

extension HeadKind {
  /// What a directory's `config.json` says or, for a value head in TRL's layout and for a `config.json` that names no
  /// class, what tensors there are; of an adapter's directory, what the adapted model has.
  ///
  /// - Throws: when a file is missing or damaged.
  public init(directory: String) throws(MartletError) {
    self = try HeadForm(directory: directory).kind
  }
}
