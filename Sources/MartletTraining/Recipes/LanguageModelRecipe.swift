import MartletModel
import MartletTensor
import MartletText

/// Everything that decides what a training run computes: with the data, the bits of its result.
@dynamicMemberLookup
public struct LanguageModelRecipe: Sendable, Equatable {
  /// How it learns, which every recipe says alike; its members are the recipe's own too.
  public var settings = TrainingSettings()
  /// The paths of the text; empty for the embedded one.
  public var data: [String] = []
  /// The kind of tokenizer, or its path.
  public var tokenizer = "bpe:2048"
  /// The directory of the model to go on with, which then decides the architecture, its sizes and the tokenizer; nil
  /// for a new model. See ``init(continuing:)``.
  public internal(set) var base: String?
  /// The family of the model.
  public var architecture = "gpt2"
  /// The number of blocks.
  public var layers = 4
  /// The number of query heads.
  public var heads = 4
  /// The number of key and value heads; as many as query heads when nil.
  public var keyValueHeads: Int?
  /// The size of a hidden state.
  public var width = 128
  /// The inner size of the feed-forward layer; the family's usual one when nil.
  public var feedForwardWidth: Int?
  /// How many experts a layer has; the family's usual number when nil.
  public var experts: Int?
  /// How many experts a token goes to; the family's usual number when nil.
  public var expertsPerToken: Int?
  /// The most tokens a sequence may have.
  public var context = 128
  /// Whether products have biases; the family's usual form when nil.
  public var hasBias: Bool?
  /// Whether the head is the table of embeddings; when nil, not for a vocabulary of at most ``smallVocabulary``
  /// tokens, and the family's usual form for a larger one.
  public var isTied: Bool?
  /// How batches are drawn.
  public var packing = Packing.windows
  /// The part of the text that is held out.
  public var validationFraction = 0.1
  /// A member of ``settings``.
  public subscript<Value>(dynamicMember path: WritableKeyPath<TrainingSettings, Value>) -> Value {
    get { settings[keyPath: path] }
    set { settings[keyPath: path] = newValue }
  }

  /// The usual recipe: a small model of the embedded text.
  public init() {}

  /// The decoder that the recipe trains, over a vocabulary of a size.
  public func configuration(vocabulary: Int) -> DecoderConfiguration {
    var configuration = Architectures.named(architecture)!.configuration(
      DecoderSizes(
        vocabulary: vocabulary, context: context, width: width, layers: layers, heads: heads,
        keyValueHeads: keyValueHeads, feedForwardWidth: feedForwardWidth, hasBias: hasBias,
        isTied: isTied(vocabulary: vocabulary), experts: experts, expertsPerToken: expertsPerToken,
        dropout: settings.dropout))
    if let balance = settings.balance { configuration.experts?.balance = balance }
    return configuration
  }

  /// A new model, its parameters drawn from the recipe's seed.
  func model(_ configuration: DecoderConfiguration) -> LanguageModel {
    LanguageModel(
      configuration, architecture: Architectures.named(architecture)!,
      from: RandomParameters(seed: settings.seed))
  }

  /// What contradicts itself, as one sentence that names the option; nil when nothing does.
  public var problem: String? {
    let counts = [
      ("--layers", layers), ("--heads", heads), ("--width", width), ("--context", context),
      ("--key-value-heads", keyValueHeads ?? 1), ("--feed-forward", feedForwardWidth ?? 1),
      ("--experts", experts ?? 1), ("--experts-per-token", expertsPerToken ?? 1),
    ]
    if let problem = TrainingSettings.problem(ofCounts: counts) { return problem }
    if Architectures.named(architecture) == nil {
      let known = Architectures.all.map { $0.name }.joined(separator: ", ")
      return "--architecture \(architecture) is not known; known are \(known)"
    }
    if !(validationFraction >= 0 && validationFraction < 1) {
      return "--validation-fraction must be at least 0 and below 1, not \(validationFraction)"
    }
    if settings.patience != nil, validationFraction == 0 {
      return "--patience needs held-out text: give a --validation-fraction above 0"
    }
    return settings.problem ?? (base == nil ? shapeProblem : nil)
  }

  /// What is wrong with the sizes of a new model.
  private var shapeProblem: String? {
    if width % heads != 0 { return "--width \(width) must be a multiple of --heads \(heads)" }
    if let keyValueHeads, heads % keyValueHeads != 0 {
      return "--heads \(heads) must be a multiple of --key-value-heads \(keyValueHeads)"
    }
    let shape = configuration(vocabulary: 1)
    if let keyValueHeads, shape.keyValueHeads != keyValueHeads {
      return
        "--key-value-heads \(keyValueHeads) needs another --architecture: \(architecture) has as many as --heads"
    }
    if let hasBias {
      var other = self
      other.hasBias = !hasBias
      if other.configuration(vocabulary: 1) == shape {
        return
          "\(hasBias ? "--bias" : "--no-bias") needs another --architecture: \(architecture) has no such choice"
      }
    }
    let options = [
      ("--experts", experts != nil), ("--experts-per-token", expertsPerToken != nil),
      ("--balance", settings.balance != nil),
    ]
    if shape.experts == nil, let (name, _) = options.first(where: { $0.1 }) {
      return "\(name) needs another --architecture, such as mixtral: \(architecture) has no experts"
    }
    if let problem = shape.experts?.problem { return problem }
    return shape.problem.map {
      "--width \(width) over --heads \(heads) gives heads of size \(width / heads), but \($0)"
    }
  }
}
