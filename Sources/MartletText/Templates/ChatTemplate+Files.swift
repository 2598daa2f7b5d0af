extension ChatTemplate {
  /// Reads the template of a model's directory, from the files of `transformers`: `chat_template.jinja` and
  /// `additional_chat_templates/NAME.jinja`, else `chat_template.json` or the `chat_template` of
  /// `tokenizer_config.json`, which is a text or a list of named ones.
  ///
  /// - Parameters:
  ///   - named: which template, where there are several; when nil the one named "default", or for a conversation with
  ///     tools the one named "tool_use".
  ///   - hasTools: whether tools are given.
  /// - Returns: nil when the directory has no template.
  /// - Throws: when a file is damaged, or there is none of the name.
  public static func read(
    directory: String, named: String? = nil, hasTools: Bool = false
  ) throws(MartletError) -> ChatTemplate? {
    let templates = try templates(of: directory)
    if templates.isEmpty { return nil }
    func find(_ name: String) -> (name: String, file: String, source: String)? {
      templates.first { $0.name == name }
    }
    if let named {
      guard let found = find(named) else {
        let known = templates.map(\.name).joined(separator: ", ")
        throw MartletError("\(directory): there is no chat template named \"\(named)\"; there are: \(known)")
      }
      return try ChatTemplate(found.source, name: found.file)
    }
    guard let found = (hasTools ? find("tool_use") : nil) ?? find("default") else {
      let known = templates.map(\.name).joined(separator: ", ")
      throw MartletError("\(directory): none of its chat templates is named \"default\"; there are: \(known)")
    }
    return try ChatTemplate(found.source, name: found.file)
  }

  /// Every template of a directory; of two with one name the one that `transformers` takes.
  private static func templates(
    of directory: String
  ) throws(MartletError) -> [(name: String, file: String, source: String)] {
    var found: [(name: String, file: String, source: String)] = []
    let main = FileSystem.join(directory, "chat_template.jinja")
    if FileSystem.exists(main) { found.append(("default", main, try FileSystem.readText(main))) }
    let folder = FileSystem.join(directory, "additional_chat_templates")
    if FileSystem.isDirectory(folder) {
      for name in try FileSystem.names(inDirectory: folder).sorted() where name.hasSuffix(".jinja") {
        let file = FileSystem.join(folder, name)
        found.append((String(name.dropLast(".jinja".count)), file, try FileSystem.readText(file)))
      }
    }
    for name in ["chat_template.json", "tokenizer_config.json"]
    where !found.contains(where: { $0.name == "default" }) {
      let file = FileSystem.join(directory, name)
      guard FileSystem.exists(file) else { continue }
      let reader = try JSONReader(file: file)
      guard let value = reader["chat_template"] else { continue }
      if let source = value.string {
        found.append(("default", "the chat template of \(file)", source))
        continue
      }
      for entry in try reader.readers("chat_template") {
        let name: String = try entry.required("name")
        found.append((name, "the chat template \"\(name)\" of \(file)", try entry.required("template")))
      }
    }
    return found
  }
}
