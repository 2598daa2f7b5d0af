import MartletModel
import MartletTensor
import MartletText

/// What one step did.
public struct StepReport: Sendable, Equatable {
  /// The number of the step, counted from 1.
  public let step: Int
  /// The mean loss of the step's batch before its update, in nats a token.
  public let loss: Double
  /// The learning rate of the update.
  public let learningRate: Double
  /// The global norm of the gradient before clipping.
  public let gradientNorm: Double
  /// The number of tokens read.
  public let tokens: Int
  /// The balancing loss of the step's batch, without its coefficient: as much as a token chooses experts where all have
  /// an even load. Nil without experts or where nothing is to balance them.
  public let balancingLoss: Double?
}

/// One step of gradient descent on a batch.
///
/// With experts, the balancing loss of the whole step is added. It needs the choices of every token before the first
/// gradient, so a batch in several parts is read twice, the first time without gradients.
///
/// The same bits whether the batch comes whole or in parts: gradients accumulate in the order of the examples, and losses
/// are summed in Double in the same order.
struct TrainingStep {
  var clip: Double
  var dropout: Float = 0
  var seed: UInt64 = 0
  var usesCheckpointing = false
  var precision = ProductPrecision.float32
  /// What the balancing loss is multiplied by; as the model says when nil.
  var balance: Float?
  /// The parameters that learn at rates of their own; see ``TrainingSettings/freeze(_:)``.
  var groups: [ParameterGroup] = []

  /// Updates the model's parameters against the gradient of the mean loss.
  ///
  /// - Throws: when the loss or its gradient is not finite; the parameters are then left as they were.
  func run<Goal: Objective>(
    _ microBatches: [Goal.Batch], _ objective: Goal, _ model: Model<Goal.HeadType>, _ optimizer: inout AdamW,
    learningRate: Double
  ) throws(MartletError) -> StepReport {
    let totalWeight = microBatches.reduce(0.0) { $0 + $1.totalWeight }
    var loss = LossSum()
    let form = model.configuration.expertLayers > 0 ? model.configuration.experts : nil
    let balancing = LoadBalancing(coefficient: balance ?? form?.balance ?? 0)
    let load = form.flatMap { form in
      balancing.coefficient > 0
        ? ExpertLoad(experts: form.count, isCheckpointed: usesCheckpointing, gradient: balancing.gradient)
        : nil
    }
    func accumulate(_ batch: Goal.Batch, into loss: inout LossSum) {
      let (step, firstToken) = (optimizer.step, batch.firstToken)
      let pass = TrainingPass(
        dropout: dropout > 0
          ? Dropout(probability: dropout, seed: seed, step: step, firstToken: firstToken) : nil,
        isCheckpointed: usesCheckpointing, load: load)
      let adapterDropout = AdapterDropout(seed: seed, step: step, firstToken: firstToken)
      ProductPrecision.with(precision) {
        AdapterDropout.with(adapterDropout) {
          objective.accumulate(batch, model, pass, totalWeight: totalWeight, into: &loss)
        }
      }
    }
    if let load, microBatches.count > 1 {
      var counted = LossSum()
      withoutGradients { for batch in microBatches { accumulate(batch, into: &counted) } }
      load.finishCounting()
    }
    for batch in microBatches { accumulate(batch, into: &loss) }
    let parameters = model.parameters
    let norm = loss.sum.isFinite ? GradientNorm.of(parameters) : .nan
    let report = StepReport(
      step: optimizer.step + 1, loss: loss.mean, learningRate: learningRate, gradientNorm: norm,
      tokens: microBatches.reduce(0) { $0 + $1.tokenCount }, balancingLoss: load.map(balancing.value))
    guard norm.isFinite else {
      parameters.forEach { $0.clearGradient() }
      throw Self.notFinite(report)
    }
    optimizer.update(
      parameters, learningRate: learningRate,
      gradientScale: GradientNorm.scale(norm: norm, limit: clip),
      rate: ParameterRates(groups, model).callAsFunction)
    return report
  }

  private static func notFinite(_ report: StepReport) -> MartletError {
    let what =
      report.loss.isFinite
      ? "the gradient's norm at step \(report.step) is not finite (its loss was \(report.loss))"
      : "the loss at step \(report.step) is not finite (\(report.loss))"
    return MartletError(
      "\(what): most likely the learning rate \(report.learningRate) is too high; use a lower "
        + "--learning-rate, a longer --warmup or a smaller --clip")
  }
}
