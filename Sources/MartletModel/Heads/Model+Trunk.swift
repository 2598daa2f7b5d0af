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
    let model = try ModelDirectory.model(directory, weights: weights)
    self.init(decoder: model.decoder, head: head(model.decoder), architecture: model.architecture)
  }
}
