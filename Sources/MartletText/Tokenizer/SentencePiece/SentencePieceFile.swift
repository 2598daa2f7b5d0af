/// What a SentencePiece `.model` file holds.
///
/// Source: SentencePiece, sentencepiece_model.proto.
struct SentencePieceFile {
  /// How a text is encoded.
  enum Kind: Int {
    case unigram = 1
    case bytePairs = 2
    case words = 3
    case characters = 4
  }

  /// What a piece is for.
  enum PieceKind: Int {
    case normal = 1
    /// What stands for characters that no piece has.
    case unknown = 2
    /// A mark that no text contains.
    case control = 3
    /// A text that is always a piece of its own.
    case userDefined = 4
    /// A piece that is not to be used.
    case unused = 5
    /// A byte of a character that no piece has.
    case byte = 6
  }

  struct Piece {
    var text: [UInt8] = []
    var score: Float = 0
    var kind = PieceKind.normal

    var string: String { String(decoding: text, as: UTF8.self) }
  }

  var pieces: [Piece] = []
  var kind = Kind.unigram
  var hasByteFallback = false
  /// Whether words end with their space and don't begin with it.
  var spaceIsSuffix = false
  /// What the unknown piece is decoded to.
  var unknownSurface = " \u{2047} "
  var beginPiece = "<s>"
  var endPiece = "</s>"
  /// The compiled replacements of characters; empty for none.
  var characterMap: [UInt8] = []
  var addsDummyPrefix = true
  var removesExtraSpaces = true
  var escapesSpaces = true
  private var hasDenormalizer = false
  /// Whether pieces may be marked as unused, which are then no parts of texts.
  private var keepsUnused = false

  /// The id of the unknown piece.
  private(set) var unknown = 0

  /// Longer pieces are refused, since each of them is looked at with all its parts.
  private static let longestPiece = 1024
  private static let mostPieces = 1 << 24

  /// - Throws: when the bytes are damaged, or ask for what is not supported.
  init(_ bytes: [UInt8], file: String) throws(MartletError) {
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(MartletError) in try Self.read(buffer, file) }
    }
    self = try result.get()
    try check(file)
  }

  private init() {}

  /// A model that another kind of file holds.
  ///
  /// - Throws: when the pieces don't fit together.
  init(
    pieces: [Piece], kind: Kind, file: String, addsDummyPrefix: Bool, removesExtraSpaces: Bool,
    characterMap: [UInt8]
  ) throws(MartletError) {
    (self.pieces, self.kind) = (pieces, kind)
    (self.addsDummyPrefix, self.removesExtraSpaces) = (addsDummyPrefix, removesExtraSpaces)
    self.characterMap = characterMap
    let bytes = pieces.lazy.filter { $0.kind == .byte && ByteFallbackDecoder.byte(of: $0.text[...]) != nil }
    hasByteFallback = bytes.count >= 256
    keepsUnused = true
    try check(file)
  }

  private static func read(_ bytes: UnsafeBufferPointer<UInt8>, _ file: String) throws(MartletError) -> Self {
    var result = SentencePieceFile()
    var reader = ProtobufReader(bytes, file: file)
    while let field = try reader.next() {
      switch field.number {
      case 1:
        guard result.pieces.count < mostPieces else {
          throw MartletError("\(file) has more than \(mostPieces) pieces")
        }
        let place = result.pieces.count
        result.pieces.append(try piece(bytes, try field.range(file), place, file))
      case 2: try result.readTrainer(bytes, try field.range(file), file)
      case 3: try result.readNormalizer(bytes, try field.range(file), file)
      case 5:
        var other = SentencePieceFile()
        try other.readNormalizer(bytes, try field.range(file), file)
        result.hasDenormalizer = !other.characterMap.isEmpty
      default: break
      }
    }
    return result
  }

  private static func piece(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ place: Int, _ file: String
  ) throws(MartletError) -> Piece {
    var piece = Piece()
    var reader = ProtobufReader(bytes, file: file, range: range)
    while let field = try reader.next() {
      switch field.number {
      case 1: piece.text = Array(bytes[try field.range(file)])
      case 2: piece.score = try field.float(file)
      case 3:
        let number = try field.int(file)
        guard let kind = PieceKind(rawValue: number) else {
          throw MartletError("\(file): piece \(place) has the unknown kind \(number)")
        }
        piece.kind = kind
      default: break
      }
    }
    return piece
  }

  private mutating func readTrainer(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ file: String
  ) throws(MartletError) {
    var reader = ProtobufReader(bytes, file: file, range: range)
    while let field = try reader.next() {
      switch field.number {
      case 3:
        let number = try field.int(file)
        guard let kind = Kind(rawValue: number) else {
          throw MartletError("\(file): the model type \(number) is not known")
        }
        self.kind = kind
      case 24: spaceIsSuffix = try field.bool(file)
      case 35: hasByteFallback = try field.bool(file)
      case 44: unknownSurface = try Self.text(bytes, field, file)
      case 46: beginPiece = try Self.text(bytes, field, file)
      case 47: endPiece = try Self.text(bytes, field, file)
      default: break
      }
    }
  }

  private mutating func readNormalizer(
    _ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ file: String
  ) throws(MartletError) {
    var reader = ProtobufReader(bytes, file: file, range: range)
    while let field = try reader.next() {
      switch field.number {
      case 2: characterMap = Array(bytes[try field.range(file)])
      case 3: addsDummyPrefix = try field.bool(file)
      case 4: removesExtraSpaces = try field.bool(file)
      case 5: escapesSpaces = try field.bool(file)
      default: break
      }
    }
  }

  private static func text(
    _ bytes: UnsafeBufferPointer<UInt8>, _ field: ProtobufReader.Field, _ file: String
  ) throws(MartletError) -> String {
    guard let text = String(validating: bytes[try field.range(file)], as: UTF8.self) else {
      throw MartletError("\(file) is damaged: field \(field.number) must be UTF-8; get the file again")
    }
    return text
  }

  /// What the pieces must be for a text to be encoded.
  private mutating func check(_ file: String) throws(MartletError) {
    guard !pieces.isEmpty else {
      throw MartletError("\(file) has no pieces; expected a SentencePiece model")
    }
    guard kind == .bytePairs || kind == .unigram else {
      throw MartletError("\(file): SentencePiece models of \(kind) are not supported, only BPE and Unigram")
    }
    guard !hasDenormalizer else {
      throw MartletError("\(file): a denormalizer (rules for decoding) is not supported")
    }
    var isSeen = Set<[UInt8]>()
    isSeen.reserveCapacity(pieces.count)
    var unknowns: [Int] = []
    for (id, piece) in pieces.enumerated() {
      guard !piece.text.isEmpty, piece.text.count <= Self.longestPiece,
        piece.text.withUnsafeBufferPointer({ $0.firstInvalidUTF8 }) == nil, !piece.text.contains(0)
      else {
        throw MartletError("\(file): piece \(id) must be a text in UTF-8 of 1 to \(Self.longestPiece) bytes")
      }
      guard isSeen.insert(piece.text).inserted else {
        throw MartletError(
          "\(file): the piece \"\(piece.string)\" stands twice, the second time as piece \(id)")
      }
      guard piece.score.isFinite else {
        throw MartletError("\(file): piece \(id) has the score \(piece.score), which is no number")
      }
      if piece.kind == .unknown { unknowns.append(id) }
      if piece.kind == .unused, kind == .bytePairs, !keepsUnused {
        throw MartletError("\(file): piece \(id) is marked as unused, which is not supported in BPE models")
      }
    }
    guard unknowns.count == 1 else {
      throw MartletError("\(file): exactly one piece must be the unknown one, found \(unknowns.count)")
    }
    unknown = unknowns[0]
    guard hasByteFallback else { return }
    for byte in UInt8.min...UInt8.max {
      let name = Array(ByteFallbackDecoder.token(of: byte).utf8)
      guard isSeen.contains(name) else {
        throw MartletError(
          "\(file): the piece \"\(ByteFallbackDecoder.token(of: byte))\" is missing; with byte_fallback every byte "
            + "must be a piece")
      }
    }
  }
}
