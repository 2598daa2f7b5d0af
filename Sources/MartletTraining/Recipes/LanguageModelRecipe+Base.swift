import MartletModel
import MartletText

extension LanguageModelRecipe {
  /// The usual recipe for going on with a model: its architecture, its tokenizer and its weights, the learning rate of
  /// a model that knows something already, and rows of at most the model's context.
  ///
  /// - Parameter directory: holds the model and its tokenizer, such as a run's or one from the Hugging Face Hub.
  /// - Throws: when it holds no model of a known family.
  public init(continuing directory: String) throws(MartletError) {
    self.init()
    let (family, decoder) = try LanguageModel.configuration(ofDirectory: directory)
    base = try FileSystem.absolutePath(of: directory)
    tokenizer = directory
    architecture = family.name
    (layers, width, feedForwardWidth) = (decoder.layers, decoder.width, decoder.feedForwardWidth)
    (heads, keyValueHeads, isTied) = (decoder.heads, decoder.keyValueHeads, decoder.isTied)
    (experts, expertsPerToken) = (decoder.experts?.count, decoder.experts?.perToken)
    context = min(context, decoder.context)
    settings.learningRate = 1e-4
  }

  /// The model to go on with and its tokenizer; nil for a new model.
  func readBase() throws(MartletError) -> (model: LanguageModel, tokenizer: Tokenizer)? {
    guard let base else { return nil }
    return (try LanguageModel(directory: base), try Tokenizer(contentsOf: base))
  }
}

extension LanguageModelRecipe {
  /// The decoder of a new model for a tokenizer, whose token between documents begins and ends a text.
  ///
  /// - Throws: when the tokenizer has no such token, or the sizes contradict each other.
  func configuration(for tokenizer: Tokenizer) throws(MartletError) -> DecoderConfiguration {
    let separator = try separator(of: tokenizer)
    var configuration = configuration(vocabulary: tokenizer.vocabularySize)
    (configuration.beginOfText, configuration.endOfText) = (separator, separator)
    if let problem = configuration.problem { throw MartletError(problem) }
    return configuration
  }

  /// The token that keeps documents apart.
  func separator(of tokenizer: Tokenizer) throws(MartletError) -> Int32 {
    if let separator = tokenizer.endOfText ?? tokenizer.beginOfText { return separator }
    throw MartletError(
      "the tokenizer \(self.tokenizer) has no end-of-text token to keep documents apart; "
        + "use one that has, or train one with `martlet tokenizer train`")
  }
}
