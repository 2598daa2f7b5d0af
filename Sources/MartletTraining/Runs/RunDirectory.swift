import MartletModel
import MartletTensor
import MartletText

/// The directory of a training run: a model directory that `transformers` loads, and what it takes to go on.
///
/// | file | what |
/// |---|---|
/// | `config.json`, `model.safetensors` | the model, as of the last save |
/// | `adapter_config.json`, `adapter_model.safetensors` | in their place the adapter alone, where one is trained |
/// | `tokenizer.json`, `tokenizer_config.json` | its tokenizer |
/// | `recipe.json` | what decides the run, and the digests of its data and tokenizer |
/// | `metrics.jsonl` | one object a line: every step, every evaluation |
/// | `state.safetensors` | parameters, running means and the step's number, in one file |
/// | `results.json` | the figures of the end |
/// | `data.txt`, `data.jsonl` | the text, or the rows, when they came from standard input |
/// | `lock` | empty; locked by the process that trains the run |
///
/// Each file is replaced at once or not at all, and `state.safetensors` alone decides where a run goes on, so a
/// run that is killed at any instant resumes from its last save.
public struct RunDirectory: Sendable {
  /// Where it is.
  public let path: String

  enum File {
    static let recipe = "recipe.json"
    static let metrics = "metrics.jsonl"
    static let state = "state.safetensors"
    static let results = "results.json"
    static let standardInput = "data.txt"
    static let standardInputRows = "data.jsonl"
    static let lock = "lock"
  }

  func file(_ name: String) -> String { FileSystem.join(path, name) }

  /// A directory that is to hold a run; nothing is written yet.
  init(_ path: String) {
    // A name that is completed by a shell ends with a slash, beside which there is no room for a draft.
    var path = path
    while path.count > 1, path.last == "/" { path.removeLast() }
    self.path = path
  }

  /// Creates the directory of a new run where nothing is yet.
  ///
  /// - Parameters:
  ///   - output: its path; `runs/NAME-1` and so on when nil.
  /// - Throws: as ``create(_:_:recipe:digest:_:)``.
  static func create(
    _ output: String?, named name: String, _ trainer: some Trainer, recipe: some Recipe, digest: String,
    _ writeMore: (RunDirectory) throws(MartletError) -> Void
  ) throws(MartletError) -> (RunDirectory, FileLock) {
    if let output { return try create(output, trainer, recipe: recipe, digest: digest, writeMore) }
    var path = freePath(named: name)
    while true {
      do throws(MartletError) {
        return try create(path, trainer, recipe: recipe, digest: digest, writeMore)
      } catch {
        // Another run may have taken the path since it was chosen.
        let next = freePath(named: name)
        if next == path { throw error }
        path = next
      }
    }
  }

  /// Creates the directory of a new run, with all its files or not at all, and locks it.
  ///
  /// - Parameters:
  ///   - recipe: as it is to be kept.
  ///   - digest: of the data.
  ///   - writeMore: writes what else the run needs.
  /// - Throws: when something is already there, or the disk or a permission stands in the way.
  static func create(
    _ path: String, _ trainer: some Trainer, recipe: some Recipe, digest: String,
    _ writeMore: (RunDirectory) throws(MartletError) -> Void = { _ in }
  ) throws(MartletError) -> (RunDirectory, FileLock) {
    try checkFree(path)
    let directory = RunDirectory(path)
    try FileSystem.createDirectory(FileSystem.directory(of: directory.path))
    directory.removeAbandonedDrafts()
    let draft = RunDirectory(try FileSystem.createTemporaryDirectory(beside: directory.path))
    do throws(MartletError) {
      let lock = try draft.lock()
      try trainer.save(to: draft.path)
      try draft.saveRecipe(recipe, digest: digest)
      try writeMore(draft)
      try FileSystem.write("", to: draft.file(File.metrics))
      try draft.saveState(trainer, Progress())
      try FileSystem.rename(draft.path, to: directory.path)
      return (directory, lock)
    } catch {
      FileSystem.removeDirectory(draft.path)
      throw error
    }
  }

  /// Fails when a new run can't be at a path, because something else is.
  static func checkFree(_ path: String) throws(MartletError) {
    guard FileSystem.exists(path) else { return }
    guard FileSystem.isDirectory(path) else {
      throw MartletError("cannot start a run at \(path): a file is there; choose another --output")
    }
    let names = try FileSystem.names(inDirectory: path)
    if names.contains(File.recipe) {
      throw MartletError(
        "\(path) holds a run already; continue it with --resume \(path), or choose another --output")
    }
    if !names.isEmpty {
      throw MartletError("cannot start a run at \(path): the directory is not empty; choose another --output")
    }
  }

  /// The first of `runs/NAME-1`, `runs/NAME-2`, … where nothing is.
  static func freePath(named name: String) -> String {
    var number = 1
    while FileSystem.exists("runs/\(name)-\(number)") { number += 1 }
    return "runs/\(name)-\(number)"
  }

  private static let (dataDigest, tokenizerDigest) = ("data_digest", "tokenizer_digest")

  /// Writes what decides the run, and the digests of its data and tokenizer.
  private func saveRecipe(_ recipe: some Recipe, digest: String) throws(MartletError) {
    var members = try JSONReader(JSON(parsing: recipe.text, file: File.recipe), file: File.recipe).members
    members.append(Self.dataDigest, .string(digest))
    members.append(Self.tokenizerDigest, .string(try tokenizerDigest()))
    try FileSystem.write(JSON.object(members).pretty + "\n", to: file(File.recipe))
  }

  /// Writes a changed recipe of the same data and tokenizer.
  func replaceRecipe(by recipe: some Recipe) throws(MartletError) {
    try saveRecipe(recipe, digest: try JSONReader(file: file(File.recipe)).required(Self.dataDigest))
  }

  private func tokenizerDigest() throws(MartletError) -> String {
    Digest(of: try FileSystem.read(file("tokenizer.json"))).text
  }

  /// Removes the files that a kill in the midst of a save has left half-written.
  func removeTemporaryFiles() throws(MartletError) {
    for name in try FileSystem.names(inDirectory: path) where name.hasSuffix(".temporary") {
      try FileSystem.removeFile(file(name))
    }
  }

  /// Fails when there is no run.
  func checkHoldsRun() throws(MartletError) {
    guard FileSystem.isDirectory(path) else {
      throw MartletError("\(path): there is no such run; name the directory that `martlet train` reported")
    }
    guard FileSystem.exists(file(File.recipe)) else {
      throw MartletError("\(path) holds no recipe.json, so it is no run that can be resumed")
    }
  }

  /// Reads the recipe of an existing run, and its data's digest.
  ///
  /// - Throws: when it is damaged, or of another kind.
  func recipe<RecipeType: Recipe>() throws(MartletError) -> (recipe: RecipeType, digest: String) {
    let path = file(File.recipe)
    let reader = try JSONReader(file: path)
    let digest = try tokenizerDigest()
    if let kept = try reader.optional(Self.tokenizerDigest, as: String.self), kept != digest {
      throw MartletError(
        "\(file("tokenizer.json")): the tokenizer is not the one that the run was started with; put that one back"
      )
    }
    let recipe = try RecipeType(parsing: try FileSystem.readText(path), file: path)
    return (recipe, try reader.required(Self.dataDigest))
  }

  /// Writes the figures of the end.
  func saveResults(_ results: JSON) throws(MartletError) {
    try FileSystem.write(results.pretty + "\n", to: file(File.results))
  }

  /// Takes away the figures of an earlier end: the run goes on.
  func removeResults() throws(MartletError) { try FileSystem.removeFile(file(File.results)) }

  /// Makes the lines of figures safe, before a state that follows them.
  func flushMetrics() { FileSystem.flush(file(File.metrics)) }

  /// Adds a line of figures.
  func appendMetrics(_ line: JSON) throws(MartletError) {
    try FileSystem.append(line.compact + "\n", to: file(File.metrics))
  }

  /// Takes away the lines of steps after one, which will be run again.
  func truncateMetrics(after step: Int) throws(MartletError) {
    let text = try FileSystem.readText(file(File.metrics))
    let kept = text.split(separator: "\n").filter { line in
      // A last line that a kill cut short is no JSON.
      guard let json = try? JSON(parsing: String(line), file: File.metrics) else { return false }
      return (json["step"]?.int ?? 0) <= step
    }
    try FileSystem.write(kept.map { $0 + "\n" }.joined(), to: file(File.metrics))
  }
}
