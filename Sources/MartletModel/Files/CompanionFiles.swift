import MartletText

/// What lies beside a model's weights in its directory and belongs to it wherever it goes: its tokenizer, its chat
/// templates and how it is to be sampled.
package enum CompanionFiles {
  private static let names = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
    "merges.txt", "vocab.txt", "tokenizer.model", "spiece.model", "chat_template.jinja", "chat_template.json",
    "generation_config.json", processReward,
  ]
  /// How answers are cut into steps, of a model that judges them: `{"separator": …}`.
  package static let processReward = "process_reward.json"
  private static let templates = "additional_chat_templates"

  /// Whether a directory has a tokenizer.
  package static func holdTokenizer(inDirectory directory: String) throws(MartletError) -> Bool {
    try FileSystem.names(inDirectory: directory).contains { name in
      ["tokenizer.json", "tokenizer.model", "vocab.json"].contains(name) || name.hasSuffix(".tiktoken")
        || name.hasSuffix(".gguf")
    }
  }

  /// The tokenizer of a directory's model: its own, or that of the base of an adapter.
  ///
  /// - Throws: when there is none, or its files are damaged.
  package static func tokenizer(ofDirectory directory: String) throws(MartletError) -> Tokenizer {
    let places = try AdapterFile.places(ofDirectory: directory)
    for place in places where try holdTokenizer(inDirectory: place) {
      return try Tokenizer(contentsOf: place)
    }
    return try Tokenizer(contentsOf: places.last ?? directory)
  }

  /// What an adapted model takes along: what the adapter's directory has and, of its base's, what that lacks.
  ///
  /// - Parameter places: the two directories.
  static func copy(fromAdapter places: [String], to target: String) throws(MartletError) {
    try copy(from: places[0], to: target)
    let hasTokenizer = try holdTokenizer(inDirectory: places[0])
    let hasTemplate = try ChatTemplate.read(directory: places[0]) != nil
    // Files of two tokenizers, or two templates, would be read as one.
    try copy(from: places[1], to: target) { name in
      name.hasPrefix("chat_template") || name == templates
        ? !hasTemplate : !hasTokenizer || name == "generation_config.json"
    }
  }

  /// Copies those that a directory has to another, unless one of the name is there already.
  ///
  /// - Parameter isWanted: whether a file is copied.
  package static func copy(
    from source: String, to target: String, where isWanted: (String) -> Bool = { _ in true }
  ) throws(MartletError) {
    let found = try FileSystem.names(inDirectory: source).filter(isWanted)
    for name in found where names.contains(name) || name.hasSuffix(".tiktoken") {
      try copy(name, from: source, to: target)
    }
    guard found.contains(templates) else { return }
    let (from, to) = (FileSystem.join(source, templates), FileSystem.join(target, templates))
    guard FileSystem.isDirectory(from) else { return }
    try FileSystem.createDirectory(to)
    for name in try FileSystem.names(inDirectory: from) where name.hasSuffix(".jinja") {
      try copy(name, from: from, to: to)
    }
  }

  private static func copy(_ name: String, from source: String, to target: String) throws(MartletError) {
    let (from, to) = (FileSystem.join(source, name), FileSystem.join(target, name))
    if FileSystem.isDirectory(from) || FileSystem.exists(to) { return }
    try FileSystem.requirePlainFile(from)
    try FileSystem.write(FileSystem.read(from), to: to)
  }
}
