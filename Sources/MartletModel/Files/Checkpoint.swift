import MartletTensor
import MartletText

/// A model's tensors as they lie on the disk: in one safetensors file, or in several that an index names.
///
/// Only headers are read at first; a tensor's bytes are mapped and read when they are first needed.
public struct Checkpoint: Sendable {
  /// What was read: the file, or the index of several.
  public let path: String
  /// The files, in the order of their names.
  package let files: [Safetensors]
  /// Which file has a tensor.
  private let places: [UTF8Key: Int]

  /// One file.
  ///
  /// - Throws: when the file can't be read or is damaged.
  public init(file: String) throws(MartletError) {
    let stored = try Safetensors(file: file)
    path = file
    files = [stored]
    places = Dictionary(uniqueKeysWithValues: stored.names.map { (UTF8Key($0), 0) })
  }

  /// The tensors of a model's directory: `model.safetensors` or, where there is none, the files that
  /// `model.safetensors.index.json` names.
  ///
  /// - Throws: when neither is there, a file is missing or damaged, or the index and the files contradict each other.
  public init(directory: String) throws(MartletError) {
    let (single, index) = (
      FileSystem.join(directory, ModelFile.weights), FileSystem.join(directory, ModelFile.weightsIndex)
    )
    if FileSystem.exists(single) || !FileSystem.exists(index) {
      try self.init(file: single)
    } else {
      try self.init(index: index)
    }
  }

  /// The files that an index names, which lie beside it.
  ///
  /// - Throws: when a file is missing or damaged, or the index and the files contradict each other.
  public init(index path: String) throws(MartletError) {
    let index = try CheckpointIndex(file: path)
    let directory = FileSystem.directory(of: path)
    var (files, places): ([Safetensors], [UTF8Key: Int]) = ([], [:])
    for (number, name) in index.files.enumerated() {
      let file = FileSystem.join(directory, name)
      guard FileSystem.exists(file) else {
        throw MartletError("\(path): the file \"\(name)\" that it names is missing; fetch it again")
      }
      let stored = try Safetensors(file: file)
      for tensor in stored.names {
        guard let first = places.updateValue(number, forKey: UTF8Key(tensor)) else { continue }
        throw MartletError(
          "\(path): both \"\(files[first].file)\" and \"\(file)\" hold the tensor \"\(tensor)\"; each may stand "
            + "only once")
      }
      files.append(stored)
    }
    for (tensor, number) in index.places where places[tensor] != number {
      throw MartletError(
        "\(path): \"\(index.files[number])\" does not hold the tensor \"\(tensor.string)\" that it should; the "
          + "files are not those the index was written for")
    }
    (self.path, self.files, self.places) = (path, files, places)
  }

  /// The names of the tensors, sorted.
  public var names: [String] { places.keys.map(\.string).sorted() }

  /// The bytes of all tensors.
  public var byteCount: Int { files.reduce(0) { $0 + $1.dataCount } }

  /// The shape of a tensor; nil when there is none of the name.
  public func shape(of name: String) -> [Int]? { holder(of: name)?.shape(of: name) }

  /// How many bytes a tensor has; nil when there is none of the name.
  public func byteCount(of name: String) -> Int? { holder(of: name)?.byteCount(of: name) }

  /// The type of a tensor's elements as its file names it, such as `BF16`; nil when there is none of the name.
  public func type(of name: String) -> String? { holder(of: name)?.type(of: name) }

  /// The type of most of the numbers; nil when no tensor is of a type that can be read.
  var mainType: ElementType? {
    var counts: [ElementType: Int] = [:]
    for name in names {
      guard let type = type(of: name).flatMap({ SafetensorsType(rawValue: $0)?.elementType }) else {
        continue
      }
      counts[type, default: 0] += shape(of: name)!.reduce(1, *)
    }
    return counts.max { $0.value < $1.value }?.key
  }

  /// The file that holds a tensor; the checkpoint's path when none does.
  package func file(of name: String) -> String { holder(of: name)?.file ?? path }

  /// A tensor, widened to float32; nil when there is none of the name.
  ///
  /// - Throws: when its elements are of a type that is not supported.
  public subscript(name: String) -> Tensor? {
    get throws(MartletError) { try stored(name)?.converted(to: .float32) }
  }

  /// A tensor as its file has it, in place where it is aligned (float16 widened to float32); nil when there is none of
  /// the name.
  ///
  /// - Throws: when its elements are of a type that is not supported.
  package func stored(_ name: String) throws(MartletError) -> Tensor? {
    try holder(of: name)?.stored(name)
  }

  /// A copy of a tensor's bytes, whatever their type; nil when there is none of the name.
  package func bytes(of name: String) -> [UInt8]? { holder(of: name)?.bytes(of: name) }

  private func holder(of name: String) -> Safetensors? { places[UTF8Key(name)].map { files[$0] } }
}
