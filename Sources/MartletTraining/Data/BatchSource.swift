import MartletModel
import MartletTensor
import MartletText

/// How a step's batch is drawn from the documents.
public enum Packing: String, Sendable, CaseIterable {
  /// Windows of the context's size. Each epoch cuts the text from another random place and takes its windows in
  /// another random order, so no token is read twice an epoch, and all but the ends once. Where a window crosses from one document to the
  /// next it becomes two sequences.
  case windows
  /// Whole documents in a random order, each epoch another, packed into rows of the context's size without
  /// padding. A document longer than a row goes on in the next as a sequence of its own.
  case documents
}

/// A step's batch in rows of at most the context's size.
struct StepBatch: Sendable {
  /// The sequences of every row.
  var batch = TokenBatch()
  /// The number of sequences up to the end of each row.
  var rowEnds: [Int] = []

  mutating func append(row: [ArraySlice<Int32>]) {
    for sequence in row { batch.append(sequence) }
    rowEnds.append(batch.sequenceCount)
  }

  /// The batch cut after every `rows` rows.
  func microBatches(rows: Int) -> [TokenBatch] {
    stride(from: 0, to: rowEnds.count, by: rows).map { first in
      let start = first == 0 ? 0 : rowEnds[first - 1]
      return batch.sequences(start..<rowEnds[min(first + rows, rowEnds.count) - 1])
    }
  }
}

/// Draws each step's batch: a function of the seed and the step alone, so a resumed run draws what an
/// uninterrupted one would.
struct BatchSource: Sendable {
  private let documents: DocumentTokens
  private let rows: Int
  private let epochs: EpochRows
  private var epoch: (number: Int, firstRow: Int, rows: [[Range<Int>]])

  /// - Throws: when there are too few tokens for one window.
  init(
    _ documents: DocumentTokens, rows: Int, context: Int, packing: Packing, seed: UInt64, name: String
  ) throws(MartletError) {
    if documents.predictedCount == 0 {
      throw MartletError(
        "\(name): no text is left to train on; give more text or a smaller --validation-fraction")
    }
    if packing == .windows, documents.predictedCount < context {
      throw MartletError(
        "\(name): the \(documents.predictedCount) tokens to train on are fewer than the context of \(context); "
          + "give more text or a smaller --context")
    }
    self.documents = documents
    self.rows = rows
    epochs = EpochRows(
      documents, context: context, packing: packing, stream: RandomStream(seed: seed, name: "batches"))
    epoch = (0, 0, epochs.rows(epoch: 0))
  }

  /// The batch of a step, counted from 0.
  mutating func batch(step: Int) -> StepBatch {
    var result = StepBatch()
    for number in step * rows..<(step + 1) * rows {
      result.append(row: row(number).flatMap { documents.sequences(in: $0) })
    }
    return result
  }

  /// A row by its number since the first epoch's first.
  private mutating func row(_ number: Int) -> [Range<Int>] {
    if number < epoch.firstRow { epoch = (0, 0, epochs.rows(epoch: 0)) }
    while number >= epoch.firstRow + epoch.rows.count {
      let next = epoch.number + 1
      epoch = (next, epoch.firstRow + epoch.rows.count, epochs.rows(epoch: next))
    }
    return epoch.rows[number - epoch.firstRow]
  }
}
