/// The text that ships with Martlet: tales of Orrin Bay, a coast town where the martlets come back each
/// spring.
///
/// It exists so that training, scoring and sampling can be tried with nothing else on the machine. The tales
/// are original to this repository. A small grammar tells them with random numbers of its own, so the text is
/// the same bytes on every machine and in every run.
///
/// All tales are plain ASCII. A tale is a title, a blank line, and paragraphs separated by blank lines.
public enum EmbeddedText {
  /// What the text is called where a data file's name would stand.
  public static let name = "tales of Orrin Bay"

  /// The number of tales.
  public static let count = 1_600

  /// All tales, each a document of its own, in a fixed order.
  ///
  /// Neighbouring tales differ in plot, and every stretch of the text holds all plots in equal parts. The
  /// last tales can therefore be held out and still be of the kind that the first ones teach. No tale takes
  /// more than about half of its turns from any one earlier tale, so what is held out is not a copy of what
  /// is learned.
  public static func documents() -> [String] {
    let chapters = [words, scenes, people, harbour, sea, town, lanes, birds, letters, verses]
    let grammar = TaleGrammar(source: chapters.joined(separator: "\n"))
    var order = grammar.rules(withPrefix: "plot.")
    var told: [Int: [Set<Int>]] = [:]
    return (0..<count).map { number in
      var random = SplitMix64(seed: UInt64(number))
      // Each round tells every plot once, in a fresh order that does not begin as the last round ended.
      if number % order.count == 0 {
        let last = order.last
        repeat { order.shuffle(with: &random) } while order.first == last
      }
      let plot = order[number % order.count]
      let tale = grammar.tell(plot, unlike: told[plot, default: []], random: &random)
      told[plot, default: []].append(tale.turns)
      return tale.text
    }
  }
}

/// The SplitMix64 generator: small, and the same numbers everywhere.
///
/// Source: Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators",
/// doi:10.1145/2660193.2660195.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
    // Neighbouring seeds lie one increment apart or less; one round of mixing sets them far from each other.
    state = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// A number from 0 up to, but not including, `bound`.
  mutating func next(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }
}

extension Array {
  /// Fisher and Yates's shuffle; the standard library does not promise its own to stay the same.
  fileprivate mutating func shuffle(with random: inout SplitMix64) {
    guard count > 1 else { return }
    for last in stride(from: count - 1, to: 0, by: -1) {
      swapAt(last, random.next(below: last + 1))
    }
  }
}
