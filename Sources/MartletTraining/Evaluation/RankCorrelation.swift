/// How far two lists of numbers put the same things in the same order.
public enum RankCorrelation {
  /// Spearman's ρ: the correlation of ranks, from -1 to 1; equal values share the mean of their ranks.
  ///
  /// - Returns: nil when either list is constant or shorter than two, or holds what is not a number.
  /// - Source: Spearman 1904.
  public static func spearman(_ first: [Double], _ second: [Double]) -> Double? {
    precondition(first.count == second.count, "RankCorrelation: \(first.count) and \(second.count) values")
    guard first.count >= 2, !(first + second).contains(where: \.isNaN) else { return nil }
    let (a, b) = (ranks(first), ranks(second))
    let mean = Double(first.count + 1) / 2
    var (product, squareA, squareB) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
      product += (x - mean) * (y - mean)
      squareA += (x - mean) * (x - mean)
      squareB += (y - mean) * (y - mean)
    }
    guard squareA > 0, squareB > 0 else { return nil }
    return product / (squareA * squareB).squareRoot()
  }

  /// Ranks from 1, the smallest first.
  private static func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
      // The ranks start + 1 … end have this mean.
      for place in order[start..<end] { ranks[place] = Double(start + 1 + end) / 2 }
      start = end
    }
    return ranks
  }
}
