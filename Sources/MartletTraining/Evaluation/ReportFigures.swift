/// Figures by the names under which metrics and results keep them; what is not defined is left out.
extension OutcomeReport {
  /// Every figure of the answers.
  public var figures: [(name: String, value: Double)] {
    [
      ("accuracy", accuracy), ("baseline_accuracy", baseline), ("log_loss", logLoss),
      ("calibration_error", calibration.error),
    ] + (areaUnderCurve.map { [("area_under_curve", $0)] } ?? []) + [("answers", Double(count))]
  }
}

extension ClassReport {
  /// Every figure, for each class `class_NAME_count` and so on among them.
  public var figures: [(name: String, value: Double)] {
    var figures = [
      ("accuracy", accuracy), ("baseline_accuracy", baseline), ("macro_f1", macroF1), ("log_loss", logLoss),
      ("calibration_error", calibration.error), ("labels", Double(count)),
    ]
    if let areaUnderCurve { figures.append(("area_under_curve", areaUnderCurve)) }
    for part in classes {
      figures.append(("class_\(part.name)_count", Double(part.count)))
      figures.append(("class_\(part.name)_predicted", Double(part.predicted)))
      figures.append(("class_\(part.name)_right", Double(part.right)))
      figures.append(("class_\(part.name)_f1", part.f1))
    }
    return figures
  }
}
