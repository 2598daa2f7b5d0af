import MartletText

/// How the next token is chosen from the model's logits.
public struct Sampler: Sendable {
  /// What the distribution goes through, in order.
  public var steps: [any SamplingStep]
  /// Whether the likeliest token is taken instead of a random one.
  public var isGreedy: Bool

  /// A sampler of some steps; with none it samples from the model's own distribution.
  public init(steps: [any SamplingStep] = [], isGreedy: Bool = false) {
    self.steps = steps
    self.isGreedy = isGreedy
  }

  /// The usual steps in the order of `transformers`: repetition penalty, temperature, top-k, top-p, min-p.
  ///
  /// - Parameters:
  ///   - temperature: at least 0; 0 takes the likeliest token.
  ///   - topK: at least 1.
  ///   - topP: above 0, at most 1.
  ///   - minP: from 0 to 1.
  ///   - repetitionPenalty: above 0.
  /// - Throws: when a value is out of its range.
  public init(
    temperature: Double? = nil, topK: Int? = nil, topP: Double? = nil, minP: Double? = nil,
    repetitionPenalty: Double? = nil
  ) throws(MartletError) {
    self.init(isGreedy: temperature == 0)
    if let penalty = repetitionPenalty {
      // As a float it must still be a number that can be divided by.
      guard penalty >= 1e-6, penalty <= 1e6 else {
        throw Self.outOfRange("repetition penalty", "from 0.000001 to 1000000", penalty)
      }
      if penalty != 1 { steps.append(RepetitionPenalty(Float(penalty))) }
    }
    if let temperature {
      guard temperature == 0 || (temperature >= 1e-6 && temperature <= 1e6) else {
        throw Self.outOfRange("temperature", "0 or from 0.000001 to 1000000", temperature)
      }
      if temperature != 0, temperature != 1 { steps.append(Temperature(Float(temperature))) }
    }
    if let topK {
      guard topK >= 1 else { throw Self.outOfRange("top-k", "at least 1", topK) }
      steps.append(TopK(topK))
    }
    if let topP {
      guard topP > 0, topP <= 1 else { throw Self.outOfRange("top-p", "above 0 and at most 1", topP) }
      if topP != 1 { steps.append(TopP(topP)) }
    }
    if let minP {
      guard minP >= 0, minP <= 1 else { throw Self.outOfRange("min-p", "from 0 to 1", minP) }
      if minP != 0 { steps.append(MinP(Float(minP))) }
    }
  }

  /// The likeliest token, always.
  public static var greedy: Sampler { Sampler(isGreedy: true) }

  /// The next token.
  ///
  /// - Parameters:
  ///   - logits: `[vocabulary]`, all numbers.
  ///   - history: every token so far.
  ///   - number: a uniform number in 0 ..< 1, which picks the token: the first one whose probability, summed with
  ///     those of lower ids, exceeds it.
  public func next(logits: [Float], history: [Int32], number: Double) -> Int32 {
    var candidates = Candidates(logits)
    for step in steps { step.apply(to: &candidates, history: history) }
    if isGreedy || candidates.count == 1 { return candidates.ids[candidates.likeliest] }
    var sum = 0.0
    let sums = candidates.probabilities.map { probability in
      sum += Double(probability)
      return sum
    }
    // The sums ascend: the first one above the target is found by halving.
    let target = number * sum
    var (low, high) = (0, sums.count)
    while low < high {
      let middle = (low + high) / 2
      if sums[middle] > target { high = middle } else { low = middle + 1 }
    }
    return candidates.ids[low < sums.count ? low : candidates.likeliest]
  }

  /// Whether the choice is always the largest of the model's own logits.
  var takesLikeliest: Bool { isGreedy && steps.isEmpty }

  private static func outOfRange(
    _ what: String, _ range: String, _ found: some CustomStringConvertible
  ) -> MartletError {
    MartletError("the \(what) must be \(range), found \(found)")
  }
}
