import MartletTensor
import MartletText

extension Model where HeadType: StoredHead {
  /// The trunk of a directory's model, whatever its own head is, under another head.
  ///
  /// - Parameters:
  ///   - weights: how the weights are kept.
  ///   - head: makes the head that stands on the decoder.
  /// - Throws: when a file is missing or damaged, or the family isn't known.
  package init(
    trunkOf directory: String, weights: WeightFormat? = .float32, under head: (Decoder) -> HeadType
  ) throws(MartletError) {
    func trunk<Own: StoredHead>(
      _ type: Own.Type
    ) throws(MartletError) -> (Decoder, any Architecture.Type) {
      let model = try Model<Own>(directory: directory, weights: weights)
      return (model.decoder, model.architecture)
    }
    let (decoder, architecture) =
      switch try HeadKind(directory: directory) {
      case .languageModel: try trunk(LanguageModelHead.self)
      case .scalar: try trunk(ScalarHead.self)
      case .sequenceClassifier: try trunk(SequenceClassifierHead.self)
      case .tokenClassifier: try trunk(TokenClassifierHead.self)
      case .value: try trunk(ValueHead.self)
      }
    self.init(decoder: decoder, head: head(decoder), architecture: architecture)
  }
}
