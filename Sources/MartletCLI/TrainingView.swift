import Martlet
import MartletText

/// Shows a run: a live line on a terminal, plain lines elsewhere, one JSON object with `--json`.
final class TrainingView {
  private let training: LanguageModelTraining
  private let isJSON: Bool
  private let isLive: Bool
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant
  private var lastDrawn: ContinuousClock.Instant?
  private var firstStep = 0
  private var shownLoss: Double?
  private var curve: [Double] = []

  init(_ training: LanguageModelTraining, isJSON: Bool) {
    self.training = training
    self.isJSON = isJSON
    isLive = Terminal.isInteractive(.error) && Terminal.isInteractive(.output) && !isJSON
    start = clock.now
  }

  private func line(_ text: String) {
    // With --json, standard output is for the object alone.
    if isJSON { Terminal.write(text + "\n", to: .error) } else { Terminal.write(text + "\n", to: .output) }
  }

  func begin(isResumed: Bool) {
    let trainer = training.trainer
    let recipe = trainer.recipe
    firstStep = trainer.step
    start = clock.now
    let name = recipe.data.isEmpty ? EmbeddedText.name : recipe.data.joined(separator: ", ")
    line(
      "\(name): \(Format.count(trainer.trainingTokens)) tokens to train on, "
        + "\(Format.count(trainer.heldOutTokens)) held out; vocabulary \(trainer.tokenizer.vocabularySize) "
        + "(\(recipe.tokenizer))")
    line(
      "\(recipe.architecture): \(Format.count(trainer.model.parameterCount)) parameters, \(recipe.layers) \(recipe.layers == 1 ? "layer" : "layers") "
        + "of width \(recipe.width), \(recipe.heads) heads, context \(recipe.context)")
    line(
      "\(CPUExecution.threads) threads, \(CPUExecution.instructionSet.name); the run is kept in "
        + training.directory.path)
    if isResumed { line("going on after step \(trainer.step) of \(recipe.steps)") }
    line("")
  }

  func show(_ event: TrainingEvent) {
    switch event {
    case .step(let report): show(report)
    case .evaluation(let step, let report):
      clearLine()
      let steps = String(training.trainer.recipe.steps)
      let number = String(repeating: " ", count: max(0, steps.count - String(step).count)) + String(step)
      line(
        "step \(number) of \(steps)   loss \(Format.decimals(shownLoss ?? 0, 3))   "
          + "held-out loss \(Format.decimals(report.loss.mean, 4))   \(speedAndTimeLeft(step))")
    case .saved: break
    }
  }

  private func show(_ report: StepReport) {
    // A running mean, so that the figure does not jump from batch to batch.
    let loss = shownLoss.map { $0 * 0.95 + report.loss * 0.05 } ?? report.loss
    shownLoss = loss
    let steps = training.trainer.recipe.steps
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
    let left = Double(trainer.recipe.steps - step) * seconds / Double(taken)
    return "\(Format.count(Int(tokens / seconds))) tokens/s  \(Format.duration(left)) left"
  }

  private func clearLine() {
    if isLive { Terminal.write("\r\u{1b}[2K", to: .error) }
  }

  /// - Throws: when the figures can't be written.
  func end(_ report: TrainingReport) throws {
    clearLine()
    if isJSON {
      try Terminal.printResult(report.json.compact + "\n")
      return
    }
    line("")
    for (number, sample) in report.samples.enumerated() {
      line("── sample \(number + 1) " + String(repeating: "─", count: 60))
      line(sample)
    }
    if !report.samples.isEmpty { line(String(repeating: "─", count: 72)) }
    line("")
    switch report.result.ending {
    case .finished: break
    case .stopped:
      line(
        "stopped after step \(training.trainer.step); go on with: martlet train --resume \(training.directory.path)"
      )
    case .noImprovement:
      line("stopped after step \(training.trainer.step): the held-out loss no longer improves")
    }
    if let loss = report.result.validationLoss, let bits = report.bitsPerByte {
      line("held-out loss   \(Format.decimals(loss, 4)) nats a token")
      line("perplexity      \(Format.significant(report.perplexity ?? .nan, 4))")
      line("bits per byte   \(Format.decimals(bits, 4))")
    }
    if let loss = report.result.trainLoss { line("training loss   \(Format.decimals(loss, 4)) nats a token") }
    line(
      "speed           \(Format.count(Int(report.tokensPerSecond))) tokens a second, "
        + "\(Format.count(training.trainer.tokensSeen)) tokens in \(training.trainer.step) steps")
    line("memory          \(Format.bytes(report.peakMemory)) at most")
    try Terminal.printResult("kept in         \(training.directory.path)\n")
    line("")
    line("try: martlet generate \(training.directory.path) --prompt \"The \"")
  }
}
