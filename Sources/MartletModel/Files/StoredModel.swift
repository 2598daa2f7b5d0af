import MartletTensor
import MartletText

/// A model under a head that files know: what can be asked without knowing which.
public protocol StoredModel: Sendable {
  /// From tokens to hidden states.
  var decoder: Decoder { get }
  /// The family whose names and keys the model's files use.
  var architecture: any Architecture.Type { get }
  /// What files say of the head.
  var form: HeadForm { get }
  /// Every parameter, the decoder's first.
  var parameters: [Parameter] { get }
}

extension StoredModel {
  /// The parts of the decoder and their sizes.
  public var configuration: DecoderConfiguration { decoder.configuration }

  /// The number of scalars in all parameters.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.value.count } }
}

extension Model: StoredModel where HeadType: StoredHead {
  /// What files say of the head.
  public var form: HeadForm { head.form }
}

/// A model's directory, whatever the head of the model is.
public enum ModelDirectory {
  /// Reads the model of a directory with all the heads it has.
  ///
  /// - Parameter format: how the weights are kept; nil as the file has them.
  /// - Throws: when a file is missing or damaged, or the tensors are not the ones that `config.json` describes.
  public static func model(
    _ directory: String, weights format: WeightFormat? = nil
  ) throws(MartletError) -> any StoredModel {
    func read<HeadType: StoredHead>(_ type: HeadType.Type) throws(MartletError) -> any StoredModel {
      try Model<HeadType>(directory: directory, weights: format)
    }
    return try read(headType(directory))
  }

  /// The head of a directory's model.
  static func headType(_ directory: String) throws(MartletError) -> any StoredHead.Type {
    StoredHeads.type(for: try HeadForm(directory: directory))
  }
}
