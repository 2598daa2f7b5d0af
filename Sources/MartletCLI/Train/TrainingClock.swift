import MartletTraining

/// The time that steps take, evaluations and saves left out.
struct TrainingClock {
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant
  private(set) var training = Duration.zero

  init() { last = clock.now }

  mutating func note(_ event: TrainingEvent) {
    let now = clock.now
    if case .step = event { training += last.duration(to: now) }
    last = now
  }

  func tokensPerSecond(_ tokens: Int) -> Double {
    training > .zero ? Double(tokens) / training.seconds : 0
  }
}

extension Duration {
  var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
