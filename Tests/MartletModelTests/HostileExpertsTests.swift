import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Configurations and files of experts that are wrong: a sentence that names what, and never a trap.
@Suite struct HostileExpertsTests {
  /// Runs `body` with what gives the error of loading a family's golden model after a change of one key; nil where it
  /// loads.
  private func withModel(
    _ name: String, _ body: (_ error: (String, JSON?) throws -> String?) throws -> Void
  ) throws {
    try FamilyGolden(name).withDirectory { directory in
      let original = try JSONReader(file: "\(directory)/config.json").members
      try body { key, value in
        var keys = original
        keys[key] = value
        try FileSystem.write(JSON.object(keys).pretty, to: "\(directory)/config.json")
        do throws(MartletError) { _ = try LanguageModel(directory: directory) } catch { return error.message }
        return nil
      }
    }
  }

  /// A key, a value for it, and what the error must say.
  static let wrong: [(model: String, key: String, value: JSON, expected: String)] = [
    ("mixtral-plain", "num_local_experts", 0, "\"num_local_experts\" must be"),
    ("mixtral-plain", "num_local_experts", -3, "\"num_local_experts\" must be"),
    ("mixtral-plain", "num_local_experts", "4", "\"num_local_experts\" must be"),
    ("mixtral-plain", "num_local_experts", 1_000_000_000_000, "\"num_local_experts\" must be"),
    ("mixtral-plain", "num_local_experts", 2_000_000_000, "from 1 to 65536, not 2000000000"),
    ("mixtral-plain", "num_local_experts", 65_536, "65536 experts in each of 2 layers, more than"),
    ("mixtral-plain", "num_local_experts", 5, "experts.4."),
    ("mixtral-plain", "num_local_experts", 3, "has no place in the model"),
    ("mixtral-plain", "num_experts", 3, "\"num_experts\" must be num_local_experts, which is 4"),
    ("mixtral-plain", "num_experts_per_tok", 5, "from 1 to the 4 there are, not 5"),
    ("mixtral-plain", "num_experts_per_tok", 0, "\"num_experts_per_tok\" must be"),
    ("mixtral-plain", "router_aux_loss_coef", -1, "balancing loss must be at least 0"),
    ("mixtral-plain", "intermediate_size", 2_000_000_000, "more than the"),
    (
      "mixtral-plain", "shared_expert_intermediate_size", 8,
      "\"shared_expert_intermediate_size\" is not known"
    ),
    ("qwen3_moe-plain", "moe_intermediate_size", 0, "\"moe_intermediate_size\" must be"),
    ("qwen3_moe-plain", "moe_intermediate_size", 13, "gate_proj"),
    ("qwen3_moe-plain", "decoder_sparse_step", 0, "\"decoder_sparse_step\" must be"),
    ("qwen3_moe-plain", "decoder_sparse_step", 2, "mlp."),
    ("qwen3_moe-plain", "mlp_only_layers", [0], "mlp."),
    ("qwen3_moe-plain", "mlp_only_layers", 0, "\"mlp_only_layers\" must be"),
    ("qwen3_moe-plain", "num_hidden_layers", 60_000, "60000 blocks"),
    ("gpt_oss-plain", "swiglu_limit", -1, "limit of the experts' gate must be at least 0"),
    ("gpt_oss-plain", "num_local_experts", 3, "has shape [4, "),
    ("gpt_oss-plain", "num_local_experts", 60_000, "60000 experts in each of 2 layers, more than"),
    ("gpt_oss-plain", "hidden_act", "gelu", "\"hidden_act\" must be silu"),
    ("gpt_oss-plain", "layer_types", ["full_attention"], "\"layer_types\" must be"),
    ("gpt_oss-plain", "sliding_window", 0, "\"sliding_window\" must be"),
    ("gpt_oss-plain", "quantization_config", ["quant_method": "gptq"], "quant_method"),
    (
      "mixtral-plain", "quantization_config", ["quant_method": "mxfp4"],
      "\"quantization_config\" is not known"
    ),
  ]

  @Test(arguments: wrong.indices) func aWrongKeyIsNamed(number: Int) throws {
    let (model, key, value, expected) = Self.wrong[number]
    try withModel(model) { error in
      let message = try #require(try error(key, value), "\(model) with \(key) \(value)")
      #expect(message.contains(expected))
    }
  }

  /// Any value of any key: what is wrong is said, and what is not loads.
  @Test(arguments: ["mixtral-window", "qwen3_moe-some-layers", "gpt_oss-yarn"])
  func anyValueOfAnyKey(model: String) throws {
    let values: [JSON?] = [
      nil, .null, true, false, 0, 1, -1, 2, 3, 7, 65_536, .integer(Int(Int32.max)), .integer(.max),
      .integer(.min),
      0.5, 1e300, .number(-1e300), "", "silu", [], [0], [1, 1, -5, 1_000_000_000_000], ["full_attention"],
      [:],
      ["rope_type": "default"],
    ]
    let keys = try FamilyGolden(model).configuration.keys
    try withModel(model) { error in
      for key in keys where key != "model_type" {
        for value in values {
          if let message = try error(key, value) { #expect(message.contains("/"), "\(key)") }
        }
      }
    }
  }

  /// A packed model whose tensors are changed before they are written.
  private func packed(
    _ change: (inout [(name: String, type: String, shape: [Int], bytes: [UInt8])]) -> Void
  ) throws -> String? {
    let golden = TestFiles.golden("models/gpt_oss-packed")
    let file = try Safetensors(file: "\(golden)/model.safetensors")
    var tensors = try file.names.map { name in
      (
        name: name, type: try #require(file.type(of: name)), shape: try #require(file.shape(of: name)),
        bytes: try #require(file.bytes(of: name))
      )
    }
    change(&tensors)
    var (header, data) = (JSONObject(), [UInt8]())
    for tensor in tensors {
      let end = data.count + tensor.bytes.count
      header.append(
        tensor.name,
        [
          "dtype": .string(tensor.type), "shape": .array(tensor.shape.map { .integer($0) }),
          "data_offsets": [.integer(data.count), .integer(end)],
        ])
      data += tensor.bytes
    }
    var text = JSON.object(header).bytes(pretty: false)
    text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    var message: String?
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(FileSystem.read("\(golden)/config.json"), to: "\(directory)/config.json")
      try FileSystem.write(
        (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) } + text + data,
        to: "\(directory)/model.safetensors")
      do throws(MartletError) { _ = try LanguageModel(directory: directory) } catch {
        message = error.message
      }
    }
    return message
  }

  @Test func damagedBlocks() throws {
    #expect(try packed { _ in } == nil)
    let name = "model.layers.0.mlp.experts.down_proj"
    func place(_ suffix: String, _ tensors: [(name: String, type: String, shape: [Int], bytes: [UInt8])])
      -> Int
    {
      tensors.firstIndex { $0.name == name + suffix }!
    }
    #expect(
      try packed { $0.remove(at: place("_scales", $0)) }?.contains("\"\(name)_scales\" that belongs to")
        == true)
    #expect(try packed { $0.remove(at: place("_blocks", $0)) }?.contains("\"\(name)\" that config") == true)
    #expect(
      try packed { $0[place("_scales", $0)].bytes[5] = 255 }?.contains("holds the scale 255") == true)
    #expect(
      try packed { $0[place("_blocks", $0)].shape = [3, 32, 2, 8] }?.contains("U8 of [3, 32, 1, 16]") == true)
    #expect(
      try packed { $0[place("_scales", $0)].type = "I8" }?.contains("is I8 of shape [3, 32, 1]") == true)
    // Both forms of one tensor contradict each other.
    #expect(
      try packed { tensors in
        tensors.append((name, "F32", [3, 32, 32], Array(repeating: 0, count: 4 * 3 * 32 * 32)))
      }?.contains("has no place in the model") == true)
  }
}
