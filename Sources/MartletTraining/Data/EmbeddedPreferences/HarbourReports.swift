import MartletTensor

/// A prompt and two reports that answer it, the better one chosen.
struct HarbourReports {
  let prompt: String
  let chosen: String
  let rejected: String

  /// One answer in so many is held out.
  private static let heldOutShare: UInt64 = 8
  /// How many finds an answer names.
  private static let findCounts = 3...7

  init(_ stream: RandomStream, of part: EmbeddedPreferences.Part) {
    let prompts = EmbeddedPreferences.prompts
    prompt = prompts[stream.integers(below: prompts.count, at: 0..<1)[0]]
    var drafts: UInt64 = 0
    func answer() -> String {
      repeat {
        drafts += 1
        let draft = Self.answer(stream.substream(drafts))
        if Self.part(of: draft) == part { return draft }
      } while true
    }
    let first = answer()
    var second = answer()
    while EmbeddedPreferences.trueReward(of: second) == EmbeddedPreferences.trueReward(of: first) {
      second = answer()
    }
    let isFirstBetter = EmbeddedPreferences.trueReward(of: first) > EmbeddedPreferences.trueReward(of: second)
    (chosen, rejected) = isFirstBetter ? (first, second) : (second, first)
  }

  /// The part that a text belongs to, whoever drew it.
  private static func part(of answer: String) -> EmbeddedPreferences.Part {
    Digest(of: answer.utf8).value % heldOutShare == 0 ? .heldOut : .training
  }

  /// A report of different things, each of some quality.
  private static func answer(_ stream: RandomStream) -> String {
    let (qualities, things) = (EmbeddedPreferences.qualities, EmbeddedPreferences.things)
    let count = findCounts.lowerBound + stream.integers(below: findCounts.count, at: 0..<1)[0]
    let found = stream.substream(0).permutation(of: things.count).prefix(count)
    let like = stream.substream(1).integers(below: qualities.count, at: 0..<UInt64(count))
    let finds = zip(like, found).map { quality, thing in
      let name = qualities[quality].key
      return "\("aeiou".contains(name.first!) ? "an" : "a") \(name) \(things[thing].key)"
    }
    return " " + finds.dropLast().joined(separator: ", ") + " and " + finds[count - 1] + "."
  }
}
