/// Pieces of text with scores, of which the highest is joined first: how SentencePiece keeps byte-pair encoding.
package struct ScoredPieces {
  /// The text and the score of each, at the place of its id.
  package let pieces: [(text: String, score: Float)]

  package init(_ pieces: [(text: String, score: Float)]) { self.pieces = pieces }

  /// The pairs to join, the first one first: every way to make a piece of two others.
  ///
  /// Of pairs that make the same piece, or pieces of the same score, those with the longer left part come first, as in
  /// the conversion of `transformers`.
  package var merges: [(left: String, right: String)] {
    struct Merge {
      let (left, right): (String, String)
      let score: Float
      let lengths: (Int, Int)
      let ids: (Int, Int, Int)
    }
    var ids: [UTF8Key: Int] = [:]
    for (id, piece) in pieces.enumerated() where ids[UTF8Key(piece.text)] == nil {
      ids[UTF8Key(piece.text)] = id
    }
    var merges: [Merge] = []
    for (id, piece) in pieces.enumerated() {
      let scalars = piece.text.unicodeScalars
      let count = scalars.count
      for (length, cut) in scalars.indices.enumerated().dropFirst() {
        let (left, right) = (String(scalars[..<cut]), String(scalars[cut...]))
        guard let leftID = ids[UTF8Key(left)], let rightID = ids[UTF8Key(right)] else { continue }
        merges.append(
          Merge(
            left: left, right: right, score: piece.score, lengths: (length, count - length),
            ids: (id, leftID, rightID)))
      }
    }
    return merges.sorted { a, b in
      if a.score != b.score { return a.score > b.score }
      if a.lengths != b.lengths { return a.lengths > b.lengths }
      return a.ids < b.ids
    }.map { ($0.left, $0.right) }
  }
}
