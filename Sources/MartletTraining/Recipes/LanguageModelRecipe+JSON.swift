import MartletTensor
import MartletText

extension LanguageModelRecipe: Recipe {
  /// The recipe as a run directory keeps it, as a JSON object.
  public var text: String { json.pretty }

  /// Reads what ``text`` gave.
  ///
  /// - Throws: when a key is missing, of another kind, or contradicts another.
  public init(parsing text: String, file: String) throws(MartletError) {
    try self.init(reading: JSONReader(JSON(parsing: text, file: file), file: file))
  }

  package var json: JSON {
    func optional(_ number: Int?) -> JSON { number.map { .integer($0) } ?? .null }
    let own: JSONObject = [
      "data": .array(data.map { .string($0) }),
      "tokenizer": .string(tokenizer),
      "base": base.map { .string($0) } ?? .null,
      "architecture": .string(architecture),
      "layers": .integer(layers),
      "heads": .integer(heads),
      "key_value_heads": optional(keyValueHeads),
      "width": .integer(width),
      "feed_forward": optional(feedForwardWidth),
      "experts": optional(experts),
      "experts_per_token": optional(expertsPerToken),
      "context": .integer(context),
      "bias": hasBias.map { .bool($0) } ?? .null,
      "tied": isTied.map { .bool($0) } ?? .null,
      "packing": .string(packing.rawValue),
      "validation_fraction": .number(validationFraction),
    ]
    return .object(JSONObject(own.map { ($0, $1) } + settings.json.map { ($0, $1) }))
  }

  package init(reading reader: JSONReader) throws(MartletError) {
    try RecipeKind(reader).require(nil)
    data = try reader.required("data")
    tokenizer = try reader.required("tokenizer")
    base = try reader.optional("base")
    architecture = try reader.required("architecture")
    layers = try reader.required("layers")
    heads = try reader.required("heads")
    keyValueHeads = try reader.optional("key_value_heads")
    width = try reader.required("width")
    feedForwardWidth = try reader.optional("feed_forward")
    experts = try reader.optional("experts")
    expertsPerToken = try reader.optional("experts_per_token")
    context = try reader.required("context")
    hasBias = try reader.optional("bias")
    isTied = try reader.optional("tied")
    packing = try reader.named("packing")
    validationFraction = try reader.required("validation_fraction")
    settings = try TrainingSettings(reading: reader)
    if let problem { throw MartletError("\(reader.file): \(problem)") }
  }
}
