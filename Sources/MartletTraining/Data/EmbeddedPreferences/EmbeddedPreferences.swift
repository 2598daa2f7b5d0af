import MartletTensor
import MartletText

/// Preferences that ship with Martlet, whose true reward is known: what came in at the harbour of Orrin Bay.
///
/// A prompt asks for a report. An answer names three to seven finds, such as "a splendid lobster, a torn net and an old
/// boot." Every quality and every thing has a worth, and
///
///     true reward of an answer = Σ over its finds of worth(quality) + worth(thing)
///
/// so (3 + 2) + (-1 + 0) + (0 - 1) = 3 here. Of two answers, drawn independently, the one of higher true reward is chosen,
/// always; two of equal reward make no pair. The worths of the qualities add up to zero, and so do those of the things: a
/// long answer is no better than a short one. The prompt changes nothing.
///
/// Whether a reward model has learned what it should can therefore be measured twice: by the pairs that it puts in their
/// true order, and by the order of all its rewards against that of the true ones (``RankCorrelation``).
///
/// The texts are original to this repository, and a pair is the same on every machine.
public enum EmbeddedPreferences {
  /// What the pairs are called where a data file's name would stand.
  public static let name = "reports of Orrin Bay"

  /// What pairs are for. An answer belongs to one part alone, by a digest of its text: no part holds an answer of the
  /// other, whatever the seeds and the numbers.
  public enum Part: Sendable, CaseIterable {
    /// To learn from.
    case training
    /// To measure by.
    case heldOut
  }

  /// Some of a part's pairs, as rows of the columns `prompt`, `chosen`, `rejected` and `true_rewards`.
  ///
  /// - Parameters:
  ///   - numbers: which, counted from 0; pair `i` is a function of the part, the seed and `i`.
  ///   - seed: what all are drawn from.
  public static func rows(_ numbers: Range<Int>, of part: Part, seed: UInt64) -> [DataRow] {
    let stream = RandomStream(seed: seed, name: part == .training ? name : name + ", held out")
    return numbers.map { number in
      let reports = HarbourReports(stream.substream(UInt64(number)), of: part)
      return DataRow(
        file: name, line: number + 1,
        columns: [
          "prompt": .string(reports.prompt), "chosen": .string(reports.chosen),
          "rejected": .string(reports.rejected),
          "true_rewards": .array([reports.chosen, reports.rejected].map { .number(trueReward(of: $0)) }),
        ])
    }
  }

  /// The true reward of an answer, or of a prompt with its answer; words without a worth count nothing.
  public static func trueReward(of answer: String) -> Double {
    let words = answer.utf8.split { !(UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
      .map { String(decoding: $0, as: UTF8.self) }
    return Double(words.reduce(0) { $0 + (worths[$1] ?? 0) })
  }

  /// How to ask for a report; all mean the same.
  static let prompts = [
    "Report what came in at the harbour.", "What lies on the quay this morning?",
    "What have the boats brought home?", "Tell me what the tide has left.",
  ]
  /// What a find is like, and what that is worth.
  static let qualities: KeyValuePairs = [
    "splendid": 3, "shining": 2, "sound": 1, "clean": 1, "small": 0, "old": 0, "damp": -1, "torn": -1,
    "cracked": -2, "rotten": -3,
  ]
  /// What is found, and what that is worth.
  static let things: KeyValuePairs = [
    "lobster": 2, "lantern": 2, "herring": 1, "letter": 1, "rope": 0, "net": 0, "gull": 0, "oar": 0,
    "barrel": -1,
    "boot": -1, "jellyfish": -2, "anchor": -2,
  ]
  private static let worths = Dictionary(
    uniqueKeysWithValues: [qualities, things].joined().map { ($0.key, $0.value) })
}
