import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// What `make_trl.py` found for a form of the decoder, and the models that its runs start from, whose numbers are
/// computed.
struct TRLGolden {
  /// The folder of the script's files.
  static let folder = TestFiles.golden("against-trl")
  static let forms = ["llama", "gpt2"]

  private let reader: JSONReader

  init(form: String) throws { reader = try JSONReader(file: "\(Self.folder)/\(form).json") }

  /// The names of the runs of a form, in their order.
  static func runs(of form: String) throws -> [String] {
    try TRLGolden(form: form).reader.reader("runs").members.map(\.key)
  }

  func run(_ name: String) throws -> TRLRun { try TRLRun(reader.reader("runs").reader(name)) }

  /// Writes the directory a run starts from: a model as `transformers` writes it, with the tokenizer and template.
  func writeStart(to directory: String, isReward: Bool) throws {
    for name in ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"] {
      try FileSystem.write(FileSystem.read("\(Self.folder)/\(name)"), to: "\(directory)/\(name)")
    }
    let model = try reader.reader(isReward ? "reward_model" : "language_model")
    try FileSystem.write(
      JSON.object(try model.reader("config").members).pretty, to: "\(directory)/config.json")
    let tensors = try model.reader("tensors")
    let values = try tensors.members.map { name, _ in
      (name, Self.value(name, try tensors.required(name, as: [Int].self)))
    }
    try Safetensors.write(values, to: "\(directory)/model.safetensors")
  }

  /// A tensor of a start; see the script.
  static func value(_ name: String, _ shape: [Int]) -> Tensor {
    let numbers = uniform(name, count: shape.reduce(1, *))
    let scaled =
      shape.count > 1
      ? numbers.map { $0 * 0.2 } : numbers.map { $0 * 0.1 + (name.hasSuffix("bias") ? 0 : 1) }
    return Tensor(scaled, shape: shape)
  }

  /// Numbers from -1 to 1, multiples of 2^-23: SplitMix64 started by FNV-1a of the name's bytes.
  private static func uniform(_ name: String, count: Int) -> [Float] {
    let start = name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return (0..<UInt64(count)).map { index in
      var state = start &+ (index + 1) &* 0x9e37_79b9_7f4a_7c15
      state = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
      state = (state ^ state >> 27) &* 0x94d0_49bb_1331_11eb
      state ^= state >> 31
      return Float(Int(state >> 40) - 1 << 23) / Float(1 << 23)
    }
  }
}
