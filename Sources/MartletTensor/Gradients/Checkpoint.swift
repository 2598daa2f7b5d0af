/// Computes `body(input)` without keeping what it computes on the way: the gradient computes it again.
///
/// Trades one more forward pass for the memory of the intermediate results (Chen et al. 2016,
/// arXiv:1604.06174). The result and every gradient are the same bits as without.
///
/// - Parameter body: must give the same result each time it is called, and may read parameters and its argument,
///   but no other tensor that wants a gradient.
public func checkpointed(_ input: Tensor, _ body: @escaping @Sendable (Tensor) -> Tensor) -> Tensor {
  guard GradientRecording.isOn else { return body(input) }
  let output = withoutGradients { body(input.detached) }
  let node = GradientNode(inputs: [input.node], shape: output.shape) { gradient in
    let leaf = GradientNode(leaf: input.shape)
    let again = GradientRecording.$isOn.withValue(true) {
      body(Tensor(shape: input.shape, storage: input.storage, node: leaf))
    }
    guard let root = again.node else { return [.none] }
    var pass = BackwardPass()
    pass.run(from: root, seed: gradient)
    return [pass.gradient(of: leaf).map { .value($0) } ?? .none]
  }
  return Tensor(shape: output.shape, storage: output.storage, node: node)
}
