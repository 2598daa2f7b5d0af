import MartletModel
import MartletText

/// A data set as a model reads it: what checks look at.
struct ExaminedData {
  /// What the rows are for.
  let kind: RowKind
  /// Every row that could be read.
  let source: [DataRow]
  /// The rows of which tokens could be made.
  let rows: [ExaminedRow]
  /// What was wrong with the others.
  let problems: RowProblems
  /// How many rows there are, with lines that are none.
  let rowCount: Int
  /// Makes tokens of rows of any length.
  let encoder: RowEncoder
  /// The most tokens of a sequence.
  let context: Int
  /// The model's sizes and tokens.
  let configuration: DecoderConfiguration
  /// The tokens that end generation.
  let endTokens: Set<Int32>

  /// The tokenizer.
  var tokenizer: Tokenizer { encoder.tokenizer }

  /// A token as it is shown in a sentence.
  func shown(_ token: Int32) -> String { "\"\(tokenizer.readableToken(of: token))\"" }

  /// The rows for which something is said of them.
  func places(_ detail: (ExaminedRow) -> String?) -> [Finding.Place] {
    rows.compactMap { row in
      detail(row).map { Finding.Place(file: row.source.file, line: row.source.line, detail: $0) }
    }
  }

  /// A number of rows, as "3 of 10 rows".
  func share(_ places: [Finding.Place]) -> String {
    "\(Set(places.map { "\($0.file)\u{0}\($0.line)" }).count) of \(rowCount) rows"
  }
}

/// One row as the model reads it.
struct ExaminedRow {
  /// Where it stands, and its columns.
  let source: DataRow
  /// One sequence, or one for each answer.
  var sequences: [ExaminedSequence]
  /// The conversations that a template has laid out, one for each sequence.
  var conversations: [EncodedConversation] = []
  /// A prompt that is a text, with each of its answers.
  var texts: (prompt: String, answers: [String])?
  /// The classes it is of.
  var labels: [String] = []
}

/// One thing that usually goes wrong silently.
protocol DoctorCheck: SendableMetatype {
  /// What findings call it.
  static var name: String { get }
  /// What is found; nil where there is nothing to look at.
  static func examine(_ data: ExaminedData) -> Finding?
}

extension DoctorCheck {
  static func finding(_ verdict: Verdict, _ summary: String, rows: [Finding.Place] = []) -> Finding {
    Finding(name, verdict, summary, rows: rows)
  }
}
