import Martlet
import MartletText
import MartletTraining

/// Shows a run: a live line on a terminal, plain lines elsewhere, one JSON object with `--json`.
final class TrainingView<TrainerType: Trainer> {
  private let training: Training<TrainerType>
  private let isJSON: Bool
  private let isLive: Bool
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant
  private var lastDrawn: ContinuousClock.Instant?
  private var firstStep = 0
  private var shownLoss: Double?
  private var curve: [Double] = []

  init(_ training: Training<TrainerType>, isJSON: Bool) {
    self.training = training
    self.isJSON = isJSON
    isLive = Terminal.isInteractive(.error) && Terminal.isInteractive(.output) && !isJSON
    start = clock.now
  }

  private func line(_ text: String) {
    // With --json, standard output is for the object alone.
    if isJSON { Terminal.write(text + "\n", to: .error) } else { Terminal.write(text + "\n", to: .output) }
  }

  /// - Parameter description: what learns from what, a line each.
  func begin(_ description: [String], isResumed: Bool) {
    let trainer = training.trainer
    firstStep = trainer.step
    start = clock.now
    description.forEach(line)
    line(
      "\(CPUExecution.threads) threads, \(CPUExecution.instructionSet.name); the run is kept in "
        + training.directory.path)
    if isResumed { line("going on after step \(trainer.step) of \(trainer.recipe.settings.steps)") }
    line("")
  }

  func show(_ event: TrainingEvent) {
    switch event {
    case .step(let report): show(report)
    case .evaluation(let step, let report):
      clearLine()
      let steps = String(training.trainer.recipe.settings.steps)
      let number = String(repeating: " ", count: max(0, steps.count - String(step).count)) + String(step)
      line(
        "step \(number) of \(steps)   loss \(Format.decimals(shownLoss ?? 0, 3))   "
          + "held-out loss \(Format.decimals(report.loss.mean, 4))   "
          + (report["accuracy"].map { "accuracy \(Format.decimals($0, 4))   " } ?? "")
          + speedAndTimeLeft(step))
    case .saved: break
    }
  }

  private func show(_ report: StepReport) {
    // A running mean, so that the figure does not jump from batch to batch.
    let loss = shownLoss.map { $0 * 0.95 + report.loss * 0.05 } ?? report.loss
    shownLoss = loss
    let steps = training.trainer.recipe.settings.steps
    let columns = 30
    let column = report.step * columns / max(steps, 1)
    if curve.count <= column { curve.append(loss) }
    guard isLive else { return }
    let now = clock.now
    if let lastDrawn, lastDrawn.duration(to: now) < .milliseconds(100) { return }
    lastDrawn = now
    let figures =
      "step \(report.step)/\(steps)  loss \(Format.decimals(loss, 3))  \(speedAndTimeLeft(report.step))"
    // A line that wraps could not be drawn over: the curve gives way first, then the figures' end.
    let width = Terminal.width(.error) - 1
    let room = min(columns, width - figures.count - 1)
    let curve = room >= 8 ? Sparkline.draw(self.curve, width: room) + " " : ""
    Terminal.write("\r\u{1b}[2K" + curve + figures.prefix(max(width, 0)), to: .error)
  }

  private func speedAndTimeLeft(_ step: Int) -> String {
    let seconds = start.duration(to: clock.now).seconds
    let taken = step - firstStep
    guard taken > 0, seconds > 0 else { return "" }
    let trainer = training.trainer
    let tokens = Double(taken * trainer.tokensSeen / max(trainer.step, 1))
    let left = Double(trainer.recipe.settings.steps - step) * seconds / Double(taken)
    return "\(Format.count(Int(tokens / seconds))) tokens/s  \(Format.duration(left)) left"
  }

  private func clearLine() {
    if isLive { Terminal.write("\r\u{1b}[2K", to: .error) }
  }

  /// - Parameters:
  ///   - json: the report for programs.
  ///   - lines: the report for people.
  ///   - hint: a command to try next.
  /// - Throws: when the figures can't be written.
  func end(json: JSON, lines: [String], hint: String) throws {
    clearLine()
    if isJSON {
      try Terminal.printResult(json.compact + "\n")
      return
    }
    line("")
    lines.forEach(line)
    try Terminal.printResult("kept in         \(training.directory.path)\n")
    line("")
    line("try: " + hint)
  }
}
