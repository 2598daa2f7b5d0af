import MartletTensor
import MartletText

/// A file of named tensors.
///
/// Only the header is read at first: the file is mapped into memory, and a tensor's bytes are read when they are first
/// needed. It may be replaced by renaming meanwhile, as Martlet's own writers do; a program that cuts it short while it
/// is mapped ends whoever reads the lost bytes.
///
/// - Source: the safetensors format: eight bytes with the header's length, a JSON header, the tensors' bytes.
public struct Safetensors: Sendable {
  private struct Entry {
    let type: SafetensorsType
    let shape: [Int]
    let range: Range<Int>
  }

  /// The longest header, in bytes, as the reference reader allows.
  static let largestHeader = 100_000_000

  /// The file it was read from.
  public let file: String
  /// What the header says of the file as a whole.
  public let metadata: [String: String]
  private let bytes: MappedFile
  private let entries: [UTF8Key: Entry]

  /// The names of the tensors, sorted.
  public var names: [String] { entries.keys.map(\.string).sorted() }

  /// The bytes of all tensors.
  public var dataCount: Int { entries.values.reduce(0) { $0 + $1.range.count } }

  /// Reads a file and checks its header; the tensors are taken from it one by one.
  ///
  /// - Throws: when the file can't be read, is truncated, or its header is not what the format says.
  public init(file: String) throws(MartletError) {
    let bytes = try FileSystem.map(file) { MappedFile(descriptor: $0, count: $1) }
    guard bytes.count >= 8 else {
      throw MartletError("\(file): \(bytes.count) bytes are too few for a safetensors file; it is truncated")
    }
    let headerLength = bytes.bytes(0..<8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard headerLength <= UInt64(bytes.count - 8) else {
      throw MartletError(
        "\(file): the header's length is \(headerLength) bytes but the file has \(bytes.count - 8) after it; "
          + "it is truncated or not a safetensors file")
    }
    guard headerLength <= UInt64(Self.largestHeader) else {
      throw MartletError(
        "\(file): the header's length is \(headerLength) bytes, where at most \(Self.largestHeader) are allowed"
      )
    }
    let dataStart = 8 + Int(headerLength)
    guard headerLength == 0 || bytes.bytes(8..<9) == [UInt8(ascii: "{")] else {
      throw MartletError("\(file): the header does not begin with {; it is damaged or not a safetensors file")
    }
    let header = try JSONReader(JSON(parsing: bytes.bytes(8..<dataStart), file: file), file: file)
    var entries: [UTF8Key: Entry] = [:]
    var metadata: [String: String] = [:]
    for name in header.members.keys {
      if name == "__metadata__" {
        let reader = try header.reader(name)
        for key in reader.members.keys { metadata[key] = try reader.required(key, as: String.self) }
        continue
      }
      entries[UTF8Key(name)] = try Self.entry(
        header.reader(name), dataStart: dataStart, fileSize: bytes.count)
    }
    try Self.checkCover(entries, dataStart: dataStart, file: file, fileSize: bytes.count)
    (self.file, self.metadata, self.bytes, self.entries) = (file, metadata, bytes, entries)
  }

  /// Fails unless the tensors' bytes are the data, each byte once, as the format demands.
  private static func checkCover(
    _ entries: [UTF8Key: Entry], dataStart: Int, file: String, fileSize: Int
  ) throws(MartletError) {
    var end = dataStart
    let inOrder = entries.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound, $0.key.string)
        < ($1.value.range.lowerBound, $1.value.range.upperBound, $1.key.string)
    }
    for (name, entry) in inOrder {
      if entry.range.lowerBound != end {
        let what = entry.range.lowerBound < end ? "overlap those of another" : "leave a hole before them"
        throw MartletError(
          "\(file): the data_offsets of tensor \"\(name.string)\" \(what); the file is damaged")
      }
      end = entry.range.upperBound
    }
    if end != fileSize {
      throw MartletError(
        "\(file): \(fileSize - end) bytes follow the last tensor's; the file is damaged")
    }
  }

  private static func entry(
    _ reader: JSONReader, dataStart: Int, fileSize: Int
  ) throws(MartletError) -> Entry {
    let place = "\(reader.file): tensor \"\(reader.path)\""
    let shape: [Int] = try reader.required("shape")
    let offsets: [Int] = try reader.required("data_offsets")
    let name: String = try reader.required("dtype")
    guard let type = SafetensorsType(rawValue: name) else {
      throw MartletError("\(place) has the type \"\(name)\", which is none that safetensors files have")
    }
    guard let size = type.byteCount(of: shape) else {
      throw MartletError("\(place) has the impossible shape \(shape)")
    }
    guard offsets.count == 2, offsets[0] >= 0, offsets[1] >= offsets[0], offsets[1] - offsets[0] == size
    else {
      throw MartletError(
        "\(place) of shape \(shape) needs \(size) bytes, but its data_offsets are \(offsets)")
    }
    guard offsets[1] <= fileSize - dataStart else {
      throw MartletError(
        "\(place) ends \(offsets[1]) bytes into the data, of which the file has \(fileSize - dataStart); "
          + "it is truncated")
    }
    return Entry(type: type, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1])
  }

  /// The shape of a tensor; nil when there is none of the name.
  public func shape(of name: String) -> [Int]? { entries[UTF8Key(name)]?.shape }

  /// The type of a tensor's elements as the file names it, such as `BF16`; nil when there is none of the name.
  public func type(of name: String) -> String? { entries[UTF8Key(name)]?.type.rawValue }

  /// How many bytes a tensor has; nil when there is none of the name.
  public func byteCount(of name: String) -> Int? { entries[UTF8Key(name)]?.range.count }

  /// A copy of a tensor's bytes, whatever their type; nil when there is none of the name.
  package func bytes(of name: String) -> [UInt8]? { entries[UTF8Key(name)].map { bytes.bytes($0.range) } }

  /// A tensor, widened to float32; nil when there is none of the name.
  ///
  /// - Throws: when its elements are of a type that is not supported.
  public subscript(name: String) -> Tensor? {
    get throws(MartletError) { try stored(name)?.converted(to: .float32) }
  }

  /// A tensor as the file has it, in place where it is aligned (float16 widened to float32); nil when there is none of
  /// the name.
  ///
  /// - Throws: when its elements are of a type that is not supported.
  package func stored(_ name: String) throws(MartletError) -> Tensor? {
    guard let entry = entries[UTF8Key(name)] else { return nil }
    guard let elementType = entry.type.elementType else {
      throw MartletError(
        "\(file): tensor \"\(name)\" has the type \(entry.type.rawValue), which is not supported; F32, BF16 and F16 "
          + "are: convert it to one of them")
    }
    return Tensor(bytes, at: entry.range, elementType: elementType, shape: entry.shape)
  }

  /// Writes tensors as float32, in the order given; the file appears whole or not at all.
  public static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = ["format": "pt"],
    to file: String
  ) throws(MartletError) {
    let stored = tensors.map { name, tensor in
      StoredTensor(name: name, shape: tensor.shape, type: .float32) { tensor }
    }
    try write(stored, metadata: metadata, to: file).commit()
  }

  /// Writes tensors to a file that is yet to appear, a part of one at a time.
  static func write(
    _ tensors: [StoredTensor], metadata: [String: String] = ["format": "pt"], to file: String
  ) throws(MartletError) -> AtomicFile {
    var header = JSONObject()
    header.append(
      "__metadata__",
      .object(JSONObject(metadata.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })))
    var offset = 0
    for tensor in tensors {
      let end = offset + tensor.byteCount
      header.append(
        tensor.name,
        [
          "dtype": .string(SafetensorsType(tensor.type).rawValue),
          "shape": .array(tensor.shape.map { .integer($0) }),
          "data_offsets": [.integer(offset), .integer(end)],
        ])
      offset = end
    }
    var text = JSON.object(header).bytes(pretty: false)
    // Tensors start at a multiple of eight bytes.
    text += Array(repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
    let output = try AtomicFile(file)
    try output.write((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) })
    try output.write(text)
    for tensor in tensors { try tensor.write(to: output, file: file) }
    return output
  }
}
