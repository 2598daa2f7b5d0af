import ArgumentParser
import MartletInference
import MartletModel
import MartletText
import MartletTraining

/// `martlet score`: the probability of a text, or what a model's other head says of it.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Give the exact log-probability of a text, or its reward, values or classes.",
    discussion: """
      A LANGUAGE MODEL gives log P(text) = Σ log P(token | tokens before), in nats. The first token is conditioned on \
      the model's begin-of-text token or, where it has none, on its end-of-text token, after which texts start in \
      training. A text longer than the model's context is read in windows; each token counts once, with at least \
      context - stride tokens before it, and what follows it never changes its probability, unless the model's rotary \
      positions depend on the length of the text (the kinds dynamic and longrope). With --jsonl, {"ids": […]} are \
      scored as they are, the first without a probability.

      On a terminal the text is shown in colours: the redder, the more surprising.

      A MODEL OF REWARDS, VALUES OR CLASSES gives what its head says of texts as training reads them. With --jsonl a \
      line is {"text"}, {"prompt", "completion"}, {"messages"}, {"ids"}, {"prompt", "chosen", "rejected"} (both and the \
      "margin" of their rewards) or, for classes of tokens, {"prompt", "completions": [step, …]}; other keys are passed \
      over. It prints {"reward"}, {"values"}, one a token, or {"logits"} with {"probabilities"} and the names of the \
      "classes"; for classes of tokens a list of them for each of the "places": the ends of steps, the tokens of an \
      answer, or all. Lines are scored as they come, and what one gets never depends on the others. A line that can't be \
      scored gives {"line", "error"}. For rewards and outcomes, a text that is not of messages or ids is given the \
      end-of-text token it lacks.

      EXAMPLES:
        martlet score runs/gpt2-1 --text "The tide came in."
        martlet score runs/gpt2-1 --file story.txt --json
        cat story.txt | martlet score runs/gpt2-1 - --per-token
        martlet score runs/gpt2-1 --jsonl texts.jsonl > scores.jsonl
        martlet score runs/reward-1 --text "The tide came in."
        martlet score runs/reward-1 --jsonl preferences.jsonl --batch-size 64 > rewards.jsonl
        tail -f answers.jsonl | martlet score runs/outcome-1 --jsonl -
      """)

  @OptionGroup var model: ModelOptions
  @OptionGroup var weights: WeightOptions
  @OptionGroup var input: TextOptions
  @Flag(help: "Show each token with its log-probability and its rank.") var perToken = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many tokens a window moves on, from 1 to the context. (default: half of the context)",
      valueName: "tokens"))
  var stride: Int?
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false
  @OptionGroup(title: "Rewards, values and classes") var head: HeadScoreOptions

  func run() throws {
    try input.check()
    try head.check()
    if try HeadKind(directory: model.model) != .languageModel { return try scoreUnderHead() }
    if let option = head.given.first {
      throw MartletError(
        "\(option) is for models of rewards, values or classes, and \(model.model) is a language model; leave it out"
      )
    }
    if input.jsonl != nil, perToken {
      throw MartletError("--per-token and --jsonl contradict each other: with --jsonl it is always there")
    }
    let textModel = try model.load(weights: weights.weights)
    let scorer = try Scorer(textModel, stride: stride)
    if let jsonl = input.jsonl { return try scoreLines(jsonl, scorer) }
    let text = try input.read()
    if text.isEmpty { throw MartletError("the text is empty; give at least one character to score") }
    var progress = ProgressLine("scoring", unit: "tokens")
    let score = scorer.score([text]) { progress.show($0, of: $1) }[0]
    progress.clear()
    if score.logProbability.isNaN {
      throw MartletError(
        "the model's log-probabilities are not numbers; its weights are damaged, or its training diverged")
    }
    if json {
      try Terminal.printResult(ScoreReport.json(score).compact + "\n")
    } else {
      let report = ScoreReport(score: score, scorer: scorer)
      if perToken {
        try Terminal.printResult(report.tokenTable)
      } else if Terminal.isColoured(.output) {
        try Terminal.printResult(SurprisalText.make(score.tokens) + "\n" + SurprisalText.legend + "\n")
      }
      try Terminal.printResult(report.summary)
    }
  }

  private func scoreUnderHead() throws {
    if let option = names([("--per-token", perToken), ("--stride", stride != nil)]).first {
      throw MartletError("\(option) is for language models, and \(model.model) is none; leave it out")
    }
    let scorer = try RowScorer(
      directory: model.model, weights: weights.weights, template: head.template, separator: head.separator,
      truncates: head.truncate)
    let scoring = HeadScoring(scorer, batchSize: head.batchSize)
    if let jsonl = input.jsonl { return try scoring.score(lines: jsonl) }
    try scoring.score(text: input.read(), isJSON: json)
  }

  private func scoreLines(_ path: String, _ scorer: Scorer) throws {
    let vocabulary = scorer.textModel.model.configuration.vocabulary
    // Texts and sequences of ids keep their order among each other.
    let lines = try JSONLines.read(path).map { reader -> Line in
      if let ids = try reader.ids(below: vocabulary) { return .ids(ids) }
      return .text(try reader.required("text"))
    }
    try JSONLines.process(lines, groupSize: 256) { group in
      var texts = scorer.score(group.compactMap(\.text))[...]
      var sequences = scorer.score(tokens: group.compactMap(\.ids))[...]
      return group.map { ScoreReport.json($0.text == nil ? sequences.removeFirst() : texts.removeFirst()) }
    }
  }

  /// A line to score.
  private enum Line {
    case text(String)
    case ids([Int32])

    var text: String? {
      if case .text(let text) = self { return text }
      return nil
    }

    var ids: [Int32]? {
      if case .ids(let ids) = self { return ids }
      return nil
    }
  }
}
