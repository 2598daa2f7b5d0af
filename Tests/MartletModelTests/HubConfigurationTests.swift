import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// `config.json` as published models have it: the older keys, legacy values, and keys that change nothing.
@Suite struct HubConfigurationTests {
  private func configuration(_ text: String) throws -> DecoderConfiguration {
    var found: DecoderConfiguration?
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(text, to: "\(directory)/config.json")
      found = try LanguageModel.configuration(ofDirectory: directory).configuration
    }
    return try #require(found)
  }

  private static let sizes = """
    "vocab_size": 64, "hidden_size": 32, "num_hidden_layers": 4, "num_attention_heads": 4,
    "intermediate_size": 48, "max_position_embeddings": 128, "torch_dtype": "bfloat16",
    "transformers_version": "4.40.0", "use_cache": true, "initializer_range": 0.02, "attention_dropout": 0.1
    """

  private func configuration(_ family: String, _ keys: String) throws -> DecoderConfiguration {
    let sizes =
      keys.contains("num_key_value_heads") ? Self.sizes : "\(Self.sizes), \"num_key_value_heads\": 2"
    return try configuration("{\"model_type\": \"\(family)\", \(sizes), \(keys)}")
  }

  @Test func pythia() throws {
    let found = try configuration(
      """
      {"architectures": ["GPTNeoXForCausalLM"], "bos_token_id": 0, "eos_token_id": 0, "hidden_act": "gelu",
      "hidden_size": 512, "initializer_range": 0.02, "intermediate_size": 2048, "layer_norm_eps": 1e-05,
      "max_position_embeddings": 2048, "model_type": "gpt_neox", "num_attention_heads": 8, "num_hidden_layers": 6,
      "rotary_emb_base": 5000, "rotary_pct": 0.5, "tie_word_embeddings": false, "torch_dtype": "float16",
      "transformers_version": "4.24.0", "use_cache": true, "use_parallel_residual": true, "vocab_size": 50304}
      """)
    #expect(found.layerPattern == [LayerForm(rotary: Rotary(base: 5000, fraction: 0.5))])
    #expect(found.block == .parallel && found.feedForward == .plain(.gelu) && !found.isTied)
    #expect(found.attention.inputBias && found.attention.outputBias && found.normalizationBias)
    // What the file leaves out is what `transformers` takes.
    let usual = try configuration("gpt_neox", #""hidden_dropout": 0.25, "num_key_value_heads": 4"#)
    #expect(usual.rotary == Rotary(base: 10000, fraction: 0.25) && usual.dropout == 0.25)
  }

  @Test func phi() throws {
    let found = try configuration(
      """
      {"architectures": ["PhiForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 50256, "embd_pdrop": 0.0,
      "eos_token_id": 50256, "hidden_act": "gelu_new", "hidden_size": 2560, "initializer_range": 0.02,
      "intermediate_size": 10240, "layer_norm_eps": 1e-05, "max_position_embeddings": 2048, "model_type": "phi",
      "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 32, "partial_rotary_factor": 0.4,
      "qk_layernorm": false, "resid_pdrop": 0.1, "rope_scaling": null, "rope_theta": 10000.0,
      "tie_word_embeddings": false, "torch_dtype": "float16", "transformers_version": "4.37.0", "use_cache": true,
      "vocab_size": 51200}
      """)
    #expect(found.layerPattern == [LayerForm(rotary: Rotary(base: 10000, fraction: 0.4))])
    #expect(found.block == .parallelOnOneNormalization && found.feedForward == .plain(.geluTanh))
    #expect(found.hasHeadBias && !found.isTied && found.attention.hasBias && found.dropout == 0.1)
    // 2.78 billion, as its card says.
    #expect(found.parameterCount == 2_779_683_840)
    #expect(try configuration("phi", #""num_key_value_heads": 4"#).rotary?.fraction == 0.5)
    #expect(throws: MartletError.self) { try configuration("phi", #""qk_layernorm": true"#) }
  }

  @Test func llamas() throws {
    let third = try configuration(
      "llama",
      """
      "rope_theta": 500000.0, "rms_norm_eps": 1e-05, "pretraining_tp": 1, "mlp_bias": false, "attention_bias": false,
      "rope_scaling": {"factor": 8.0, "high_freq_factor": 4.0, "low_freq_factor": 1.0,
        "original_max_position_embeddings": 32, "rope_type": "llama3"}, "eos_token_id": [7, 8, 9]
      """)
    #expect(third.rotary?.scaling == .llama3(Rotary.Llama3(originalContext: 32)))
    #expect(third.rotary?.base == 500_000 && third.context == 128 && third.endOfText == 7)
    // The first kind of scaling was named "type".
    let dynamic = try configuration("llama", #""rope_scaling": {"type": "dynamic", "factor": 2.0}"#)
    #expect(dynamic.rotary?.scaling == .dynamic(factor: 2, originalContext: 128))
    #expect(dynamic.context == 256 && dynamic.normalizationEpsilon == 1e-6)
    let newer = try configuration(
      "llama", #""rope_parameters": {"rope_type": "linear", "factor": 3, "rope_theta": 20000}"#)
    #expect(newer.rotary == Rotary(base: 20000, scaling: .linear(factor: 3)) && newer.context == 128)
    #expect(try configuration("llama", #""rope_scaling": null"#).rotary == Rotary())
  }

  @Test func yarnIsTurnedOnByItsKeysAlone() throws {
    let found = try configuration(
      "qwen2",
      #""rope_scaling": {"factor": 4.0, "original_max_position_embeddings": 128, "type": "yarn"}"#)
    #expect(found.context == 512)
    guard case .yarn(let numbers) = found.rotary?.scaling else {
      Issue.record("no YaRN")
      return
    }
    #expect(numbers == Rotary.YaRN(factor: 4, originalContext: 128))
    #expect(abs(numbers.attentionFactor - 1.138_629_436_111_989) < 1e-15)
  }

  @Test func windowsOfQwen() throws {
    let keys = #""use_sliding_window": true, "sliding_window": 16, "max_window_layers": 3"#
    let found = try configuration("qwen2", keys)
    #expect((0..<4).map { found.layerForm($0).window } == [nil, nil, nil, 16])
    #expect(found.attention.inputBias && !found.attention.outputBias)
    // As most files have it: a window that is switched off.
    let off = try configuration(
      "qwen3", #""use_sliding_window": false, "sliding_window": 16, "max_window_layers": 0, "head_dim": 8"#)
    #expect(
      off.layerPattern == [LayerForm(rotary: Rotary())] && off.attention.queryKeyNormalization == .perHead)
    #expect(try configuration("qwen3", #""sliding_window": null"#).headDimension == 128)
  }

  @Test func windowsOfMistral() throws {
    #expect(try configuration("mistral", #""sliding_window": 16"#).layerForm(3).window == 16)
    #expect(try configuration("mistral", #""sliding_window": null"#).layerForm(3).window == nil)
    #expect(try configuration("mistral", #""rope_theta": 1e6"#).layerForm(3).window == 4096)
  }

  @Test func gemmas() throws {
    let first = try configuration(
      "gemma", #""head_dim": 16, "hidden_act": "gelu", "hidden_activation": null"#)
    #expect(first.feedForward == .gated(.geluTanh) && first.headDimension == 16 && first.isTied)
    #expect(first.normalization == .offsetRootMeanSquare)
    #expect(first.multipliers.embedding == Float(32).squareRoot())

    let second = try configuration(
      "gemma2",
      """
      "head_dim": 16, "hidden_act": "gelu_pytorch_tanh", "hidden_activation": "gelu_pytorch_tanh",
      "cache_implementation": "hybrid", "query_pre_attn_scalar": 24, "sliding_window": 9, "sliding_window_size": 9
      """)
    #expect(second.attention.softCap == 50 && second.logitSoftCap == 30)
    #expect(second.attention.scale == .inverseRoot(of: 24))
    #expect((0..<4).map { second.layerForm($0).window } == [9, nil, 9, nil])

    let third = try configuration(
      "gemma3_text",
      """
      "head_dim": 16, "query_pre_attn_scalar": 16, "sliding_window": 9, "sliding_window_pattern": 3,
      "rope_theta": 1000000, "rope_local_base_freq": 10000, "rope_scaling": {"rope_type": "linear", "factor": 8.0}
      """)
    let (local, global) = (
      LayerForm(rotary: Rotary(), window: 9),
      LayerForm(rotary: Rotary(base: 1_000_000, scaling: .linear(factor: 8)))
    )
    #expect((0..<4).map { third.layerForm($0) } == [local, local, global, local])
  }

  @Test func phis() throws {
    let factors = "[1.0, 1.1, 1.2, 1.3]"
    let found = try configuration(
      "phi3",
      """
      "rope_scaling": {"long_factor": \(factors), "short_factor": \(factors), "type": "su"}, "rope_theta": 10000.0,
      "original_max_position_embeddings": 32, "sliding_window": 100, "resid_pdrop": 0.0, "embd_pdrop": 0.0,
      "auto_map": {"AutoConfig": "configuration_phi3.Phi3Config"}, "attention_bias": false
      """)
    guard case .longRoPE(let numbers) = found.rotary?.scaling else {
      Issue.record("no LongRoPE")
      return
    }
    #expect(numbers.shortFactors == [1, 1.1, 1.2, 1.3] && numbers.originalContext == 32)
    // √(1 + ln 4 / ln 32).
    #expect(abs(numbers.attentionFactor - 1.4.squareRoot()) < 1e-15)
    #expect(found.layerForm(0).window == 100 && found.normalizationEpsilon == 1e-5)
    let fourth = try configuration(
      "phi3",
      """
      "partial_rotary_factor": 0.75, "full_attn_mod": 1, "interpolate_factor": 1, "lm_head_bias": false,
      "mlp_bias": false, "tie_word_embeddings": true, "rope_scaling": null
      """)
    #expect(fourth.rotary == Rotary(fraction: 0.75) && fourth.isTied)
  }

  @Test func smolLM3() throws {
    let found = try configuration(
      "smollm3",
      """
      "no_rope_layers": [1, 1, 1, 0], "no_rope_layer_interval": 4, "max_window_layers": 28, "pretraining_tp": 2,
      "layer_types": ["full_attention", "full_attention", "full_attention", "full_attention"],
      "rope_theta": 5000000.0, "use_sliding_window": false, "sliding_window": null, "mlp_bias": false
      """)
    #expect((0..<4).map { found.layerForm($0).rotary?.base } == [5e6, 5e6, 5e6, nil])
    let usual = try configuration("smollm3", #""no_rope_layer_interval": 2"#)
    #expect((0..<4).map { usual.layerForm($0).rotary?.base } == [2e6, nil, 2e6, nil] && usual.isTied)
  }

  @Test func starCoder2() throws {
    let found = try configuration(
      "starcoder2",
      """
      "attention_softmax_in_fp32": true, "embedding_dropout": 0.1, "residual_dropout": 0.1,
      "hidden_act": "gelu_pytorch_tanh", "layer_norm_epsilon": 1e-05, "norm_epsilon": 1e-04, "mlp_type": "default",
      "norm_type": "layer_norm", "rope_theta": 999999.4420358813, "scale_attention_softmax_in_fp32": true,
      "scale_attn_weights": true, "sliding_window": 64, "use_bias": true
      """)
    #expect(found.rotary?.base == 999_999.442_035_881_3 && found.layerForm(0).window == 64)
    #expect(found.normalization == .layer && found.normalizationBias && found.normalizationEpsilon == 1e-4)
    #expect(found.feedForward == .plain(.geluTanh) && found.feedForwardBias && found.isTied)
  }

  @Test func granite() throws {
    let found = try configuration(
      "granite",
      """
      "attention_multiplier": 0.015625, "embedding_multiplier": 12.0, "logits_scaling": 8.0,
      "residual_multiplier": 0.22, "rope_theta": 10000000.0, "tie_word_embeddings": true, "mlp_bias": false
      """)
    #expect(found.attention.scale == .factor(0.015625))
    #expect(
      found.multipliers
        == DecoderConfiguration.Multipliers(embedding: 12, residual: 0.22, logitDivisor: 8))
  }

  /// The text model within a file of Gemma 3 with images, which leaves out what `transformers` takes anyway.
  @Test func gemma3WithImages() throws {
    let found = try configuration(
      """
      {"architectures": ["Gemma3ForConditionalGeneration"], "boi_token_index": 255999, "eoi_token_index": 256000,
      "eos_token_id": [1, 106], "image_token_index": 262144, "initializer_range": 0.02, "mm_tokens_per_image": 256,
      "model_type": "gemma3", "text_config": {"hidden_size": 2560, "intermediate_size": 10240,
        "model_type": "gemma3_text", "num_hidden_layers": 34, "rope_scaling": {"factor": 8.0, "rope_type": "linear"},
        "sliding_window": 1024}, "torch_dtype": "bfloat16", "transformers_version": "4.50.0.dev0",
      "vision_config": {"hidden_size": 1152, "image_size": 896, "model_type": "siglip_vision_model"}}
      """)
    #expect(found.vocabulary == 262_208 && found.width == 2560 && found.layers == 34 && found.heads == 8)
    #expect(found.keyValueHeads == 4 && found.headDimension == 256 && found.context == 131_072)
    #expect(found.layerForm(4).window == 1024 && found.layerForm(5).window == nil && found.isTied)
    #expect(found.layerForm(5).rotary == Rotary(base: 1_000_000, scaling: .linear(factor: 8)))
    #expect(found.endOfText == 1)
  }

  /// A key that may change the mathematics is refused by its name, never ignored.
  @Test func unknownKeysAreRefused() {
    let keys = [
      ("llama", #""attention_sinks": 4"#, "attention_sinks"),
      ("llama", #""use_qk_norm": true"#, "use_qk_norm"),
      ("llama", #""quantization_config": {"bits": 4}"#, "quantization_config"),
      ("llama", #""rope_interleaved": true"#, "rope_interleaved"),
      ("llama", #""sliding_window": 7"#, "sliding_window"),
      ("llama", #""partial_rotary_factor": 0.5"#, "partial_rotary_factor"),
      (
        "llama", #""rope_scaling": {"rope_type": "linear", "factor": 2, "finetuned": true}"#,
        "rope_scaling.finetuned"
      ),
      ("llama", #""rope_scaling": {"rope_type": "linear"}"#, "rope_scaling.factor"),
      ("llama", #""rope_scaling": {"rope_type": "proportional"}"#, "rope_scaling.rope_type"),
      ("llama", #""rope_scaling": {"type": "mrope"}"#, "rope_scaling.type"),
      ("llama", #""rope_scaling": {"rope_type": "linear", "factor": 0}"#, "factors"),
      (
        "llama", #""rope_scaling": {"type": "linear", "factor": 2}, "rope_parameters": {"rope_theta": 9}"#,
        "both"
      ),
      ("mistral", #""attention_bias": true"#, "attention_bias"),
      ("mistral", #""layer_types": ["full_attention"]"#, "layer_types"),
      ("qwen2", #""use_mrope": true"#, "use_mrope"),
      ("qwen2", #""layer_types": ["full_attention"]"#, "layer_types"),
      (
        "qwen2",
        #""layer_types": ["full_attention", "full_attention", "chunked_attention", "full_attention"]"#,
        "layer_types"
      ),
      (
        "qwen2",
        #""layer_types": ["full_attention", "full_attention", "sliding_attention", "full_attention"]"#,
        "sliding_window"
      ),
      ("gemma", #""use_bidirectional_attention": true"#, "use_bidirectional_attention"),
      ("gemma", #""hidden_activation": "relu""#, "hidden_activation"),
      ("gemma2", #""query_pre_attn_scalar": 0"#, "scale"),
      ("gemma2", #""final_logit_softcapping": -3"#, "cap"),
      ("gemma3_text", #""attn_logit_softcapping": 50"#, "attn_logit_softcapping"),
      ("gemma3_text", #""rope_parameters": {"rope_theta": 5}"#, "rope_parameters.rope_theta"),
      ("phi3", #""lm_head_bias": true"#, "lm_head_bias"), ("phi3", #""full_attn_mod": 2"#, "full_attn_mod"),
      (
        "phi3", #""rope_scaling": {"type": "longrope", "short_factor": [1], "long_factor": [1, 1, 1, 1]}"#,
        "4 short and long factors"
      ),
      ("smollm3", #""no_rope_layers": [1, 0]"#, "no_rope_layers"),
      ("starcoder2", #""mlp_type": "gated""#, "mlp_type"), ("gpt_neox", #""head_dim": 16"#, "head_dim"),
      ("gpt_neox", #""num_key_value_heads": 2"#, "num_key_value_heads"),
      ("granite", #""residual_multiplier": 0"#, "residual multiplier"),
    ]
    for (family, key, expected) in keys {
      expectError("config.json", expected) { _ = try configuration(family, key) }
    }
  }
}
