import MartletTensor

/// How queries and keys are rotated by their positions: by the angles position · frequency of each pair of columns.
///
/// - Source: Su et al. 2021, arXiv:2104.09864.
public struct Rotary: Sendable, Equatable {
  /// How frequencies are changed for texts longer than those of the first training.
  public enum Scaling: Sendable, Equatable {
    /// Not at all: base^(-2i/n).
    case none
    /// All divided by a factor (Chen et al. 2023, arXiv:2306.15595).
    case linear(factor: Double)
    /// A base that grows with the sequence, from a length on (bloc97 and emozilla 2023, "dynamic NTK").
    case dynamic(factor: Double, originalContext: Int)
    /// The slow ones divided, the fast ones kept, a ramp between (Llama 3.1).
    case llama3(Llama3)
    /// The same with another ramp, and a factor of cosines and sines (Peng et al. 2023, arXiv:2309.00071).
    case yarn(YaRN)
    /// A factor for each, one list for short and one for long sequences (Ding et al. 2024, arXiv:2402.13753).
    case longRoPE(LongRoPE)
  }

  /// Numbers of Llama 3.1's scaling.
  public struct Llama3: Sendable, Equatable {
    /// What slow frequencies are divided by.
    public var factor: Double
    /// Waves longer than the original context over this are slow.
    public var lowFrequencyFactor: Double
    /// Waves shorter than the original context over this are fast.
    public var highFrequencyFactor: Double
    /// The context of the first training, in tokens.
    public var originalContext: Int

    /// The numbers of Llama 3.1, unless others are given.
    public init(
      factor: Double = 8, lowFrequencyFactor: Double = 1, highFrequencyFactor: Double = 4,
      originalContext: Int = 8192
    ) {
      self.factor = factor
      self.lowFrequencyFactor = lowFrequencyFactor
      self.highFrequencyFactor = highFrequencyFactor
      self.originalContext = originalContext
    }
  }

  /// Numbers of YaRN.
  public struct YaRN: Sendable, Equatable {
    /// What slow frequencies are divided by.
    public var factor: Double
    /// The context of the first training, in tokens.
    public var originalContext: Int
    /// Multiplies cosines and sines.
    public var attentionFactor: Double
    /// Turns within the original context from which a frequency is fast.
    public var fastTurns: Double
    /// Turns within the original context below which a frequency is slow.
    public var slowTurns: Double
    /// Whether the ramp begins and ends at whole pairs.
    public var isTruncated: Bool

    /// The paper's numbers for a factor, unless others are given.
    public init(
      factor: Double, originalContext: Int, attentionFactor: Double? = nil, fastTurns: Double = 32,
      slowTurns: Double = 1, isTruncated: Bool = true
    ) {
      self.factor = factor
      self.originalContext = originalContext
      self.attentionFactor = attentionFactor ?? Self.attentionFactor(factor)
      self.fastTurns = fastTurns
      self.slowTurns = slowTurns
      self.isTruncated = isTruncated
    }

    /// The usual factor of cosines and sines: 0.1 · m · ln(factor) + 1 (equation 22).
    static func attentionFactor(_ factor: Double, multiplier: Double = 1) -> Double {
      factor <= 1 ? 1 : 0.1 * multiplier * ExactMath.log(factor) + 1
    }
  }

  /// Numbers of LongRoPE.
  public struct LongRoPE: Sendable, Equatable {
    /// What each frequency is divided by in sequences within the original context.
    public var shortFactors: [Double]
    /// What each frequency is divided by in longer ones.
    public var longFactors: [Double]
    /// The context of the first training, in tokens.
    public var originalContext: Int
    /// Multiplies cosines and sines.
    public var attentionFactor: Double

    /// Factors of each pair of columns.
    public init(
      shortFactors: [Double], longFactors: [Double], originalContext: Int, attentionFactor: Double
    ) {
      self.shortFactors = shortFactors
      self.longFactors = longFactors
      self.originalContext = originalContext
      self.attentionFactor = attentionFactor
    }

    /// The usual factor of cosines and sines: √(1 + ln(factor) / ln(original context)).
    static func attentionFactor(_ factor: Double, originalContext: Int) -> Double {
      factor <= 1
        ? 1 : (1 + ExactMath.log(factor) / ExactMath.log(Double(originalContext))).squareRoot()
    }
  }

  /// The base of the frequencies, θ.
  public var base: Double
  /// The part of a head's columns that is rotated; the first ones.
  public var fraction: Double
  /// How frequencies are changed for long texts.
  public var scaling: Scaling

  /// Rotations by base^(-2i/n), n the number of rotated columns.
  public init(base: Double = 10000, fraction: Double = 1, scaling: Scaling = .none) {
    self.base = base
    self.fraction = fraction
    self.scaling = scaling
  }

  /// The number of columns that frequencies are computed for.
  func dimension(headDimension: Int) -> Int { Int(Double(headDimension) * fraction) }

  /// Which of the frequencies a sequence has: two sequences with the same number have the same. Where frequencies
  /// depend on the length, it is the sequence's own, whatever else is in the batch.
  func variant(length: Int) -> Int {
    switch scaling {
    case .none, .linear, .llama3, .yarn: 0
    case .dynamic(_, let original): length > original ? length : 0
    case .longRoPE(let numbers): length > numbers.originalContext ? 1 : 0
    }
  }

  /// Whether a sequence's frequencies change as it grows.
  var dependsOnLength: Bool {
    switch scaling {
    case .none, .linear, .llama3, .yarn: false
    case .dynamic, .longRoPE: true
    }
  }
}
