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
  @inline(__always)  // so that nothing is made where nothing is recorded
  package func recorded(
    from inputs: @autoclosure () -> [Tensor], contributions: @escaping @Sendable (Tensor) -> [Contribution]
  ) -> Tensor {
    guard GradientRecording.isOn else { return self }
    return recorded(from: inputs().map(\.node), contributions)
  }

  private func recorded(
    from inputs: [GradientNode?], _ contributions: @escaping @Sendable (Tensor) -> [Contribution]
  ) -> Tensor {
    guard inputs.contains(where: { $0 != nil }) else { return self }
    return Tensor(
      shape: shape, storage: storage,
      node: GradientNode(inputs: inputs, shape: shape, contributions: contributions))
  }
}
