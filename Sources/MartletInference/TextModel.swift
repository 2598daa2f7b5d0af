import MartletModel
import MartletTensor
import MartletText

/// A language model and the tokenizer its tokens come from: all that scoring and sampling need.
public struct TextModel: Sendable {
  /// The model of the next token.
  public let model: LanguageModel
  /// From text to the model's tokens and back.
  public let tokenizer: Tokenizer
  /// The tokens that end a text: generation stops at them.
  public let endTokens: Set<Int32>

  /// A model and its tokenizer.
  ///
  /// - Parameter endTokens: what ends a text besides the end-of-text tokens of the two.
  /// - Throws: when the tokenizer is not the model's: their vocabularies differ in size.
  public init(model: LanguageModel, tokenizer: Tokenizer, endTokens: [Int32] = []) throws(MartletError) {
    try Self.check(tokenizer, fits: model.configuration)
    self.model = model
    self.tokenizer = tokenizer
    self.endTokens = Self.endTokens(tokenizer, model.configuration, endTokens)
  }

  /// Reads a directory with `config.json`, `model.safetensors` and `tokenizer.json`, such as a run's; or an adapter's
  /// directory and the base that it names, whose tokenizer is taken where the adapter has none.
  ///
  /// - Parameter weights: how the weights are kept; nil as the file has them.
  /// - Throws: when a file is missing or damaged, or the tokenizer is not the model's.
  public init(directory: String, weights: WeightFormat? = nil) throws(MartletError) {
    model = try LanguageModel(directory: directory, weights: weights)
    (tokenizer, endTokens) = try Self.tokenizer(ofDirectory: directory, for: model.configuration)
  }

  /// The tokenizer of a model's directory, whatever the model's head, and the tokens that end its texts.
  ///
  /// - Throws: when a file is missing or damaged, or the tokenizer is not the model's.
  package static func tokenizer(
    ofDirectory directory: String, for configuration: DecoderConfiguration
  ) throws(MartletError) -> (tokenizer: Tokenizer, endTokens: Set<Int32>) {
    let tokenizer = try CompanionFiles.tokenizer(ofDirectory: directory)
    let generation = try endTokens(ofDirectory: directory)
    do {
      try check(tokenizer, fits: configuration)
    } catch {
      throw MartletError("\(directory): \(error.message)")
    }
    return (tokenizer, endTokens(tokenizer, configuration, generation))
  }

  /// What ends a text: the end-of-text tokens of a tokenizer and a model, and others, where the model knows them.
  private static func endTokens(
    _ tokenizer: Tokenizer, _ configuration: DecoderConfiguration, _ others: [Int32]
  ) -> Set<Int32> {
    let known = [tokenizer.endOfText, configuration.endOfText].compactMap { $0 }
    return Set((known + others).filter { $0 >= 0 && $0 < Int32(configuration.vocabulary) })
  }

  /// What a text's first token is conditioned on: the token that begins a text or, where there is none, the one
  /// that ends the text before it.
  ///
  /// Training here lays documents end to end with the end-of-text token between them, so that a text follows it.
  public var startToken: Int32? {
    let configuration = model.configuration
    let tokens = [
      tokenizer.beginOfText, configuration.beginOfText, tokenizer.endOfText, configuration.endOfText,
    ]
    return tokens.lazy.compactMap { $0 }.first { $0 >= 0 && $0 < Int32(configuration.vocabulary) }
  }

  /// Fails when a tokenizer is not a model's: their vocabularies differ in size.
  package static func check(
    _ tokenizer: Tokenizer, fits configuration: DecoderConfiguration
  ) throws(MartletError) {
    let (rows, tokens) = (configuration.vocabulary, tokenizer.vocabularySize)
    guard tokens == rows || isPadding(rows: rows, tokens: tokens) else {
      throw MartletError(
        "the tokenizer is not the model's: it has \(tokens) tokens, and the model \(rows); use the tokenizer "
          + "that the model was trained with")
    }
  }

  /// Whether a table of embeddings is only rounded up: to a multiple of 8, by no more than a sixteenth.
  private static func isPadding(rows: Int, tokens: Int) -> Bool {
    tokens < rows && rows % 8 == 0 && rows - tokens <= rows / 16
  }

  /// The end tokens that `transformers` reads from `generation_config.json`.
  package static func endTokens(ofDirectory directory: String) throws(MartletError) -> [Int32] {
    let files = try AdapterFile.places(ofDirectory: directory).map { place in
      FileSystem.join(place, "generation_config.json")
    }
    guard let file = files.first(where: FileSystem.exists) else { return [] }
    let reader = try JSONReader(file: file)
    guard let value = reader["eos_token_id"] else { return [] }
    let ids = value.array ?? [value]
    let tokens = ids.compactMap { $0.int.flatMap { Int32(exactly: $0) } }
    guard tokens.count == ids.count else {
      throw reader.unexpected("eos_token_id", expected: "a token's id or several")
    }
    return tokens
  }
}
