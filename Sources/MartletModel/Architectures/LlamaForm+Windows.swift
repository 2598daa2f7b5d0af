import MartletText

extension LlamaForm {
  private static let (full, sliding) = ("full_attention", "sliding_attention")

  /// Gives layers the window of `sliding_window`, as `layer_types` says.
  ///
  /// - Parameters:
  ///   - window: the size of the window, if there is one.
  ///   - usual: whether a layer has it where the file does not say.
  static func setWindows(
    _ window: Int?, of configuration: inout DecoderConfiguration, reading reader: ConfigurationReader,
    usually usual: (Int) -> Bool
  ) throws(MartletError) {
    let layers = configuration.layers
    var isSliding = (0..<layers).map(usual)
    if let types: [String] = try reader.optional("layer_types") {
      guard types.count == layers, types.allSatisfy({ $0 == full || $0 == sliding }) else {
        throw reader.unexpected(
          "layer_types", expected: "\(layers) times \"\(full)\" or \"\(sliding)\", one for each layer")
      }
      isSliding = types.map { $0 == sliding }
    }
    guard isSliding.contains(true) else { return }
    guard let window else {
      throw reader.unexpected("layer_types", expected: "\"\(full)\" without a sliding_window")
    }
    let pattern = configuration.layerPattern
    configuration.layerPattern = LayerForm.pattern(layers: layers) { layer in
      var form = pattern[layer % pattern.count]
      form.window = isSliding[layer] ? window : nil
      return form
    }
  }

  /// The window of the layers that have one.
  static func window(_ configuration: DecoderConfiguration) -> Int? {
    configuration.layerPattern.lazy.compactMap(\.window).first
  }

  /// The `layer_types` of a decoder.
  static func layerTypes(_ configuration: DecoderConfiguration) -> ConfigurationKeys.Value {
    .list(
      (0..<configuration.layers).map {
        .string(configuration.layerForm($0).window == nil ? full : sliding)
      })
  }
}
