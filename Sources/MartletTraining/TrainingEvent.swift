/// What happens in a run, for whoever watches it.
public enum TrainingEvent: Sendable {
  /// A step was taken.
  case step(StepReport)
  /// What is held out was measured after a step.
  case evaluation(step: Int, HeldOutReport)
  /// Everything up to a step is safe on the disk.
  case saved(step: Int)
}

/// Why a run ended.
public enum TrainingEnding: String, Sendable {
  /// All its steps are taken.
  case finished
  /// It was asked to stop.
  case stopped
  /// The held-out loss stopped improving.
  case noImprovement = "no_improvement"
}

/// The figures of the end.
public struct TrainingResult: Sendable {
  /// The figures of what is held out; nil when nothing is.
  public let heldOut: HeldOutReport?
  /// The mean loss of the last hundred steps, in nats; nil before the first.
  public let trainLoss: Double?
  /// Why it ended.
  public let ending: TrainingEnding

  /// The mean loss over all that is held out, in nats; nil when nothing is.
  public var validationLoss: Double? { heldOut?.loss.mean }
}
