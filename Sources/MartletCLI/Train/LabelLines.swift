import MartletTraining

/// Held-out figures of outcomes, steps and classes for people.
extension HeldOutLines {
  /// How many classes are shown at most.
  private static let shownClasses = 20

  static func labels(_ report: HeldOutReport) -> [(name: String, text: String)] {
    let count = report["labels"] ?? report["answers"]
    let what = report["labels"] == nil ? "answers" : "labels"
    var lines = [
      (
        "accuracy",
        "\(figure(report["accuracy"])) of \(figure(count, 0)) \(what); the most frequent label always: "
          + figure(report["baseline_accuracy"])
      )
    ]
    if let macroF1 = report["macro_f1"] { lines.append(("macro F1", figure(macroF1))) }
    if let area = report["area_under_curve"] { lines.append(("area under ROC", figure(area))) }
    lines.append(("calibration", "off by \(figure(report["calibration_error"])) on average"))
    if let tokens = report["tokens"] {
      lines.append(
        ("every token", "\(figure(report["token_accuracy"])) of \(figure(tokens, 0)) tokens of answers"))
    }
    if let found = report["first_wrong_accuracy"] {
      lines.append(
        (
          "first wrong step",
          "found in \(figure(found)) of \(figure(report["answers"], 0)) answers; the most frequent place always: "
            + figure(report["first_wrong_baseline"])
        ))
    }
    return lines + classes(report)
  }

  private static func classes(_ report: HeldOutReport) -> [(name: String, text: String)] {
    let (prefix, suffix) = ("class_", "_count")
    let names = report.figures.map(\.name).filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }
      .map { String($0.dropFirst(prefix.count).dropLast(suffix.count)) }
    guard !names.isEmpty else { return [] }
    let rows = names.prefix(shownClasses).map { name -> [String] in
      func value(_ part: String) -> Double? { report["\(prefix)\(name)_\(part)"] }
      return [
        PrintableText.line(name), figure(value("count"), 0), figure(value("predicted"), 0),
        figure(value("right"), 0), figure(value("f1")),
      ]
    }
    var table = Format.table([["class", "held out", "said", "right", "F1"]] + rows).split(separator: "\n")
    if names.count > shownClasses { table.append("  and \(names.count - shownClasses) more") }
    return table.enumerated().map { ($0 == 0 ? "by class" : "", String($1)) }
  }
}
