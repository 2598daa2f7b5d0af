import ArgumentParser
import MartletModel
import MartletText

/// The chat template a command works with.
struct TemplateOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A file with a chat template, instead of the directory's.", valueName: "path"))
  var template: String?

  /// The template of the file, or else of the directory.
  ///
  /// - Returns: nil when neither has one.
  func read(directory: String?, hasTools: Bool = false) throws(MartletError) -> ChatTemplate? {
    if let template { return try ChatTemplate(FileSystem.readText(template), name: template) }
    guard let directory else { return nil }
    for place in try AdapterFile.places(ofDirectory: directory) {
      if let template = try ChatTemplate.read(directory: place, hasTools: hasTools) { return template }
    }
    return nil
  }
}
