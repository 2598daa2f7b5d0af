import MartletModel

extension ClassLabels {
  /// Whether the classes have no names but those that `transformers` gives: "LABEL_0" and so on.
  var isUnnamed: Bool { names == ClassLabels(count: names.count).names }
}

extension TokenClassifierHead {
  /// The same head under other names.
  func named(_ labels: ClassLabels) -> TokenClassifierHead {
    TokenClassifierHead(width: product.inputs, labels: labels, from: ExistingParameters(parameters))
  }
}

extension SequenceClassifierHead {
  /// The same head under other names.
  func named(_ labels: ClassLabels) -> SequenceClassifierHead {
    SequenceClassifierHead(width: product.inputs, labels: labels, from: ExistingParameters(parameters))
  }
}
