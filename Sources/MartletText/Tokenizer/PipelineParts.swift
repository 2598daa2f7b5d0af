/// What a `tokenizer.json` can't say exactly of a tokenizer that was read from another kind of file.
struct PipelineParts {
  /// Each takes the place of a stage; nil to have what the definition says.
  var normalizers: Normalizers?
  var preTokenizers: PreTokenizers?
  var model: ((Vocabulary) -> any TokenModel)?
  var decoders: TokenDecoders?

  /// Whether an added token of the definition is looked for in texts.
  var keepsAddedToken: (AddedTokens.Token) -> Bool = { _ in true }

  /// Why the definition must not be saved: it would give other ids.
  var reasonNotToSave: String?
}
