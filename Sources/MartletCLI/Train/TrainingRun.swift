import Martlet
import MartletTraining

/// Runs what was prepared, and shows it.
enum TrainingRun {
  /// Follows a run to its end, or until it is asked to stop.
  ///
  /// - Parameter description: what learns from what, a line each.
  static func follow<T>(
    _ training: Training<T>, _ view: TrainingView<T>, description: [String], isResumed: Bool
  ) throws -> RunReport {
    StopRequest.listen()
    view.begin(description, isResumed: isResumed)
    let (firstStep, firstTokens) = (training.trainer.step, training.trainer.tokensSeen)
    var clock = TrainingClock()
    let result = try training.run(shouldStop: { StopRequest.isMade }) { event in
      clock.note(event)
      view.show(event)
    }
    return RunReport(
      training, result,
      tokensPerSecond: clock.tokensPerSecond(training.trainer.tokensSeen - firstTokens),
      stepsTaken: training.trainer.step - firstStep)
  }
}
