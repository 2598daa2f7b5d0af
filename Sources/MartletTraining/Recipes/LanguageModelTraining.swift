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
    let path = output ?? RunDirectory.freePath(named: recipe.architecture)
    try RunDirectory.checkFree(path)
    let data = try recipe.readData()
    let base = try recipe.readBase()
    let trainer = try LanguageModelTrainer(recipe, data: data, tokenizer: base?.tokenizer, model: base?.model)
    var dataPaths: [String] = []
    for path in recipe.data { dataPaths.append(path == "-" ? path : try FileSystem.absolutePath(of: path)) }
    let (directory, lock) = try Self.create(
      path, isChosen: output == nil, trainer, data: data, dataPaths: dataPaths)
    self.init(starting: trainer, in: directory, lock: lock)
  }

  /// - Parameter isChosen: whether the path was chosen here; another run may have taken it since.
  private static func create(
    _ path: String, isChosen: Bool, _ trainer: LanguageModelTrainer, data: TextData, dataPaths: [String]
  ) throws(MartletError) -> (RunDirectory, FileLock) {
    do throws(MartletError) {
      var recipe = trainer.recipe
      recipe.data = dataPaths
      return try RunDirectory.create(path, trainer, recipe: recipe, digest: data.digest) {
        run throws(MartletError) in
        if dataPaths == ["-"] { try run.keepStandardInput(data) }
      }
    } catch {
      let next = RunDirectory.freePath(named: trainer.recipe.architecture)
      guard isChosen, next != path else { throw error }
      return try create(next, isChosen: true, trainer, data: data, dataPaths: dataPaths)
    }
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
