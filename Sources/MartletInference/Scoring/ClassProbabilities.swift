import MartletTensor

/// What the logits of classes say, in double precision.
package enum ClassProbabilities {
  /// The first of the largest logits.
  package static func likeliest(_ logits: [Float]) -> Int {
    logits.indices.dropFirst().reduce(0) { logits[$1] > logits[$0] ? $1 : $0 }
  }

  /// The logarithm of the softmax, in nats.
  package static func logarithms(_ logits: [Float]) -> [Double] {
    let largest = Double(logits.max() ?? 0)
    let sum = logits.reduce(0) { $0 + ExactMath.exp(Double($1) - largest) }
    return logits.map { Double($0) - largest - ExactMath.log(sum) }
  }

  /// The softmax.
  package static func probabilities(_ logits: [Float]) -> [Double] { logarithms(logits).map(ExactMath.exp) }

  /// The probability whose logit a number is.
  package static func sigmoid(_ logit: Float) -> Double { 1 / (1 + ExactMath.exp(-Double(logit))) }
}
