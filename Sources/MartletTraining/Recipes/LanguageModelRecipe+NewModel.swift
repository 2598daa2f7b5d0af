import MartletModel
import MartletTensor
import MartletText

extension LanguageModelRecipe {
  /// Writes the directory of the recipe's model before its first step: `config.json`, weights drawn from the seed, and
  /// the tokenizer.
  ///
  /// - Parameters:
  ///   - directory: is created, whole or not at all; an empty directory gives way.
  ///   - precision: how numbers are written.
  ///   - maximumShardSize: the largest file of weights, in bytes.
  /// - Returns: the model.
  /// - Throws: when the recipe contradicts itself, the tokenizer can't be made, the model is larger than the machine's
  ///   memory, or something is at the directory.
  @discardableResult
  public func writeNewModel(
    to directory: String, as precision: ElementType = .float32,
    maximumShardSize: Int = Checkpoint.usualShardSize
  ) throws(MartletError) -> LanguageModel {
    if let problem { throw MartletError(problem) }
    try FileSystem.checkFree(directory)
    let tokenizer = try TokenizerSpecification(self.tokenizer).makeTokenizer(trainingOn: readData().documents)
    let configuration = try configuration(for: tokenizer)
    try MemoryNeed(ofNew: configuration).check(against: MemoryNeed.physicalMemory)
    let model = model(configuration)
    try FileSystem.createDirectory(directory) { draft throws(MartletError) in
      try model.save(to: draft, as: precision, maximumShardSize: maximumShardSize)
      try tokenizer.save(to: draft)
    }
    return model
  }

  /// The text that the recipe names.
  func readData() throws(MartletError) -> TextData {
    if data.contains("-"), data != ["-"] {
      throw MartletError("--data - takes the text from standard input alone; leave the other paths out")
    }
    return data.isEmpty ? try .embedded : try TextData(paths: data)
  }
}
