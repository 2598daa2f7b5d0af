/// Keeps the tokens that are at least so likely as a part of the likeliest one.
///
/// - Source: Nguyen et al. 2024, arXiv:2407.01082, section 3.
public struct MinP: SamplingStep {
  /// The part of the likeliest token's probability that a token needs.
  public let fraction: Float

  /// - Parameter fraction: from 0 to 1.
  public init(_ fraction: Float) {
    precondition((0...1).contains(fraction), "MinP: \(fraction) is not in 0 ... 1")
    self.fraction = fraction
  }

  /// Leaves the tokens that are likely enough.
  public func apply(to candidates: inout Candidates, history: [Int32]) {
    let probabilities = candidates.probabilities
    let least = fraction * probabilities[candidates.likeliest]
    candidates.keep { probabilities[$0] >= least }
  }
}
