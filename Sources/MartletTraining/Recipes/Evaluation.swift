import MartletModel
import MartletTensor

/// Measures a language model on text it has not seen.
public enum Evaluation {
  /// The cross-entropy of every token but the first, in windows of a context laid end to end.
  ///
  /// Each token is predicted once, from those before it in its own window and document.
  ///
  /// - Parameter context: the tokens of a window; those of the model's context when nil.
  public static func loss(
    of model: LanguageModel, on documents: DocumentTokens, context: Int? = nil
  ) -> LossSum {
    let context = context ?? model.configuration.context
    let windows = documents.windows(context: context)
    let windowsAtATime = max(1, 4096 / context)
    var loss = LossSum()
    withoutGradients {
      for first in stride(from: 0, to: windows.count, by: windowsAtATime) {
        var batch = TokenBatch()
        for window in windows[first..<min(first + windowsAtATime, windows.count)] {
          for sequence in documents.sequences(in: window) { batch.append(sequence) }
        }
        loss.add(model.logProbabilities(of: batch).scalars.map { -$0 }, weights: batch.weights)
      }
    }
    return loss
  }
}
