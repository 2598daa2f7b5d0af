/// Memory that belongs to a backend; only the backend that made it looks inside.
package class Storage: @unchecked Sendable {
  /// How each number is kept.
  package let elementType: ElementType

  init(_ elementType: ElementType) { self.elementType = elementType }

  var backend: any Backend { preconditionFailure("Storage: a backend makes its own kind") }
}

/// What a device computes: the primitives that every operation is made of.
///
/// Matrices are `[rows, columns]`, the last dimension contiguous. `inout` tensors are changed in place when
/// nothing else holds them, and copied first when something does, so a tensor stays a value.
package protocol Backend: Sendable {
  // Values in and out.
  func tensor(_ scalars: [Float], shape: [Int]) -> Tensor
  func filled(_ value: Float, shape: [Int]) -> Tensor
  func scalars(of x: Tensor) -> [Float]
  func tensor(bytes: [UInt8], _ elementType: ElementType, shape: [Int]) -> Tensor
  func tensor(mxfp4 halves: [UInt8], scales: [UInt8], shape: [Int]) -> Tensor
  func tensor(of file: MappedFile, at bytes: Range<Int>, _ elementType: ElementType, shape: [Int]) -> Tensor
  func bytes(of x: Tensor, _ range: Range<Int>, as elementType: ElementType) -> [UInt8]
  func converted(_ x: Tensor, to elementType: ElementType) -> Tensor
  func randomWords(count: Int, first: UInt64, _ stream: RandomStream) -> [UInt32]
  func uniform(_ shape: [Int], _ stream: RandomStream) -> Tensor
  func normal(
    _ shape: [Int], standardDeviation: Float, _ stream: RandomStream, _ elementType: ElementType
  ) -> Tensor

  // Elementwise.
  func unary(_ operation: UnaryOperation, _ x: Tensor) -> Tensor
  func unaryGradient(_ operation: UnaryOperation, _ x: Tensor, _ gradient: Tensor) -> Tensor
  func binary(_ operation: BinaryOperation, _ a: Tensor, _ b: Tensor, shape: [Int]) -> Tensor
  func gated(_ activation: UnaryOperation, gate: Tensor, up: Tensor) -> Tensor
  func gatedGradient(
    _ activation: UnaryOperation, gate: Tensor, up: Tensor, _ gradient: Tensor
  ) -> (gate: Tensor, up: Tensor)
  func dropout(_ x: Tensor, probability: Float, firstIndex: UInt64, _ stream: RandomStream) -> Tensor
  func accumulate(_ x: Tensor, into sum: inout Tensor)

  // Reductions and indexing.
  func rowSums(_ x: Tensor) -> Tensor
  func rowMaxima(_ x: Tensor) -> Tensor
  func accumulateRows(_ x: Tensor, into sum: inout Tensor)
  func rows(of table: Tensor, at indices: [Int32]) -> Tensor
  func accumulateRows(_ x: Tensor, at indices: [Int32], into table: inout Tensor)
  func elements(of x: Tensor, at columns: [Int32]) -> Tensor
  func accumulateElements(_ x: Tensor, at columns: [Int32], into sum: inout Tensor)
  func transposed(_ x: Tensor) -> Tensor
  func copyRows(_ range: Range<Int>, of x: Tensor) -> Tensor
  func writeRows(_ x: Tensor, at row: Int, into target: inout Tensor)
  func writeRows(_ x: Tensor, at rows: [Int32], into target: inout Tensor)
  func largestColumns(of x: Tensor) -> [Int32]
  func ranks(of columns: [Int32], in x: Tensor) -> [Int32]

  // Products. `weight` is [outputs, inputs].
  func linear(_ x: Tensor, _ weight: Tensor, _ bias: Tensor?, _ precision: ProductPrecision) -> Tensor
  func linear(_ x: Tensor, _ factors: [(weight: Tensor, bias: Tensor?)]) -> [Tensor]
  func linearInputGradient(_ gradient: Tensor, _ weight: Tensor, _ precision: ProductPrecision) -> Tensor
  func accumulateLinearWeightGradient(
    _ gradient: Tensor, _ x: Tensor, into sum: inout Tensor?, _ precision: ProductPrecision)

  // Normalisation, of x + added where something is added. A gradient is added to what `sum` holds.
  func layerNormalize(
    _ x: Tensor, adding added: Tensor?, _ weight: Tensor, _ bias: Tensor?, epsilon: Float
  ) -> (sum: Tensor, output: Tensor, mean: Tensor, inverse: Tensor)
  func addLayerNormalizeGradient(
    _ gradient: Tensor, _ x: Tensor, _ weight: Tensor, mean: Tensor, inverse: Tensor, to sum: inout Tensor?)
  func accumulateLayerNormalizeGradient(
    _ gradient: Tensor, _ x: Tensor, mean: Tensor, inverse: Tensor, weight: inout Tensor)
  func rmsNormalize(
    _ x: Tensor, adding added: Tensor?, _ weight: Tensor, epsilon: Float
  ) -> (sum: Tensor, output: Tensor, inverse: Tensor)
  func addRMSNormalizeGradient(
    _ gradient: Tensor, _ x: Tensor, _ weight: Tensor, inverse: Tensor, to sum: inout Tensor?)
  func accumulateRMSNormalizeGradient(
    _ gradient: Tensor, _ x: Tensor, inverse: Tensor, weight: inout Tensor)

  // Mixtures of experts. `places` has `each` rows of x for every row of the result.
  func clampedGate(gate: Tensor, up: Tensor, alpha: Float, limit: Float) -> Tensor
  func clampedGateGradient(
    gate: Tensor, up: Tensor, alpha: Float, limit: Float, _ gradient: Tensor
  ) -> (gate: Tensor, up: Tensor)
  func topColumns(of x: Tensor, each: Int) -> [Int32]
  func combinedRows(of x: Tensor, at places: [Int32], each: Int, weights: Tensor?) -> Tensor
  func combinedRowsGradient(
    _ gradient: Tensor, of x: Tensor, at places: [Int32], weights: Tensor
  ) -> (rows: Tensor, weights: Tensor)

  // Positions and attention.
  func rotate(
    _ x: Tensor, heads: Int, positions: [Int32], cosines: Tensor, sines: Tensor, backwards: Bool
  ) -> Tensor
  func attention(
    _ shape: AttentionShape, queries: Tensor, keys: Tensor, values: Tensor, sinks: Tensor?
  ) -> (output: Tensor, logSumExp: Tensor)
  func attentionGradient(
    _ shape: AttentionShape, _ gradient: Tensor, queries: Tensor, keys: Tensor, values: Tensor,
    output: Tensor, logSumExp: Tensor
  ) -> (queries: Tensor, keys: Tensor, values: Tensor)
  func accumulateSinkGradient(
    _ gradient: Tensor, sinks: Tensor, output: Tensor, logSumExp: Tensor, into sum: inout Tensor)

  // Probabilities.
  func softmax(_ x: Tensor) -> Tensor
  func softmaxGradient(_ gradient: Tensor, output: Tensor) -> Tensor
  func logSoftmax(_ x: Tensor) -> Tensor
  func logSoftmaxGradient(_ gradient: Tensor, output: Tensor) -> Tensor
  func targetLogProbabilities(
    _ logits: Tensor, _ targets: [Int32]
  ) -> (logProbabilities: Tensor, logSumExp: Tensor)
  func targetLogProbabilitiesGradient(
    _ gradient: Tensor, logits: inout Tensor, _ targets: [Int32], logSumExp: Tensor)

  // Optimisation.
  func sumOfSquares(_ x: Tensor) -> Double
  func adamW(
    _ step: AdamWStep, gradient: Tensor, value: inout Tensor, mean: inout Tensor, variance: inout Tensor)
}
