import MartletTensor

/// A mixture of experts: feed-forward layers of which a router chooses a few for each token.
///
/// - Source: Shazeer et al. 2017, arXiv:1701.06538, section 2; Jiang et al. 2024, arXiv:2401.04088, section 2.1.
public struct ExpertsForm: Sendable, Equatable {
  /// How the chosen experts' results are weighed.
  public enum Weighting: Sendable, Equatable {
    /// By the softmax over the chosen ones' logits: their probabilities, which then add up to 1.
    case amongChosen
    /// By their probabilities among all experts, which add up to less.
    case amongAll
  }

  /// The form of one expert.
  public enum Gate: Sendable, Equatable {
    /// down(activation(gate(x)) · up(x)).
    case gated(UnaryOperation)
    /// down((u + 1) · g · sigmoid(alpha · g)), g = gate(x) up to a limit, u = up(x) within it (GPT-OSS).
    case clamped(alpha: Float, limit: Float)
  }

  /// How many experts a layer has.
  public var count: Int
  /// How many of them a token goes to.
  public var perToken: Int
  /// The inner size of one expert.
  public var width: Int
  /// How the chosen experts' results are weighed.
  public var weighting: Weighting
  /// The form of one expert.
  public var gate: Gate
  /// Whether the router's and the experts' products have biases.
  public var hasBias: Bool
  /// What training multiplies the balancing loss by; 0 for none.
  public var balance: Float

  /// A mixture of some sizes, of the usual form.
  public init(
    count: Int, perToken: Int, width: Int, weighting: Weighting = .amongChosen, gate: Gate = .gated(.silu),
    hasBias: Bool = false, balance: Float = 0.001
  ) {
    self.count = count
    self.perToken = perToken
    self.width = width
    self.weighting = weighting
    self.gate = gate
    self.hasBias = hasBias
    self.balance = balance
  }

  /// The most experts of a layer: far more than any model has, and few enough to number.
  package static let mostExperts = 1 << 16

  /// What contradicts itself, as one sentence; nil when nothing does.
  package var problem: String? {
    if !(1...Self.mostExperts).contains(count) {
      return "the number of experts must be from 1 to \(Self.mostExperts), not \(count)"
    }
    if !(1...count).contains(perToken) {
      return "the number of experts a token goes to must be from 1 to the \(count) there are, not \(perToken)"
    }
    if !(1...DecoderConfiguration.largestSize).contains(width) {
      return "the inner size of an expert must be from 1 to \(DecoderConfiguration.largestSize), not \(width)"
    }
    if case .clamped(let alpha, let limit) = gate {
      if !alpha.isFinite { return "the alpha of the experts' gate must be a number, not \(alpha)" }
      if !(limit >= 0 && limit.isFinite) {
        return "the limit of the experts' gate must be at least 0, not \(limit)"
      }
    }
    if !(balance >= 0 && balance.isFinite) {
      return "the coefficient of the balancing loss must be at least 0, not \(balance)"
    }
    return nil
  }
}
