/// Turns text into token ids and back: a value that holds what a `tokenizer.json` describes.
///
/// A text goes through added tokens → normalizers → pre-tokenizer (words) → model (ids) → post-processor
/// (special tokens around it), and ids go back through the decoders. Ids are those of the `tokenizers` library
/// for the same file. Its `truncation` and `padding` settings are not applied.
///
/// A tokenizer is made by training (``characters(trainingOn:)``, ``words(size:trainingOn:)``, ``bytes()``,
/// ``bytePairs(size:trainingOn:)``) or read from a file with ``init(contentsOf:encoding:)``.
public struct Tokenizer: Sendable {
  /// The content of `tokenizer.json`, which is valid JSON.
  let definitionText: [UInt8]
  /// Why that would not give the same ids, when it wouldn't.
  let reasonNotToSave: String?
  /// The content of `tokenizer_config.json`.
  let configuration: JSON
  let addedTokens: AddedTokens
  let normalizers: Normalizers
  let preTokenizers: PreTokenizers
  let model: any TokenModel
  let postProcessor: PostProcessor
  let decoders: TokenDecoders
  let vocabulary: Vocabulary
  /// The same model, for text in which control marks are text: nil where it makes none of text anyway.
  let unmarkedModel: UnmarkedModel?
  let wordCaches = WordCaches()
  let unmarkedWordCaches = WordCaches()
  private let isSpecialID: [Bool]
  /// The texts that ids have when they are decoded, where they are not those of the vocabulary.
  private let normalizedTexts: [Int32: String]

  /// The token put in front of a text, when there is one.
  public let beginOfText: Int32?
  /// The token that ends a document, when there is one: it keeps documents apart in training and stops
  /// generation.
  public let endOfText: Int32?
  /// The token that stands for what the vocabulary lacks, when there is one.
  public let unknown: Int32?

  /// Builds the pipeline that the two files describe.
  ///
  /// - Parameters:
  ///   - definition: the content of `tokenizer.json`.
  ///   - file: what to call `tokenizer.json` in messages.
  init(definition: JSON, configuration: JSON, file: String) throws(MartletError) {
    try self.init(definition: definition.bytes(pretty: false), configuration: configuration, file: file)
  }

  /// As ``init(definition:configuration:file:)``, from the text of `tokenizer.json`.
  ///
  /// - Parameter parts: what takes the place of parts of the definition.
  init(
    definition text: [UInt8], configuration: JSON, file: String, parts: PipelineParts = PipelineParts()
  ) throws(MartletError) {
    definitionText = text
    reasonNotToSave = parts.reasonNotToSave
    self.configuration = configuration
    let definition = try DefinitionText(text, file: file)
    let reader = definition.root
    let kind = try TokenModels.kind(definition)
    var scores: [Double] = []
    var vocabulary =
      kind == .unigram
      ? try Vocabulary(listOf: definition, scores: &scores) : try Vocabulary(mapOf: definition)
    var added: [AddedTokens.Token] = []
    for tokenReader in try reader.readers("added_tokens") {
      let token = try AddedTokens.Token(tokenReader)
      try vocabulary.add(token.content, id: try tokenReader.required("id"))
      if parts.keepsAddedToken(token) { added.append(token) }
    }
    guard vocabulary.count > 0 else { throw MartletError("\(file): the vocabulary has no tokens") }
    let normalizers =
      if let given = parts.normalizers { given } else {
        try Normalizers(try reader.optionalReader("normalizer"))
      }
    self.normalizers = normalizers
    addedTokens = AddedTokens(added, normalize: normalizers.normalize)
    var preTokenizers =
      if let given = parts.preTokenizers { given } else {
        try PreTokenizers(try reader.optionalReader("pre_tokenizer"))
      }
    model =
      if let make = parts.model { make(vocabulary) } else {
        try TokenModels.read(
          definition, kind, vocabulary: vocabulary, scores: scores, isByteLevel: preTokenizers.isByteLevel)
      }
    if model.takesBytes { preTokenizers.keepBytes() }
    if let divider = model.wordDivider { preTokenizers.append(divider) }
    self.preTokenizers = preTokenizers
    postProcessor = try PostProcessor(try reader.optionalReader("post_processor"))
    decoders =
      if let given = parts.decoders { given } else {
        try TokenDecoders(try reader.optionalReader("decoder"))
      }
    for id in postProcessor.specialIDs where vocabulary.text(of: id) == nil {
      throw MartletError("\(file): the post-processor adds the id \(id), which is not in the vocabulary")
    }
    var isSpecialID = [Bool](repeating: false, count: vocabulary.count)
    for token in added where token.isSpecial { isSpecialID[Int(token.id)] = true }
    self.isSpecialID = isSpecialID
    let special = SpecialTokens(configuration: configuration, vocabulary: vocabulary)
    beginOfText = special.beginOfText
    endOfText = special.endOfText
    let modelUnknown = try TokenModels.unknown(try reader.reader("model"), vocabulary)
    unknown = special.unknown ?? modelUnknown
    unmarkedModel = UnmarkedModel(
      model,
      marks: added.filter(\.isSpecial).map { token in
        let text = [UInt8](token.content.utf8)
        return (token.id, [text, normalizers.normalize(text)])
      }, unknown: modelUnknown ?? special.unknown, count: vocabulary.count)
    self.vocabulary = vocabulary
    normalizedTexts = Dictionary(
      addedTokens.normalizedTexts.map { ($0.id, $0.text) }, uniquingKeysWith: { $1 })
  }

  /// One more than the largest id: the rows an embedding needs.
  public var vocabularySize: Int { vocabulary.count }

  /// The text of a token as it stands in `tokenizer.json`, such as "Ġthe"; nil for ids that are not used.
  public func token(of id: Int32) -> String? { vocabulary.text(of: id) }

  /// The id of a token by its text as it stands in `tokenizer.json`.
  public func id(of token: String) -> Int32? { vocabulary.id(of: token) }

  /// Whether a token is a control mark, such as the end of text, that is no part of the text itself.
  public func isSpecial(_ id: Int32) -> Bool {
    isSpecialID.indices.contains(Int(id)) && isSpecialID[Int(id)]
  }

  /// The bytes that a token adds to a text (past its start); none for special and unused ones.
  ///
  /// They may be a part of a character. Not what ``unknown`` tokens stood for: count a text's own bytes for
  /// bits per byte.
  public func bytes(of id: Int32) -> [UInt8] {
    bytes(of: id, isFirst: false, skippingSpecialTokens: true)
  }

  /// A token as shown to people: its text on one line, with bytes that are no whole character as `<0xE2>`.
  public func readableToken(of id: Int32) -> String {
    guard let token = decodedText(of: id) else { return "<unused \(id)>" }
    return isSpecial(id) ? token : ReadableText.make(bytes(of: id))
  }

  /// The text that an id is decoded from.
  func decodedText(of id: Int32) -> String? { normalizedTexts[id] ?? vocabulary.text(of: id) }

  /// The text that an id is decoded from; nil for unused ids, and for special ones that are to be left out.
  func decodedText(of id: Int32, skippingSpecialTokens: Bool) -> String? {
    // `tokenizers` knows special tokens by their text, and so not those that the normalizers change.
    if skippingSpecialTokens, isSpecial(id), normalizedTexts[id] == nil { return nil }
    return decodedText(of: id)
  }

  /// As ``bytes(of:)``, at the start of a text, whose first token may lose the space in front of it, or past it.
  package func bytes(of id: Int32, isFirst: Bool, skippingSpecialTokens: Bool) -> [UInt8] {
    guard let text = decodedText(of: id, skippingSpecialTokens: skippingSpecialTokens) else { return [] }
    var decoders = decoders.keepingBytes(isAtStart: isFirst, isAtEnd: false)
    return decoders.decode(CollectionOfOne(text), isLast: true)
  }
}
