/// The tokenizer that belongs to a llama2.c checkpoint, such as `tokenizer.bin`.
///
/// A SentencePiece vocabulary: the bytes of the longest piece, and for each piece a score, the number of its bytes and
/// the bytes, in which spaces are spaces. The first three stand for what is unknown, for the beginning of a text and for
/// its end; the next 256 for bytes.
///
/// - Source: `tokenizer.py` and `run.c` of github.com/karpathy/llama2.c.
package struct Llama2CTokenizer {
  private let pieces: ScoredPieces
  private static let special = ["<unk>", "<s>", "</s>"]
  private static let space = "\u{2581}"

  /// The number of tokens.
  package var vocabularySize: Int { pieces.pieces.count }

  /// Reads a file.
  ///
  /// - Throws: when it is truncated, a piece is no text, stands twice, or the first ones are not those of every such
  ///   file.
  package init(file: String) throws(MartletError) {
    var bytes = try FileSystem.read(file)[...]
    func next(_ count: Int) throws(MartletError) -> ArraySlice<UInt8> {
      guard count >= 0, count <= bytes.count else {
        throw MartletError(
          "\(file): it ends in the midst of a piece; it is truncated or no tokenizer of llama2.c")
      }
      defer { bytes = bytes.dropFirst(count) }
      return bytes.prefix(count)
    }
    func number() throws(MartletError) -> UInt32 { try next(4).reversed().reduce(0) { $0 << 8 | UInt32($1) } }
    _ = try number()
    var pieces: [(text: String, score: Float)] = []
    var known: Set<UTF8Key> = []
    while !bytes.isEmpty {
      let id = pieces.count
      let score = Float(bitPattern: try number())
      let content = try next(Int(Int32(bitPattern: try number())))
      guard score.isFinite, let text = String(validating: content, as: UTF8.self), !text.isEmpty else {
        throw MartletError("\(file): piece \(id) is no UTF-8 text with a score; it is damaged")
      }
      let name = id < Self.special.count ? Self.special[id] : text.replacing(" ", with: Self.space)
      guard known.insert(UTF8Key(name)).inserted else {
        throw MartletError("\(file): piece \(id), \"\(name)\", stands twice; it is damaged")
      }
      pieces.append((name, score))
    }
    for byte in 0..<256 where pieces.count <= byte + 3 || pieces[byte + 3].text != Self.byteToken(byte) {
      throw MartletError(
        "\(file): piece \(byte + 3) must be \(Self.byteToken(byte)); it is no tokenizer of llama2.c")
    }
    self.pieces = ScoredPieces(pieces)
  }

  private static func byteToken(_ byte: Int) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "<0x" + (byte < 16 ? "0" : "") + digits + ">"
  }

  /// The `tokenizer.json` that gives the same ids.
  package var definition: JSON {
    func replacing(_ text: JSON, _ content: JSON) -> JSON {
      ["type": "Replace", "pattern": ["String": text], "content": content]
    }
    func special(_ type: Int) -> JSON { ["SpecialToken": ["id": "<s>", "type_id": .integer(type)]] }
    func sequence(_ name: JSON, _ type: Int) -> JSON {
      ["Sequence": ["id": name, "type_id": .integer(type)]]
    }
    let space: JSON = .string(Self.space)
    return [
      "version": "1.0", "truncation": nil, "padding": nil,
      "added_tokens": .array(
        Self.special.enumerated().map { id, token in
          var members: JSON = ["id": .integer(id)]
          for (key, value) in Self.flags(of: token).object! { members[key] = value }
          return members
        }),
      "normalizer": [
        "type": "Sequence",
        "normalizers": [["type": "Prepend", "prepend": space], replacing(" ", space)],
      ],
      "pre_tokenizer": nil,
      "post_processor": [
        "type": "TemplateProcessing",
        "single": [special(0), sequence("A", 0)],
        "pair": [special(0), sequence("A", 0), special(1), sequence("B", 1)],
        "special_tokens": ["<s>": ["id": "<s>", "ids": [1], "tokens": ["<s>"]]],
      ],
      "decoder": [
        "type": "Sequence",
        "decoders": [
          replacing(space, " "), ["type": "ByteFallback"], ["type": "Fuse"],
          ["type": "Strip", "content": " ", "start": 1, "stop": 0],
        ],
      ],
      "model": [
        "type": "BPE", "dropout": nil, "unk_token": "<unk>", "continuing_subword_prefix": nil,
        "end_of_word_suffix": nil, "fuse_unk": true, "byte_fallback": true, "ignore_merges": false,
        "vocab": .object(
          JSONObject(pieces.pieces.enumerated().map { ($0.element.text, .integer($0.offset)) })),
        "merges": .array(pieces.merges.map { [.string($0.left), .string($0.right)] }),
      ],
    ]
  }

  /// The `tokenizer_config.json` that belongs to it.
  package var configuration: JSON {
    let added = Self.special.enumerated().map { (String($0.offset), Self.flags(of: $0.element)) }
    return [
      "add_bos_token": true, "add_eos_token": false, "added_tokens_decoder": .object(JSONObject(added)),
      "bos_token": "<s>", "clean_up_tokenization_spaces": false, "eos_token": "</s>", "legacy": true,
      "tokenizer_class": "PreTrainedTokenizerFast", "unk_token": "<unk>",
    ]
  }

  private static func flags(of token: String) -> JSON {
    [
      "content": .string(token), "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
      "special": true,
    ]
  }

  /// Writes `tokenizer.json` and `tokenizer_config.json`.
  package func save(to directory: String) throws(MartletError) {
    for (name, content) in [
      (Tokenizer.definitionName, definition), (Tokenizer.configurationName, configuration),
    ] {
      try FileSystem.write(content.pretty + "\n", to: FileSystem.join(directory, name))
    }
  }
}
