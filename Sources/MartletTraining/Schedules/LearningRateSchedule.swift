import MartletTensor

/// How the learning rate changes over a run.
public struct LearningRateSchedule: Sendable, Equatable {
  /// What follows the warm-up.
  public enum Shape: String, Sendable, CaseIterable {
    /// Half a cosine from the peak to the minimum.
    case cosine
    /// A line from the peak to the minimum.
    case linear
    /// The peak.
    case constant
    /// The peak, then a line to the minimum over the last fifth of the steps: warm-up–stable–decay.
    case warmupStableDecay = "wsd"
  }

  /// What follows the warm-up.
  public var shape: Shape
  /// The highest learning rate.
  public var peak: Double
  /// The last.
  public var minimum: Double
  /// The number of steps over which it rises to the peak.
  public var warmup: Int
  /// The number of steps of the run.
  public var steps: Int

  /// A schedule.
  public init(shape: Shape, peak: Double, minimum: Double, warmup: Int, steps: Int) {
    self.shape = shape
    self.peak = peak
    self.minimum = minimum
    self.warmup = warmup
    self.steps = steps
  }

  /// The learning rate of a step, counted from 0.
  ///
  /// Step s of the warm-up of W takes peak · (s + 1) / (W + 1), so the first step learns and step W is at the peak.
  ///
  /// - Source: cosine: Loshchilov and Hutter 2017, arXiv:1608.03983, equation 5; warm-up–stable–decay: Hu et al.
  ///   2024, arXiv:2404.06395, equation 1.
  public func learningRate(step: Int) -> Double {
    if step < warmup { return peak * Double(step + 1) / Double(warmup + 1) }
    let done = min(Double(step - warmup) / Double(max(steps - warmup, 1)), 1)
    switch shape {
    case .constant: return peak
    case .cosine: return minimum + (peak - minimum) * (1 + ExactMath.cos(.pi * done)) / 2
    case .linear: return peak + (minimum - peak) * done
    case .warmupStableDecay:
      let decaySteps = max(steps / 5, 1)
      let decayed = Double(max(step - (steps - decaySteps), 0)) / Double(decaySteps)
      return peak + (minimum - peak) * min(decayed, 1)
    }
  }
}
