/// The pieces of a SentencePiece model by their texts.
struct SentencePieceVocabulary {
  private let file: SentencePieceFile
  private var interner = ByteInterner()
  private var idOfNumber: [Int32] = []
  /// The pieces that are always pieces of their own; nil when there are none.
  private(set) var userDefined: ByteTrie?
  /// The ids of bytes; -1 where there is none.
  private(set) var byteIDs = [Int32](repeating: -1, count: 256)

  init(_ file: SentencePieceFile) {
    self.file = file
    var userDefined = ByteTrie()
    var hasUserDefined = false
    for (id, piece) in file.pieces.enumerated() {
      if piece.kind == .byte, let byte = ByteFallbackDecoder.byte(of: piece.text[...]) {
        byteIDs[Int(byte)] = Int32(id)
      }
      guard Self.isText(piece.kind) else { continue }
      piece.text.withUnsafeBufferPointer { text in
        _ = interner.intern(text)
        if piece.kind == .userDefined {
          userDefined.insert(text, Int32(id))
          hasUserDefined = true
        }
      }
      idOfNumber.append(Int32(id))
    }
    self.userDefined = hasUserDefined ? userDefined : nil
  }

  /// Whether pieces of a kind are parts of texts.
  static func isText(_ kind: SentencePieceFile.PieceKind) -> Bool {
    kind == .normal || kind == .userDefined
  }

  /// The id of a piece that can be part of a text.
  func id(of text: UnsafeBufferPointer<UInt8>) -> Int32? {
    interner.find(text).map { idOfNumber[$0] }
  }

  /// The place of each piece when they are ordered by falling scores; equal scores have one place.
  var ranks: [Int32] {
    let order = file.pieces.indices.sorted { file.pieces[$0].score > file.pieces[$1].score }
    var ranks = [Int32](repeating: 0, count: order.count)
    var rank: Int32 = 0
    for (place, id) in order.enumerated() {
      if place > 0, file.pieces[id].score != file.pieces[order[place - 1]].score { rank += 1 }
      ranks[id] = rank
    }
    return ranks
  }
}
