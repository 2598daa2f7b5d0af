#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Which of a model's files are wanted.
struct FileSelection {
  /// Patterns with `*`, `?` and `[…]`, of which one must match; when empty, the usual files are wanted.
  var include: [String] = []
  /// Patterns of which none may match.
  var exclude: [String] = []

  /// What a model's configuration, tokenizer and templates are written in.
  private static let endings = [".json", ".jinja", ".txt", ".model", ".tiktoken"]

  /// Those that are wanted.
  func wanted(_ files: [HubFile]) -> [HubFile] {
    let paths = files.map(\.path)
    // Models often come in several forms of weights; those that config.json describes have these names.
    let hasUsualNames = paths.contains { Self.isUsualWeights($0) }
    return files.filter { file in
      let isChosen =
        include.isEmpty
        ? Self.isUsual(file.path) || (!hasUsualNames && Self.isWeights(file.path))
        : include.contains { Self.matches(file.path, $0) }
      return isChosen && !exclude.contains { Self.matches(file.path, $0) }
    }
  }

  /// Whether a file at the top belongs to the model itself.
  private static func isUsual(_ path: String) -> Bool {
    if path.hasPrefix("additional_chat_templates/") { return path.hasSuffix(".jinja") }
    return !path.contains("/") && (endings.contains { path.hasSuffix($0) } || isUsualWeights(path))
      && !path.hasSuffix(".bin.index.json")
  }

  private static func isUsualWeights(_ path: String) -> Bool {
    path == "model.safetensors" || matches(path, "model-*-of-*.safetensors") && !path.contains("/")
  }

  private static func isWeights(_ path: String) -> Bool {
    !path.contains("/") && path.hasSuffix(".safetensors")
  }

  /// As the shell matches, but that `*` takes `/` too, and a pattern that ends in `/` stands for all below.
  private static func matches(_ path: String, _ pattern: String) -> Bool {
    fnmatch(pattern.hasSuffix("/") ? pattern + "*" : pattern, path, 0) == 0
  }
}
