import MartletTensor

/// The rows of each epoch: ranges of tokens, of which a row reads at most the context's size.
struct EpochRows: Sendable {
  private let tokenCount: Int
  private let context: Int
  private let packing: Packing
  private let stream: RandomStream
  /// Whole documents, or their parts of the context's size.
  private let pieces: [Range<Int>]

  init(_ documents: DocumentTokens, context: Int, packing: Packing, stream: RandomStream) {
    tokenCount = documents.tokens.count
    self.context = context
    self.packing = packing
    self.stream = stream
    pieces = packing == .documents ? Self.pieces(of: documents, context: context) : []
  }

  /// The rows of an epoch, in its own random order.
  func rows(epoch: Int) -> [[Range<Int>]] {
    let stream = stream.substream(UInt64(epoch))
    switch packing {
    case .windows: return windows(stream)
    case .documents: return packed(stream.permutation(of: pieces.count).map { pieces[$0] })
    }
  }

  private func windows(_ stream: RandomStream) -> [[Range<Int>]] {
    // The last window must fit, so a short text leaves less room to begin in.
    let room = min(context, tokenCount - context)
    let start = stream.substream(0).integers(below: room, at: 0..<1)[0]
    let count = (tokenCount - 1 - start) / context
    return stream.permutation(of: count).map { number in
      let first = start + number * context
      return [first..<first + context + 1]
    }
  }

  /// Pieces one after the other, a new row where the next does not fit.
  private func packed(_ pieces: [Range<Int>]) -> [[Range<Int>]] {
    var rows: [[Range<Int>]] = []
    var row: [Range<Int>] = []
    var room = context
    for piece in pieces {
      let size = piece.count - 1
      if size > room {
        rows.append(row)
        (row, room) = ([], context)
      }
      row.append(piece)
      room -= size
    }
    return rows + [row]
  }

  private static func pieces(of documents: DocumentTokens, context: Int) -> [Range<Int>] {
    let tokens = documents.tokens
    var pieces: [Range<Int>] = []
    var start = 0
    for place in tokens.indices.dropFirst() {
      let isEnd = tokens[place] == documents.separator || place == tokens.count - 1
      if isEnd || place - start == context {
        pieces.append(start..<place + 1)
        start = place
      }
    }
    return pieces
  }
}
