/// What a `.tiktoken` file lacks: how texts are split, and the special tokens.
///
/// Source: tiktoken, tiktoken_ext/openai_public.py.
enum TiktokenEncoding: String, CaseIterable {
  case cl100k, o200k, p50k, r50k

  /// - Throws: when there is none of that name; `_base` may follow the name.
  init(named name: String) throws(MartletError) {
    guard let known = Self(rawValue: name.hasSuffix("_base") ? String(name.dropLast(5)) : name) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw MartletError("the encoding \"\(name)\" is not known; use one of \(names)")
    }
    self = known
  }

  /// The encoding that a file is named after; nil when it is named after none.
  init?(file: String) {
    let name = file.split(separator: "/").last.map(String.init) ?? ""
    guard let known = Self.allCases.first(where: { name.hasPrefix($0.rawValue) }) else { return nil }
    self = known
  }

  /// The regular expression whose matches are the words; nil for GPT-2's.
  var pattern: String? {
    switch self {
    case .r50k, .p50k: nil
    case .cl100k: SplitExpressions.cl100k
    case .o200k: SplitExpressions.o200k
    }
  }

  /// The special tokens with their ids.
  var specialTokens: [(text: String, id: Int)] {
    switch self {
    case .r50k, .p50k: [("<|endoftext|>", 50256)]
    case .cl100k:
      [
        ("<|endoftext|>", 100257), ("<|fim_prefix|>", 100258), ("<|fim_middle|>", 100259),
        ("<|fim_suffix|>", 100260), ("<|endofprompt|>", 100276),
      ]
    case .o200k: [("<|endoftext|>", 199999), ("<|endofprompt|>", 200018)]
    }
  }
}

/// The regular expressions of well-known tokenizers, as their `tokenizer.json` has them.
enum SplitExpressions {
  private static let contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
  private static let tail = #"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  static let gpt2 = GPT2Pattern().expression
  static let cl100k = contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}"# + tail
  static let qwen2 = contractions + #"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"# + tail

  static let o200k =
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"# + contractions
    + #"?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"# + contractions
    + #"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  static let tekken =
    #"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"#
    + #"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"#
    + #"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+"#

  static let deepSeekV3 = [
    #"\p{N}{1,3}"#, "[一-龥぀-ゟ゠-ヿ]+",
    ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"##,
  ]
}
