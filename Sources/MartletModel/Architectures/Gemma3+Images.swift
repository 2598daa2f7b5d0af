import MartletText

extension Gemma3 {
  /// `model_type` of files of models with images, of which the text model is read.
  static let nameWithImages = "gemma3"

  /// The parts of such a model that only images pass.
  public static let otherParts = [
    "model.multi_modal_projector.", "model.vision_tower.", "multi_modal_projector.", "vision_tower.",
  ]

  /// The keys of the text model as its own file would have them. The file leaves out those in which it does not differ
  /// from `transformers`.
  static func textKeys(of reader: JSONReader) throws(MartletError) -> JSONReader {
    var keys: JSONObject = [
      "model_type": .string(name), "vocab_size": 262_208, "max_position_embeddings": 131_072,
      "hidden_size": 2304, "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads": 4,
      "head_dim": 256, "intermediate_size": 9216,
    ]
    for key in ["bos_token_id", "eos_token_id", "tie_word_embeddings"] { keys[key] = reader[key] }
    let text = try reader.reader("text_config")
    guard try text.optional("model_type") ?? name == name else {
      throw text.unexpected("model_type", expected: "\"\(name)\"")
    }
    for (key, value) in text.members { keys[key] = value }
    return try JSONReader(.object(keys), file: reader.file)
  }
}
