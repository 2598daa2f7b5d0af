import MartletModel
import MartletTensor

/// Sequences laid end to end, and the results of each apart again.
private struct LaidSequences {
  let tokens: [Int32]
  let offsets: [Int32]

  init(_ sequences: [[Int32]]) {
    tokens = sequences.flatMap { $0 }
    offsets = sequences.reduce(into: [0]) { $0.append($0.last! + Int32($1.count)) }
  }
}

extension Model<ValueHead> {
  /// The value at each token of sequences.
  ///
  /// - Parameter sequences: each of at least one token and at most the context.
  /// - Returns: for each sequence `[tokens]`: the same bits whatever stands beside it.
  public func values(of sequences: [[Int32]]) -> [[Float]] {
    withoutGradients {
      let laid = LaidSequences(sequences)
      let values = head.values(decoder.hiddenStates(of: laid.tokens, offsets: laid.offsets)).scalars
      return zip(laid.offsets, laid.offsets.dropFirst()).map { Array(values[Int($0)..<Int($1)]) }
    }
  }
}

extension Model<SequenceClassifierHead> {
  /// The logits of each class for sequences, read at their last tokens.
  ///
  /// - Parameter sequences: each of at least one token and at most the context.
  /// - Returns: for each sequence `[classes]`: the same bits whatever stands beside it.
  public func logits(of sequences: [[Int32]]) -> [[Float]] {
    withoutGradients {
      let laid = LaidSequences(sequences)
      return head.logits(
        decoder.hiddenStates(of: laid.tokens, offsets: laid.offsets), offsets: laid.offsets
      ).scalarRows
    }
  }
}

extension Model<TokenClassifierHead> {
  /// The logits of each class at some tokens of sequences.
  ///
  /// - Parameters:
  ///   - sequences: each of at least one token and at most the context.
  ///   - places: for each sequence the places of the tokens that are read.
  /// - Returns: for each sequence and place `[classes]`: the same bits whatever stands beside it.
  public func logits(of sequences: [[Int32]], at places: [[Int]]) -> [[[Float]]] {
    precondition(
      sequences.count == places.count,
      "logits: \(places.count) lists of places for \(sequences.count) sequences")
    return withoutGradients {
      let laid = LaidSequences(sequences)
      let rows = zip(places, laid.offsets).flatMap { places, start in places.map { start + Int32($0) } }
      let hidden = decoder.hiddenStates(of: laid.tokens, offsets: laid.offsets)
      var logits = head.logits(hidden, at: rows).scalarRows[...]
      return places.map { places in
        defer { logits.removeFirst(places.count) }
        return Array(logits.prefix(places.count))
      }
    }
  }
}

extension Tensor {
  /// The scalars of each row of a matrix.
  fileprivate var scalarRows: [[Float]] {
    let (scalars, columns) = (scalars, columns)
    return (0..<rows).map { Array(scalars[$0 * columns..<($0 + 1) * columns]) }
  }
}
