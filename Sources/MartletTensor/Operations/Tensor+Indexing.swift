extension Tensor {
  /// The rows of a `[rows, columns]` tensor at some indices, which may repeat: `[indices, columns]`.
  ///
  /// With a table of embeddings, the vectors of the tokens.
  public func rows(at indices: [Int32]) -> Tensor {
    precondition(shape.count == 2, "rows(at:): shape \(shape) is not [rows, columns]")
    let limit = Int32(shape[0])
    precondition(
      indices.allSatisfy { $0 >= 0 && $0 < limit }, "rows(at:): an index is not in 0 ..< \(limit)")
    return backend.rows(of: self, at: indices).recorded(from: [self]) { gradient in
      [.sum(.lookup) { gradient.backend.accumulateRows(gradient, at: indices, into: &$0) }]
    }
  }

  /// One element of each row: element `columns[r]` of row `r`, as `[rows]`.
  public func elements(at columns: [Int32]) -> Tensor {
    precondition(columns.count == rows, "elements(at:): \(columns.count) indices for \(rows) rows")
    let limit = Int32(self.columns)
    precondition(
      columns.allSatisfy { $0 >= 0 && $0 < limit }, "elements(at:): an index is not in 0 ..< \(limit)")
    let shape = shape
    return backend.elements(of: self, at: columns).recorded(from: [self]) { gradient in
      var sum = Tensor.zeros(shape)
      gradient.backend.accumulateElements(gradient, at: columns, into: &sum)
      return [.value(sum)]
    }
  }

  /// A run of rows of a `[rows, columns]` tensor.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(shape.count == 2, "rows: shape \(shape) is not [rows, columns]")
    precondition(
      range.lowerBound >= 0 && range.upperBound <= shape[0], "rows: \(range) is not within \(shape[0]) rows")
    let shape = shape
    return backend.copyRows(range, of: self).recorded(from: [self]) { gradient in
      var sum = Tensor.zeros(shape)
      gradient.backend.writeRows(gradient, at: range.lowerBound, into: &sum)
      return [.value(sum)]
    }
  }

  /// Tensors of the same number of columns, one above the other.
  public static func concatenated(_ parts: [Tensor]) -> Tensor {
    precondition(!parts.isEmpty, "concatenated: there is nothing to concatenate")
    let columns = parts[0].columns
    precondition(
      parts.allSatisfy { $0.columns == columns && $0.shape.count == 2 },
      "concatenated: shapes \(parts.map(\.shape)) do not share their columns")
    var joined = Tensor.zeros([parts.reduce(0) { $0 + $1.rows }, columns])
    var row = 0
    var ranges: [Range<Int>] = []
    for part in parts {
      joined.backend.writeRows(part, at: row, into: &joined)
      ranges.append(row..<row + part.rows)
      row += part.rows
    }
    return joined.recorded(from: parts) { [ranges] gradient in
      ranges.map { range in .value(gradient.rows(range)) }
    }
  }

  /// The first column of each row's largest element; nil for a row that is empty or holds what is infinite or not
  /// a number.
  public func largestColumns() -> [Int32?] { backend.largestColumns(of: self).map { $0 < 0 ? nil : $0 } }

  /// The place of each row's column in the order of the row's values: 1 for the largest.
  ///
  /// Equal values take the order of their columns.
  public func ranks(of columns: [Int32]) -> [Int] {
    precondition(columns.count == rows, "ranks: \(columns.count) indices for \(rows) rows")
    let limit = Int32(self.columns)
    precondition(columns.allSatisfy { $0 >= 0 && $0 < limit }, "ranks: an index is not in 0 ..< \(limit)")
    return backend.ranks(of: columns, in: self).map(Int.init)
  }
}
