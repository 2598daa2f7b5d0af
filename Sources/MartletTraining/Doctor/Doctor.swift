import MartletInference
import MartletModel
import MartletText

/// Examines rows as a model would learn them, for what usually goes wrong silently.
///
/// It reads a model's `config.json`, tokenizer and chat template, and no weights. Rows become the tokens that training
/// makes of them.
public struct Doctor: Sendable {
  /// What the rows are for; by their columns when nil.
  public var kind: RowKind?
  /// Which tokens of instructions are learned; by the form of each row when nil.
  public var learning: LearnedPart?
  /// Columns to pass over.
  public var ignoredColumns: [String] = []
  /// What follows each step of an answer in steps.
  public var separator = "\n"
  /// How many of the first rows are shown token by token.
  public var exampleCount = 3
  /// From text to the model's tokens.
  public var tokenizer: Tokenizer { encoder.tokenizer }
  private let encoder: RowEncoder
  private let context: Int
  private let configuration: DecoderConfiguration
  private let endTokens: Set<Int32>

  /// Reads what is to be known of a model.
  ///
  /// - Parameters:
  ///   - template: the file of a chat template, in place of the directory's.
  ///   - context: the most tokens of a sequence; the model's context when nil.
  /// - Throws: when a file is missing or damaged, or the context is longer than the model's.
  public init(
    directory: String, template: String? = nil, context: Int? = nil
  ) throws(MartletError) {
    // An adapter's directory, and that of the model it adapts.
    let places = try AdapterFile.places(ofDirectory: directory)
    let configuration = try LanguageModel.configuration(ofDirectory: places.last!).configuration
    let tokenizer = try CompanionFiles.tokenizer(ofDirectory: directory)
    var templates = try template.map { file throws(MartletError) in try ConversationTemplates(file: file) }
    for place in places where templates == nil {
      templates = try ConversationTemplates(directory: place)
    }
    if let context, context < 1 || context > configuration.context {
      throw MartletError(
        "--context \(context) is not from 1 to the model's context of \(configuration.context) tokens")
    }
    self.init(
      tokenizer: tokenizer, configuration: configuration, templates: templates,
      endTokens: try TextModel.endTokens(ofDirectory: directory), context: context)
  }

  /// - Parameter endTokens: what ends a text besides the end-of-text tokens of tokenizer and model.
  package init(
    tokenizer: Tokenizer, configuration: DecoderConfiguration, templates: ConversationTemplates?,
    endTokens: [Int32] = [], context: Int? = nil
  ) {
    encoder = RowEncoder(
      tokenizer: tokenizer, templates: templates, endOfText: tokenizer.endOfText ?? configuration.endOfText,
      context: .max)
    self.context = context ?? configuration.context
    self.configuration = configuration
    self.endTokens = Set(endTokens + [tokenizer.endOfText, configuration.endOfText].compactMap { $0 })
  }

  /// Examines the rows of files.
  ///
  /// - Parameter progress: told how many rows of how many are read.
  /// - Throws: when a file can't be read.
  public func examine(
    _ paths: [String], progress: (Int, Int) -> Void = { _, _ in }
  ) throws(MartletError) -> Diagnosis {
    var problems = RowProblems()
    var rows: [DataRow] = []
    for path in paths { rows += try RowFile.read(path, problems: &problems) }
    return diagnosis(of: rows, problems, progress: progress)
  }

  /// - Parameter problems: what is wrong with lines that are no rows.
  package func diagnosis(
    of rows: [DataRow], _ problems: RowProblems = RowProblems(), progress: (Int, Int) -> Void = { _, _ in }
  ) -> Diagnosis {
    let kind = kind ?? RowKind(of: rows)
    let rowCount = rows.count + problems.all.count
    var process = ProcessTask()
    if kind == .process { process.prepare(for: rows) }
    var problems = problems
    var examined: [ExaminedRow] = []
    for (place, row) in rows.enumerated() {
      if let row = problems.note({ () throws(RowProblem) in try examine(row, as: kind, process) }) {
        examined.append(row)
      }
      progress(place + 1, rows.count)
    }
    let data = ExaminedData(
      kind: kind, source: rows, rows: examined, problems: problems, rowCount: rowCount, encoder: encoder,
      context: context, configuration: configuration, endTokens: endTokens)
    let sequences = examined.flatMap(\.sequences)
    return Diagnosis(
      kind: kind, rowCount: rowCount, tokenCount: sequences.reduce(0) { $0 + $1.tokens.count },
      weightedTokenCount: sequences.reduce(0) { $0 + $1.isWeighted.count { $0 } }, context: context,
      findings: Self.checks.compactMap { $0.examine(data) },
      examples: examined.prefix(exampleCount).map {
        Diagnosis.Example(file: $0.source.file, line: $0.source.line, sequences: $0.sequences)
      })
  }

  /// Every check, in the order in which findings are shown.
  static let checks: [any DoctorCheck.Type] = [
    RowsCheck.self, VocabularyCheck.self, TemplateCheck.self, EndTokenCheck.self, EndCheck.self,
    BeginningCheck.self, TurnsCheck.self, ToolsCheck.self, MarksCheck.self, LengthCheck.self,
    LearnedCheck.self,
    SameAnswersCheck.self, DuplicatesCheck.self, ContradictionsCheck.self, JoinCheck.self, BorderCheck.self,
    UnknownCheck.self,
    AnswerLengthCheck.self, LabelsCheck.self,
  ]
}

// MARK: Rows

extension Doctor {
  /// - Parameter process: knows the labels of all rows of steps.
  private func examine(
    _ row: DataRow, as kind: RowKind, _ process: ProcessTask
  ) throws(RowProblem) -> ExaminedRow {
    switch kind {
    case .sft:
      let row = try InstructionRow(row, ignoring: ignoredColumns)
      var result = try examine(row, encoder, learning: learning ?? row.usualPart)
      result.sequences[0].isWeighted[0] = false
      return result
    case .outcome:
      let row = try OutcomeRow(row, ignoring: ignoredColumns)
      let isWhole = row.instruction.parts.prompt == nil
      var result = try examine(row.instruction, encoder, learning: isWhole ? .lastTurn : .completion)
      result.labels = ["\(row.label)"]
      return result
    case .classify:
      let row = try ClassRow(row, ignoring: ignoredColumns)
      var result = try examine(row.instruction, encoder.withoutEndOfText, learning: nil)
      result.labels = [row.label]
      return result
    case .process:
      let row = try ProcessRow(row, ignoring: ignoredColumns)
      try process.check(row)
      let sequence = try encoder.encode(row, separator: separator)
      return ExaminedRow(source: row.source, sequences: [examined(sequence)], labels: row.labels)
    case .reward:
      return try examine(PreferenceRow(row, ignoring: ignoredColumns))
    }
  }

  /// - Parameter part: what is learned; nil when a class is read at the last token.
  private func examine(
    _ row: InstructionRow, _ encoder: RowEncoder, learning part: LearnedPart?
  ) throws(RowProblem) -> ExaminedRow {
    let (prompt, answer) = row.parts
    let sequence = try encoder.uncut(
      prompt: prompt, answer: answer, variables: row.variables, source: row.source,
      learning: part ?? .everything)
    var result = ExaminedRow(source: row.source, sequences: [examined(sequence, isReadAtEnd: part == nil)])
    switch (prompt, answer) {
    case (.text(let prompt), .text(let answer)): result.texts = (prompt, [answer])
    case (.messages(let prompt), .messages(let answer)):
      result.conversations = [try encoder.conversation(prompt + answer, row.variables, row.source)]
    case (nil, .messages(let messages)):
      result.conversations = [try encoder.conversation(messages, row.variables, row.source)]
    default: break
    }
    return result
  }

  private func examine(_ row: PreferenceRow) throws(RowProblem) -> ExaminedRow {
    var (sequences, conversations): ([ExaminedSequence], [EncodedConversation]) = ([], [])
    for (place, answer) in row.answers.enumerated() {
      let name = row.name(ofAnswer: place).filter { $0 != "\"" }
      sequences.append(examined(try encoder.uncut(row, answer), name: name, isReadAtEnd: true))
      if case .messages(let messages) = answer {
        var prompt: [JSON] = []
        if case .messages(let given) = row.prompt { prompt = given }
        conversations.append(try encoder.conversation(prompt + messages, row.variables, row.source))
      }
    }
    var result = ExaminedRow(source: row.source, sequences: sequences, conversations: conversations)
    if case .text(let prompt) = row.prompt {
      result.texts = (prompt, row.answers.compactMap { if case .text(let text) = $0 { text } else { nil } })
    }
    return result
  }

  private func examined(
    _ sequence: EncodedSequence, name: String = "", isReadAtEnd: Bool = false
  ) -> ExaminedSequence {
    let kept = min(sequence.tokens.count, context)
    let isWeighted =
      isReadAtEnd ? sequence.tokens.indices.map { $0 == kept - 1 } : sequence.isLearned
    return ExaminedSequence(name: name, tokens: sequence.tokens, isWeighted: isWeighted, kept: kept)
  }
}
