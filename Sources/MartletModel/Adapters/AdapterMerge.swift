import MartletTensor
import MartletText

/// Writes an adapted model as one whose weights hold the changes.
public struct AdapterMerge: Sendable {
  /// The directory of the model that is adapted; the one that the adapter names when nil.
  public var base: String?
  /// How numbers are written; as float32 nothing of the changes is rounded away.
  public var precision = ElementType.float32
  /// The largest file of weights, in bytes.
  public var maximumShardSize = Checkpoint.usualShardSize

  /// A merge into the base that the adapter names.
  public init() {}

  /// Writes the merged model to a directory with its tokenizer and what else belongs to it.
  ///
  /// - Parameters:
  ///   - adapter: a directory in the layout of `peft`.
  ///   - target: is created, whole or not at all; an empty directory gives way.
  /// - Returns: the merged model.
  /// - Throws: when the adapter or its base can't be read, something is at the target, or a number is too large for
  ///   float16.
  @discardableResult
  public func merge(_ adapter: String, to target: String) throws(MartletError) -> any StoredModel {
    try FileSystem.checkFree(target)
    if FileSystem.isDirectory(adapter), !AdapterFile.isAdapter(adapter) {
      throw MartletError(
        "\(adapter) is no adapter: an adapter's directory has \(AdapterFile.configuration), and no "
          + "\(ModelFile.configuration)")
    }
    let head = StoredHeads.type(for: try StoredAdapter.form(ofDirectory: adapter, base: base))
    return try merge(adapter, under: head, to: target)
  }

  private func merge<HeadType: StoredHead>(
    _ adapter: String, under head: HeadType.Type, to target: String
  ) throws(MartletError) -> any StoredModel {
    let places = try AdapterFile.places(ofDirectory: adapter, base: base)
    let model = try Model<HeadType>(adapter: adapter, base: base, weights: nil).mergingAdapters()
    let keys = try JSONReader(file: FileSystem.join(places[1], ModelFile.configuration)).members
    try FileSystem.createDirectory(target) { draft throws(MartletError) in
      try model.save(
        to: draft, types: { _ in precision }, maximumShardSize: maximumShardSize, keeping: keys)
      try CompanionFiles.copy(fromAdapter: places, to: draft)
    }
    return model
  }
}
