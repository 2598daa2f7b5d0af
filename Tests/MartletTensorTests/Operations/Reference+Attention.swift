import Foundation
import MartletTensor

extension OperationFamily {
  static let attending = OperationFamily("attending") { draw in attendingCase(&draw, window: nil) }
  static let attendingWithinWindow = OperationFamily("attending within a window") { draw in
    attendingCase(&draw, window: draw.element(of: draw.scale == .small ? [1, 2, 3] : [1, 7, 40, 64]))
  }

  /// Another scale than the usual, and scores whose size is bounded, loosely or tightly.
  static let attendingWithinBounds = OperationFamily("attending with bounded scores") { draw in
    attendingCase(
      &draw, window: draw.element(of: [nil, 5]), scale: draw.element(of: [0.07, 0.5, nil]),
      softCap: draw.element(of: [0.4, 3, 50]))
  }

  /// A sink a head, far below the scores, among them or far above.
  static let attendingWithSinks = OperationFamily("attending with sinks") { draw in
    attendingCase(
      &draw, window: draw.element(of: [nil, 5]), softCap: draw.element(of: [nil, 3]),
      sinks: draw.element(of: [-4, 0, 5]))
  }

  /// Queries, keys and values of the same tokens, through the public operation.
  ///
  /// - Parameter sinks: what the sinks lie around; nil for none.
  private static func attendingCase(
    _ draw: inout Draw, window: Int?, scale: Float? = nil, softCap: Float? = nil, sinks: Float? = nil
  ) -> OperationCase {
    let offsets = draw.offsets()
    var drawn = AttentionReference.drawn(&draw, offsets, window: window)
    drawn.scale = scale
    drawn.softCap = softCap
    let layout = drawn
    let (heads, keyValueHeads) = (layout.heads, layout.keyValueHeads)
    let tokens = Int(offsets.last!)
    return OperationCase(
      inputs: [
        draw.normal([tokens, heads * layout.headDimension]),
        draw.normal([tokens, keyValueHeads * layout.headDimension]),
        draw.normal([tokens, keyValueHeads * layout.headDimension]),
      ] + (sinks.map { [draw.normal([heads]) + $0] } ?? []),
      batch: .init(rowInputs: 3, cuts: offsets.map(Int.init)),
      operation: { inputs, rows in
        let own = offsets.filter { rows.contains(Int($0)) || $0 == rows.upperBound }
        return inputs[0].attending(
          to: inputs[1], values: inputs[2], offsets: own.map { $0 - Int32(rows.lowerBound) },
          heads: heads, keyValueHeads: keyValueHeads, window: window, scale: scale, softCap: softCap,
          sinks: sinks == nil ? nil : inputs[3])
      },
      reference: { layout.output($0) }, gradient: { layout.gradients($0, $1) })
  }

  /// The last tokens of sequences whose keys lie elsewhere, with unused rows between: decoding from a cache.
  static let attendingToEarlierKeys = OperationFamily("attending to earlier keys") { draw in
    let offsets = draw.offsets()
    var layout = AttentionReference.drawn(&draw, offsets, window: draw.element(of: [nil, 5]))
    layout.softCap = draw.element(of: [nil, 2])
    var nextRow = 1
    for s in layout.keyStarts.indices {
      layout.keyStarts[s] = nextRow
      layout.keyCounts[s] += draw.element(of: [0, 1, draw.scale == .small ? 2 : 70])
      nextRow += layout.keyCounts[s] + 1
    }
    let chosen = layout
    let shape = AttentionShape(
      queryOffsets: offsets, keyStarts: layout.keyStarts.map(Int32.init),
      keyCounts: layout.keyCounts.map(Int32.init), heads: layout.heads, keyValueHeads: layout.keyValueHeads,
      headDimension: layout.headDimension, window: layout.window ?? 0,
      softCap: layout.softCap)
    return OperationCase(
      inputs: [
        draw.normal([Int(offsets.last!), layout.heads * layout.headDimension]),
        draw.normal([nextRow, layout.keyValueHeads * layout.headDimension]),
        draw.normal([nextRow, layout.keyValueHeads * layout.headDimension]),
      ] + draw.element(of: [[], [draw.normal([layout.heads])]]),
      operation: { inputs, _ in
        inputs[0].attending(
          to: inputs[1], values: inputs[2], shape, sinks: inputs.count > 3 ? inputs[3] : nil)
      },
      reference: { chosen.output($0) }, gradient: { chosen.gradients($0, $1) })
  }
}

/// Causal attention written as its definition, one query at a time.
private struct AttentionReference: Sendable {
  var queryOffsets: [Int]
  var keyStarts: [Int]
  var keyCounts: [Int]
  var heads: Int
  var keyValueHeads: Int
  var headDimension: Int
  var window: Int?
  var scale: Float?
  var softCap: Float?

  private var factor: Double { scale.map { Double($0) } ?? 1 / Double(headDimension).squareRoot() }

  /// cap · tanh(score / cap).
  private func capped(_ score: Double) -> Double {
    guard let cap = softCap.map({ Double($0) }) else { return score }
    return cap * tanh(score / cap)
  }

  static func drawn(_ draw: inout Draw, _ offsets: [Int32], window: Int?) -> AttentionReference {
    let (heads, keyValueHeads) = draw.element(of: [(1, 1), (2, 2), (4, 2), (3, 1)])
    let headDimension = draw.element(
      of: draw.scale == .small ? [1, 2, 3] : draw.scale == .odd ? [3, 8, 17] : [32, 40, 64])
    let offsets = offsets.map(Int.init)
    return AttentionReference(
      queryOffsets: offsets, keyStarts: offsets.dropLast(),
      keyCounts: zip(offsets.dropFirst(), offsets).map { $0 - $1 }, heads: heads,
      keyValueHeads: keyValueHeads, headDimension: headDimension, window: window)
  }

  /// One query of one head: where its numbers start, and the probability of each key it sees.
  private struct Query {
    var row: Int
    var column: Int
    var keyColumn: Int
    /// The slope is the derivative of the capped score by the score.
    var keys: [(row: Int, probability: Double, slope: Double)]
    var head: Int
    /// The probability that the sink draws.
    var sink: Double
  }

  /// - Parameter inputs: queries, keys, values and perhaps sinks.
  private func queries(_ inputs: [Reference]) -> [Query] {
    let (q, k) = (inputs[0], inputs[1])
    var result: [Query] = []
    for s in keyStarts.indices {
      let count = queryOffsets[s + 1] - queryOffsets[s]
      for i in 0..<count {
        let position = keyCounts[s] - count + i
        let first = window.map { max(0, position - $0 + 1) } ?? 0
        for head in 0..<heads {
          let row = queryOffsets[s] + i
          let column = head * headDimension
          let keyColumn = head / (heads / keyValueHeads) * headDimension
          let rows = (first...position).map { keyStarts[s] + $0 }
          let products = rows.map { key in
            factor * (0..<headDimension).reduce(0) { $0 + q[row, column + $1] * k[key, keyColumn + $1] }
          }
          let scores = products.map(capped)
          let slopes = products.map { product in
            softCap.map { 1 / Foundation.pow(cosh(product / Double($0)), 2) } ?? 1
          }
          let sink = inputs.count > 3 ? inputs[3].values[head] : -.infinity
          let largest = max(scores.max()!, sink)
          let weights = scores.map { exp($0 - largest) }
          let sum = weights.reduce(exp(sink - largest), +)
          result.append(
            Query(
              row: row, column: column, keyColumn: keyColumn,
              keys: rows.indices.map { (rows[$0], weights[$0] / sum, slopes[$0]) }, head: head,
              sink: exp(sink - largest) / sum))
        }
      }
    }
    return result
  }

  func output(_ inputs: [Reference]) -> Reference {
    var y = Reference.zeros(inputs[0].shape)
    for query in queries(inputs) {
      for key in query.keys {
        for d in 0..<headDimension {
          y[query.row, query.column + d] += key.probability * inputs[2][key.row, query.keyColumn + d]
        }
      }
    }
    return y
  }

  func gradients(_ inputs: [Reference], _ gradient: Reference) -> [Reference] {
    let (q, k, v) = (inputs[0], inputs[1], inputs[2])
    var (dq, dk, dv) = (Reference.zeros(q.shape), Reference.zeros(k.shape), Reference.zeros(v.shape))
    var dsinks = inputs.dropFirst(3).map { Reference.zeros($0.shape) }
    for query in queries(inputs) {
      // The gradient of each probability, then of each score: p · (dp - Σ p · dp).
      let dp = query.keys.map { key in
        (0..<headDimension).reduce(0) {
          $0 + gradient[query.row, query.column + $1] * v[key.row, query.keyColumn + $1]
        }
      }
      let mean = zip(query.keys, dp).reduce(0) { $0 + $1.0.probability * $1.1 }
      if inputs.count > 3 { dsinks[0].values[query.head] -= query.sink * mean }
      for (key, dp) in zip(query.keys, dp) {
        let score = key.probability * (dp - mean) * key.slope * factor
        for d in 0..<headDimension {
          let (column, keyColumn) = (query.column + d, query.keyColumn + d)
          dq[query.row, column] += score * k[key.row, keyColumn]
          dk[key.row, keyColumn] += score * q[query.row, column]
          dv[key.row, keyColumn] += key.probability * gradient[query.row, column]
        }
      }
    }
    return [dq, dk, dv] + dsinks
  }
}
