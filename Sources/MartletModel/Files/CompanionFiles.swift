import MartletText

/// What lies beside a model's weights in its directory and belongs to it wherever it goes: its tokenizer, its chat
/// templates and how it is to be sampled.
package enum CompanionFiles {
  private static let names = [
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json",
    "merges.txt", "vocab.txt", "tokenizer.model", "spiece.model", "chat_template.jinja", "chat_template.json",
    "generation_config.json",
  ]
  private static let templates = "additional_chat_templates"

  /// Copies those that a directory has to another, unless one of the name is there already.
  package static func copy(from source: String, to target: String) throws(MartletError) {
    let found = try FileSystem.names(inDirectory: source)
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
