/// How texts are split for byte-level models, by the names that GGUF files have for it.
///
/// Source: llama.cpp, src/llama-vocab.cpp, `llama_vocab::impl::load` and `llm_tokenizer_bpe`.
struct GGUFPreTokenizer {
  /// The expressions that split a text, one after another; GPT-2's when there are none.
  let expressions: [String]
  /// Whether a word that is a token is taken as it is.
  var ignoresMerges = false
  /// Whether the beginning of a text is marked when the file doesn't say so.
  var addsBegin = false

  /// - Returns: nil when the name is not known.
  init?(named name: String) {
    switch name {
    case "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "jina-v2-code", "gigachat",
      "roberta-bpe", "mpt", "olmo", "jais", "exaone4", "trillion", "granite-docling":
      expressions = []
    case "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2":
      (expressions, ignoresMerges, addsBegin) = ([SplitExpressions.cl100k], true, true)
    case "dbrx", "smaug-bpe": expressions = [SplitExpressions.cl100k]
    case "qwen2", "stablelm2", "hunyuan", "deepseek-r1-qwen", "solar-open", "megrez":
      expressions = [SplitExpressions.qwen2]
    case "deepseek-v3": expressions = SplitExpressions.deepSeekV3
    case "gpt-4o", "llama4", "kanana2": expressions = [SplitExpressions.o200k]
    case "tekken": (expressions, ignoresMerges, addsBegin) = ([SplitExpressions.tekken], true, true)
    case "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b":
      expressions = [#"\p{N}"#, SplitExpressions.gpt2]
    default: return nil
    }
  }

  /// The pre-tokenizer of a `tokenizer.json`.
  var definition: JSON {
    let byteLevel: JSON = [
      "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
      "use_regex": .bool(expressions.isEmpty),
    ]
    let splits = expressions.map { expression -> JSON in
      ["type": "Split", "pattern": ["Regex": .string(expression)], "behavior": "Isolated", "invert": false]
    }
    return splits.isEmpty ? byteLevel : ["type": "Sequence", "pretokenizers": .array(splits + [byteLevel])]
  }
}
