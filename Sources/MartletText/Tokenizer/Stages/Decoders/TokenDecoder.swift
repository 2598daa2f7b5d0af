/// Makes text of tokens again: a step of `decoder` of `tokenizer.json`, with what it must remember of the pieces before.
///
/// All pieces at once give what `tokenizers` gives; given one by one, they give the same text, which comes out as soon
/// as no later piece can change it.
protocol TokenDecoder: Sendable {
  /// Takes the next pieces and gives what is certain to `output`.
  ///
  /// - Parameter isLast: whether no more will come.
  mutating func decode(_ input: TokenPieces, isLast: Bool, into output: inout TokenPieces)

  /// Whether all pieces become one.
  var joinsPieces: Bool { get }

  /// Whether pieces must be UTF-8.
  var needsCharacters: Bool { get }

  /// How many times longer a text may become, at most.
  var growth: Double { get }

  /// Makes the next piece one that follows others.
  ///
  /// - Parameter isJoined: whether all pieces were joined before.
  mutating func skipStart(isJoined: Bool)

  /// Makes the last piece one that others follow.
  mutating func skipEnd(isJoined: Bool)

  /// Whether bytes that are no UTF-8 are given as they are, for a reader who makes characters of them.
  mutating func keepBytes()
}

extension TokenDecoder {
  var joinsPieces: Bool { false }
  var needsCharacters: Bool { false }
  var growth: Double { 1 }
  mutating func skipStart(isJoined: Bool) {}
  mutating func skipEnd(isJoined: Bool) {}
  mutating func keepBytes() {}
}

/// A decoder that changes each piece by itself, once it is whole.
protocol PieceDecoder: TokenDecoder {
  /// The start of a piece whose rest has not come yet.
  var pending: [UInt8] { get set }

  /// Gives what becomes of a piece.
  mutating func decode(_ piece: ArraySlice<UInt8>, into output: inout TokenPieces)
}

extension PieceDecoder {
  mutating func decode(_ input: TokenPieces, isLast: Bool, into output: inout TokenPieces) {
    input.forEach { piece, isEnded in
      if !isEnded {
        pending += piece
      } else if pending.isEmpty {
        decode(piece, into: &output)
      } else {
        pending += piece
        decode(pending[...], into: &output)
        pending = []
      }
    }
    if isLast, !pending.isEmpty {
      decode(pending[...], into: &output)
      pending = []
    }
  }
}
