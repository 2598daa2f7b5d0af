import MartletInference
import MartletText
import MartletTraining

/// What a head says of a row, for people and for programs.
struct HeadScoreReport {
  private let score: RowScore
  private let scorer: RowScorer

  init(_ score: RowScore, _ scorer: RowScorer) { (self.score, self.scorer) = (score, scorer) }

  /// Whether every result is a number.
  var isFinite: Bool {
    score.answers.allSatisfy { answer in
      switch answer.reading {
      case .reward(let reward, _): reward.isFinite
      case .values(let values): values.allSatisfy(\.isFinite)
      case .classes(let classes): classes.logits.allSatisfy(\.isFinite)
      case .tokenClasses(let tokens): tokens.allSatisfy { $0.classes.logits.allSatisfy(\.isFinite) }
      }
    }
  }

  // MARK: For programs

  /// One object: of a sequence its results, of answers those of each under the name of its column.
  var json: JSON {
    let answers = score.answers.map(json)
    switch score.form {
    case .single: return .object(answers[0])
    case .pair:
      var object: JSONObject = ["chosen": .object(answers[0]), "rejected": .object(answers[1])]
      if let margin = score.margin { object.append("margin", .number(margin)) }
      return .object(object)
    case .ranking: return ["ranked": .array(answers.map { .object($0) })]
    }
  }

  private func json(_ answer: SequenceScore) -> JSONObject {
    var object: JSONObject
    switch answer.reading {
    case .reward(let reward, let probability):
      object = ["reward": .number(reward)]
      if let probability { object.append("probability", .number(probability)) }
      object.append("tokens", .integer(answer.tokens.count))
    case .values(let values):
      object = ["values": .array(values.map { .number($0) }), "ids": .ids(answer.tokens)]
    case .classes(let classes):
      object = [:]
      if let likeliest = name(of: classes) { object.append("class", .string(likeliest)) }
      object.append("logits", numbers(classes.logits))
      if let probabilities = classes.probabilities { object.append("probabilities", numbers(probabilities)) }
      object.append("classes", names)
      object.append("tokens", .integer(answer.tokens.count))
    case .tokenClasses(let tokens):
      object = ["logits": .array(tokens.map { numbers($0.classes.logits) })]
      let probabilities = tokens.compactMap(\.classes.probabilities)
      if probabilities.count == tokens.count {
        object.append("probabilities", .array(probabilities.map(numbers)))
      }
      object.append("classes", names)
      object.append("places", .array(tokens.map { .integer($0.place) }))
      object.append("ids", .ids(answer.tokens))
    }
    if answer.cutTokens > 0 { object.append("cut_tokens", .integer(answer.cutTokens)) }
    return object
  }

  private var names: JSON { .array(scorer.classNames.map { .string($0) }) }

  private func numbers(_ values: [Float]) -> JSON { .array(values.map { .number($0) }) }
  private func numbers(_ values: [Double]) -> JSON { .array(values.map { .number($0) }) }

  /// The likeliest class; nil where several may hold, or none.
  private func name(of classes: ClassReading) -> String? {
    scorer.hasOneClass ? scorer.classNames[ClassProbabilities.likeliest(classes.logits)] : nil
  }

  // MARK: For people

  /// The results of one sequence as a table.
  var text: String {
    let answer = score.answers[0]
    var lines = ""
    func line(_ name: String, _ value: String) {
      lines += name + String(repeating: " ", count: 16 - name.count) + value + "\n"
    }
    switch answer.reading {
    case .reward(let reward, let probability):
      line("reward", Format.decimals(Double(reward), 4))
      if let probability { line("probability", Format.decimals(probability, 4)) }
    case .values(let values):
      lines += table(
        answer, Array(values.indices), ["value"], values.map { [Format.decimals(Double($0), 4)] })
    case .classes(let classes): lines += table(classes)
    case .tokenClasses(let tokens):
      lines += table(
        answer, tokens.map(\.place), scorer.classNames.map(PrintableText.line),
        tokens.map {
          ($0.classes.probabilities ?? $0.classes.logits.map(Double.init)).map { Format.decimals($0, 4) }
        })
    }
    line("tokens", Format.count(answer.tokens.count))
    if answer.cutTokens > 0 { line("not read", "\(Format.count(answer.cutTokens)) tokens past the context") }
    return lines
  }

  /// The classes of a sequence, the likeliest first.
  private func table(_ classes: ClassReading) -> String {
    let order = classes.logits.indices.sorted { classes.logits[$0] > classes.logits[$1] }
    let hasProbabilities = classes.probabilities != nil
    let header = ["class"] + (hasProbabilities ? ["probability"] : []) + ["logit"]
    let rows = order.map { place -> [String] in
      var row = [PrintableText.line(scorer.classNames[place])]
      if let probabilities = classes.probabilities { row.append(Format.decimals(probabilities[place], 4)) }
      return row + [Format.decimals(Double(classes.logits[place]), 4)]
    }
    return Self.aligned([header] + rows)
  }

  /// A line for each of some tokens.
  private func table(
    _ answer: SequenceScore, _ places: [Int], _ header: [String], _ values: [[String]]
  ) -> String {
    let pieces = scorer.tokenizer.pieces(of: answer.tokens)
    let rows = zip(places, values).map { place, values in
      values + [String(answer.tokens[place]), PrintableText.line(pieces[place])]
    }
    return Self.aligned([header + ["id", "token"]] + rows, leftColumns: [header.count + 1])
  }

  /// Columns of numbers, aligned right, but for some.
  private static func aligned(_ rows: [[String]], leftColumns: Set<Int> = [0]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let lines = rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let space = String(repeating: " ", count: widths[column] - cell.count)
        line += (column == 0 ? "" : "  ") + (leftColumns.contains(column) ? cell + space : space + cell)
      }
      while line.last == " " { line.removeLast() }
      return line + "\n"
    }
    return lines.joined() + "\n"
  }
}
