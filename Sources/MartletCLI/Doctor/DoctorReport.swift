import MartletText
import MartletTraining

/// A diagnosis for people and for programs.
struct DoctorReport {
  private let diagnosis: Diagnosis
  private let model: String
  private let data: [String]
  private let tokenizer: Tokenizer

  init(_ diagnosis: Diagnosis, model: String, data: [String], tokenizer: Tokenizer) {
    (self.diagnosis, self.model, self.data, self.tokenizer) = (diagnosis, model, data, tokenizer)
  }

  // MARK: JSON

  var json: JSON {
    [
      "kind": .string(diagnosis.kind.rawValue), "verdict": .string(diagnosis.verdict.rawValue),
      "rows": .integer(diagnosis.rowCount), "tokens": .integer(diagnosis.tokenCount),
      "weighted_tokens": .integer(diagnosis.weightedTokenCount), "context": .integer(diagnosis.context),
      "checks": .array(
        diagnosis.findings.map { finding in
          [
            "check": .string(finding.check), "verdict": .string(finding.verdict.rawValue),
            "summary": .string(finding.summary), "rows": .array(finding.rows.map(json)),
          ]
        }),
      "examples": .array(
        diagnosis.examples.map { example in
          [
            "file": .string(example.file), "line": .integer(example.line),
            "sequences": .array(example.sequences.map(json)),
          ]
        }),
    ]
  }

  private func json(_ place: Finding.Place) -> JSON {
    var object: JSONObject = ["file": .string(place.file), "line": .integer(place.line)]
    if !place.detail.isEmpty { object.append("detail", .string(place.detail)) }
    return .object(object)
  }

  private func json(_ sequence: ExaminedSequence) -> JSON {
    var object: JSONObject = sequence.name.isEmpty ? [:] : ["name": .string(sequence.name)]
    object.append("ids", .ids(Array(sequence.tokens.prefix(sequence.kept))))
    object.append(
      "tokens", .array(sequence.tokens.prefix(sequence.kept).map { .string(tokenizer.readableToken(of: $0)) })
    )
    object.append("weights", .array(sequence.isWeighted.prefix(sequence.kept).map { .integer($0 ? 1 : 0) }))
    object.append("cut_tokens", .integer(sequence.tokens.count - sequence.kept))
    return .object(object)
  }

  // MARK: Text

  var text: String {
    let files = data.map { $0 == "-" ? "standard input" : $0 }.joined(separator: ", ")
    let share = 100 * Double(diagnosis.weightedTokenCount) / Double(max(1, diagnosis.tokenCount))
    var text = """
      \(PrintableText.line(files)) for \(PrintableText.line(model)): \(Format.count(diagnosis.rowCount)) \(diagnosis.kind.plural)
      \(Format.count(diagnosis.tokenCount)) tokens, \(Format.count(diagnosis.weightedTokenCount)) of them \
      \(weightedWord) (\(Format.decimals(share, 1))%), in a context of \(Format.count(diagnosis.context))


      """
    for finding in diagnosis.findings { text += lines(of: finding) }
    for example in diagnosis.examples { text += "\n" + self.text(of: example) }
    if !diagnosis.examples.isEmpty, Terminal.isColoured(.output) {
      text += "\n" + WeightedText.legend(weightedWord)
    }
    return text
  }

  private var weightedWord: String {
    switch diagnosis.kind {
    case .sft: "learned"
    case .reward: "read for a reward"
    case .outcome, .process, .classify: "read for a class"
    }
  }

  private static let colours: [Verdict: Int] = [.ok: 114, .warning: 222, .bad: 210]

  private func lines(of finding: Finding) -> String {
    let isColoured = Terminal.isColoured(.output)
    let verdictWidth = 7
    let checkWidth = diagnosis.findings.map(\.check.count).max() ?? 0
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let verdict = padded(finding.verdict.rawValue, verdictWidth)
    let shownVerdict = isColoured ? ColouredText.on(Self.colours[finding.verdict], verdict) : verdict
    let indent = String(repeating: " ", count: verdictWidth + checkWidth + 4)
    let room = Terminal.isInteractive(.output) ? max(40, Terminal.width(.output) - indent.count) : Int.max
    var lines = WrappedText.lines(PrintableText.line(finding.summary), width: room)
    for place in places(of: finding) {
      lines += WrappedText.lines(PrintableText.line(place), width: room - 2).map { "  " + $0 }
    }
    return lines.enumerated().map { number, line in
      (number == 0 ? shownVerdict + "  " + padded(finding.check, checkWidth) + "  " : indent) + line + "\n"
    }.joined()
  }

  /// So many different lines are shown of a finding.
  private static let mostPlaces = 6

  /// The rows of a finding, those of which the same is said together.
  private func places(of finding: Finding) -> [String] {
    var groups: [(file: String, detail: String, lines: [Int])] = []
    var places: [String: Int] = [:]
    for row in finding.rows {
      let key = "\(row.file)\u{0}\(row.detail)"
      if let place = places[key] {
        groups[place].lines.append(row.line)
      } else {
        places[key] = groups.count
        groups.append((row.file, row.detail, [row.line]))
      }
    }
    var texts = groups.prefix(Self.mostPlaces).map { group in
      (data.count > 1 ? "\(group.file), " : "") + LineList.text(group.lines, of: group.file)
        + (group.detail.isEmpty ? "" : ": " + group.detail)
    }
    let left = groups.dropFirst(Self.mostPlaces).reduce(0) { $0 + $1.lines.count }
    if left > 0 { texts.append("and \(left) more rows") }
    return texts
  }

  private func text(of example: Diagnosis.Example) -> String {
    example.sequences.map { sequence in
      let weighted = sequence.isWeighted.prefix(sequence.kept).count { $0 }
      let name = sequence.name.isEmpty ? "" : ", \(sequence.name)"
      let cut = sequence.tokens.count - sequence.kept
      return PrintableText.line("\(example.file), line \(example.line)\(name)")
        + ": \(Format.count(sequence.kept)) tokens, \(Format.count(weighted)) \(weightedWord)"
        + (cut == 0 ? "" : ", \(Format.count(cut)) more cut off") + "\n"
        + WeightedText.make(
          Array(sequence.tokens.prefix(sequence.kept)), Array(sequence.isWeighted.prefix(sequence.kept)),
          tokenizer)
    }.joined(separator: "\n")
  }
}
