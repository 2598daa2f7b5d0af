/// A curve of a line's height.
enum Sparkline {
  private static let bars: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// Values from the lowest bar to the highest, then dots up to a width.
  static func draw(_ values: [Double], width: Int) -> String {
    let shown = values.suffix(width)
    guard let low = shown.min(), let high = shown.max() else { return String(repeating: "·", count: width) }
    let scale = high > low ? 7 / (high - low) : 0
    let line = String(
      shown.map { value in
        let height = ((value - low) * scale).rounded()
        return bars[height.isFinite ? min(max(Int(height), 0), 7) : 7]
      })
    return line + String(repeating: "·", count: width - shown.count)
  }
}
