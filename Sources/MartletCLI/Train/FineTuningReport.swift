import Martlet
import MartletText
import MartletTraining

/// What a run of fine-tuning says of itself, before and after.
struct FineTuningReport {
  /// What learns from what, a line each.
  let description: [String]
  /// The rows that are left out; none when all are read.
  let skippedLines: [String]
  private let rows: JSONObject

  init<Task>(_ trainer: FineTuner<Task>) {
    let (recipe, model) = (trainer.recipe, trainer.model)
    let cut = (trainer.examples + trainer.heldOut).map(\.cutTokens).filter { $0 > 0 }
    let trained = model.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.value.count }
    let data = recipe.data.isEmpty ? (Task.embedded?.name ?? "") : recipe.data.joined(separator: ", ")
    var rowsLine =
      "\(data): \(Format.count(trainer.examples.count)) rows to learn from, "
      + "\(Format.count(trainer.heldOut.count)) held out"
    if !cut.isEmpty {
      rowsLine +=
        "; \(Format.count(cut.count)) cut to \(recipe.context ?? 0) tokens, "
        + "\(Format.count(cut.reduce(0, +))) tokens lost"
    }
    description = [
      rowsLine,
      "\(recipe.base ?? "a new \(model.architecture.name)"): \(Format.count(model.parameterCount)) parameters"
        + (trainer.hasNewHead && recipe.base != nil ? ", with a new head" : "")
        + (trained == model.parameterCount ? "" : ", \(Format.count(trained)) of them trained")
        + ", context \(recipe.context ?? model.configuration.context)",
    ]
    let skipped = trainer.skipped
    skippedLines =
      skipped.all.isEmpty
      ? [] : ["left out:"] + skipped.lines.map { "  " + $0 }
    rows = [
      "trained_parameters": .integer(trained),
      "rows": .integer(trainer.examples.count),
      "held_out_rows": .integer(trainer.heldOut.count),
      "cut_rows": .integer(cut.count),
      "skipped_rows": .array(
        skipped.all.map {
          ["file": .string($0.file), "line": .integer($0.line), "reason": .string($0.reason)]
        }),
    ]
  }

  /// The report for programs.
  func json(_ run: RunReport) -> JSON {
    var object = run.losses
    for (name, value) in run.result.heldOut?.figures ?? [] { object.append(name, .number(value)) }
    for (key, value) in run.effort { object.append(key, value) }
    for (key, value) in rows { object.append(key, value) }
    return .object(object)
  }

  /// The report for people, without where the run is kept.
  func lines(_ run: RunReport) -> [String] {
    func line(_ name: String, _ value: String) -> String {
      name + String(repeating: " ", count: max(1, 16 - name.count)) + value
    }
    var lines = run.endingLines
    if let report = run.result.heldOut {
      lines.append(line("held-out loss", Format.decimals(report.loss.mean, 4)))
      lines += HeldOutLines.make(report).map { line($0.name, $0.text) }
    }
    if let loss = run.result.trainLoss { lines.append(line("training loss", Format.decimals(loss, 4))) }
    return lines + run.effortLines
  }
}

/// Held-out figures for people.
enum HeldOutLines {
  /// The figures as they are named, but for those that belong together, which share a line.
  static func make(_ report: HeldOutReport) -> [(name: String, text: String)] {
    if report["mean_margin"] != nil { return preferences(report) }
    if report["baseline_accuracy"] != nil { return labels(report) }
    return report.figures.map { ($0.name.replacing("_", with: " "), figure($0.value)) }
  }

  static func figure(_ value: Double?, _ decimals: Int = 4) -> String {
    guard let value, value.isFinite else { return "none" }
    if value == value.rounded(), abs(value) >= 10, abs(value) < 1e15 { return Format.count(Int(value)) }
    return abs(value) < 1e9 ? Format.decimals(value, decimals) : Format.significant(value)
  }

  private static func preferences(_ report: HeldOutReport) -> [(name: String, text: String)] {
    func part(_ name: String) -> String {
      "\(name) \(figure(report["accuracy_chosen_" + name])) of \(figure(report["pairs_chosen_" + name], 0))"
    }
    var lines = [
      ("accuracy", "\(figure(report["accuracy"])) of \(figure(report["pairs"], 0)) pairs"),
      (
        "margin",
        "\(figure(report["mean_margin"])) on average; 5, 25, 50, 75, 95 in a hundred below "
          + ["05", "25", "50", "75", "95"].map { figure(report["margin_quantile_" + $0], 2) }.joined(
            separator: ", ")
      ),
      ("by length", "chosen is " + ["shorter", "equal", "longer"].map(part).joined(separator: ", ")),
      (
        "baselines",
        "the shortest \(figure(report["accuracy_of_shortest"])), the longest \(figure(report["accuracy_of_longest"]))"
      ),
      ("calibration", "off by \(figure(report["calibration_error"])) on average"),
    ]
    for step in stride(from: 50, to: 100, by: 5) {
      guard let count = report["calibration_\(step)_count"] else { continue }
      lines.append(
        (
          "",
          "sure to \(figure(report["calibration_\(step)_confidence"], 2)): right in "
            + "\(figure(report["calibration_\(step)_accuracy"], 2)) of \(figure(count, 0))"
        ))
    }
    if let correlation = report["rank_correlation"] {
      lines.append(("rank order", "Spearman's ρ with the true reward \(figure(correlation))"))
    }
    return lines
  }
}
