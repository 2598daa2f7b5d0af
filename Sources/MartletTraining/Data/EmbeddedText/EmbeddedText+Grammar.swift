/// A grammar that tells tales: rules with alternatives, and a memory that keeps a tale consistent.
///
/// Its source is a list of rules:
///
///     @season !
///     - spring
///     - autumn
///     @opening.spring
///     - It was the first [warm|dry] day of {season}, and
///       ~ {bird} sang. // "^{greeting}," said {hero}.
///
/// - `@name` begins a rule, each `-` an alternative, which may run over several lines.
/// - `!` after the name: the rule's first result is remembered and returned for the rest of the tale.
/// - `{rule}` is replaced by a result of `rule`.
/// - `{rule:key}` is replaced by a result of the rule named after `rule`, a dot, and the result of `key`.
/// - `[one|two|]` chooses; a choice may be empty and may hold further slots and choices.
/// - `~` becomes "a" or "an" as the next word asks; `^` turns the next letter into a capital.
/// - ` / ` ends a line and ` // ` a paragraph.
struct TaleGrammar {
  indirect enum Part {
    case text(String)
    case rule(Int)
    case keyed(prefix: String, key: Int)
    case choice([[Part]])
    case article
    case capital
  }

  struct Rule {
    let name: String
    let isRemembered: Bool
    var alternatives: [[Part]] = []
  }

  private(set) var rules: [Rule] = []
  private(set) var numbers: [String: Int] = [:]

  init(source: String) {
    var templates: [[String]] = []
    for line in source.split(separator: "\n") {
      if line.hasPrefix("@") {
        let isRemembered = line.hasSuffix(" !")
        let name = String(line.dropFirst().dropLast(isRemembered ? 2 : 0))
        precondition(numbers[name] == nil, "tale grammar: rule \(name) is defined twice")
        numbers[name] = rules.count
        rules.append(Rule(name: name, isRemembered: isRemembered))
        templates.append([])
      } else if line.hasPrefix("- ") {
        templates[templates.count - 1].append(String(line.dropFirst(2)))
      } else {
        let last = templates[templates.count - 1].count - 1
        templates[templates.count - 1][last] += " " + line.drop { $0 == " " }
      }
    }
    for (rule, alternatives) in templates.enumerated() {
      precondition(!alternatives.isEmpty, "tale grammar: rule \(rules[rule].name) has no alternative")
      rules[rule].alternatives = alternatives.map { template in
        var parser = TemplateParser(template: template, numbers: numbers)
        return parser.parts()
      }
    }
  }

  /// The rules whose name begins with `prefix`, in the order of the source.
  func rules(withPrefix prefix: String) -> [Int] {
    rules.indices.filter { rules[$0].name.hasPrefix(prefix) }
  }

  /// A tale that begins with `rule` and is not too like any of those told before.
  ///
  /// Tales are told until one shares at most half of its turns with each earlier one; after thirty attempts
  /// the least like them is taken.
  ///
  /// - Parameter earlier: the turns of the tales told before.
  func tell(_ rule: Int, unlike earlier: [Set<Int>], random: inout SplitMix64) -> (
    text: String, turns: Set<Int>
  ) {
    var best = (text: "", turns: Set<Int>())
    var leastShared = Int.max
    for _ in 0..<30 {
      var telling = Telling(grammar: self, random: random)
      telling.expand(rule: rule)
      random = telling.random
      // In hundredths of the tale's own turns.
      let shared = earlier.map { 100 * telling.turns.intersection($0).count / telling.turns.count }.max() ?? 0
      if shared < leastShared {
        leastShared = shared
        best = (telling.output, telling.turns)
      }
      if shared <= 50 { break }
    }
    return best
  }
}

/// Turns one alternative's template into parts.
private struct TemplateParser {
  private let bytes: [UInt8]
  private let numbers: [String: Int]
  private var position = 0

  init(template: String, numbers: [String: Int]) {
    bytes = Array(template.utf8)
    self.numbers = numbers
  }

  /// Parts up to the end, or up to the `|` or `]` that ends one branch of a choice.
  mutating func parts() -> [TaleGrammar.Part] {
    var parts: [TaleGrammar.Part] = []
    while position < bytes.count, bytes[position] != UInt8(ascii: "|"), bytes[position] != UInt8(ascii: "]") {
      switch bytes[position] {
      case UInt8(ascii: "["): parts.append(choice())
      case UInt8(ascii: "{"): parts.append(slot())
      case UInt8(ascii: "~"):
        position += 2  // The space after it comes with the article.
        parts.append(.article)
      case UInt8(ascii: "^"):
        position += 1
        parts.append(.capital)
      default: parts.append(.text(text()))
      }
    }
    return parts
  }

  private mutating func choice() -> TaleGrammar.Part {
    var branches: [[TaleGrammar.Part]] = []
    repeat {
      position += 1
      branches.append(parts())
      precondition(position < bytes.count, "tale grammar: choice without an end in \(template)")
    } while bytes[position] == UInt8(ascii: "|")
    position += 1
    return .choice(branches)
  }

  private mutating func slot() -> TaleGrammar.Part {
    let start = position + 1
    while bytes[position] != UInt8(ascii: "}") { position += 1 }
    let names = String(decoding: bytes[start..<position], as: UTF8.self).split(separator: ":").map(
      String.init)
    position += 1
    guard let rule = numbers[names[names.count - 1]] else {
      preconditionFailure("tale grammar: no rule named \(names[names.count - 1]), in \(template)")
    }
    return names.count == 1 ? .rule(rule) : .keyed(prefix: names[0] + ".", key: rule)
  }

  private mutating func text() -> String {
    var text: [UInt8] = []
    while position < bytes.count, !Self.marks.contains(bytes[position]) {
      if bytes[position] == UInt8(ascii: "/") {
        text.append(UInt8(ascii: "\n"))
      } else if bytes[position] != UInt8(ascii: " ") || !isBesideBreak {
        text.append(bytes[position])
      }
      position += 1
    }
    return String(decoding: text, as: UTF8.self)
  }

  private var isBesideBreak: Bool {
    (position > 0 && bytes[position - 1] == UInt8(ascii: "/"))
      || (position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "/"))
  }

  private var template: String { String(decoding: bytes, as: UTF8.self) }

  private static let marks = Array("[]{|~^".utf8)
}

/// One tale while it is being told.
private struct Telling {
  let grammar: TaleGrammar
  var random: SplitMix64
  var output = ""
  /// Which alternative was taken in each rule that had several; two tales are as alike as these.
  var turns: Set<Int> = []
  private var memory: [Int: String] = [:]
  private var wantsArticle = false
  private var wantsCapital = false

  init(grammar: TaleGrammar, random: SplitMix64) {
    self.grammar = grammar
    self.random = random
  }

  mutating func expand(rule: Int) {
    if grammar.rules[rule].isRemembered {
      append(remembered(rule))
    } else {
      let alternatives = grammar.rules[rule].alternatives
      var choice = random.next(below: alternatives.count)
      // What has been said in this tale is not said again while there is something else to say.
      for _ in alternatives where turns.contains(rule << 8 | choice) {
        choice = (choice + 1) % alternatives.count
      }
      if alternatives.count > 1 { turns.insert(rule << 8 | choice) }
      expand(alternatives[choice])
    }
  }

  private mutating func expand(_ parts: [TaleGrammar.Part]) {
    for part in parts {
      switch part {
      case .text(let text): append(text)
      case .rule(let rule): expand(rule: rule)
      case .keyed(let prefix, let key):
        let name = prefix + remembered(key)
        guard let rule = grammar.numbers[name] else {
          preconditionFailure("tale grammar: no rule named \(name)")
        }
        expand(rule: rule)
      case .choice(let branches): expand(choose(from: branches))
      case .article: wantsArticle = true
      case .capital: wantsCapital = true
      }
    }
  }

  private mutating func choose(from alternatives: [[TaleGrammar.Part]]) -> [TaleGrammar.Part] {
    alternatives[random.next(below: alternatives.count)]
  }

  /// The rule's result in this tale, found now if this is the first time it is asked for.
  private mutating func remembered(_ rule: Int) -> String {
    if let known = memory[rule] { return known }
    let saved = (output, wantsArticle, wantsCapital)
    (output, wantsArticle, wantsCapital) = ("", false, false)
    expand(choose(from: grammar.rules[rule].alternatives))
    let result = output
    (output, wantsArticle, wantsCapital) = saved
    memory[rule] = result
    return result
  }

  private mutating func append(_ text: String) {
    guard let first = text.utf8.first else { return }
    if wantsArticle {
      wantsArticle = false
      append("aeiou".utf8.contains(first) ? "an " : "a ")
    }
    if wantsCapital {
      wantsCapital = false
      output += text.prefix(1).uppercased()
      output += text.dropFirst()
    } else {
      output += text
    }
  }
}
