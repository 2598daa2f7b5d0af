import MartletKernels

extension CPUBackend {
  func rowSums(_ x: Tensor) -> Tensor { reduced(x, MK_REDUCE_SUM) }

  func rowMaxima(_ x: Tensor) -> Tensor { reduced(x, MK_REDUCE_MAXIMUM) }

  private func reduced(_ x: Tensor, _ reduction: mk_reduction) -> Tensor {
    defer { keep(x) }
    let y = Tensor.uninitialized(Array(x.shape.dropLast()))
    mk_reduce_columns(reduction, x.rows, x.columns, x.pointer, y.pointer)
    return y
  }

  func accumulateRows(_ x: Tensor, into sum: inout Tensor) {
    defer { keep(x, sum) }
    mk_accumulate_rows(x.rows, x.columns, x.pointer, sum.uniquePointer())
  }

  func rows(of table: Tensor, at indices: [Int32]) -> Tensor {
    defer { keep(table) }
    let y = Tensor.uninitialized([indices.count, table.columns])
    if table.elementType == .bfloat16 {
      mk_gather_rows_bfloat16(indices.count, table.columns, indices, table.bfloat16Pointer, y.pointer)
    } else {
      mk_gather_rows(indices.count, table.columns, indices, table.pointer, y.pointer)
    }
    return y
  }

  func accumulateRows(_ x: Tensor, at indices: [Int32], into table: inout Tensor) {
    defer { keep(x, table) }
    let rows = table.rows
    mk_scatter_add_rows(indices.count, x.columns, rows, indices, x.pointer, table.uniquePointer())
  }

  func elements(of x: Tensor, at columns: [Int32]) -> Tensor {
    defer { keep(x) }
    let y = Tensor.uninitialized([x.rows])
    mk_take_columns(x.rows, x.columns, x.pointer, columns, y.pointer)
    return y
  }

  func accumulateElements(_ x: Tensor, at columns: [Int32], into sum: inout Tensor) {
    defer { keep(x, sum) }
    let (rows, width) = (sum.rows, sum.columns)
    mk_put_columns(rows, width, x.pointer, columns, sum.uniquePointer())
  }

  func transposed(_ x: Tensor) -> Tensor {
    defer { keep(x) }
    let (rows, columns) = (x.rows, x.columns)
    let y = Tensor.uninitialized([columns, rows])
    let (source, target) = (x.pointer, y.pointer)
    // Square by square, so that what is read and what is written both stay in the cache.
    let side = 32
    for top in stride(from: 0, to: rows, by: side) {
      for left in stride(from: 0, to: columns, by: side) {
        for row in top..<min(top + side, rows) {
          for column in left..<min(left + side, columns) {
            target[column * rows + row] = source[row * columns + column]
          }
        }
      }
    }
    return y
  }

  func copyRows(_ range: Range<Int>, of x: Tensor) -> Tensor {
    defer { keep(x) }
    let y = Tensor.uninitialized([range.count, x.columns])
    y.pointer.update(from: x.pointer + range.lowerBound * x.columns, count: y.count)
    return y
  }

  func writeRows(_ x: Tensor, at row: Int, into target: inout Tensor) {
    defer { keep(x, target) }
    let offset = row * target.columns
    (target.uniquePointer() + offset).update(from: x.pointer, count: x.count)
  }

  func writeRows(_ x: Tensor, at rows: [Int32], into target: inout Tensor) {
    defer { keep(x, target) }
    let (columns, source, to) = (x.columns, x.pointer, target.uniquePointer())
    for (index, row) in rows.enumerated() {
      (to + Int(row) * columns).update(from: source + index * columns, count: columns)
    }
  }

  func largestColumns(of x: Tensor) -> [Int32] {
    defer { keep(x) }
    return [Int32](unsafeUninitializedCapacity: x.rows) { buffer, filled in
      mk_largest_columns(x.rows, x.columns, x.pointer, buffer.baseAddress)
      filled = x.rows
    }
  }

  func ranks(of columns: [Int32], in x: Tensor) -> [Int32] {
    defer { keep(x) }
    return [Int32](unsafeUninitializedCapacity: columns.count) { buffer, filled in
      mk_target_rank(x.rows, x.columns, x.pointer, columns, buffer.baseAddress)
      filled = columns.count
    }
  }
}
