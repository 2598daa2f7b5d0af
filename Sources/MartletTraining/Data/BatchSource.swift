import MartletModel
import MartletTensor
import MartletText

/// How a step's batch is drawn from the documents.
public enum Packing: String, Sendable, CaseIterable {
  /// Windows of the context's size from random places. Where a window crosses from one document to the next it
  /// becomes two sequences.
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
  private let context: Int
  private let stream: RandomStream
  private let packing: Packing
  private var epoch: Epoch

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
    self.context = context
    self.packing = packing
    stream = RandomStream(seed: seed, name: "batches")
    epoch = Epoch(documents, context: context, stream: stream)
  }

  /// The batch of a step, counted from 0.
  mutating func batch(step: Int) -> StepBatch {
    var result = StepBatch()
    switch packing {
    case .windows:
      let first = UInt64(step) * UInt64(rows)
      let places = stream.integers(
        below: documents.predictedCount - context + 1, at: first..<first + UInt64(rows))
      for place in places {
        result.append(row: documents.sequences(in: place..<place + context + 1))
      }
    case .documents:
      for row in step * rows..<(step + 1) * rows {
        result.append(row: epoch.row(row).map { documents.tokens[$0] })
      }
    }
    return result
  }
}

/// Documents in each epoch's random order, packed into rows.
private struct Epoch: Sendable {
  private let pieces: [Range<Int>]
  private let context: Int
  private let stream: RandomStream
  private var number: UInt64 = 0
  private var firstRow = 0
  private var rows: [[Range<Int>]]

  init(_ documents: DocumentTokens, context: Int, stream: RandomStream) {
    var pieces: [Range<Int>] = []
    var start = 0
    for place in 1..<max(documents.tokens.count, 1) {
      let isEnd = documents.tokens[place] == documents.separator || place == documents.tokens.count - 1
      if isEnd || place - start == context {
        pieces.append(start..<place + 1)
        start = place
      }
    }
    (self.pieces, self.context, self.stream) = (pieces, context, stream)
    rows = Self.pack(pieces, context: context, stream: stream, epoch: 0)
  }

  /// A row by its number since the first epoch's first.
  mutating func row(_ wanted: Int) -> [Range<Int>] {
    if wanted < firstRow {
      (number, firstRow) = (0, 0)
      rows = Self.pack(pieces, context: context, stream: stream, epoch: 0)
    }
    while wanted >= firstRow + rows.count {
      firstRow += rows.count
      number += 1
      rows = Self.pack(pieces, context: context, stream: stream, epoch: number)
    }
    return rows[wanted - firstRow]
  }

  private static func pack(
    _ pieces: [Range<Int>], context: Int, stream: RandomStream, epoch: UInt64
  ) -> [[Range<Int>]] {
    var rows: [[Range<Int>]] = []
    var row: [Range<Int>] = []
    var room = context
    for place in stream.substream(epoch).permutation(of: pieces.count) {
      let size = pieces[place].count - 1
      if size > room {
        rows.append(row)
        (row, room) = ([], context)
      }
      row.append(pieces[place])
      room -= size
    }
    return rows + [row]
  }
}
