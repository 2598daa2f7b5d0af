import MartletModel
import MartletText

/// A run that trains a language model.
public typealias LanguageModelTraining = Training<LanguageModelTrainer>

extension Training<LanguageModelTrainer> {
  /// Starts a run.
  ///
  /// - Parameters:
  ///   - output: its directory, in which nothing may be yet; `runs/FAMILY-1` and so on when nil.
  /// - Throws: when the recipe, the text, the tokenizer or the directory can't be used; nothing is then written.
  public convenience init(_ recipe: LanguageModelRecipe, output: String? = nil) throws(MartletError) {
    if let problem = recipe.problem { throw MartletError(problem) }
    if let output { try RunDirectory.checkFree(output) }
    let data = try recipe.readData()
    let base = try recipe.readBase()
    let trainer = try LanguageModelTrainer(recipe, data: data, tokenizer: base?.tokenizer, model: base?.model)
    var dataPaths: [String] = []
    for path in recipe.data { dataPaths.append(path == "-" ? path : try FileSystem.absolutePath(of: path)) }
    var kept = trainer.recipe
    kept.data = dataPaths
    let (directory, lock) = try RunDirectory.create(
      output, named: recipe.architecture, trainer, recipe: kept, digest: data.digest
    ) { run throws(MartletError) in
      if dataPaths == ["-"] { try run.keepStandardInput(data) }
    }
    self.init(starting: trainer, in: directory, lock: lock)
  }

  /// Takes a run up where its last save left off.
  ///
  /// - Parameter steps: how many steps it is to have in all, from now on; as its recipe says when nil.
  /// - Throws: when the directory holds no run, another process trains it, a file of it is damaged, or its data has
  ///   changed.
  public convenience init(resuming path: String, steps: Int? = nil) throws(MartletError) {
    let directory = RunDirectory(path)
    try directory.checkHoldsRun()
    let lock = try directory.lock()
    var (recipe, digest) = try directory.languageModelRecipe()
    if let steps { recipe.steps = steps }
    let data = try directory.data(of: recipe, digest: digest)
    let trainer = try LanguageModelTrainer(
      recipe, data: data, tokenizer: Tokenizer(contentsOf: path), model: directory.emptyModel(of: recipe))
    try self.init(resuming: trainer, in: directory, lock: lock, steps: steps)
  }
}
