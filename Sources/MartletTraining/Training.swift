import MartletModel
import MartletTensor
import MartletText

/// A training run in its directory: saved as it goes, and resumed with the same bits.
public final class Training<TrainerType: Trainer> {
  /// The model and what trains it.
  public let trainer: TrainerType
  /// Where the run is kept.
  public let directory: RunDirectory
  private var progress: RunDirectory.Progress
  private var lastSavedStep: Int
  /// Held from the beginning to the end of ``run(shouldStop:observe:)``.
  private var lock: FileLock?

  /// Starts a run in a directory that has just been created and locked.
  init(starting trainer: TrainerType, in directory: RunDirectory, lock: FileLock) {
    (self.trainer, self.directory, self.lock) = (trainer, directory, lock)
    progress = RunDirectory.Progress()
    lastSavedStep = 0
  }

  /// Takes a run up where its last save left off.
  ///
  /// - Parameters:
  ///   - lock: held on the directory.
  ///   - steps: how many steps it is to have in all, where that is changed.
  ///   - trainer: a trainer of the run's recipe that has taken no step.
  init(
    resuming trainer: TrainerType, in directory: RunDirectory, lock: FileLock, steps: Int?
  ) throws(MartletError) {
    (self.trainer, self.directory, self.lock) = (trainer, directory, lock)
    progress = try directory.restore(trainer)
    lastSavedStep = trainer.step
    if let steps {
      guard steps >= trainer.step else {
        throw MartletError(
          "--steps \(steps) is less than the \(trainer.step) steps that \(directory.path) has taken; ask for more, "
            + "or leave it out")
      }
      try directory.replaceRecipe(by: trainer.recipe)
    }
    try directory.removeTemporaryFiles()
    try directory.truncateMetrics(after: trainer.step)
    try directory.removeResults()
  }

  /// Runs to the end, or until asked to stop, and saves.
  ///
  /// - Parameters:
  ///   - shouldStop: asked before each step.
  ///   - observe: told what happens.
  /// - Throws: when the loss is not finite (the last save stays as it was), the disk fails, or another process
  ///   has taken the run up since the last call.
  public func run(
    shouldStop: () -> Bool = { false }, observe: (TrainingEvent) -> Void = { _ in }
  ) throws(MartletError) -> TrainingResult {
    if lock == nil { lock = try directory.lock() }
    defer { lock = nil }
    let settings = trainer.recipe.settings
    var ending = TrainingEnding.finished
    var lastEvaluation: (step: Int, report: HeldOutReport)?
    while trainer.step < settings.steps {
      // Before the step, so that a run which is taken up again after its last save stops there too.
      if let patience = settings.patience, progress.evaluationsWithoutGain >= patience {
        ending = .noImprovement
        break
      }
      if shouldStop() {
        ending = .stopped
        // Before the held-out text is measured, which takes a while: whoever asked may not wait.
        if lastSavedStep != trainer.step { try save(observe) }
        break
      }
      let report = try step()
      observe(.step(report))
      let isLast = trainer.step == settings.steps
      guard isLast || trainer.step % settings.evaluateEvery == 0 else { continue }
      if let report = trainer.evaluate() {
        lastEvaluation = (trainer.step, report)
        try record(report)
        observe(.evaluation(step: trainer.step, report))
      }
      try save(observe)
    }
    if lastEvaluation?.step != trainer.step, let report = trainer.evaluate() {
      lastEvaluation = (trainer.step, report)
      try checkFinite(report.loss)
    }
    if lastSavedStep != trainer.step || ending == .finished { try save(observe) }
    return TrainingResult(
      heldOut: lastEvaluation?.report,
      trainLoss: trainer.recentLosses.isEmpty
        ? nil : trainer.recentLosses.reduce(0, +) / Double(trainer.recentLosses.count),
      ending: ending)
  }

  private func step() throws(MartletError) -> StepReport {
    let report: StepReport
    do {
      report = try trainer.takeStep()
    } catch {
      throw MartletError("\(error.message); \(directory.path) keeps its state of step \(lastSavedStep)")
    }
    var line: JSONObject = [
      "step": .integer(report.step), "loss": .number(report.loss),
      "learning_rate": .number(report.learningRate), "gradient_norm": .number(report.gradientNorm),
      "tokens": .integer(trainer.tokensSeen),
    ]
    if let balancing = report.balancingLoss { line.append("balancing_loss", .number(balancing)) }
    try directory.appendMetrics(.object(line))
    return report
  }

  private func record(_ report: HeldOutReport) throws(MartletError) {
    let loss = report.loss
    try checkFinite(loss)
    var line: JSONObject = ["step": .integer(trainer.step), "validation_loss": .number(loss.mean)]
    for (name, value) in report.figures { line.append(name, value.isFinite ? .number(value) : .null) }
    try directory.appendMetrics(.object(line))
    if let best = progress.bestLoss, loss.mean >= best {
      progress.evaluationsWithoutGain += 1
    } else {
      progress.bestLoss = loss.mean
      progress.evaluationsWithoutGain = 0
    }
  }

  private func checkFinite(_ loss: LossSum) throws(MartletError) {
    if !loss.sum.isFinite { throw notFinite("the held-out loss after step \(trainer.step) is") }
  }

  private func notFinite(_ what: String) -> MartletError {
    MartletError(
      "\(what) not finite: most likely the learning rate \(trainer.recipe.settings.learningRate) is too high; use a lower "
        + "--learning-rate; \(directory.path) keeps its state of step \(lastSavedStep)")
  }

  private func save(_ observe: (TrainingEvent) -> Void) throws(MartletError) {
    // A step whose loss was finite may still have thrown the weights out of range.
    guard trainer.isFinite else { throw notFinite("the weights after step \(trainer.step) are") }
    directory.flushMetrics()
    try directory.saveState(trainer, progress)
    try trainer.saveWeights(to: directory.path)
    lastSavedStep = trainer.step
    observe(.saved(step: trainer.step))
  }

  /// Writes the figures of the end beside the model.
  package func saveResults(_ results: JSON) throws(MartletError) { try directory.saveResults(results) }
}
