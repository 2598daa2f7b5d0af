import MartletModel
import MartletTensor
import MartletText

/// The least memory that a run takes, so that one far too large is refused before it is begun.
struct MemoryNeed {
  /// In bytes.
  let bytes: Double
  /// What needs it.
  private var name = "the run"

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

  /// Fails when the machine has less.
  func check(against available: Double) throws(MartletError) {
    if bytes <= available { return }
    func gigabytes(_ bytes: Double) -> String { "\((bytes / 1e8).rounded() / 10) GB" }
    throw MartletError(
      "\(name) needs at least \(gigabytes(bytes)) of memory, and this machine has "
        + "\(gigabytes(available)); use a smaller --width, --layers, --context, --batch-size or --micro-batch-size"
    )
  }

  /// What the machine has, in bytes; infinite where it does not say.
  static var physicalMemory: Double { ProcessMemory.physical }
}
