import MartletTensor
import Synchronization

/// A decoder's table of rotary positions, made as far as the longest sequence so far: a context may be far longer
/// than any text that is read.
///
/// A position's angles depend on the position alone, so it does not matter when they are made.
final class RotaryPositions: Sendable {
  private let context: Int
  private let headDimension: Int
  private let base: Double
  private let table = Mutex<RotaryTable?>(nil)

  init(context: Int, headDimension: Int, base: Double) {
    (self.context, self.headDimension, self.base) = (context, headDimension, base)
  }

  /// A table with at least the positions `0 ..< count` of the context.
  func table(count: Int) -> RotaryTable {
    table.withLock { table in
      let made = table?.cosines.rows ?? 0
      if let table, count <= made { return table }
      // Twice as many, so that reading token by token makes few tables.
      let new = RotaryTable(
        positions: min(context, max(count, 2 * made, 256)), headDimension: headDimension, base: base)
      table = new
      return new
    }
  }
}
