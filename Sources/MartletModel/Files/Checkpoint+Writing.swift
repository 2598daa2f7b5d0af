import MartletTensor
import MartletText

extension Checkpoint {
  /// The largest file, in bytes, into which weights are written unless another size is asked for: that of
  /// `transformers` 5, and the most that the Hub takes.
  public static let usualShardSize = 50_000_000_000

  /// Writes a model's tensors into its directory: one file or, where that would be too large, several and an index.
  ///
  /// Tensors are made and written one by one. What the directory held before stays until all of the new is there, and
  /// is then removed: after a crash at any instant, the directory holds all of the old tensors or all of the new.
  ///
  /// - Parameter maximumShardSize: in bytes; a single larger tensor gets a file of its own.
  static func write(
    _ tensors: [StoredTensor], to directory: String, maximumShardSize: Int
  ) throws(MartletError) {
    let shards = shards(of: tensors, maximumSize: maximumShardSize)
    let old = try files(inDirectory: directory)
    if shards.count == 1 {
      // A single file comes before an index, so this alone replaces either.
      try Safetensors.write(tensors, to: FileSystem.join(directory, ModelFile.weights)).commit()
      try remove(old.filter { $0 != ModelFile.weights }, from: directory)
      return
    }
    let names = try freeNames(count: shards.count, in: directory)
    do throws(MartletError) {
      for (name, shard) in zip(names, shards) {
        try Safetensors.write(shard, to: FileSystem.join(directory, name)).commit()
      }
      try writeIndex(names, shards, to: FileSystem.join(directory, ModelFile.weightsIndex))
    } catch {
      try? remove(names, from: directory)
      throw error
    }
    try remove(old.filter { !names.contains($0) && $0 != ModelFile.weightsIndex }, from: directory)
  }

  /// Fills files in the order of the tensors, as `transformers` does.
  private static func shards(of tensors: [StoredTensor], maximumSize: Int) -> [[StoredTensor]] {
    var (shards, size): ([[StoredTensor]], Int) = ([[]], 0)
    for tensor in tensors {
      if size > 0, size + tensor.byteCount > maximumSize {
        shards.append([])
        size = 0
      }
      shards[shards.count - 1].append(tensor)
      size += tensor.byteCount
    }
    return shards
  }

  private static func writeIndex(
    _ names: [String], _ shards: [[StoredTensor]], to file: String
  ) throws(MartletError) {
    let all = shards.joined()
    var map: [(String, JSON)] = []
    for (name, shard) in zip(names, shards) { map += shard.map { ($0.name, .string(name)) } }
    let index: JSON = [
      "metadata": [
        "total_parameters": .integer(all.reduce(0) { $0 + $1.count }),
        "total_size": .integer(all.reduce(0) { $0 + $1.byteCount }),
      ],
      "weight_map": .object(JSONObject(map.sorted { $0.0 < $1.0 })),
    ]
    try FileSystem.write(index.pretty + "\n", to: file)
  }

  /// Names for files of which the directory's index uses none, so that its own files stay whole until it is replaced.
  private static func freeNames(count: Int, in directory: String) throws(MartletError) -> [String] {
    let index = FileSystem.join(directory, ModelFile.weightsIndex)
    // An index that can't be read keeps nothing alive.
    let used = FileSystem.exists(index) ? Set((try? CheckpointIndex(file: index))?.files ?? []) : []
    func five(_ number: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }
    for middle in ["", "-b", "-c"] {
      let names = (1...count).map { "model\(middle)-\(five($0))-of-\(five(count)).safetensors" }
      if used.isDisjoint(with: names) { return names }
    }
    throw MartletError("cannot write \(index): it uses every name for the new files; remove it first")
  }

  /// The files of weights in a directory, by their names: those that this or `transformers` writes.
  private static func files(inDirectory directory: String) throws(MartletError) -> [String] {
    try FileSystem.names(inDirectory: directory).filter { name in
      name == ModelFile.weights || name == ModelFile.weightsIndex || isShard(name)
    }
  }

  /// Whether a name is `model-00001-of-00002.safetensors`, or has one of the middles of ``freeNames(count:in:)``.
  private static func isShard(_ name: String) -> Bool {
    guard name.hasPrefix("model-"), name.hasSuffix(".safetensors") else { return false }
    var parts = name.dropFirst("model-".count).dropLast(".safetensors".count)
      .split(separator: "-", omittingEmptySubsequences: false)
    if parts.first == "b" || parts.first == "c" { parts.removeFirst() }
    return parts.count == 3 && parts[1] == "of"
      && [parts[0], parts[2]].allSatisfy {
        $0.utf8.count >= 5 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
      }
  }

  private static func remove(_ names: [String], from directory: String) throws(MartletError) {
    for name in names { try FileSystem.removeFile(FileSystem.join(directory, name)) }
  }
}
