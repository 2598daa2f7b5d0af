import MartletModel
import MartletTensor
import MartletText

/// What a run of a language model keeps beside what every run does.
extension RunDirectory {
  /// Keeps the text of standard input, which no one can read again.
  func keepStandardInput(_ data: TextData) throws(MartletError) {
    try FileSystem.write(data.documents[0], to: file(File.standardInput))
  }

  /// Reads the recipe of an existing run, and its data's digest.
  func languageModelRecipe() throws(MartletError) -> (recipe: LanguageModelRecipe, digest: String) {
    var (recipe, digest): (LanguageModelRecipe, String) = try recipe()
    if recipe.isTied == nil {
      // An older run left it to its family, which its configuration spells out.
      recipe.isTied = try LanguageModel.configuration(ofDirectory: path).configuration.isTied
    }
    return (recipe, digest)
  }

  /// A model of the form that the run's `config.json` describes, for ``restore(_:)`` to fill; nil when the recipe alone
  /// describes it.
  func emptyModel(of recipe: LanguageModelRecipe) throws(MartletError) -> LanguageModel? {
    if recipe.base == nil { return nil }
    let (architecture, configuration) = try LanguageModel.configuration(ofDirectory: path)
    return LanguageModel(configuration, architecture: architecture, from: RandomParameters(seed: recipe.seed))
  }

  /// The run's text, which must be what it was.
  func data(of recipe: LanguageModelRecipe, digest: String) throws(MartletError) -> TextData {
    var data: TextData
    if recipe.data.isEmpty {
      data = try .embedded
    } else if recipe.data == ["-"] {
      data = try TextData(
        name: "standard input", documents: [FileSystem.readText(file(File.standardInput))])
    } else {
      data = try TextData(paths: recipe.data)
    }
    if data.digest != digest {
      throw MartletError(
        "\(data.name): the text is not the one that \(path) was started with; put that text back, or start a "
          + "new run")
    }
    return data
  }
}
