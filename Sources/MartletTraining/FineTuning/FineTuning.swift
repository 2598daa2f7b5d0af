import MartletModel
import MartletText

/// A run that trains a model on rows.
public typealias FineTuning<Task: FineTuningTask> = Training<FineTuner<Task>>

extension Training {
  /// Starts a run.
  ///
  /// - Parameter output: its directory, in which nothing may be yet; `runs/KIND-1` and so on when nil.
  /// - Throws: when the recipe, the rows, the model or the directory can't be used; nothing is then written.
  public convenience init<Task>(
    _ recipe: FineTuningRecipe<Task>, output: String? = nil
  ) throws(MartletError) where TrainerType == FineTuner<Task> {
    if let problem = recipe.problem { throw MartletError(problem) }
    if let output { try RunDirectory.checkFree(output) }
    let recipe = try recipe.withAbsolutePaths()
    let rows = try FineTuningRows(recipe)
    let trainer = try FineTuner(recipe, rows: rows, start: FineTuningStart(recipe))
    let (directory, lock) = try RunDirectory.create(
      output, named: Task.name, trainer, recipe: trainer.recipe, digest: rows.digest
    ) { run throws(MartletError) in
      if recipe.data == ["-"] { try run.keepStandardInput(rows) }
    }
    self.init(starting: trainer, in: directory, lock: lock)
  }

  /// Takes a run up where its last save left off.
  ///
  /// - Parameter steps: how many steps it is to have in all, from now on; as its recipe says when nil.
  /// - Throws: when the directory holds no run of this kind, another process trains it, a file of it is damaged, or its
  ///   data has changed.
  public convenience init<Task>(
    resuming path: String, steps: Int? = nil
  ) throws(MartletError) where TrainerType == FineTuner<Task> {
    let directory = RunDirectory(path)
    try directory.checkHoldsRun()
    let lock = try directory.lock()
    var (recipe, digest): (FineTuningRecipe<Task>, String) = try directory.recipe()
    if let steps { recipe.steps = steps }
    let rows = try FineTuningRows(recipe, standardInput: directory.file(RunDirectory.File.standardInputRows))
    guard rows.digest == digest else {
      throw MartletError(
        "\(rows.name): the rows are not those that \(path) was started with; put those back, or start a new run"
      )
    }
    let trainer = try FineTuner(recipe, rows: rows, start: FineTuningStart(resuming: path, recipe))
    try self.init(resuming: trainer, in: directory, lock: lock, steps: steps)
  }
}

extension FineTuningRecipe {
  /// The recipe whose paths mean the same in any working directory.
  fileprivate func withAbsolutePaths() throws(MartletError) -> FineTuningRecipe {
    func absolute(_ paths: [String]) throws(MartletError) -> [String] {
      var result: [String] = []
      for path in paths { result.append(path == "-" ? path : try FileSystem.absolutePath(of: path)) }
      return result
    }
    var recipe = self
    recipe.base = try absolute(base.map { [$0] } ?? []).first
    recipe.template = try absolute(template.map { [$0] } ?? []).first
    (recipe.data, recipe.validationData) = (try absolute(data), try absolute(validationData))
    return recipe
  }
}

extension RunDirectory {
  /// Keeps the rows of standard input, which no one can read again.
  fileprivate func keepStandardInput(_ rows: FineTuningRows) throws(MartletError) {
    try FileSystem.write(rows.standardInputLines, to: file(File.standardInputRows))
  }
}
