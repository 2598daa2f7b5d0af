/// The file names and the names of tensors of an adapter's directory in the layout of `peft`.
package enum AdapterFile {
  package static let configuration = "adapter_config.json"
  package static let weights = "adapter_model.safetensors"

  /// What the names of all tensors begin with; the name in the model that is adapted follows.
  static let prefix = "base_model.model."

  /// A tensor of a module of the model that is adapted.
  enum Part: String, CaseIterable {
    /// A: `[rank, inputs]`.
    case down = "lora_A.weight"
    /// B: `[outputs, rank]`.
    case up = "lora_B.weight"
    /// m: `[outputs]`.
    case magnitude = "lora_magnitude_vector"
  }

  /// The name of a tensor of a module.
  static func name(_ part: Part, of module: String) -> String { "\(prefix)\(module).\(part.rawValue)" }
}
