import MartletTensor

extension ClassLabels {
  /// Whether the classes have no names but those that `transformers` gives: "LABEL_0" and so on.
  package var isUnnamed: Bool { names == ClassLabels(count: names.count).names }
}

extension ScalarHead {
  /// The same head, whose reward files call otherwise.
  package func named(_ labels: ClassLabels) -> ScalarHead {
    ScalarHead(width: product.inputs, labels: labels, from: ExistingParameters(parameters))
  }
}

extension TokenClassifierHead {
  /// The same head with other names for as many classes.
  package func named(_ labels: ClassLabels) -> TokenClassifierHead {
    TokenClassifierHead(width: product.inputs, labels: labels, from: ExistingParameters(parameters))
  }
}

extension SequenceClassifierHead {
  /// The same head with other names for as many classes.
  package func named(_ labels: ClassLabels) -> SequenceClassifierHead {
    SequenceClassifierHead(width: product.inputs, labels: labels, from: ExistingParameters(parameters))
  }
}
