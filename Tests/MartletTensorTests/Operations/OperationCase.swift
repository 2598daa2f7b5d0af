import MartletTensor
import Testing

/// One operation at one set of random inputs: in float32, and as a Double reference with its gradient.
struct OperationCase: Sendable {
  /// Its arguments; each wants a gradient.
  var inputs: [Tensor]
  /// How its rows can be taken apart; nil when they depend on each other.
  var batch: Batch?
  /// The operation on tensors, for a run of the batch's rows; all of them when there is no batch.
  var operation: @Sendable (_ inputs: [Tensor], _ rows: Range<Int>) -> Tensor
  /// The same in Double.
  var reference: @Sendable (_ inputs: [Reference]) -> Reference
  /// The gradient of each input, from the inputs and the gradient of the result, derived by hand.
  var gradient: @Sendable (_ inputs: [Reference], _ gradient: Reference) -> [Reference]
  /// The norm of the terms that cancel in the first input's gradient, where they are larger than the result's
  /// gradient: what rounding is measured by when little or nothing is left of them.
  var cancelling: @Sendable (_ inputs: [Reference], _ gradient: Reference) -> Double = { $1.norm }

  /// Rows that do not depend on each other.
  struct Batch: Sendable {
    /// The inputs before this number have a row for each of the batch's; the others are shared,
    /// such as weights, and their gradients accumulate over the rows.
    var rowInputs: Int
    /// Where the batch may be cut, ascending, from 0 to the number of rows.
    var cuts: [Int]

    /// A batch that may be cut between any rows.
    static func rows(_ rows: Int, rowInputs: Int = 1) -> Batch {
      Batch(rowInputs: rowInputs, cuts: Array(0...rows))
    }

    var rows: Int { cuts.last ?? 0 }
  }

  /// The rows that ``operation`` is called with for everything.
  var allRows: Range<Int> { 0..<(batch?.rows ?? 0) }

  /// Result and gradients in float32; an input that the result does not vary with has the gradient 0.
  func run(outputGradient: Tensor) -> (output: Tensor, gradients: [Tensor]) {
    let parameters = inputs.map { Parameter("input", $0) }
    let output = operation(parameters.map(\.tensor), allRows)
    output.backward(outputGradient)
    return (
      output.detached, zip(parameters, inputs).map { $0.gradient ?? .zeros($1.shape) }
    )
  }
}

/// A way of drawing cases of one operation; the unit that ``all`` lists and every test of operations walks.
struct OperationFamily: Sendable, CustomTestStringConvertible {
  let name: String
  let draw: @Sendable (inout Draw) -> OperationCase

  init(_ name: String, draw: @escaping @Sendable (inout Draw) -> OperationCase) {
    (self.name, self.draw) = (name, draw)
  }

  var testDescription: String { name }

  /// A case of the family and a gradient of its result.
  func sample(_ scale: Draw.Scale, seed: UInt64) -> (case: OperationCase, outputGradient: Tensor) {
    var draw = Draw(scale, seed: seed)
    let drawn = self.draw(&draw)
    let shape = withoutGradients { drawn.operation(drawn.inputs, drawn.allRows).shape }
    return (drawn, draw.normal(shape))
  }

  /// Every operation. To add one: write its reference beside these, and name it here.
  static let all: [OperationFamily] =
    [
      linear, linearWithBias, rowsAtIndices,
      layerNormalized, layerNormalizedWithBias, rmsNormalized, columnsScaled,
      rotated, attending, attendingWithinWindow, attendingWithinBounds, attendingWithSinks,
      attendingToEarlierKeys,
      clamped, droppedOut, reshaped,
      sum, mean, rowSums, rowMeans, rowMaxima, columnSums,
      elementsAtColumns, rowRange, concatenated,
      softmax, logSoftmax, targetLogProbabilities, targetLogProbabilitiesInChunks,
      targetLogProbabilitiesWithinBounds,
      clampedGating, severalElements, expertMixture, expertMixtureWithBias,
    ] + unary + gating + binary
}
