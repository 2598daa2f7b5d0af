import MartletTensor
import Synchronization

/// A decoder's tables of rotary positions, made as far as the longest sequence so far: a context may be far longer
/// than any text that is read.
///
/// A position's angles depend on the position, and for some scalings on the length of its sequence, and on nothing
/// else, so it does not matter when they are made.
final class RotaryPositions: Sendable {
  /// A table, and the row of each token of a pass.
  struct Rows: Sendable {
    let table: RotaryTable
    let rows: [Int32]

    /// Those of some of the tokens.
    func only(_ tokens: [Int32]) -> Rows { Rows(table: table, rows: tokens.map { rows[Int($0)] }) }

    /// Queries or keys, rotated.
    func callAsFunction(_ x: Tensor, heads: Int) -> Tensor {
      x.rotated(heads: heads, positions: rows, by: table)
    }
  }

  let rotary: Rotary
  private let context: Int
  private let headDimension: Int
  /// By the variant of the frequencies.
  private let tables = Mutex<[Int: RotaryTable]>([:])
  /// Of a scaling whose frequencies change with every token few tables are of use again.
  private static let mostTables = 16

  init(_ rotary: Rotary, context: Int, headDimension: Int) {
    (self.rotary, self.context, self.headDimension) = (rotary, context, headDimension)
  }

  /// The rows of tokens.
  ///
  /// - Parameters:
  ///   - positions: of each token within its sequence.
  ///   - lengths: of each token's sequence.
  func rows(positions: [Int32], lengths: [Int32]) -> Rows {
    guard rotary.dependsOnLength else {
      return Rows(table: table(count: Int(positions.max() ?? -1) + 1, variant: 0), rows: positions)
    }
    var counts: [Int: Int32] = [:]
    let variants = lengths.map { rotary.variant(length: Int($0)) }
    for (variant, position) in zip(variants, positions) {
      counts[variant] = max(counts[variant] ?? 0, position + 1)
    }
    var (parts, starts, row): ([RotaryTable], [Int: Int32], Int32) = ([], [:], 0)
    for (variant, count) in counts.sorted(by: { $0.key < $1.key }) {
      let part = table(count: Int(count), variant: variant)
      parts.append(part)
      starts[variant] = row
      row += Int32(part.cosines.rows)
    }
    return Rows(
      table: parts.count == 1 ? parts[0] : RotaryTable(parts),
      rows: zip(variants, positions).map { starts[$0]! + $1 })
  }

  /// A table with at least the positions `0 ..< count` of the context.
  private func table(count: Int, variant: Int) -> RotaryTable {
    tables.withLock { tables in
      let made = tables[variant]?.cosines.rows ?? 0
      if let table = tables[variant], count <= made { return table }
      if tables.count >= Self.mostTables { tables.removeAll() }
      let (frequencies, factor) = rotary.frequencies(headDimension: headDimension, variant: variant)
      // Twice as many, so that reading token by token makes few tables.
      let new = RotaryTable(
        positions: min(context, max(count, 2 * made, 256)), frequencies: frequencies, factor: factor)
      tables[variant] = new
      return new
    }
  }
}
