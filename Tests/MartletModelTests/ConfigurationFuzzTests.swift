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

/// Damaged `config.json` files end in a sentence, or in a model that computes: never in a trap.
@Suite struct ConfigurationFuzzTests {
  /// How many damaged files of each golden model; `MARTLET_FUZZ` asks for more.
  private static let rounds = getenv("MARTLET_FUZZ").flatMap { Int(String(cString: $0)) } ?? 12

  private static let values: [JSON] = [
    .null, true, false, 0, 1, -1, 2, 3, 7, 1e-30, 1e30, 1e300, -0.5, 0.5, 1.5, .integer(.max), .integer(.min),
    .integer(Int(Int32.max)), 65536, 4096, "", "default", "linear", "dynamic", "yarn", "longrope", "llama3",
    "sliding_attention", "gelu", [], [1], [0.1, 0.2, 0.3, 0.4], ["full_attention", "sliding_attention"], [[]],
    ["rope_type": "dynamic", "factor": 1e30], ["rope_type": "yarn", "factor": 1e-30],
    ["rope_type": "longrope", "short_factor": [1e-30, 1, 1, 1], "long_factor": [1e30, 1, 1, 1]],
    ["rope_type": "llama3", "factor": 1e300, "low_freq_factor": 1e-300, "high_freq_factor": 1e300],
    ["rope_type": "dynamic", "factor": 4, "rope_theta": 1e-300],
  ]

  private static let addedKeys = [
    "rope_scaling", "rope_theta", "head_dim", "sliding_window", "layer_types",
    "original_max_position_embeddings",
    "partial_rotary_factor", "no_rope_layers", "unknown", "text_config", "num_key_value_heads",
    "attention_bias",
  ]

  @Test(arguments: FamilyGolden.names) func damagedConfigurationsDoNotTrap(name: String) throws {
    let golden = try FamilyGolden(name)
    let stream = RandomStream(seed: 1, name: "damage to \(name)")
    var index: UInt64 = 0
    func draw(_ count: Int) -> Int {
      index += 1
      return stream.integers(below: count, at: index..<index + 1)[0]
    }
    /// The object with one key changed, at its root or within one of its objects.
    func damaged(_ object: JSONObject) -> JSONObject {
      var object = object
      let keys = Array(object.keys)
      switch draw(8) {
      case 0: object[Self.addedKeys[draw(Self.addedKeys.count)]] = Self.values[draw(Self.values.count)]
      case 1 where !keys.isEmpty: object[keys[draw(keys.count)]] = nil
      default:
        guard !keys.isEmpty else { return object }
        let key = keys[draw(keys.count)]
        if let inner = object[key]?.object, draw(4) > 0 {
          object[key] = .object(damaged(inner))
        } else {
          object[key] = Self.values[draw(Self.values.count)]
        }
      }
      return object
    }
    var loaded = 0
    try golden.withDirectory { directory in
      for _ in 0..<Self.rounds {
        var keys = golden.configuration
        for _ in 0...draw(3) { keys = damaged(keys) }
        try FileSystem.write(JSON.object(keys).pretty, to: "\(directory)/config.json")
        do throws(MartletError) {
          let model = try LanguageModel(directory: directory)
          loaded += 1
          let length = min(30, model.configuration.context)
          let sequence = (0...length).map { Int32($0 * 7 % 53) }
          _ = withoutGradients { model.logProbabilities(of: TokenBatch([sequence])).scalars }
        } catch {
          #expect(!error.message.isEmpty && !error.message.contains("\n"), "\(keys)")
        }
      }
    }
    #expect(loaded < Self.rounds)
  }
}
