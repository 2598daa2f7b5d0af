/// One line on standard error that tells how far long work is, when a person is watching.
struct ProgressLine {
  private let verb: String
  private let unit: String
  private let isShown = Terminal.isInteractive(.error)
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var last: ContinuousClock.Instant

  init(_ verb: String, unit: String) {
    (self.verb, self.unit) = (verb, unit)
    start = clock.now
    last = start
  }

  /// Shows the progress, at most a few times a second and not before the work has taken half a second.
  mutating func show(_ done: Int, of total: Int) {
    let now = clock.now
    guard isShown, now - start > .milliseconds(500), now - last > .milliseconds(200), done > 0 else { return }
    last = now
    let elapsed = (now - start) / .seconds(1)
    let speed = Double(done) / elapsed
    let left = Format.duration(Double(total - done) / speed)
    Terminal.write(
      "\r\u{1B}[K\(verb): \(Format.count(done)) of \(Format.count(total)) \(unit), "
        + "\(Format.count(Int(speed))) a second, \(left) left", to: .error)
  }

  /// Takes the line away.
  func clear() {
    if isShown, last != start { Terminal.write("\r\u{1B}[K", to: .error) }
  }
}
