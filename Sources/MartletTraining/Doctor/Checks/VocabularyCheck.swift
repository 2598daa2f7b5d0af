import MartletInference
import MartletText

/// Whether the tokenizer is the model's: their vocabularies have one size.
enum VocabularyCheck: DoctorCheck {
  static let name = "vocabulary"

  static func examine(_ data: ExaminedData) -> Finding? {
    let (tokens, rows) = (data.tokenizer.vocabularySize, data.configuration.vocabulary)
    do throws(MartletError) {
      try TextModel.check(data.tokenizer, fits: data.configuration)
    } catch {
      return finding(.bad, error.message)
    }
    let size = tokens == rows ? "\(tokens) tokens" : "\(tokens) tokens, rounded up to \(rows) in the model"
    return finding(.ok, "the tokenizer and the model have the same \(size)")
  }
}
