/// Keys of a `config.json` that change nothing of what a language model computes, in any family.
///
/// A key that is neither read by a family nor listed here is refused.
enum HarmlessKeys {
  static let all: Set<String> = [
    // What the file is about. The special tokens are read apart from the family.
    "_name_or_path", "architectures", "auto_map", "bos_token_id", "custom_pipelines", "eos_token_id",
    "is_decoder", "model_type", "name_or_path", "pad_token_id", "sep_token_id", "cls_token_id",
    "mask_token_id",
    "unk_token_id", "decoder_start_token_id", "tokenizer_class", "transformers_version", "unsloth_fixed",
    "unsloth_version", "_commit_hash",
    // How it is computed or kept, not what.
    "_attn_implementation", "_attn_implementation_autoset", "_attn_implementation_internal",
    "attn_implementation", "cache_implementation", "chunk_size_feed_forward", "dtype",
    "gradient_checkpointing",
    "low_cpu_mem_usage", "pretraining_tp", "torch_dtype", "torchscript", "use_bfloat16", "use_cache",
    "use_return_dict", "return_dict", "output_attentions", "output_hidden_states", "output_scores",
    "return_dict_in_generate", "reorder_and_upcast_attn",
    // Training: where weights begin, and parts that only training switches off.
    "initializer_range", "attention_dropout", "attn_pdrop", "classifier_dropout", "hidden_dropout_prob",
    "tf_legacy_loss",
    // Heads of other tasks.
    "finetuning_task", "id2label", "label2id", "num_labels", "prefix", "problem_type", "task_specific_params",
    "token_classification_bias",
    // How generation chooses tokens, which its own options say.
    "bad_words_ids", "begin_suppress_tokens", "diversity_penalty", "do_sample", "early_stopping",
    "encoder_no_repeat_ngram_size", "exponential_decay_length_penalty", "forced_bos_token_id",
    "forced_eos_token_id", "length_penalty", "max_length", "min_length", "no_repeat_ngram_size",
    "num_beam_groups", "num_beams", "num_return_sequences", "remove_invalid_values", "repetition_penalty",
    "suppress_tokens", "temperature", "top_k", "top_p", "typical_p",
  ]

  /// Switches that no language model of these families has on.
  static let off = [
    "add_cross_attention", "is_encoder_decoder", "tie_encoder_decoder", "use_bidirectional_attention",
  ]
}
