/// How a tensor was made, or the parameter it is the value of.
///
/// A node is used once: the backward pass takes what it holds, so that intermediate results are given back as
/// soon as they have served. Not synchronised: one thread walks a graph.
package final class GradientNode: @unchecked Sendable {
  /// What the tensor was made from, in order; nil where no gradient is wanted.
  let inputs: [GradientNode?]
  /// The shape of the tensor, and so of its gradient.
  let shape: [Int]
  /// The parameter that a leaf stands for.
  let parameter: Parameter?
  /// From the gradient of the tensor, the contribution to each input's; nil once it has been used.
  private var contributions: (@Sendable (Tensor) -> [Contribution])?

  init(
    inputs: [GradientNode?], shape: [Int],
    contributions: @escaping @Sendable (Tensor) -> [Contribution]
  ) {
    self.inputs = inputs
    self.shape = shape
    self.parameter = nil
    self.contributions = contributions
  }

  /// A leaf: gradients end here.
  init(leaf shape: [Int], parameter: Parameter? = nil) {
    self.inputs = []
    self.shape = shape
    self.parameter = parameter
    self.contributions = nil
  }

  /// What the tensor's gradient contributes to each input's, once: what the node holds is let go.
  func takeContributions(of gradient: Tensor) -> [Contribution] {
    guard let contributions = contributions.take() else {
      preconditionFailure(
        "backward: a result's gradient was taken before; compute the result again, or add up what depends on it "
          + "and take the gradient of the sum")
    }
    return contributions(gradient)
  }
}

/// What an operation adds to the gradient of one of its inputs; computed only when that gradient is wanted.
package struct Contribution {
  enum Form {
    case value(() -> Tensor)
    case addition((inout Tensor?) -> Void)
    case sum(GradientRole, (inout Tensor?, _ shape: [Int]) -> Void)
    case none
  }
  let form: Form

  /// A tensor of the input's shape.
  package static func value(_ tensor: @autoclosure @escaping () -> Tensor) -> Contribution {
    Contribution(form: .value(tensor))
  }

  /// A tensor of the input's shape, added to what has reached the input before in the pass that computes it; nil when
  /// nothing has.
  package static func value(addedTo add: @escaping (inout Tensor?) -> Void) -> Contribution {
    Contribution(form: .addition(add))
  }

  /// A sum over tokens, which continues from what the accumulator holds, tokens ascending.
  ///
  /// This is what makes several micro-batches give the bits of one large batch.
  package static func sum(
    _ role: GradientRole, into accumulate: @escaping (inout Tensor) -> Void
  ) -> Contribution {
    Contribution(
      form: .sum(role) { sum, shape in
        var value = sum.take() ?? .zeros(shape)
        accumulate(&value)
        sum = value
      })
  }

  /// A sum over tokens that is its own beginning where there is none yet, so that no zeros are written first.
  package static func sum(
    _ role: GradientRole, startingOrInto accumulate: @escaping (inout Tensor?) -> Void
  ) -> Contribution {
    Contribution(form: .sum(role) { sum, _ in accumulate(&sum) })
  }

  /// Nothing: the result does not vary with this input.
  package static var none: Contribution { Contribution(form: .none) }
}

/// The part an operation gives a parameter. Each role has one accumulator, so that a weight used in two roles
/// (a table of embeddings that is also the head) sums each over all tokens before the two are added.
package enum GradientRole: Int, CaseIterable, Sendable {
  case value, product, lookup, rows, head
}
