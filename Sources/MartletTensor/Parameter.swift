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
  /// The sum of several accumulators, until one of them changes.
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
  public var gradient: Tensor? {
    let parts = accumulators.compactMap { $0 }
    guard parts.count > 1 else { return parts.first }
    if let joined { return joined }
    joined = withoutGradients { parts.dropFirst().reduce(parts[0]) { $0 + $1 } }
    return joined
  }

  /// Forgets the gradient; its memory goes back for the next step to use.
  public func clearGradient() {
    joined = nil
    for role in accumulators.indices { accumulators[role] = nil }
  }

  func accumulate(_ role: GradientRole, _ body: (inout Tensor) -> Void) {
    joined = nil
    var sum = accumulators[role.rawValue].take() ?? .zeros(value.shape)
    body(&sum)
    accumulators[role.rawValue] = sum
  }
}
