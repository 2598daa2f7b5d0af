extension Tensor {
  /// Adds the gradient of this tensor to every parameter it was made from.
  ///
  /// What was kept for the gradient is let go on the way, so no second gradient can pass through the same
  /// intermediate result.
  ///
  /// - Parameter gradient: the gradient of the final result with respect to this tensor, of its shape; 1 when
  ///   left out, for a tensor of one element.
  public func backward(_ gradient: Tensor? = nil) {
    let seed = gradient ?? .filled(with: 1, shape: shape)
    precondition(
      gradient != nil || count == 1, "backward: a tensor of shape \(shape) needs a gradient to start from")
    precondition(seed.shape == shape, "backward: a gradient of shape \(seed.shape) for a tensor of \(shape)")
    guard let node else { return }
    withoutGradients {
      var pass = BackwardPass()
      pass.run(from: node, seed: seed)
    }
  }
}

/// One walk from a result back to its leaves.
struct BackwardPass {
  /// The gradients of nodes that have been reached and not yet left.
  private var gradients: [ObjectIdentifier: Tensor] = [:]

  /// Propagates `seed` from `root`; afterwards ``gradient(of:)`` answers for leaves without a parameter.
  mutating func run(from root: GradientNode, seed: Tensor) {
    gradients[ObjectIdentifier(root)] = seed
    for node in Self.consumersFirst(root) {
      if node.inputs.isEmpty && node.parameter == nil { continue }
      guard let gradient = gradients.removeValue(forKey: ObjectIdentifier(node)) else { continue }
      if let parameter = node.parameter {
        parameter.accumulate(.value) { sum in
          var value = sum.take() ?? .zeros(gradient.shape)
          gradient.backend.accumulate(gradient, into: &value)
          sum = value
        }
        continue
      }
      for (input, contribution) in zip(node.inputs, node.takeContributions(of: gradient)) {
        if let input { add(contribution, to: input) }
      }
    }
  }

  /// The gradient that reached a leaf.
  func gradient(of leaf: GradientNode) -> Tensor? { gradients[ObjectIdentifier(leaf)] }

  private mutating func add(_ contribution: Contribution, to node: GradientNode) {
    switch contribution.form {
    case .none: return
    case .value(let make): add(make(), to: node)
    case .addition(let add):
      var sum = gradients.removeValue(forKey: ObjectIdentifier(node))
      add(&sum)
      gradients[ObjectIdentifier(node)] = sum
    case .sum(let role, let accumulate):
      if let parameter = node.parameter {
        parameter.accumulate(role) { accumulate(&$0, node.shape) }
      } else {
        var sum: Tensor?
        accumulate(&sum, node.shape)
        if let sum { add(sum, to: node) }
      }
    }
  }

  private mutating func add(_ gradient: Tensor, to node: GradientNode) {
    let key = ObjectIdentifier(node)
    guard var sum = gradients.removeValue(forKey: key) else {
      gradients[key] = gradient
      return
    }
    sum.backend.accumulate(gradient, into: &sum)
    gradients[key] = sum
  }

  /// Every node that `root` was made from, each before its inputs.
  private static func consumersFirst(_ root: GradientNode) -> [GradientNode] {
    var order: [GradientNode] = []
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(root)]
    var stack: [(node: GradientNode, next: Int)] = [(root, 0)]
    while let (node, next) = stack.last {
      if next == node.inputs.count {
        order.append(node)
        stack.removeLast()
        continue
      }
      stack[stack.count - 1].next += 1
      if let input = node.inputs[next], seen.insert(ObjectIdentifier(input)).inserted {
        stack.append((input, 0))
      }
    }
    return order.reversed()
  }
}
