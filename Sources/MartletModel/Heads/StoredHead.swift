import MartletTensor
import MartletText

/// A head that a model's directory can hold.
public protocol StoredHead: Head {
  /// What a model with this head is a model of, as messages say it: "rewards".
  static var purpose: String { get }
  /// Whether what a directory says of its head describes one of this kind.
  static func reads(_ form: HeadForm) -> Bool
  /// The class of `transformers` that loads a family's decoder under this head; nil where there is none.
  static func className(in architecture: any Architecture.Type) -> String?
  /// How all parameters of a model with this head lie in a checkpoint.
  static func weights(
    of configuration: DecoderConfiguration, in architecture: any Architecture.Type
  ) -> [CheckpointWeight]

  /// The head that a directory describes, over a decoder, whose parameters come from a source.
  init(_ form: HeadForm, over decoder: Decoder, from source: some ParameterSource)
  /// What a directory says of this head.
  var form: HeadForm { get }
}

/// The heads that a directory can hold.
enum StoredHeads {
  /// The registry: one line a head. What a directory holds is the first that reads its form.
  static let all: [any StoredHead.Type] = [
    JointHead<LanguageModelHead, ValueHead>.self,
    LanguageModelHead.self,
    ScalarHead.self,
    SequenceClassifierHead.self,
    TokenClassifierHead.self,
    ValueHead.self,
  ]

  /// The head of a form.
  static func type(for form: HeadForm) -> any StoredHead.Type {
    guard let type = all.first(where: { $0.reads(form) }) else {
      preconditionFailure("StoredHeads: none reads \(form)")
    }
    return type
  }
}

extension CheckpointWeight {
  /// Whether it holds a parameter that is a language model's head's own.
  var isOfLanguageModelHead: Bool {
    parameters == [LanguageModelHead.ownWeight] || parameters == [LanguageModelHead.ownBias]
  }
}

extension Architecture {
  /// How the decoder's parameters alone lie in a checkpoint.
  static func trunkWeights(of configuration: DecoderConfiguration) -> [CheckpointWeight] {
    weights(of: configuration).filter { !$0.isOfLanguageModelHead }
  }
}
