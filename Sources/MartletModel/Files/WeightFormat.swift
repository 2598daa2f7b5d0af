import MartletTensor

/// How a model that is only read keeps its weights in memory.
///
/// Arithmetic is float32 in any case: bfloat16 weights are widened exactly when they are used, so results are, to the
/// bit, those of float32 weights of the same values.
public enum WeightFormat: String, Sendable, CaseIterable {
  /// Four bytes a weight: any checkpoint as it is.
  case float32
  /// Every weight rounded to the nearest bfloat16; matrices take two bytes a weight, which halves the time of
  /// decoding.
  case bfloat16
}

extension Tensor {
  /// A checkpoint's tensor as a model keeps it: matrices in a format, vectors always as float32.
  ///
  /// - Parameter format: nil keeps bfloat16 matrices as they are.
  func kept(as format: WeightFormat?) -> Tensor {
    let isMatrix = shape.count == 2
    switch format {
    case nil: return isMatrix ? self : converted(to: .float32)
    case .float32: return converted(to: .float32)
    case .bfloat16:
      let rounded = converted(to: .bfloat16)
      return isMatrix ? rounded : rounded.converted(to: .float32)
    }
  }
}
