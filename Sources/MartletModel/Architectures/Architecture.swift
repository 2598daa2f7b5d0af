import MartletTensor
import MartletText

/// A family of models: how its `config.json` and its weights spell a decoder.
public protocol Architecture: Sendable {
  /// The short name, which is `model_type` in `config.json` and the command line's `--architecture`.
  static var name: String { get }
  /// The class of `transformers` that loads it as a language model.
  static var languageModelClass: String { get }
  /// The class of `transformers` that loads it as a classifier of sequences; nil where there is none.
  static var sequenceClassifierClass: String? { get }
  /// The class of `transformers` that loads it as a classifier of tokens; nil where there is none.
  static var tokenClassifierClass: String? { get }
  /// What a file calls the product of a classifier of tokens.
  static var tokenClassifierProduct: String { get }

  /// Keys of a `config.json` that may be there and change nothing of what the model computes, beside those that hold
  /// for every family.
  static var harmlessKeys: Set<String> { get }
  /// What tensors' names may begin with where ``weights(of:)`` has the first of these.
  static var trunkPrefixes: [String] { get }
  /// What the names of tensors begin with that belong to parts of a larger model which text does not pass.
  static var otherParts: [String] { get }

  /// The family's usual decoder for some sizes.
  static func configuration(_ sizes: DecoderSizes) -> DecoderConfiguration
  /// The decoder a `config.json` describes.
  static func configuration(reading reader: ConfigurationReader) throws(MartletError) -> DecoderConfiguration
  /// The keys of a `config.json`, apart from those every family shares.
  static func keys(of configuration: DecoderConfiguration) -> ConfigurationKeys
  /// How the parameters lie in a checkpoint.
  static func weights(of configuration: DecoderConfiguration) -> [CheckpointWeight]
}

extension Architecture {
  /// The class that is named like that of language models.
  public static var sequenceClassifierClass: String? { familyClass + "ForSequenceClassification" }
  /// The class that is named like that of language models.
  public static var tokenClassifierClass: String? { familyClass + "ForTokenClassification" }
  /// The name that all but the oldest families have.
  public static var tokenClassifierProduct: String { "score" }

  /// What the names of the family's classes begin with.
  private static var familyClass: String {
    for ending in ["ForCausalLM", "LMHeadModel"] where languageModelClass.hasSuffix(ending) {
      return String(languageModelClass.dropLast(ending.count))
    }
    return languageModelClass
  }

  /// None.
  public static var harmlessKeys: Set<String> { [] }
  /// The prefix of a language model's trunk, or none, as in a file of the trunk alone.
  public static var trunkPrefixes: [String] { ["model.", ""] }
  /// None.
  public static var otherParts: [String] { [] }
}

/// Every family that Martlet knows.
public enum Architectures {
  /// The registry: one line a family.
  public static let all: [any Architecture.Type] = [
    GPT2.self,
    GPTNeoX.self,
    Llama.self,
    Mistral.self,
    Qwen2.self,
    Qwen3.self,
    Gemma.self,
    Gemma2.self,
    Gemma3.self,
    Phi.self,
    Phi3.self,
    OLMo2.self,
    SmolLM3.self,
    Granite.self,
    StarCoder2.self,
    Mixtral.self,
    Qwen3MoE.self,
    GPTOSS.self,
  ]

  /// The family of a name.
  public static func named(_ name: String) -> (any Architecture.Type)? { all.first { $0.name == name } }
}

/// The sizes a person chooses when making a new model.
public struct DecoderSizes: Sendable {
  /// The number of tokens in the vocabulary.
  public var vocabulary: Int
  /// The most tokens a sequence may have.
  public var context: Int
  /// The size of a hidden state.
  public var width: Int
  /// The number of blocks.
  public var layers: Int
  /// The number of query heads.
  public var heads: Int
  /// The number of key and value heads; as many as query heads when left out.
  public var keyValueHeads: Int?
  /// The inner size of the feed-forward layer; the family's usual one when left out.
  public var feedForwardWidth: Int?
  /// Whether products (and layer normalisation) have biases; the family's usual form when left out.
  public var hasBias: Bool?
  /// Whether the head is the table of embeddings; the family's usual form when left out.
  public var isTied: Bool?
  /// How many experts a layer has; the family's usual number when left out.
  public var experts: Int?
  /// How many experts a token goes to; the family's usual number when left out.
  public var expertsPerToken: Int?
  /// The probability of dropout in training.
  public var dropout: Float

  /// Sizes; what is left out is the family's usual choice.
  public init(
    vocabulary: Int, context: Int, width: Int, layers: Int, heads: Int, keyValueHeads: Int? = nil,
    feedForwardWidth: Int? = nil, hasBias: Bool? = nil, isTied: Bool? = nil, experts: Int? = nil,
    expertsPerToken: Int? = nil, dropout: Float = 0
  ) {
    self.vocabulary = vocabulary
    self.context = context
    self.width = width
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.feedForwardWidth = feedForwardWidth
    self.hasBias = hasBias
    self.isTied = isTied
    self.experts = experts
    self.expertsPerToken = expertsPerToken
    self.dropout = dropout
  }
}

/// One tensor of a checkpoint and the parameters it holds.
public struct CheckpointWeight: Sendable {
  /// How a checkpoint's tensor lies.
  enum Layout: Sendable, Equatable {
    /// As the parameter.
    case same
    /// `[inputs, outputs]`: the transpose of the parameter.
    case transposed
    /// Some rows of the first parameter, as many of the second and so on, and again from the first: GPT-NeoX's heads.
    case alternating(rows: Int)
    /// `[experts, …]`: for each expert a matrix or vector with the rows of its parameters, which take turns where there
    /// are several, perhaps transposed. In MXFP4 its rows are as in the parameters.
    case experts(interleaved: Int, isTransposed: Bool)
  }

  /// The tensor's name.
  let name: String
  /// Another name that it has in some files.
  let otherName: String?
  /// The parameters, whose rows it holds one above the other (before it is transposed).
  let parameters: [String]
  let layout: Layout
  /// The shape to write zeros of, for a tensor that `transformers` wants and the decoder has no parameter for.
  let zeros: [Int]?
  /// Whether a file may lack it, and its parameters are zeros then.
  let isOptional: Bool

  init(_ name: String, _ parameters: String..., layout: Layout = .same) {
    self.init(name, parameters, layout: layout)
  }

  init(
    _ name: String, _ parameters: [String], layout: Layout = .same, otherName: String? = nil,
    isOptional: Bool = false
  ) {
    (self.name, self.parameters, self.layout, self.zeros) = (name, parameters, layout, nil)
    (self.otherName, self.isOptional) = (otherName, isOptional)
  }

  /// A tensor of zeros.
  init(_ name: String, zeros shape: [Int]) {
    (self.name, self.parameters, self.layout, self.zeros) = (name, [], .same, shape)
    (otherName, isOptional) = (nil, false)
  }

  /// The same tensor of parameters with other names.
  func renamed(_ name: (String) -> String) -> CheckpointWeight {
    CheckpointWeight(
      self.name, parameters.map(name), layout: layout, otherName: otherName, isOptional: isOptional)
  }
}
