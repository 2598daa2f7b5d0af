import MartletInference
import MartletModel
import MartletText

/// Rewards, values and classes of rows, as a model's head gives them.
///
/// Rows become tokens as in training (``RowEncoder``). A row is `{"text"}`, `{"prompt", "completion"}`, `{"messages"}`,
/// tokens as they are (`{"ids"}`), answers to compare (`{"prompt", "chosen", "rejected"}` or `{"prompt", "ranked"}`) or,
/// for classes of tokens, an answer in steps (`{"prompt", "completions"}`). Other columns are passed over.
///
/// ```swift
/// let scorer = try RowScorer(directory: "runs/reward-1")
/// let rows = [try scorer.encode(text: "The tide came in."), try scorer.encode(text: "The tide.")]
/// let scores = scorer.score(rows)
/// ```
public struct RowScorer: Sendable {
  /// From text to the model's tokens.
  public let tokenizer: Tokenizer
  private let model: ScoredModel
  private let encoder: RowEncoder
  private let separator: String

  /// Reads a model's directory.
  ///
  /// - Parameters:
  ///   - weights: how weights are kept; nil as the file has them.
  ///   - template: the file of a chat template, in place of the directory's.
  ///   - separator: what follows each step; nil for that which the model was trained with, or the end of a line.
  ///   - truncates: whether longer rows are cut at their end; they are problems otherwise, since what is said of a part is
  ///     not said of the whole.
  /// - Throws: when a file is missing or damaged, the tokenizer is not the model's, or it is a language model.
  public init(
    directory: String, weights: WeightFormat? = nil, template: String? = nil, separator: String? = nil,
    truncates: Bool = false
  ) throws(MartletError) {
    guard let model = try ScoredModel(directory: directory, weights: weights) else {
      throw MartletError(
        "\(directory): it is a language model, and has no head for rewards, values or classes; train one with "
          + "`martlet train reward`, outcome, process or classify")
    }
    let (configuration, tokenizer) = (
      model.configuration, try CompanionFiles.tokenizer(ofDirectory: directory)
    )
    do {
      try TextModel.check(tokenizer, fits: configuration)
    } catch {
      throw MartletError("\(directory): \(error.message)")
    }
    // Rewards and outcomes are of answers that have come to their end; classes are read as transformers reads them.
    let endsTexts: Bool =
      switch model {
      case .rewards: true
      case .tokens: model.isOutcome
      case .values, .sequences: false
      }
    self.model = model
    self.tokenizer = tokenizer
    let separatorOfModel = try ProcessTask.separator(ofDirectory: directory)
    self.separator = separator ?? separatorOfModel ?? ProcessTask().separator
    var templates = try template.map { file throws(MartletError) in try ConversationTemplates(file: file) }
    for place in try AdapterFile.places(ofDirectory: directory) where templates == nil {
      templates = try ConversationTemplates(directory: place)
    }
    encoder = RowEncoder(
      tokenizer: tokenizer, templates: templates,
      endOfText: endsTexts ? tokenizer.endOfText ?? configuration.endOfText : nil,
      context: configuration.context, truncates: truncates)
  }

  /// The names of a classifier's classes; empty for rewards and values.
  public var classNames: [String] {
    switch model {
    case .rewards, .values: []
    case .sequences, .tokens: model.labels?.names ?? []
    }
  }

  /// Whether exactly one class holds of each sequence or token.
  public var hasOneClass: Bool {
    !classNames.isEmpty && (model.labels?.problem ?? .singleLabel) == .singleLabel
  }

  /// What the head says of rows, in their order.
  ///
  /// - Returns: for each row the same bits whatever stands beside it.
  public func score(_ rows: [ScoringRow]) -> [RowScore] {
    let sequences = rows.flatMap(\.sequences)
    var readings = sequences.parts.flatMap { part in
      model.readings(of: Array(part))
    }[...]
    return rows.map { row in
      RowScore(
        form: row.form,
        answers: row.sequences.map { sequence in
          SequenceScore(
            tokens: sequence.tokens, cutTokens: sequence.cutTokens, reading: readings.removeFirst())
        })
    }
  }
}

// MARK: Rows to tokens

/// The tokens of a row to score.
public struct ScoringRow: Sendable, Equatable {
  /// What the row asks for.
  public let form: RowScore.Form
  /// The one sequence, or each answer's, in the row's order.
  public let sequences: [EncodedSequence]
}

extension RowScorer {
  /// The tokens of a text.
  ///
  /// - Throws: when it has no tokens, or more than the context.
  public func encode(text: String) throws(MartletError) -> ScoringRow {
    do throws(RowProblem) {
      return try encode(
        DataRow(file: "the text", line: 1, columns: JSONObject([("text", JSON.string(text))])))
    } catch {
      throw MartletError("the text can't be scored: \(error.reason)")
    }
  }

  /// The tokens of a line that holds a row as a JSON object.
  ///
  /// - Parameters:
  ///   - number: the line's number, from 1.
  ///   - file: what messages call the file.
  /// - Throws: what is wrong with it.
  public func encode(line: String, number: Int, of file: String) throws(RowProblem) -> ScoringRow {
    try encode(DataRow(parsing: Array(line.utf8), line: number, file: file))
  }

  /// The tokens of a row.
  ///
  /// - Throws: what is wrong with it: no columns of a known form, nothing in it, more tokens than the context.
  public func encode(_ row: DataRow) throws(RowProblem) -> ScoringRow {
    let others = Array(row.columns.keys)
    if row["ids"] != nil {
      return ScoringRow(form: .single, sequences: [try ids(of: row)])
    }
    if let column = ["ranked", "chosen", "rejected"].first(where: { row[$0] != nil }) {
      let preference = try PreferenceRow(row, ignoring: others)
      var sequences: [EncodedSequence] = []
      for answer in preference.answers {
        sequences.append(try encoder.fitted(encoder.uncut(preference, answer), row))
      }
      return ScoringRow(form: column == "ranked" ? .ranking : .pair, sequences: sequences)
    }
    if row["completions"] != nil {
      guard case .tokens = model else {
        throw row.problem(
          "\"completions\" are steps, which need classes of tokens; give the answer as \"completion\"")
      }
      let steps = try ProcessRow(row, ignoring: others, isLabelled: false)
      return ScoringRow(form: .single, sequences: [try encoder.encode(steps, separator: separator)])
    }
    let text = try InstructionRow(row, beside: [], needsAnswer: false, ignoring: others)
    var part = LearnedPart.everything
    if case .tokens = model { part = text.answerPart }
    return ScoringRow(form: .single, sequences: [try encoder.read(text, marking: part)])
  }

  private func ids(of row: DataRow) throws(RowProblem) -> EncodedSequence {
    guard let list = row["ids"]?.array, !list.isEmpty else {
      throw row.problem("the column \"ids\" must be a list of at least one token")
    }
    let vocabulary = model.configuration.vocabulary
    var ids: [Int32] = []
    for id in list {
      guard let id = id.int, (0..<vocabulary).contains(id) else {
        throw row.problem(
          "the id \(id.compact) is not in the vocabulary, whose ids go from 0 to \(vocabulary - 1)")
      }
      ids.append(Int32(id))
    }
    return try encoder.fitted(EncodedSequence(tokens: ids, isLearned: ids.map { _ in true }), row)
  }
}
