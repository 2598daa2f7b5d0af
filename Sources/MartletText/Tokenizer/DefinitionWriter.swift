/// Writes the `tokenizer.json` of a tokenizer that was read from another kind of file, its large parts without a tree.
struct DefinitionWriter {
  private var bytes: [UInt8] = []
  private var isFirst = true

  /// - Parameters:
  ///   - members: all but the model, which comes last.
  ///   - model: writes the members of the model.
  static func write(
    _ members: [(String, JSON)], model: (inout DefinitionWriter) -> Void
  ) -> [UInt8] {
    var writer = DefinitionWriter()
    writer.append("{")
    for (key, value) in members { writer.member(key, value) }
    writer.key("model")
    writer.append("{")
    writer.isFirst = true
    model(&writer)
    writer.append("}}")
    return writer.bytes
  }

  /// A small member.
  mutating func member(_ key: String, _ value: JSON) {
    self.key(key)
    bytes += value.bytes(pretty: false)
  }

  /// The tokens with their ids.
  mutating func vocabulary(_ tokens: some Sequence<([UInt8], Int)>) {
    key("vocab")
    list("{", tokens, "}") { writer, token in
      writer.string(token.0)
      writer.append(":\(token.1)")
    }
  }

  /// The tokens with their scores.
  mutating func scores(_ tokens: some Sequence<([UInt8], Double)>) {
    key("vocab")
    list("[", tokens, "]") { writer, token in
      writer.append("[")
      writer.string(token.0)
      writer.append(",\(token.1)]")
    }
  }

  /// The pairs, the first learned first.
  mutating func merges(_ pairs: some Sequence<([UInt8], [UInt8])>) {
    key("merges")
    list("[", pairs, "]") { writer, pair in
      writer.append("[")
      writer.string(pair.0)
      writer.append(",")
      writer.string(pair.1)
      writer.append("]")
    }
  }

  private mutating func key(_ key: String) {
    if !isFirst { append(",") }
    isFirst = false
    string(Array(key.utf8))
    append(":")
  }

  private mutating func list<Element>(
    _ start: String, _ elements: some Sequence<Element>, _ end: String,
    _ write: (inout DefinitionWriter, Element) -> Void
  ) {
    append(start)
    var isFirst = true
    for element in elements {
      if !isFirst { append(",") }
      isFirst = false
      write(&self, element)
    }
    append(end)
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// A text in UTF-8.
  private mutating func string(_ text: [UInt8]) {
    let isPlain = text.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    guard isPlain else {
      bytes += JSON.string(String(decoding: text, as: UTF8.self)).bytes(pretty: false)
      return
    }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(contentsOf: text)
    bytes.append(UInt8(ascii: "\""))
  }
}

/// The tokens that stand before and after every text when a `tokenizer_config.json` asks for them.
enum SurroundingTokens {
  /// The template of a `tokenizer.json`; null when nothing is added.
  ///
  /// - Parameter id: the id of a token.
  /// - Throws: when a token that is to be added is not in the vocabulary.
  static func postProcessor(
    _ configuration: JSON, file: String, id: (String) -> Int?
  ) throws(MartletError) -> JSON {
    var template: [JSON] = [["Sequence": ["id": "A", "type_id": 0]]]
    var special = JSONObject()
    let usual = usualFlags(configuration)
    for (flag, key, isBefore) in [
      ("add_bos_token", "bos_token", true), ("add_eos_token", "eos_token", false),
    ] {
      guard configuration[flag]?.bool ?? usual.contains(flag) else { continue }
      let name = configuration[key]?.string ?? configuration[key]?["content"]?.string
      guard let name, let id = id(name) else {
        throw MartletError(
          "\(file): \"\(flag)\" asks for the token \"\(name ?? key)\", which is not in the vocabulary")
      }
      template.insert(
        ["SpecialToken": ["id": .string(name), "type_id": 0]], at: isBefore ? 0 : template.count)
      special.append(name, ["id": .string(name), "ids": [.integer(id)], "tokens": [.string(name)]])
    }
    guard template.count > 1 else { return .null }
    return [
      "type": "TemplateProcessing", "single": .array(template),
      "pair": .array(template), "special_tokens": .object(special),
    ]
  }

  /// What transformers adds for a class of tokenizers when its configuration doesn't say.
  private static func usualFlags(_ configuration: JSON) -> [String] {
    let name = configuration["tokenizer_class"]?.string ?? ""
    switch name.hasSuffix("Fast") ? String(name.dropLast(4)) : name {
    case "LlamaTokenizer", "CodeLlamaTokenizer", "GemmaTokenizer": return ["add_bos_token"]
    case "T5Tokenizer": return ["add_eos_token"]
    default: return []
    }
  }
}
