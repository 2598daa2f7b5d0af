import MartletModel
import MartletTensor
import MartletText

/// The least memory that a run takes, so that one far too large is refused before it is begun.
struct MemoryNeed {
  /// In bytes.
  let bytes: Double
  /// What needs it.
  private var name = "the run"
  /// What makes it smaller.
  private var advice = "use a smaller --width, --layers, --context, --batch-size or --micro-batch-size"

  /// A lower bound: what is left out (small parameters, results within a block, logits) is not absurd by itself.
  init(of recipe: LanguageModelRecipe, _ configuration: DecoderConfiguration) {
    // Rows of windows are full; of a row of documents only its first token is certain.
    let rowTokens = recipe.packing == .windows ? Double(recipe.context) : 1
    // A parameter, its gradient and its two running means are float32 each.
    let training = 16 * configuration.matrixParameterCount
    // A token, its target and its weight; a hidden state before each block.
    let batch = 12 * Double(recipe.batchSize) * rowTokens
    let states =
      4 * Double(recipe.microBatchSize ?? recipe.batchSize) * rowTokens * Double(configuration.width)
      * Double(configuration.layers)
    bytes = training + batch + states
  }

  /// The matrices of a model that is only made.
  init(ofNew configuration: DecoderConfiguration) {
    bytes = 4 * configuration.matrixParameterCount
    name = "the model"
  }

  /// A model at hand that is to be trained on examples of so many tokens: its parameters and, of those that are trained,
  /// gradients and running means; the tokens of a batch, and a hidden state before each block.
  init(training model: Model<some Head>, _ settings: TrainingSettings, tokensPerExample: Double) {
    let parameters = model.parameters.reduce(0) {
      $0 + Double($1.value.count) * ($1.isTrainable ? 16 : 4)
    }
    let form = model.configuration
    let batch = 12 * Double(settings.batchSize) * tokensPerExample
    let states =
      4 * Double(settings.microBatchSize ?? settings.batchSize) * tokensPerExample
      * Double(settings.usesCheckpointing ? 1 : form.layers) * Double(form.width)
    bytes = parameters + batch + states
    advice = "use a smaller --batch-size or --micro-batch-size, or train a part of it with --lora-rank"
  }

  /// Fails when the machine has less.
  func check(against available: Double) throws(MartletError) {
    if bytes <= available { return }
    func gigabytes(_ bytes: Double) -> String { "\((bytes / 1e8).rounded() / 10) GB" }
    throw MartletError(
      "\(name) needs at least \(gigabytes(bytes)) of memory, and this machine has "
        + "\(gigabytes(available)); \(advice)")
  }

  /// What the machine has, in bytes; infinite where it does not say.
  static var physicalMemory: Double { ProcessMemory.physical }
}
