extension Tensor {
  /// The sum of every element, of shape `[]`.
  public func sum() -> Tensor { reshaped([1, count]).rowSums().reshaped([]) }

  /// The mean of every element, of shape `[]`.
  public func mean() -> Tensor { sum() / Float(count) }

  /// The sum of each row: `[…, columns]` to `[…]`.
  public func rowSums() -> Tensor {
    backend.rowSums(self).recorded(from: [self]) { [shape] gradient in
      [.value(gradient.spread(overColumnsOf: shape))]
    }
  }

  /// The mean of each row: `[…, columns]` to `[…]`.
  public func rowMeans() -> Tensor { rowSums() / Float(columns) }

  /// The largest element of each row: `[…, columns]` to `[…]`; equal ones share the gradient.
  public func rowMaxima() -> Tensor {
    let maxima = backend.rowMaxima(self)
    return maxima.recorded(from: [self]) { [x = detached] gradient in
      let largest = 1 - maxima.spread(overColumnsOf: x.shape).isGreater(than: x)
      let share = largest / largest.rowSums().spread(overColumnsOf: x.shape)
      return [.value(share * gradient.spread(overColumnsOf: x.shape))]
    }
  }

  /// The sum of each column: `[…, columns]` to `[columns]`, rows ascending.
  public func columnSums() -> Tensor {
    var sums = Tensor.zeros([columns])
    backend.accumulateRows(self, into: &sums)
    return sums.recorded(from: [self]) { [shape] gradient in
      [.value(.zeros(shape) + gradient)]
    }
  }

  /// One number a row, repeated along its columns.
  private func spread(overColumnsOf shape: [Int]) -> Tensor {
    .zeros(shape) + reshaped(shape.dropLast() + [1])
  }
}
