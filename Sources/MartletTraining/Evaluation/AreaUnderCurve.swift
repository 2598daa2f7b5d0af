/// The area under the receiver operating characteristic: how likely a right answer scores above a wrong one.
public enum AreaUnderCurve {
  /// Σ y_i (1 − y_j) [s_i > s_j] / Σ y_i (1 − y_j), where equal scores count half.
  ///
  /// - Parameters:
  ///   - scores: the higher, the more likely right.
  ///   - labels: for each 1 when it is right, 0 when it is not, or the probability that it is.
  /// - Returns: from 0 to 1, ½ for scores that say nothing; nil when no answer is right, none is wrong, or a score is not
  ///   a number.
  /// - Source: Hanley and McNeil 1982.
  public static func area(_ scores: [Double], labels: [Double]) -> Double? {
    precondition(
      scores.count == labels.count, "AreaUnderCurve: \(labels.count) labels of \(scores.count) scores")
    if scores.contains(where: \.isNaN) { return nil }
    let order = scores.indices.sorted { scores[$0] < scores[$1] }
    var (right, wrong, area) = (0.0, 0.0, 0.0)
    var start = 0
    while start < order.count {
      var (rightHere, wrongHere) = (0.0, 0.0)
      var end = start
      while end < order.count, scores[order[end]] == scores[order[start]] {
        rightHere += labels[order[end]]
        wrongHere += 1 - labels[order[end]]
        end += 1
      }
      area += rightHere * (wrong + wrongHere / 2)
      (right, wrong, start) = (right + rightHere, wrong + wrongHere, end)
    }
    return right > 0 && wrong > 0 ? area / (right * wrong) : nil
  }
}
