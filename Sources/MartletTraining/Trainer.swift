import MartletModel
import MartletTensor
import MartletText

/// Trains a model one step at a time, in memory.
///
/// Everything a step does is a function of the recipe, the data and the step's number.
public protocol Trainer: AnyObject {
  /// What decides the run.
  associatedtype RecipeType: Recipe
  /// What is minimised.
  associatedtype Goal: Objective

  /// What decides the run.
  var recipe: RecipeType { get }
  /// What is minimised.
  var objective: Goal { get }
  /// Turns text into tokens.
  var tokenizer: Tokenizer { get }
  /// The model being trained.
  var model: Model<Goal.HeadType> { get }
  /// What the steps so far have left behind.
  var progress: TrainingProgress { get set }
  /// A digest of the weights that an adapter stands on, which a run does not keep; nil when it keeps all.
  var baseDigest: String? { get }

  /// The batch of a step, counted from 0, in the parts that are computed at a time.
  func microBatches(step: Int) -> [Goal.Batch]
  /// The model on every held-out example; nil when none is held out.
  func evaluate() -> HeldOutReport?
  /// Writes the model and its tokenizer as a directory that others load.
  func save(to directory: String) throws(MartletError)
  /// Replaces the weights of a directory that ``save(to:)`` wrote.
  func saveWeights(to directory: String) throws(MartletError)
}

/// What the steps of a run have left behind, apart from the parameters themselves.
public struct TrainingProgress: Sendable {
  var optimizer: AdamW
  /// The number of tokens read so far, over all steps.
  public internal(set) var tokensSeen = 0
  /// The losses of the last hundred steps, in nats.
  public internal(set) var recentLosses: [Double] = []

  init(_ settings: AdamW.Settings) { optimizer = AdamW(settings) }
}

/// How a model does on what it has not seen.
public struct HeldOutReport: Sendable {
  /// The objective's loss over everything that is held out.
  public let loss: LossSum
  /// Other figures, by the names under which metrics keep them.
  public let figures: [(name: String, value: Double)]

  /// A report.
  public init(loss: LossSum, figures: [(name: String, value: Double)] = []) {
    (self.loss, self.figures) = (loss, figures)
  }

  /// One of the other figures.
  public subscript(name: String) -> Double? { figures.first { $0.name == name }?.value }
}

extension Trainer {
  /// The number of steps taken.
  public var step: Int { progress.optimizer.step }
  /// The number of tokens read so far, over all steps.
  public var tokensSeen: Int { progress.tokensSeen }
  /// The losses of the last hundred steps, in nats.
  public var recentLosses: [Double] { progress.recentLosses }

  /// Takes the next step.
  ///
  /// - Throws: when the loss is not finite; the model is then left as it was before the step.
  public func takeStep() throws(MartletError) -> StepReport {
    let settings = recipe.settings
    let report = try settings.trainingStep.run(
      microBatches(step: step), objective, model, &progress.optimizer,
      learningRate: settings.learningRateSchedule.learningRate(step: step))
    progress.tokensSeen += report.tokens
    progress.recentLosses = progress.recentLosses.suffix(99) + [report.loss]
    return report
  }

  /// The parameters that a run keeps: all, or, of an adapted model, those that are trained.
  var keptParameters: [Parameter] {
    model.isAdapted ? model.parameters.filter(\.isTrainable) : model.parameters
  }

  /// The run keeps all weights.
  public var baseDigest: String? { nil }

  /// Whether every number that training keeps, weights and running means, is finite.
  var isFinite: Bool {
    keptParameters.allSatisfy { parameter in
      let moments = progress.optimizer.moments[parameter.name]
      // x - x is 0 for a finite x alone; for others it is not a number.
      return [parameter.value, moments?.mean, moments?.variance].compactMap { $0 }.allSatisfy {
        ($0 - $0).sumOfSquares() == 0
      }
    }
  }
}
