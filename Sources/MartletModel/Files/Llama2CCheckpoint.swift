import MartletTensor
import MartletText

/// A model in the form of llama2.c: a header of sizes and the numbers of a Llama, layer after layer of one kind.
///
/// Read are the form without a version, which `run.c` takes, and version 1. Queries and keys are turned by the pairs
/// (0, 1), (2, 3), … of a head there, and by (0, n/2), (1, n/2 + 1), … in every other form of a Llama, so the rows of
/// their weights change places.
///
/// - Source: `export.py` and `run.c` of github.com/karpathy/llama2.c.
package struct Llama2CCheckpoint {
  /// The sizes.
  package let configuration: DecoderConfiguration
  private let bytes: MappedFile
  /// Where the numbers of each kind of weight begin, by the name of the parameter without its block.
  private let offsets: [String: Int]

  /// The token that keeps texts apart, and the one that ends a text: those of every tokenizer of llama2.c.
  package static let (beginOfText, endOfText): (Int32, Int32) = (1, 2)
  /// `ak42`, before the number of a version.
  private static let magic: UInt32 = 0x616B_3432

  /// Reads the header of a file and checks that it holds the numbers it calls for.
  ///
  /// - Throws: when the file is of another kind or version, is truncated, or its sizes contradict each other.
  package init(file: String) throws(MartletError) {
    let bytes = try FileSystem.map(file) { MappedFile(descriptor: $0, count: $1) }
    func number(_ place: Int) -> Int {
      let word = bytes.bytes(4 * place..<4 * place + 4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return Int(Int32(bitPattern: word))
    }
    guard bytes.count >= 28 else {
      throw MartletError(
        "\(file): \(bytes.count) bytes are too few for a checkpoint of llama2.c; it is truncated")
    }
    let isVersioned = number(0) == Int(Self.magic)
    if isVersioned {
      guard number(1) == 1 else {
        let kind = number(1) == 2 ? ", whose weights are quantised," : ""
        throw MartletError(
          "\(file): version \(number(1)) of llama2.c's format\(kind) is not supported; export the model as version 0 or 1"
        )
      }
      guard bytes.count >= 256 else {
        throw MartletError("\(file): the header of 256 bytes is cut short; the file is truncated")
      }
    }
    let sizes = (0..<7).map { number($0 + (isVersioned ? 2 : 0)) }
    // Without a version, a negative vocabulary says that the head has numbers of its own.
    let isTied = isVersioned ? bytes.bytes(36..<37) == [1] : sizes[5] > 0
    configuration = try Self.configuration(sizes, isTied: isTied, file: file)
    self.bytes = bytes
    offsets = try Self.offsets(configuration, isVersioned: isVersioned, file: file, fileSize: bytes.count)
  }

  private static func configuration(
    _ sizes: [Int], isTied: Bool, file: String
  ) throws(MartletError) -> DecoderConfiguration {
    let (width, heads, vocabulary) = (sizes[0], sizes[3], abs(sizes[5]))
    var configuration = Llama.configuration(
      DecoderSizes(
        vocabulary: vocabulary, context: sizes[6], width: width, layers: sizes[2], heads: heads,
        keyValueHeads: sizes[4], feedForwardWidth: sizes[1], hasBias: false, isTied: isTied))
    guard sizes[4] > 0, heads > 0, width % heads == 0, configuration.problem == nil else {
      let problem = configuration.problem ?? "the width \(width) is no multiple of the \(heads) heads"
      throw MartletError("\(file): \(problem); it is damaged or no checkpoint of llama2.c")
    }
    (configuration.beginOfText, configuration.endOfText) = (beginOfText, endOfText)
    return configuration
  }

  /// Lays the kinds of weights out in their order.
  private static func offsets(
    _ configuration: DecoderConfiguration, isVersioned: Bool, file: String, fileSize: Int
  ) throws(MartletError) -> [String: Int] {
    let (width, layers, half) = (configuration.width, configuration.layers, configuration.headDimension / 2)
    let keys = configuration.keyValueHeads * configuration.headDimension
    let embeddings = [("tokenEmbedding.weight", 1, configuration.vocabulary, width)]
    let norms = [("attentionNormalization.weight", layers, 1, width)]
    let secondNorms = [("feedForwardNormalization.weight", layers, 1, width)]
    let last = [("finalNormalization.weight", 1, 1, width)]
    let attention = [
      ("attention.query.weight", layers, width, width), ("attention.key.weight", layers, keys, width),
      ("attention.value.weight", layers, keys, width), ("attention.output.weight", layers, width, width),
    ]
    let inner = configuration.feedForwardWidth
    let feedForward = [
      ("feedForward.gate.weight", layers, inner, width), ("feedForward.down.weight", layers, width, inner),
      ("feedForward.up.weight", layers, inner, width),
    ]
    // Tables of angles, which follow from the sizes.
    let angles = [("", 2, configuration.context, half)]
    var kinds =
      isVersioned
      ? norms + secondNorms + last + embeddings + attention + feedForward
      : embeddings + norms + attention + secondNorms + feedForward + last + angles
    if !configuration.isTied { kinds.append(("head.weight", 1, configuration.vocabulary, width)) }
    let start = isVersioned ? 256 : 28
    // In Double, since the sizes of a damaged file are anything.
    let needed = kinds.reduce(Double(start)) { $0 + 4 * Double($1.1) * Double($1.2) * Double($1.3) }
    guard needed == Double(fileSize) else {
      throw MartletError(
        "\(file): its sizes call for \(needed < 1e15 ? "\(Int(needed))" : "\(needed)") bytes, but it has \(fileSize); "
          + "it is truncated or no checkpoint of llama2.c")
    }
    var (offsets, offset): ([String: Int], Int) = ([:], start)
    for (name, count, rows, columns) in kinds {
      offsets[name] = offset
      offset += 4 * count * rows * columns
    }
    return offsets
  }

  /// The model.
  package var model: LanguageModel {
    LanguageModel(configuration, architecture: Llama.self, from: self)
  }
}

extension Llama2CCheckpoint: ParameterSource {
  /// The parameter at a path.
  package func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
    let path = name.split(separator: ".", maxSplits: 2).map(String.init)
    let isInBlock = path[0] == "blocks"
    let (kind, block) = isInBlock ? (path[2], Int(path[1])!) : (name, 0)
    let size = 4 * shape.reduce(1, *)
    let start = offsets[kind]! + block * size
    let stored = Tensor(bytes, at: start..<start + size, elementType: .float32, shape: shape)
    let isTurned = kind == "attention.query.weight" || kind == "attention.key.weight"
    return Parameter(name, isTurned ? stored.rows(at: evenRowsFirst(of: shape[0])) : stored)
  }

  /// Of each head first the even rows, then the odd ones.
  private func evenRowsFirst(of rows: Int) -> [Int32] {
    let size = configuration.headDimension
    return (0..<rows).map { row in
      let (head, place) = (row / size, row % size)
      let source = place < size / 2 ? 2 * place : 2 * (place - size / 2) + 1
      return Int32(head * size + source)
    }
  }
}
