/// How much work a match may take.
struct PatternEffort {
  /// How many steps are taken without memory for each byte that has been looked at. The matcher finds the same with 0.
  var stepsPerByte = 64
  /// How many bytes of a text the matcher looks at together once it remembers.
  var window = 1 << 20
}

/// Finds the matches of one text, leftmost first, by trying and going back as Oniguruma does.
///
/// Going back can take time that doubles with each character, as with `(a+)+$`. So work is counted, and where it
/// exceeds what a text of its length is worth, the matcher begins to remember: of each step and place that led nowhere
/// it keeps a mark, which bounds its work by the number of steps times the length of the text. See
/// `PatternMatcher+Memory.swift`.
struct PatternMatcher {
  let instructions: UnsafePointer<PatternProgram.Instruction>
  let program: PatternProgram
  let classesOfASCII: UnsafePointer<UInt16>
  let isMember: UnsafePointer<Bool>
  let bytes: UnsafePointer<UInt8>
  /// Where the text ends.
  let textEnd: Int
  /// Where the matcher takes the text to begin and end: all of it but in a window of a long text.
  var (low, high): (Int, Int)

  /// What to try when this way fails: a step at a place, and before it down to `low`.
  struct Alternative {
    let step: Int32
    var place: Int
    let low: Int
    /// How many steps had been taken on this way, for memory.
    let trail: Int
  }

  var alternatives: [Alternative] = []
  /// The furthest place that has been looked at.
  private var furthest: Int
  private var steps = 0

  private static let stepsPerText = 20_000
  private static let mostAlternatives = 1 << 20
  let effort: PatternEffort

  /// Set while there is memory.
  var memory: PatternMemory?

  init(
    _ program: PatternProgram, _ instructions: UnsafePointer<PatternProgram.Instruction>,
    _ classesOfASCII: UnsafePointer<UInt16>, _ isMember: UnsafePointer<Bool>,
    _ text: UnsafeBufferPointer<UInt8>,
    effort: PatternEffort
  ) {
    self.program = program
    self.instructions = instructions
    self.classesOfASCII = classesOfASCII
    self.isMember = isMember
    bytes = text.baseAddress!
    textEnd = text.count
    (low, high) = (0, text.count)
    furthest = 0
    self.effort = effort
    alternatives.reserveCapacity(32)
  }

  /// The first match that starts at a place or after it.
  mutating func firstMatch(from start: Int) -> Range<Int>? {
    var place = start
    while true {
      if let first = program.firstClasses {
        while place < textEnd {
          let (number, length) = classOfScalar(at: place)
          if first[Int(number)] { break }
          place += length
        }
        if place == textEnd { return nil }
      }
      if let end = match(at: place) { return place..<end }
      if place == textEnd { return nil }
      place += (bytes + place).scalarLength
    }
  }

  private mutating func match(at place: Int) -> Int? {
    if place > furthest { furthest = place }
    if memory == nil, isTooMuchWork { memory = PatternMemory() }
    if memory == nil {
      switch run(from: program.start, at: place) {
      case .match(let end): return end
      case .none: return nil
      case .tooMuchWork:
        alternatives.removeAll()
        memory = PatternMemory()
      }
    }
    return matchWithMemory(at: place)
  }

  /// Asked wherever work can be done again: at a new start, when a way has failed, and after a look.
  private var isTooMuchWork: Bool {
    steps > (effort.stepsPerByte == 0 ? 0 : Self.stepsPerText) + furthest * effort.stepsPerByte
      || alternatives.count > Self.mostAlternatives
  }

  private enum Outcome {
    case match(Int)
    case none
    case tooMuchWork
  }

  // MARK: Places

  /// The class of the scalar at a place, and its length.
  @inline(__always) func classOfScalar(at place: Int) -> (number: UInt16, length: Int) {
    let first = bytes[place]
    if first < 0x80 { return (classesOfASCII[Int(first)], 1) }
    let (scalar, length) = (bytes + place).decodeScalar()
    return (program.classes[scalar], length)
  }

  /// How long the scalar at a place is when it is in a set; 0 when it isn't, or the text ends.
  @inline(__always) func length(at place: Int, in set: Int32) -> Int {
    guard place < high else { return 0 }
    let (number, length) = classOfScalar(at: place)
    return isMember[Int(set) * program.classCount + Int(number)] ? length : 0
  }

  /// Where the scalar before a place starts.
  @inline(__always) func placeBefore(_ place: Int) -> Int {
    var place = place - 1
    while bytes[place] & 0xC0 == 0x80 { place -= 1 }
    return place
  }

  /// How long the scalar before a place is when it is in a set; 0 when it isn't, or the text starts.
  func lengthBehind(_ place: Int, in set: Int32) -> Int {
    guard place > low else { return 0 }
    let before = placeBefore(place)
    return length(at: before, in: set)
  }

  func holds(_ assertion: PatternAssertion, at place: Int) -> Bool {
    switch assertion {
    case .textStart: place == 0
    case .textEnd: place == textEnd
    case .textEndOrLastNewline: place == textEnd || (place == textEnd - 1 && bytes[place] == 0x0A)
    case .lineStart: place == 0 || (bytes[place - 1] == 0x0A && place < textEnd)
    case .lineEnd: place == textEnd || bytes[place] == 0x0A
    case .wordBoundary: isWord(before: place) != isWord(at: place)
    case .notWordBoundary: isWord(before: place) == isWord(at: place)
    }
  }

  private func isWord(at place: Int) -> Bool {
    guard place < textEnd else { return false }
    return PatternProperties.word.contains((bytes + place).decodeScalar().value)
  }

  private func isWord(before place: Int) -> Bool { place > 0 && isWord(at: placeBefore(place)) }

  // MARK: Without memory

  /// Takes steps until the expression has matched, or all ways have failed.
  private mutating func run(from start: Int32, at startPlace: Int) -> Outcome {
    let base = alternatives.count
    var (step, place) = (start, startPlace)
    while true {
      let instruction = instructions[Int(step)]
      steps &+= 1
      var fails = false
      switch instruction.operation {
      case .set:
        let length = length(at: place, in: instruction.operand)
        fails = length == 0
        place += length
        step = instruction.next
      case .setBehind:
        let length = lengthBehind(place, in: instruction.operand)
        fails = length == 0
        place -= length
        step = instruction.next
      case .run, .wholeRun:
        let runStart = place
        while true {
          let length = length(at: place, in: instruction.operand)
          if length == 0 { break }
          place += length
        }
        steps &+= (place - runStart) >> 2
        if place > furthest { furthest = place }
        if place > runStart, instruction.operation == .run {
          alternatives.append(Alternative(step: instruction.next, place: place, low: runStart, trail: 0))
        }
        step = instruction.next
      case .split:
        alternatives.append(Alternative(step: instruction.operand, place: place, low: place, trail: 0))
        step = instruction.next
      case .assertion:
        fails = !holds(PatternAssertion(number: instruction.operand), at: place)
        step = instruction.next
      case .look, .lookNegative:
        if isTooMuchWork { return .tooMuchWork }
        switch run(from: instruction.operand, at: place) {
        case .match: fails = instruction.operation == .lookNegative
        case .none: fails = instruction.operation == .look
        case .tooMuchWork: return .tooMuchWork
        }
        step = instruction.next
      case .atomic:
        if isTooMuchWork { return .tooMuchWork }
        switch run(from: instruction.operand, at: place) {
        case .match(let end):
          step = end == place ? instruction.nextIfEmpty : instruction.next
          place = end
        case .none: fails = true
        case .tooMuchWork: return .tooMuchWork
        }
      case .match:
        alternatives.removeLast(alternatives.count - base)
        if place > furthest { furthest = place }
        return .match(place)
      }
      guard fails else { continue }
      if place > furthest { furthest = place }
      guard alternatives.count > base else { return .none }
      if isTooMuchWork { return .tooMuchWork }
      let last = alternatives.count - 1
      step = alternatives[last].step
      place = alternatives[last].place
      if place == alternatives[last].low {
        alternatives.removeLast()
        continue
      }
      // One scalar of the run less.
      place = placeBefore(place)
      if place == alternatives[last].low {
        alternatives.removeLast()
      } else {
        alternatives[last].place = place
      }
    }
  }
}
