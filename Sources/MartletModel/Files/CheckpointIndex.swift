import MartletText

/// Which file of a sharded checkpoint holds which tensor, as `model.safetensors.index.json` says.
struct CheckpointIndex {
  /// The names of the files, sorted.
  let files: [String]
  /// For each tensor the place of its file among `files`.
  let places: [UTF8Key: Int]

  /// Reads an index.
  ///
  /// - Throws: when it is not in the form of `transformers`, or names a file that does not lie beside it.
  init(file: String) throws(MartletError) {
    let map = try JSONReader(file: file).reader("weight_map")
    if map.members.isEmpty { throw MartletError("\(file): the key \"weight_map\" names no tensor") }
    var tensors: [String: [String]] = [:]
    for tensor in map.members.keys {
      let name: String = try map.required(tensor)
      guard Self.isPlain(name) else {
        throw map.unexpected(tensor, expected: "the name of a .safetensors file beside the index")
      }
      tensors[name, default: []].append(tensor)
    }
    files = tensors.keys.sorted()
    var places: [UTF8Key: Int] = [:]
    for (number, name) in files.enumerated() {
      for tensor in tensors[name]! { places[UTF8Key(tensor)] = number }
    }
    self.places = places
  }

  /// Whether a name can only be that of a file in the same directory: an index comes from strangers, and must not
  /// lead elsewhere.
  private static func isPlain(_ name: String) -> Bool {
    name.hasSuffix(".safetensors") && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x2F && $0 != 0x5C }
  }
}
