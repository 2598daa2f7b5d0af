import MartletInference
import MartletModel
import MartletTensor
import MartletText

/// A small random model with its tokenizer, on disk as a run is.
enum TestRun {
  static let text = "It is said in Orrin Bay that the martlet never lands, “because” it has no feet.\n"

  /// Runs `body` with the model's directory.
  static func with<Value>(
    tokenizer: Tokenizer? = nil, context: Int = 32, _ body: (String) throws -> Value
  ) throws -> Value {
    let tokenizer = try tokenizer ?? Tokenizer.bytePairs(size: 280, trainingOn: [text])
    let sizes = DecoderSizes(
      vocabulary: tokenizer.vocabularySize, context: context, width: 32, layers: 2, heads: 4, keyValueHeads: 2
    )
    let model = LanguageModel(
      Llama.configuration(sizes), architecture: Llama.self, from: RandomParameters(seed: 3))
    return try BuiltProgram.withTemporaryDirectory { directory in
      let run = FileSystem.join(directory, "run")
      try model.save(to: run)
      try tokenizer.save(to: run)
      return try body(run)
    }
  }
}
