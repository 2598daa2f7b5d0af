/// Whether operations remember how their results were made.
enum GradientRecording {
  @TaskLocal static var isOn = true
}

/// Runs `body` without recording: its results hold no memory of how they were made.
public func withoutGradients<Result>(_ body: () throws -> Result) rethrows -> Result {
  try GradientRecording.$isOn.withValue(false, operation: body)
}

extension Tensor {
  /// This result of an operation, with the memory of what it was made from.
  ///
  /// - Parameters:
  ///   - inputs: what the operation read.
  ///   - contributions: from the gradient of the result, one contribution for each input, in order.
  package func recorded(
    from inputs: [Tensor], contributions: @escaping @Sendable (Tensor) -> [Contribution]
  ) -> Tensor {
    guard GradientRecording.isOn, inputs.contains(where: { $0.node != nil }) else { return self }
    let node = GradientNode(
      inputs: inputs.map(\.node), shape: shape, contributions: contributions)
    return Tensor(shape: shape, storage: storage, node: node)
  }
}
