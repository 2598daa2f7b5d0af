import MartletInference

/// A text whose tokens are coloured by how surprising the model finds them.
enum SurprisalText {
  /// Each ground and the surprisal in nats below which it is used; the last has no bound.
  private static let ramp: [(ground: Int?, below: Double)] = [
    (nil, 0.25), (230, 0.7), (229, 1.5), (222, 2.5), (216, 4), (209, 6), (203, 9), (198, .infinity),
  ]

  /// The text in colours, ending on a line of its own.
  static func make(_ tokens: [ScoredToken]) -> String {
    let pieces = tokens.lazy.map { token in
      let bytes = token.bytes.isEmpty ? Array(token.text.utf8) : token.bytes
      return (bytes: bytes, value: -Double(token.logProbability ?? 0))
    }
    var result = ""
    ColouredText.wholeCharacters(pieces) { text, surprisal in
      result += ColouredText.on(ground(of: surprisal), text)
    }
    return result + (result.hasSuffix("\n") ? "" : "\n")
  }

  /// The ground for a surprisal in nats.
  static func ground(of surprisal: Double) -> Int? {
    let step = ramp.first { surprisal < $0.below } ?? ramp.last!
    return step.ground
  }

  /// What the colours mean, on one line.
  static var legend: String {
    let steps = ramp.map { step in
      let text = step.below.isFinite ? " < \(Format.significant(step.below, 2)) " : " more "
      return ColouredText.on(step.ground, text)
    }
    return "surprisal, nats: " + steps.joined() + "\n"
  }
}
