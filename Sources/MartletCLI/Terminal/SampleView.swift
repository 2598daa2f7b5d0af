import MartletInference
import MartletText

/// Shows samples as they come: the first that has not ended live, the others when their turn comes.
struct SampleView {
  private let prompt: String
  private let count: Int
  private let isInteractive = Terminal.isInteractive(.output)
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  /// The sample that is shown live.
  private var current = 0
  /// What later samples have so far.
  private var waiting: [String]
  private var hasEnded: [Bool]
  private var endsLine = false
  private var hasBegun = false
  /// The error of the first write that failed.
  private var failure: Int32 = 0

  init(prompt: String, samples: Int) {
    (self.prompt, count) = (prompt, samples)
    waiting = Array(repeating: "", count: samples)
    hasEnded = Array(repeating: false, count: samples)
    start = clock.now
  }

  mutating func show(_ piece: Generator.Piece) {
    if piece.finishReason != nil { hasEnded[piece.sample] = true }
    // The prompt is shown with the first token, so that an error before it stands alone.
    if !hasBegun { begin() }
    if piece.sample == current {
      write(piece.text)
    } else {
      waiting[piece.sample] += piece.text
    }
    while current < count, hasEnded[current] {
      if !endsLine { put("\n") }
      current += 1
      if current == count { break }
      begin()
      write(waiting[current])
    }
  }

  private mutating func begin() {
    hasBegun = true
    endsLine = true
    if count > 1 { write("\(current == 0 ? "" : "\n")--- sample \(current + 1) of \(count) ---\n") }
    guard !prompt.isEmpty else { return }
    if Terminal.isColoured(.output) {
      put("\u{1B}[1m\(PrintableText.make(prompt))\u{1B}[0m")
      endsLine = prompt.hasSuffix("\n")
    } else {
      write(prompt)
    }
  }

  private mutating func write(_ text: String) {
    if text.isEmpty { return }
    put(isInteractive ? PrintableText.make(text) : text)
    endsLine = text.hasSuffix("\n")
  }

  private mutating func put(_ text: String) {
    if failure == 0 { failure = Terminal.write(text, to: .output) }
  }

  /// Tells the speed, for a person who watches.
  ///
  /// - Throws: when some of the text could not be written.
  func end(_ samples: [GeneratedSample]) throws(MartletError) {
    try Terminal.check(failure)
    guard isInteractive, Terminal.isInteractive(.error) else { return }
    let tokens = samples.reduce(0) { $0 + $1.tokens.count }
    let seconds = max((clock.now - start) / .seconds(1), 1e-9)
    let sum = samples.reduce(0.0) { $0 + $1.logProbabilities.reduce(0.0) { $0 + Double($1) } }
    Terminal.write(
      "\n\(Format.count(tokens)) tokens, \(Format.count(Int(Double(tokens) / seconds))) a second, "
        + "\(Format.decimals(-sum / Double(max(tokens, 1)), 3)) nats per token\n", to: .error)
  }
}
