import MartletInference
import MartletModel
import MartletText

/// A model whose head says something of texts rather than of the next token.
enum ScoredModel: Sendable {
  case rewards(Model<ScalarHead>)
  case values(Model<ValueHead>)
  case sequences(Model<SequenceClassifierHead>)
  case tokens(Model<TokenClassifierHead>)

  /// Reads a directory; nil when it holds a language model.
  init?(directory: String, weights: WeightFormat?) throws(MartletError) {
    switch try HeadKind(directory: directory) {
    case .languageModel: return nil
    case .scalar: self = .rewards(try Model(directory: directory, weights: weights))
    case .value: self = .values(try Model(directory: directory, weights: weights))
    case .sequenceClassifier: self = .sequences(try Model(directory: directory, weights: weights))
    case .tokenClassifier(let classes):
      let model: Model<TokenClassifierHead> = try Model(directory: directory, weights: weights)
      // One class that is not said to hold or not is a number.
      if classes == 1, model.head.labels.problem != .multipleLabels {
        self = .values(try Model(directory: directory, weights: weights))
      } else {
        self = .tokens(model)
      }
    }
  }

  var configuration: DecoderConfiguration {
    switch self {
    case .rewards(let model): model.configuration
    case .values(let model): model.configuration
    case .sequences(let model): model.configuration
    case .tokens(let model): model.configuration
    }
  }

  /// What the classes are called and are to one another; nil for values.
  var labels: ClassLabels? {
    switch self {
    case .rewards(let model): model.head.labels
    case .values: nil
    case .sequences(let model): model.head.labels
    case .tokens(let model): model.head.labels
    }
  }

  /// What the head says of sequences.
  ///
  /// - Returns: the same bits for each whatever stands beside it.
  func readings(of sequences: [EncodedSequence]) -> [HeadReading] {
    let tokens = sequences.map(\.tokens)
    switch self {
    case .rewards(let model):
      return model.rewards(of: tokens).map { reward in
        .reward(reward, probability: isOutcome ? ClassProbabilities.sigmoid(reward) : nil)
      }
    case .values(let model): return model.values(of: tokens).map { .values($0) }
    case .sequences(let model): return model.logits(of: tokens).map { .classes(reading($0)) }
    case .tokens(let model):
      let places = sequences.map { sequence in sequence.tokens.indices.filter { sequence.isLearned[$0] } }
      return zip(places, model.logits(of: tokens, at: places)).map { places, logits in
        .tokenClasses(zip(places, logits).map { TokenReading(place: $0, classes: reading($1)) })
      }
    }
  }

  /// Whether one logit says how likely an answer is right.
  var isOutcome: Bool { labels.map { $0.names.count == 1 && $0.problem == .multipleLabels } ?? false }

  private func reading(_ logits: [Float]) -> ClassReading {
    let probabilities: [Double]? =
      switch labels?.problem {
      case .regression: nil
      case .multipleLabels: logits.map(ClassProbabilities.sigmoid)
      case .singleLabel, nil: ClassProbabilities.probabilities(logits)
      }
    return ClassReading(logits: logits, probabilities: probabilities)
  }
}
