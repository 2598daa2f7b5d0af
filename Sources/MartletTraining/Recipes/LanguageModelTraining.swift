import MartletModel
import MartletTensor
import MartletText

/// A training run in its directory: saved as it goes, and resumed with the same bits.
public final class LanguageModelTraining {
  /// What happens in a run, for whoever watches it.
  public enum Event: Sendable {
    /// A step was taken.
    case step(StepReport)
    /// The held-out text was measured after a step, in nats a token.
    case evaluation(step: Int, loss: Double)
    /// Everything up to a step is safe on the disk.
    case saved(step: Int)
  }

  /// Why a run ended.
  public enum Ending: String, Sendable {
    /// All its steps are taken.
    case finished
    /// It was asked to stop.
    case stopped
    /// The held-out loss stopped improving.
    case noImprovement = "no_improvement"
  }

  /// The figures of the end.
  public struct Result: Sendable {
    /// The mean loss over every held-out token, in nats; nil when none is held out.
    public let validationLoss: Double?
    /// The held-out loss in bits a byte.
    public let bitsPerByte: Double?
    /// The mean loss of the last hundred steps, in nats a token; nil before the first.
    public let trainLoss: Double?
    /// Why it ended.
    public let ending: Ending
  }

  /// The model and what trains it.
  public let trainer: LanguageModelTrainer
  /// Where the run is kept.
  public let directory: RunDirectory
  private var progress: RunDirectory.Progress
  private var lastSavedStep: Int
  /// Held from the beginning to the end of ``run(shouldStop:observe:)``.
  private var lock: FileLock?

  /// Starts a run.
  ///
  /// - Parameters:
  ///   - output: its directory, in which nothing may be yet; `runs/FAMILY-1` and so on when nil.
  /// - Throws: when the recipe, the text, the tokenizer or the directory can't be used; nothing is then written.
  public init(_ recipe: LanguageModelRecipe, output: String? = nil) throws(MartletError) {
    if let problem = recipe.problem { throw MartletError(problem) }
    let path = output ?? RunDirectory.freePath(named: recipe.architecture)
    try RunDirectory.checkFree(path)
    let data = try recipe.readData()
    let base = try recipe.readBase()
    trainer = try LanguageModelTrainer(recipe, data: data, tokenizer: base?.tokenizer, model: base?.model)
    var dataPaths: [String] = []
    for path in recipe.data { dataPaths.append(path == "-" ? path : try FileSystem.absolutePath(of: path)) }
    (directory, lock) = try Self.create(
      path, isChosen: output == nil, trainer, data: data, dataPaths: dataPaths)
    progress = RunDirectory.Progress()
    lastSavedStep = 0
  }

  /// - Parameter isChosen: whether the path was chosen here; another run may have taken it since.
  private static func create(
    _ path: String, isChosen: Bool, _ trainer: LanguageModelTrainer, data: TextData, dataPaths: [String]
  ) throws(MartletError) -> (RunDirectory, FileLock) {
    do throws(MartletError) {
      return try RunDirectory.create(path, trainer, data: data, dataPaths: dataPaths)
    } catch {
      let next = RunDirectory.freePath(named: trainer.recipe.architecture)
      guard isChosen, next != path else { throw error }
      return try create(next, isChosen: true, trainer, data: data, dataPaths: dataPaths)
    }
  }

  /// Takes a run up where its last save left off.
  ///
  /// - Parameter steps: how many steps it is to have in all, from now on; as its recipe says when nil.
  /// - Throws: when the directory holds no run, another process trains it, a file of it is damaged, or its data has
  ///   changed.
  public init(resuming path: String, steps: Int? = nil) throws(MartletError) {
    directory = RunDirectory(path)
    try directory.checkHoldsRun()
    lock = try directory.lock()
    var (recipe, digest) = try directory.recipe()
    if let steps { recipe.steps = steps }
    let data = try directory.data(of: recipe, digest: digest)
    trainer = try LanguageModelTrainer(
      recipe, data: data, tokenizer: Tokenizer(contentsOf: path), model: directory.emptyModel(of: recipe))
    progress = try directory.restore(trainer)
    lastSavedStep = trainer.step
    if let steps {
      guard steps >= trainer.step else {
        throw MartletError(
          "--steps \(steps) is less than the \(trainer.step) steps that \(directory.path) has taken; ask for more, "
            + "or leave it out")
      }
      try directory.saveRecipe(recipe, digest: digest)
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
    shouldStop: () -> Bool = { false }, observe: (Event) -> Void = { _ in }
  ) throws(MartletError) -> Result {
    if lock == nil { lock = try directory.lock() }
    defer { lock = nil }
    let recipe = trainer.recipe
    var ending = Ending.finished
    var lastEvaluation: (step: Int, loss: LossSum)?
    while trainer.step < recipe.steps {
      // Before the step, so that a run which is taken up again after its last save stops there too.
      if let patience = recipe.patience, progress.evaluationsWithoutGain >= patience {
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
      let isLast = trainer.step == recipe.steps
      guard isLast || trainer.step % recipe.evaluateEvery == 0 else { continue }
      if let loss = trainer.evaluate() {
        lastEvaluation = (trainer.step, loss)
        try record(loss)
        observe(.evaluation(step: trainer.step, loss: loss.mean))
      }
      try save(observe)
    }
    if lastEvaluation?.step != trainer.step, let loss = trainer.evaluate() {
      lastEvaluation = (trainer.step, loss)
      try checkFinite(loss)
    }
    if lastSavedStep != trainer.step || ending == .finished { try save(observe) }
    let result = Result(
      validationLoss: lastEvaluation?.loss.mean,
      bitsPerByte: lastEvaluation.map { trainer.bitsPerByte($0.loss) },
      trainLoss: trainer.recentLosses.isEmpty
        ? nil : trainer.recentLosses.reduce(0, +) / Double(trainer.recentLosses.count),
      ending: ending)
    return result
  }

  private func step() throws(MartletError) -> StepReport {
    let report: StepReport
    do {
      report = try trainer.takeStep()
    } catch {
      throw MartletError("\(error.message); \(directory.path) keeps its state of step \(lastSavedStep)")
    }
    try directory.appendMetrics([
      "step": .integer(report.step), "loss": .number(report.loss),
      "learning_rate": .number(report.learningRate), "gradient_norm": .number(report.gradientNorm),
      "tokens": .integer(trainer.tokensSeen),
    ])
    return report
  }

  private func record(_ loss: LossSum) throws(MartletError) {
    try checkFinite(loss)
    try directory.appendMetrics([
      "step": .integer(trainer.step), "validation_loss": .number(loss.mean),
      "bits_per_byte": .number(trainer.bitsPerByte(loss)),
    ])
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
      "\(what) not finite: most likely the learning rate \(trainer.recipe.learningRate) is too high; use a lower "
        + "--learning-rate; \(directory.path) keeps its state of step \(lastSavedStep)")
  }

  private func save(_ observe: (Event) -> Void) throws(MartletError) {
    // A step whose loss was finite may still have thrown the weights out of range.
    guard trainer.isFinite else { throw notFinite("the weights after step \(trainer.step) are") }
    directory.flushMetrics()
    try directory.saveState(
      trainer, bestLoss: progress.bestLoss, evaluationsWithoutGain: progress.evaluationsWithoutGain)
    try directory.saveModel(trainer)
    lastSavedStep = trainer.step
    observe(.saved(step: trainer.step))
  }

  /// Writes the figures of the end beside the model.
  package func saveResults(_ results: JSON) throws(MartletError) { try directory.saveResults(results) }
}
