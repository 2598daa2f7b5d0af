/// Which queries see which keys, and how heads lie in a row.
///
/// Query `i` of a sequence stands at position `keyCount - queryCount + i` and sees the keys at positions up to its
/// own, at most `window` of them.
package struct AttentionShape: Sendable {
  /// Sequence `s` has the query rows `queryOffsets[s] ..< queryOffsets[s + 1]`.
  package var queryOffsets: [Int32]
  /// The row of each sequence's first key, of the first head.
  var keyStarts: [Int32]
  /// The number of keys of each sequence.
  var keyCounts: [Int32]
  var heads: Int
  var keyValueHeads: Int
  var headDimension: Int
  /// How many keys a query sees at most; 0 for all.
  package var window: Int
  /// Where each head has rows of its own: from the first of one head to the first of the next. Nil where heads lie side
  /// by side in a row.
  var rowsOfHead: Int?
  /// What products of queries and keys are multiplied by.
  var scale: Float
  /// The bound of scores, softCap · tanh(score / softCap); 0 for none.
  var softCap: Float

  /// - Parameters:
  ///   - scale: nil for the usual 1/√headDimension.
  ///   - softCap: nil for none.
  package init(
    queryOffsets: [Int32], keyStarts: [Int32], keyCounts: [Int32], heads: Int, keyValueHeads: Int,
    headDimension: Int, rowsOfHead: Int? = nil, window: Int, scale: Float? = nil, softCap: Float? = nil
  ) {
    precondition(
      keyValueHeads > 0 && heads > 0 && heads % keyValueHeads == 0,
      "attention: \(heads) heads can't share \(keyValueHeads) key and value heads")
    precondition(
      queryOffsets.count == keyStarts.count + 1 && keyStarts.count == keyCounts.count,
      "attention: the sequences' offsets, starts and counts disagree in number")
    precondition(
      queryOffsets[0] == 0 && zip(queryOffsets, queryOffsets.dropFirst()).allSatisfy { $0 <= $1 },
      "attention: the offsets \(queryOffsets) do not ascend from 0")
    precondition(
      keyStarts.indices.allSatisfy { place in
        keyStarts[place] >= 0 && keyCounts[place] >= queryOffsets[place + 1] - queryOffsets[place]
      }, "attention: a sequence has fewer keys than queries")
    precondition(
      rowsOfHead.map { rows in keyCounts.allSatisfy { Int($0) <= rows } && rows >= 0 } ?? true,
      "attention: a sequence has more keys than the \(rowsOfHead ?? 0) rows of a head")
    precondition(window >= 0, "attention: the window \(window) is below 0")
    precondition(softCap.map { $0 > 0 } ?? true, "attention: the soft cap \(softCap ?? 0) is not above 0")
    self.queryOffsets = queryOffsets
    self.keyStarts = keyStarts
    self.keyCounts = keyCounts
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headDimension = headDimension
    self.rowsOfHead = rowsOfHead
    self.window = window
    self.scale = scale ?? 1 / Float(headDimension).squareRoot()
    self.softCap = softCap ?? 0
  }

  /// Whether the sequences' keys, in order, fill a number of rows.
  func hasKeys(inAll rows: Int) -> Bool {
    var end: Int32 = 0
    for (start, count) in zip(keyStarts, keyCounts) {
      if start != end { return false }
      end += count
    }
    return Int(end) == rows
  }

  /// Sequences laid end to end, each attending to itself.
  package init(
    offsets: [Int32], heads: Int, keyValueHeads: Int, headDimension: Int, window: Int, scale: Float? = nil,
    softCap: Float? = nil
  ) {
    self.init(
      queryOffsets: offsets, keyStarts: Array(offsets.dropLast()),
      keyCounts: zip(offsets.dropFirst(), offsets).map { $0 - $1 }, heads: heads,
      keyValueHeads: keyValueHeads, headDimension: headDimension, window: window, scale: scale,
      softCap: softCap)
  }
}

extension Tensor {
  /// Causal attention of queries over the keys and values of their own sequence.
  ///
  /// - Parameters:
  ///   - keys: `[key rows, keyValueHeads · headDimension]`; self is `[tokens, heads · headDimension]`.
  ///   - values: as `keys`.
  ///   - offsets: sequence `s` holds the rows `offsets[s] ..< offsets[s + 1]`.
  ///   - window: how many keys a query sees at most, itself included; nil for all.
  ///   - scale: what products of queries and keys are multiplied by; nil for 1/√headDimension.
  ///   - softCap: a bound of the scores, which become softCap · tanh(score / softCap); nil for none.
  ///   - sinks: `[heads]`: a logit that joins the softmax of each of the head's queries and draws probability from the
  ///     keys, without a value; nil for none.
  /// - Returns: `[tokens, heads · headDimension]`.
  /// - Source: Vaswani et al. 2017, arXiv:1706.03762, equation 1; grouped queries: Ainslie et al. 2023,
  ///   arXiv:2305.13245; the window: Beltagy et al. 2020, arXiv:2004.05150; the cap: Gemma Team 2024,
  ///   arXiv:2408.00118, section 2; sinks: OpenAI 2025, arXiv:2508.10925.
  public func attending(
    to keys: Tensor, values: Tensor, offsets: [Int32], heads: Int, keyValueHeads: Int, window: Int? = nil,
    scale: Float? = nil, softCap: Float? = nil, sinks: Tensor? = nil
  ) -> Tensor {
    attending(
      to: keys, values: values,
      AttentionShape(
        offsets: offsets, heads: heads, keyValueHeads: keyValueHeads, headDimension: columns / heads,
        window: window ?? 0, scale: scale, softCap: softCap), sinks: sinks)
  }

  package func attending(
    to keys: Tensor, values: Tensor, _ shape: AttentionShape, sinks: Tensor? = nil
  ) -> Tensor {
    precondition(
      columns == shape.heads * shape.headDimension && keys.shape == values.shape
        && keys.columns == (shape.rowsOfHead == nil ? shape.keyValueHeads : 1) * shape.headDimension
        && Int(shape.queryOffsets.last ?? 0) == rows,
      "attention: queries of shape \(self.shape), keys \(keys.shape) and values \(values.shape) do not fit "
        + "\(shape.heads) heads over \(shape.keyValueHeads) of dimension \(shape.headDimension)")
    let lastHead = (shape.keyValueHeads - 1) * (shape.rowsOfHead ?? 0)
    precondition(
      zip(shape.keyStarts, shape.keyCounts).allSatisfy { Int($0) + Int($1) + lastHead <= keys.rows },
      "attention: a sequence's keys lie outside the \(keys.rows) rows of keys")
    precondition(
      sinks.map { $0.shape == [shape.heads] } ?? true,
      "attention: sinks of shape \(sinks?.shape ?? []) for \(shape.heads) heads")
    let (output, logSumExp) = backend.attention(
      shape, queries: self, keys: keys, values: values, sinks: sinks)
    return output.recorded(from: [self, keys, values] + (sinks.map { [$0] } ?? [])) {
      [queries = detached, keys = keys.detached, values = values.detached, sinks = sinks?.detached] gradient
      in
      let backend = gradient.backend
      let gradients = backend.attentionGradient(
        shape, gradient, queries: queries, keys: keys, values: values, output: output, logSumExp: logSumExp)
      let others: [Contribution] = [
        .value(gradients.queries), .value(gradients.keys), .value(gradients.values),
      ]
      guard let sinks else { return others }
      return others + [
        .sum(
          .rows,
          into: {
            backend.accumulateSinkGradient(
              gradient, sinks: sinks, output: output, logSumExp: logSumExp, into: &$0)
          })
      ]
    }
  }

  /// Rotates pairs of each head's columns by its token's angles: (i, i + n) where the table has n columns. Where 2n is
  /// less than the head dimension, the columns from 2n on stay as they are.
  ///
  /// - Parameters:
  ///   - positions: one for each row; the row of `table` to use.
  ///   - table: the cosines and sines, `[positions, n]` each.
  /// - Source: Su et al. 2021, arXiv:2104.09864, equation 34, with the halves of a head as its pairs, as in
  ///   the Llama of `transformers`.
  public func rotated(heads: Int, positions: [Int32], by table: RotaryTable) -> Tensor {
    precondition(positions.count == rows, "rotated: \(positions.count) positions for \(rows) rows")
    precondition(
      columns % heads == 0 && columns / heads >= table.cosines.columns * 2,
      "rotated: a table of \(table.cosines.columns) pairs for \(heads) heads in \(shape)")
    let limit = Int32(table.cosines.rows)
    precondition(
      positions.allSatisfy { $0 >= 0 && $0 < limit }, "rotated: a position is not in 0 ..< \(limit)")
    return backend.rotate(
      self, heads: heads, positions: positions, cosines: table.cosines, sines: table.sines, backwards: false
    ).recorded(from: [self]) { gradient in
      [
        .value(
          gradient.backend.rotate(
            gradient, heads: heads, positions: positions, cosines: table.cosines, sines: table.sines,
            backwards: true))
      ]
    }
  }
}
