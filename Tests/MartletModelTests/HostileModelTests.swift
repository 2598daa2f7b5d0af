import MartletTensor
import MartletText
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

@testable import MartletModel

/// Damaged model directories get one sentence that names the file and the key.
@Suite struct HostileModelTests {
  private enum Family: String, CaseIterable {
    case gpt2 = "gpt2-tied"
    case llama = "llama-grouped"
  }

  /// Loads a copy of a golden model in which `change` has altered the members of `config.json`.
  private func load(
    _ family: Family, _ change: (inout JSONObject) -> Void, then use: (LanguageModel) -> Void = { _ in }
  ) throws {
    let golden = TestFiles.golden("models/\(family.rawValue)")
    try TestFiles.withTemporaryDirectory { directory in
      var members = try #require(try JSON(file: "\(golden)/config.json").object)
      change(&members)
      try FileSystem.write(JSON.object(members).pretty, to: "\(directory)/config.json")
      try FileSystem.write(
        FileSystem.read("\(golden)/model.safetensors"), to: "\(directory)/model.safetensors")
      use(try LanguageModel(directory: directory))
    }
  }

  /// Loads a copy of a golden model in which `change` has altered the list of tensors.
  private func loadWeights(_ family: Family, _ change: (inout [(name: String, tensor: Tensor)]) -> Void)
    throws
  {
    let golden = TestFiles.golden("models/\(family.rawValue)")
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(FileSystem.read("\(golden)/config.json"), to: "\(directory)/config.json")
      let stored = try Safetensors(file: "\(golden)/model.safetensors")
      var tensors = try stored.names.map { (name: $0, tensor: try stored[$0]!) }
      change(&tensors)
      try Safetensors.write(tensors, to: "\(directory)/model.safetensors")
      _ = try LanguageModel(directory: directory)
    }
  }

  @Test func anUnchangedCopyLoads() throws {
    for family in Family.allCases {
      try load(family) { _ in }
      try loadWeights(family) { _ in }
    }
  }

  @Test func missingFiles() throws {
    expectError("/no/such/model", "no such directory", "config.json") {
      _ = try LanguageModel(directory: "/no/such/model")
    }
    let golden = TestFiles.golden("models/gpt2-tied")
    expectError("config.json: there is no such directory") {
      _ = try LanguageModel(directory: "\(golden)/config.json")
    }
    try TestFiles.withTemporaryDirectory { directory in
      expectError("\(directory)/config.json", "does not exist") {
        _ = try LanguageModel(directory: directory)
      }
      try FileSystem.write(FileSystem.read("\(golden)/config.json"), to: "\(directory)/config.json")
      expectError("\(directory)/model.safetensors", "does not exist") {
        _ = try LanguageModel(directory: directory)
      }
    }
  }

  @Test func truncatedWeights() throws {
    let golden = TestFiles.golden("models/llama-tied")
    let whole = try FileSystem.read("\(golden)/model.safetensors")
    let header = 8 + whole[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(FileSystem.read("\(golden)/config.json"), to: "\(directory)/config.json")
      for length in [0, 1, 7, 8, 9, header - 1, header, header + 1, whole.count / 2, whole.count - 1] {
        try FileSystem.write(Array(whole[..<length]), to: "\(directory)/model.safetensors")
        expectError("\(directory)/model.safetensors") { _ = try LanguageModel(directory: directory) }
      }
    }
  }

  @Test func damagedConfigurationFiles() throws {
    try TestFiles.withTemporaryDirectory { directory in
      for (text, expected) in [
        ("", "is empty"), ("{", "not valid JSON"), ("[1]", "an object"), ("{}", "\"model_type\" is missing"),
        (#"{"model_type": 3}"#, "\"model_type\" must be a string"),
        (#"{"model_type": "mamba"}"#, "\"mamba\" is not known; known are gpt2, gpt_neox, llama"),
      ] {
        try FileSystem.write(text, to: "\(directory)/config.json")
        expectError("\(directory)/config.json", expected) { _ = try LanguageModel(directory: directory) }
      }
    }
  }

  /// No size takes memory before the file is seen to have it.
  @Test func absurdSizes() {
    let sizes: [(Family, [String])] = [
      (.gpt2, ["vocab_size", "n_positions", "n_embd", "n_layer", "n_head", "n_inner"]),
      (
        .llama,
        [
          "vocab_size", "max_position_embeddings", "hidden_size", "num_hidden_layers", "num_attention_heads",
          "num_key_value_heads", "intermediate_size", "head_dim",
        ]
      ),
    ]
    let absurd: [JSON] = [0, -1, .integer(.min), 1_000_000_000_000, .integer(.max), 1.5, "64", [64], 1e300]
    for (family, keys) in sizes {
      for key in keys {
        for size in absurd {
          expectError("config.json", "\"\(key)\" must be") { try load(family) { $0[key] = size } }
        }
        // As large as a size may be: the weights, or another key, contradict it, but for a context without a table.
        if key != "max_position_embeddings" {
          expectError("/") { try load(family) { $0[key] = .integer(Int(Int32.max) - 1) } }
        }
        if key != "n_inner" && key != "num_key_value_heads" && key != "head_dim" {
          expectError("config.json", "\"\(key)\" is missing") { try load(family) { $0[key] = nil } }
        }
      }
    }
    expectError("model.safetensors", "60000 blocks", "only 28 tensors") {
      try load(.gpt2) { $0["n_layer"] = 60_000 }
    }
    expectError("model.safetensors", "wte.weight", "[97, 32]", "[1000000000, 32]") {
      try load(.gpt2) { $0["vocab_size"] = 1_000_000_000 }
    }
  }

  /// A table of rotary positions is as long as what is read, so that a large context costs nothing.
  @Test func aLargeContextIsNoBurden() throws {
    func probabilities(context: Int?) throws -> [UInt32] {
      var found: [UInt32] = []
      try load(
        .llama, { if let context { $0["max_position_embeddings"] = .integer(context) } },
        then: { model in
          // Longer at the second time: the table grows, and what it held stays the same.
          for length in [5, 40] {
            let sequence = (0...length).map { Int32($0 * 7 % 71) }
            found += model.logProbabilities(of: TokenBatch([sequence])).scalars.map(\.bitPattern)
          }
        })
      return found
    }
    #expect(try probabilities(context: Int(Int32.max)) == probabilities(context: nil))
  }

  @Test func sizesThatContradictOthers() {
    expectError("config.json", "\"n_embd\" must be a multiple of n_head, which is 5") {
      try load(.gpt2) { $0["n_head"] = 5 }
    }
    expectError("config.json", "\"hidden_size\" must be a multiple of num_attention_heads, which is 5") {
      try load(.llama) {
        $0["head_dim"] = nil
        $0["num_attention_heads"] = 5
        $0["num_key_value_heads"] = nil
      }
    }
    expectError("config.json", "heads (6)", "key-value heads (4)") {
      try load(.llama) { $0["num_key_value_heads"] = 4 }
    }
    expectError("config.json", "even head dimension") { try load(.llama) { $0["head_dim"] = 7 } }
    expectError("model.safetensors", "q_proj.weight", "[48, 48]", "[24, 48]") {
      try load(.llama) { $0["head_dim"] = 4 }
    }
    expectError("model.safetensors", "wpe.weight", "[48, 32]", "[64, 32]") {
      try load(.gpt2) { $0["n_positions"] = 64 }
    }
    expectError("model.safetensors", "transformer.h.2", "missing") { try load(.gpt2) { $0["n_layer"] = 3 } }
    expectError("model.safetensors", "lm_head.weight", "missing") {
      try load(.gpt2) { $0["tie_word_embeddings"] = false }
    }
  }

  @Test func partsThatAreNotSupported() {
    let changes: [(Family, String, JSON)] = [
      (.gpt2, "activation_function", "gelu_wavy"), (.gpt2, "add_cross_attention", true),
      (.gpt2, "scale_attn_weights", false), (.gpt2, "scale_attn_by_inverse_layer_idx", true),
      (.gpt2, "scale_attn_weights", "yes"), (.gpt2, "tie_word_embeddings", 1),
      (.gpt2, "bos_token_id", "begin"), (.gpt2, "eos_token_id", 1e12),
      (.llama, "rope_scaling", ["rope_type": "llama3", "factor": 8]), (.llama, "hidden_act", "wavy"),
      (.llama, "rope_parameters", ["rope_type": "yarn"]), (.llama, "rope_parameters", 3),
    ]
    for (family, key, value) in changes {
      expectError("config.json", key) { try load(family) { $0[key] = value } }
    }
  }

  @Test func numbersThatMakeNoSense() {
    let changes: [(Family, String, JSON, String)] = [
      (.gpt2, "layer_norm_epsilon", -1, "epsilon"), (.gpt2, "layer_norm_epsilon", 1e300, "epsilon"),
      (.gpt2, "resid_pdrop", 1, "dropout"), (.gpt2, "resid_pdrop", -0.5, "dropout"),
      (.llama, "rms_norm_eps", -1e-5, "epsilon"), (.llama, "rope_parameters", ["rope_theta": 0], "base"),
      (.llama, "rope_parameters", ["rope_theta": -10000], "base"),
    ]
    for (family, key, value, expected) in changes {
      expectError("config.json", expected) { try load(family) { $0[key] = value } }
    }
  }

  @Test func tensorsThatAreMissingOrOfAnotherShape() {
    for family in Family.allCases {
      let names = try! Safetensors(file: TestFiles.golden("models/\(family.rawValue)/model.safetensors"))
        .names
      for name in names {
        expectError("model.safetensors", "\"\(name)\"", "is missing") {
          try loadWeights(family) { $0.removeAll { $0.name == name } }
        }
        for reshape: (Tensor) -> [Int] in [
          { [$0.count] + [1] }, { [1] + $0.shape }, { _ in [] }, { _ in [0] },
        ] {
          expectError("model.safetensors", "\"\(name)\"", "has shape", "config.json calls for") {
            try loadWeights(family) { tensors in
              let place = tensors.firstIndex { $0.name == name }!
              tensors[place].tensor = .zeros(reshape(tensors[place].tensor))
            }
          }
        }
      }
    }
  }

  @Test func anUnwritableDirectory() throws {
    let model = TestModels.forms[0].model()
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write("a file", to: "\(directory)/file")
      expectError("\(directory)/file", "not a directory") { try model.save(to: "\(directory)/file/model") }
      expectError("\(directory)/file") { try model.save(to: "\(directory)/file") }
      #expect(try FileSystem.readText("\(directory)/file") == "a file")
      #expect(try FileSystem.names(inDirectory: directory) == ["file"])
    }
  }

  /// A pipe in the place of a file is refused, not waited for.
  @Test func pipesAreNoFiles() throws {
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write("{}", to: "\(directory)/model.safetensors")
      #expect(mkfifo("\(directory)/config.json", 0o600) == 0)
      expectError("config.json", "a pipe or a device") { _ = try LanguageModel(directory: directory) }
      #expect(mkfifo("\(directory)/tokenizer.json", 0o600) == 0)
      try FileSystem.removeFile("\(directory)/config.json")
      expectError("tokenizer.json", "a pipe or a device") { _ = try Tokenizer(contentsOf: directory) }
      expectError("tokenizer.json", "a pipe or a device") {
        try CompanionFiles.copy(from: directory, to: "\(directory)/other")
      }
    }
  }
}
