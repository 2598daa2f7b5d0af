import MartletText

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

  /// Whether a directory holds an adapter and no model.
  package static func isAdapter(_ directory: String) -> Bool {
    FileSystem.exists(FileSystem.join(directory, AdapterFile.configuration))
      && !FileSystem.exists(FileSystem.join(directory, ModelFile.configuration))
  }

  /// Fails where a directory holds an adapter, for work that needs a model's own weights.
  package static func refuse(_ directory: String) throws(MartletError) {
    guard isAdapter(directory) else { return }
    throw MartletError(
      "\(directory) holds an adapter over another model; merge the two with `martlet merge` first")
  }

  /// The directories in which the tokenizer, the chat template and the like of a directory's model may lie, the first
  /// that has one before the others: the directory itself and, of an adapter, its base's.
  ///
  /// - Parameter base: the base's directory, where it is not the one that the adapter names.
  package static func places(
    ofDirectory directory: String, base: String? = nil
  ) throws(MartletError) -> [String] {
    guard isAdapter(directory) else { return [directory] }
    let configuration = try AdapterConfiguration(file: FileSystem.join(directory, configuration))
    return [directory, try configuration.baseDirectory(base)]
  }
}
