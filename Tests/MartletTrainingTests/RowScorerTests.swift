import MartletInference
import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// Rewards, values and classes of rows.
@Suite struct RowScorerTests {
  private static let template = FineTuningRuns.template

  /// Runs `body` with the directory of a small model under a head, whose tokens are bytes.
  private func with<HeadType: StoredHead>(
    _ head: (Int) -> HeadType, _ body: (String, Model<HeadType>) throws -> Void
  ) throws {
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(TestRuns.text(600), to: "\(directory)/text.txt")
      try TestRuns.recipe {
        ($0.data, $0.tokenizer, $0.architecture, $0.context) = (
          ["\(directory)/text.txt"], "bytes", "llama", 48
        )
      }.writeNewModel(to: "\(directory)/base")
      let trunk = try LanguageModel(directory: "\(directory)/base")
      let model = trunk.replacingHead(with: head(trunk.configuration.width))
      try model.save(to: "\(directory)/model")
      for name in ["tokenizer.json", "tokenizer_config.json"]
      where FileSystem.exists("\(directory)/base/\(name)") {
        try FileSystem.write(FileSystem.read("\(directory)/base/\(name)"), to: "\(directory)/model/\(name)")
      }
      try FileSystem.write(Self.template, to: "\(directory)/model/chat_template.jinja")
      try body("\(directory)/model", model)
    }
  }

  private let lines = [
    #"{"text": "over sea and stone"}"#, #"{"prompt": "the ", "completion": "martlet", "label": true}"#,
    #"{"ids": [5, 6, 7]}"#, #"{"text": "a"}"#,
    #"{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}"#,
    #"{"prompt": "sea ", "chosen": "and stone", "rejected": "and"}"#,
    #"{"prompt": "sea ", "ranked": ["and stone", "and", "or"]}"#,
  ]

  private func encode(_ scorer: RowScorer, _ lines: [String]) throws -> [ScoringRow] {
    try lines.enumerated().map { try scorer.encode(line: $1, number: $0 + 1, of: "rows") }
  }

  /// A row's results are the same bits alone, and in any batch and order.
  private func checkIndependent(_ scorer: RowScorer, _ lines: [String]) throws {
    let rows = try encode(scorer, lines)
    let alone = rows.flatMap { scorer.score([$0]) }
    #expect(scorer.score(rows) == alone)
    #expect(scorer.score(rows.reversed()) == alone.reversed())
    let many = Array(repeating: rows, count: 20).flatMap(\.self)
    #expect(scorer.score(many) == Array(repeating: alone, count: 20).flatMap(\.self))
    for size in 1...4 {
      var scores: [RowScore] = []
      for start in stride(from: 0, to: rows.count, by: size) {
        scores += scorer.score(Array(rows[start..<min(start + size, rows.count)]))
      }
      #expect(scores == alone)
    }
  }

  @Test func rewards() throws {
    try with({ ScalarHead(width: $0, seed: 1) }) { directory, model in
      let scorer = try RowScorer(directory: directory)
      try checkIndependent(scorer, lines)
      let scores = try scorer.score(encode(scorer, lines))
      // As training encodes them: with the end-of-text token, which reading a text of it alone shows.
      let end = try #require(scorer.tokenizer.endOfText)
      let text = scorer.tokenizer.encode("over sea and stone") + [end]
      #expect(scores[0].answers[0].tokens == text)
      #expect(scores[0].answers[0].reading == .reward(model.rewards(of: [text])[0], probability: nil))
      #expect(scores[2].answers[0].tokens == [5, 6, 7])
      // [user]q[assistant]a# has no token that the template does not write.
      #expect(scores[4].answers[0].tokens.count == 20)
      #expect(scores[5].form == .pair && scores[6].form == .ranking && scores[6].answers.count == 3)
      guard case .reward(let chosen, nil) = scores[5].answers[0].reading,
        case .reward(let rejected, nil) = scores[5].answers[1].reading
      else { throw MartletError("no rewards") }
      #expect(scores[5].margin == Double(chosen) - Double(rejected) && scores[6].margin == nil)

      // The same tokens as those of training.
      var recipe = FineTuningRecipe<RewardTask>()
      try FileSystem.write(lines[5] + "\n" + lines[6], to: "\(directory)/preferences.jsonl")
      (recipe.base, recipe.data) = (directory, ["\(directory)/preferences.jsonl"])
      recipe.validationFraction = 0
      let examples = try FineTuner(recipe).examples
      #expect(examples.map(\.sequences) == scores[5...].map { $0.answers.map(\.tokens) })
    }
  }

  @Test func values() throws {
    try with({ ValueHead(width: $0, seed: 1) }) { directory, model in
      let scorer = try RowScorer(directory: directory)
      try checkIndependent(scorer, lines)
      let score = scorer.score([try scorer.encode(text: "over sea")])[0].answers[0]
      #expect(score.tokens == scorer.tokenizer.encode("over sea"))
      #expect(score.reading == .values(model.values(of: [score.tokens])[0]))
    }
  }

  @Test func classesOfSequences() throws {
    let labels = ClassLabels(["x", "y", "z"])
    try with({ SequenceClassifierHead(width: $0, labels: labels, seed: 1) }) { directory, model in
      let scorer = try RowScorer(directory: directory)
      try checkIndependent(scorer, lines)
      #expect(scorer.classNames == ["x", "y", "z"])
      let score = scorer.score([try scorer.encode(text: "over sea")])[0].answers[0]
      // As transformers reads a text: without an end.
      #expect(score.tokens == scorer.tokenizer.encode("over sea"))
      guard case .classes(let classes) = score.reading, let probabilities = classes.probabilities else {
        throw MartletError("no classes")
      }
      #expect(classes.logits == model.logits(of: [score.tokens])[0])
      #expect(abs(probabilities.reduce(0, +) - 1) < 1e-12)
      let ratio = ExactMath.log(probabilities[1] / probabilities[0])
      #expect(abs(ratio - Double(classes.logits[1] - classes.logits[0])) < 1e-6)
    }
    // Of classes that hold or not each has its own probability, and numbers have none.
    for problem: ClassLabels.Problem in [.multipleLabels, .regression] {
      let labels = ClassLabels(["x", "y"], problem: problem)
      try with({ SequenceClassifierHead(width: $0, labels: labels, seed: 1) }) { directory, _ in
        let scorer = try RowScorer(directory: directory)
        let score = scorer.score([try scorer.encode(text: "over sea")])[0].answers[0]
        guard case .classes(let classes) = score.reading else { throw MartletError("no classes") }
        let expected = classes.logits.map { 1 / (1 + ExactMath.exp(-Double($0))) }
        #expect(classes.probabilities == (problem == .regression ? nil : expected))
      }
    }
  }

  @Test func classesOfTokens() throws {
    try with({ TokenClassifierHead(width: $0, labels: ClassLabels(["false", "true"]), seed: 1) }) {
      directory, model in
      let steps = #"{"prompt": "q", "completions": ["ab", "c"], "labels": [true, false]}"#
      let scorer = try RowScorer(directory: directory, separator: "//")
      try checkIndependent(scorer, lines + [steps])
      let scores = try scorer.score(encode(scorer, lines + [steps])).map { $0.answers[0] }
      func places(_ score: SequenceScore) -> [Int] {
        guard case .tokenClasses(let tokens) = score.reading else { return [] }
        return tokens.map(\.place)
      }
      // Of a text all tokens, of an answer its own, of steps those that end one.
      #expect(places(scores[0]) == Array(0..<18) && places(scores[1]) == Array(4..<11))
      #expect(places(scores[4]) == [18, 19] && places(scores[7]).count == 2)
      guard case .tokenClasses(let tokens) = scores[7].reading else { throw MartletError("no classes") }
      #expect(
        tokens.map(\.classes.logits) == model.logits(of: [scores[7].tokens], at: [places(scores[7])])[0])
    }
  }

  @Test func outcomes() throws {
    let right = ClassLabels(["right"], problem: .multipleLabels)
    try with({ TokenClassifierHead(width: $0, labels: right, seed: 1) }) { directory, _ in
      let scorer = try RowScorer(directory: directory)
      let score = scorer.score(try encode(scorer, [lines[1]]))[0].answers[0]
      guard case .tokenClasses(let tokens) = score.reading else { throw MartletError("no classes") }
      // The answer and the token that ends it.
      #expect(tokens.map(\.place) == Array(4..<12) && score.tokens.last == scorer.tokenizer.endOfText)
      #expect(
        tokens.allSatisfy { $0.classes.probabilities == [ClassProbabilities.sigmoid($0.classes.logits[0])] })
    }
    // One class that is not said to hold or not is a value.
    try with({ TokenClassifierHead(width: $0, classes: 1, seed: 1) }) { directory, model in
      let scorer = try RowScorer(directory: directory)
      let score = scorer.score([try scorer.encode(text: "sea")])[0].answers[0]
      #expect(score.reading == .values(model.logits(of: [score.tokens], at: [[0, 1, 2]])[0].flatMap(\.self)))
    }
    try with({ ScalarHead(width: $0, labels: right, from: RandomParameters(seed: 1)) }) { directory, _ in
      let scorer = try RowScorer(directory: directory)
      guard
        case .reward(let reward, let probability?) = scorer.score([try scorer.encode(text: "sea")])[0]
          .answers[0]
          .reading
      else { throw MartletError("no outcome") }
      #expect(probability == ClassProbabilities.sigmoid(reward))
    }
  }

  /// A run's separator is known where its model is read.
  @Test func theSeparatorIsThatOfTraining() throws {
    try FineTuningRuns.with(FineTuningRuns.steps) { directory, recipe in
      var recipe: FineTuningRecipe<ProcessTask> = recipe
      recipe.task.separator = " ;;"
      let training = try FineTuning<ProcessTask>(recipe, output: "\(directory)/run")
      _ = try training.run()
      let scorer = try RowScorer(directory: "\(directory)/run")
      let rows = try encode(scorer, FineTuningRuns.steps)
      let examples = training.trainer.examples + training.trainer.heldOut
      #expect(rows.map { $0.sequences[0].tokens } == examples.map(\.tokens))
      let places = rows.map { row in row.sequences[0].tokens.indices.filter { row.sequences[0].isLearned[$0] }
      }
      #expect(places == examples.map(\.places))
      let logits = training.trainer.model.logits(of: examples.map(\.tokens), at: examples.map(\.places))
      for (score, logits) in zip(scorer.score(rows), logits) {
        guard case .tokenClasses(let tokens) = score.answers[0].reading else {
          throw MartletError("no classes")
        }
        #expect(tokens.map(\.classes.logits) == logits)
      }
    }
  }

  @Test(arguments: [
    (#"{"text": "#, "broken JSON"), (#"7"#, "expected an object"), (#"{}"#, "there is none of"),
    (#"{"text": ""}"#, "not empty"), (#"{"text": 5}"#, "must be a text or a list of messages"),
    (#"{"ids": []}"#, "at least one token"), (#"{"ids": [999]}"#, "the id 999 is not in the vocabulary"),
    (#"{"ids": [1.5]}"#, "the id 1.5 is not"), (#"{"ids": "a"}"#, "at least one token"),
    (#"{"prompt": "a"}"#, "\"completion\" is missing"), (#"{"chosen": "a"}"#, "\"rejected\" is missing"),
    (#"{"prompt": "a", "completions": ["b"]}"#, "need classes of tokens"),
    (#"{"messages": [{"role": "user"}]}"#, "has no \"content\""),
    (#"{"text": "a text that is longer than the context of 48 tokens is not cut"}"#, "the context of 48"),
    (
      #"{"ids": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"#,
      "1 more"
    ),
  ]) func badRows(line: String, fragment: String) throws {
    try with({ ScalarHead(width: $0, seed: 1) }) { directory, _ in
      let scorer = try RowScorer(directory: directory)
      do throws(RowProblem) {
        _ = try scorer.encode(line: line, number: 3, of: "rows")
        Issue.record("no problem")
      } catch {
        #expect(error.line == 3 && error.file == "rows" && error.reason.contains(fragment), "\(error.reason)")
      }
    }
  }

  @Test func longRowsAreCutWhenAsked() throws {
    try with({ ScalarHead(width: $0, seed: 1) }) { directory, model in
      let scorer = try RowScorer(directory: directory, truncates: true)
      let text = String(repeating: "sea ", count: 20)
      let score = scorer.score([try scorer.encode(text: text)])[0].answers[0]
      let tokens = Array(scorer.tokenizer.encode(text).prefix(48))
      #expect(score.tokens == tokens && score.cutTokens == 81 - 48)
      #expect(score.reading == .reward(model.rewards(of: [tokens])[0], probability: nil))
      expectError("the text can't be scored", "the context of 48", "--truncate") {
        _ = try RowScorer(directory: directory).encode(text: text)
      }
    }
  }

  @Test func languageModelsAreRefused() throws {
    try FineTuningRuns.with(FineTuningRuns.steps) { directory, recipe in
      let _: FineTuningRecipe<ProcessTask> = recipe
      expectError("it is a language model") { _ = try RowScorer(directory: "\(directory)/model") }
    }
  }
}
