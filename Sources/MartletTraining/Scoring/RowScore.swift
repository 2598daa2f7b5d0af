/// What a model's head says of a row.
public struct RowScore: Sendable, Equatable {
  /// What a row asks for.
  public enum Form: Sendable, Equatable {
    /// One sequence.
    case single
    /// A preferred answer and another.
    case pair
    /// Answers, the best first.
    case ranking
  }

  /// What the row asked for.
  public let form: Form
  /// What is said of the one sequence, or of each answer in the row's order.
  public let answers: [SequenceScore]

  /// The reward of a pair's preferred answer less that of the other; nil for other rows, and without rewards.
  public var margin: Double? {
    guard form == .pair, case .reward(let first, _) = answers[0].reading,
      case .reward(let second, _) = answers[1].reading
    else { return nil }
    return Double(first) - Double(second)
  }
}

/// What a model's head says of one sequence.
public struct SequenceScore: Sendable, Equatable {
  /// The tokens that were read.
  public let tokens: [Int32]
  /// How many tokens lay past the context and were not read.
  public let cutTokens: Int
  /// What the head says.
  public let reading: HeadReading
}

/// A head's results over one sequence.
public enum HeadReading: Sendable, Equatable {
  /// A reward, read at the last token; where it is the logit of being right, with that probability.
  case reward(Float, probability: Double?)
  /// A value a token.
  case values([Float])
  /// Classes of the whole, read at the last token.
  case classes(ClassReading)
  /// Classes at some tokens: of a text all, of an answer its own, of steps those that end one.
  case tokenClasses([TokenReading])
}

/// Classes at one place.
public struct ClassReading: Sendable, Equatable {
  /// One of each class.
  public let logits: [Float]
  /// One of each class; nil where the logits are not of classes but numbers.
  public let probabilities: [Double]?
}

/// Classes at one token.
public struct TokenReading: Sendable, Equatable {
  /// The token's place in the sequence, from 0.
  public let place: Int
  /// The classes.
  public let classes: ClassReading
}
