/// How exactly matrix products read their factors.
///
/// Sums are float32 either way: one accumulator for each result, fused multiply-add, ascending.
public enum ProductPrecision: String, Sendable, CaseIterable {
  /// As they are.
  case float32
  /// Rounded to bfloat16, to nearest and ties to even: faster where the processor multiplies bfloat16, and the
  /// same bits where it does not.
  case bfloat16

  /// What products outside of ``with(_:_:)`` use is float32.
  @TaskLocal static var current = ProductPrecision.float32

  /// Runs `body` with its products, and those of its gradients, at a precision. Only products of hidden states
  /// with weights (`linear` and the head) take part; attention, norms, losses and updates stay float32.
  public static func with<Result>(
    _ precision: ProductPrecision, _ body: () throws -> Result
  ) rethrows -> Result {
    try $current.withValue(precision, operation: body)
  }
}
