import MartletHub

/// Shows a download on standard error: one moving line to a person, a line for each file to a log.
final class DownloadView {
  private(set) var files = 0
  private(set) var bytes = 0
  /// The bytes that came over the network.
  private(set) var fetched = 0
  private var total = 0
  private var path = ""
  private let isInteractive = Terminal.isInteractive(.error)
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var last: ContinuousClock.Instant

  init() {
    start = clock.now
    last = start
  }

  func show(_ event: ModelDownload.Event) {
    switch event {
    case .found(_, let files, let bytes):
      total = bytes
      line("\(files) \(files == 1 ? "file" : "files"), \(Format.bytes(bytes))")
    case .started(let path, _): self.path = path
    case .progress(let bytes, let fetched):
      (self.bytes, self.fetched) = (bytes, fetched)
      move()
    case .finished(let path, let bytes, let isNew):
      files += 1
      line("\(PrintableText.line(path))  \(Format.bytes(bytes))\(isNew ? "" : ", was there")")
    case .waiting(let reason, let seconds):
      line(
        "\(PrintableText.line(reason)); trying again\(seconds >= 1 ? " in \(Format.duration(seconds))" : "")")
    }
  }

  /// What it took, as the last line.
  func end() {
    let seconds = max((clock.now - start) / .seconds(1), 1e-3)
    let speed = Format.bytes(Int(Double(fetched) / seconds))
    line("fetched \(Format.bytes(fetched)) in \(Format.duration(seconds)), \(speed) a second")
  }

  /// Takes the moving line away.
  func clear() {
    if isInteractive { Terminal.write("\r\u{1B}[K", to: .error) }
  }

  private func line(_ text: String) {
    clear()
    Terminal.write(text + "\n", to: .error)
  }

  /// At most a few times a second.
  private func move() {
    let now = clock.now
    guard isInteractive, now - last > .milliseconds(200) else { return }
    last = now
    let seconds = (now - start) / .seconds(1)
    let speed = Double(fetched) / seconds
    let percent = total > 0 ? " \(Format.decimals(100 * Double(bytes) / Double(total), 0))%" : ""
    let left = speed > 0 && total > bytes ? ", \(Format.duration(Double(total - bytes) / speed)) left" : ""
    let text =
      "\(Format.bytes(bytes)) of \(Format.bytes(total))\(percent), \(Format.bytes(Int(speed))) a second\(left): "
      + PrintableText.line(path)
    Terminal.write("\r\u{1B}[K" + text.prefix(max(20, Terminal.width(.error) - 1)), to: .error)
  }
}
