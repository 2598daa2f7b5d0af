/// Divides the logits: below 1 the likely tokens become likelier, above 1 the choice becomes wilder.
///
/// - Source: Ackley, Hinton and Sejnowski 1985; as in `transformers`' TemperatureLogitsWarper.
public struct Temperature: SamplingStep {
  /// What the logits are divided by.
  public let temperature: Float

  /// - Parameter temperature: above 0.
  public init(_ temperature: Float) {
    precondition(temperature > 0, "Temperature: \(temperature) is not above 0")
    self.temperature = temperature
  }

  /// Divides every logit.
  public func apply(to candidates: inout Candidates, history: [Int32]) {
    candidates.scale(by: 1 / temperature)
  }
}
