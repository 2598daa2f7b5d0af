/// A named tensor that training changes: the one mutable box.
///
/// Not synchronised: one thread trains a model at a time.
public final class Parameter: @unchecked Sendable {
  /// Its path in the model, which is its name in a checkpoint.
  public let name: String
  /// Its current value.
  public package(set) var value: Tensor
  /// Whether training gives it a gradient.
  public var isTrainable = true
  private var accumulators: [Tensor?] = GradientRole.allCases.map { _ in nil }
  /// The sum of the accumulators, once it has been asked for.
  private var joined: Tensor?

  /// A parameter with an initial value.
  public init(_ name: String, _ value: Tensor) {
    self.name = name
    self.value = value.detached
  }

  /// Its value as operations see it: what is computed from it gives it a gradient.
  public var tensor: Tensor {
    guard isTrainable, GradientRecording.isOn else { return value }
    return Tensor(
      shape: value.shape, storage: value.storage, node: GradientNode(leaf: value.shape, parameter: self))
  }

  /// The gradient summed since ``clearGradient()``; nil before the first.
  ///
  /// Asking for it joins what its roles have gathered: what is added later is a sum of its own, so ask when all
  /// micro-batches of a step are done.
  public var gradient: Tensor? {
    for role in accumulators.indices {
      guard let part = accumulators[role].take() else { continue }
      guard var sum = joined.take() else {
        joined = part
        continue
      }
      part.backend.accumulate(part, into: &sum)
      joined = sum
    }
    return joined
  }

  /// Forgets the gradient; its memory goes back for the next step to use.
  public func clearGradient() {
    joined = nil
    for role in accumulators.indices { accumulators[role] = nil }
  }

  /// - Parameter body: adds to what the role has gathered so far; nil before the first.
  func accumulate(_ role: GradientRole, _ body: (inout Tensor?) -> Void) {
    var sum = accumulators[role.rawValue].take()
    body(&sum)
    accumulators[role.rawValue] = sum
  }
}
