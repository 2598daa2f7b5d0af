#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is known of each step at each place of a window of the text.
final class PatternMemory {
  /// What a step at a place led to.
  enum Mark {
    static let unknown: UInt8 = 0
    /// It failed, or is being tried.
    static let failed: UInt8 = 1
    /// A look or an atomic group that came here matched.
    static let matched: UInt8 = 2
  }

  /// The window, and how many marks each place of it has.
  private(set) var window = 0..<0
  private var memories = 0
  private(set) var marks = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
  /// Where an atomic group ended that came to a step at a place and matched.
  var ends: [Int: Int] = [:]

  private static let mostMarks = 1 << 25

  /// How many places a window has.
  static func size(memories: Int, wanted: Int) -> Int { min(wanted, max(1024, mostMarks / max(memories, 1))) }

  /// Forgets everything and begins a window.
  func begin(_ window: Range<Int>, memories: Int) {
    free(marks)
    self.window = window
    self.memories = max(memories, 1)
    ends = [:]
    // The system gives pages of zeros when they are first touched, so that a window costs what is used of it.
    guard let zeros = calloc((window.count + 1) * self.memories, 1) else { fatalError("out of memory") }
    marks = zeros.assumingMemoryBound(to: UInt8.self)
  }

  @inline(__always) func index(_ memory: Int32, _ place: Int) -> Int {
    (place - window.lowerBound) * memories + Int(memory)
  }

  deinit { free(marks) }
}

/// Matching in time that is bounded by the number of steps times the length of the text.
///
/// Memory is bounded too: a text longer than ``PatternEffort/window`` is looked at through a window of that
/// length around the start of a match. Only such a text, with such an expression, is told apart from what Oniguruma
/// would find if it ever came to an end: no match reaches out of the window.
extension PatternMatcher {
  mutating func matchWithMemory(at place: Int) -> Int? {
    guard let memory else { return nil }
    let size = PatternMemory.size(memories: program.memories, wanted: effort.window)
    if !(memory.window.contains(place) && (place - memory.window.lowerBound) * 2 <= size)
      && !(memory.window.upperBound == textEnd && memory.window.lowerBound <= place && !memory.window.isEmpty)
    {
      low = max(0, place - size / 4)
      high = min(textEnd, low + size)
      while low > 0, bytes[low] & 0xC0 == 0x80 { low -= 1 }
      while high < textEnd, bytes[high] & 0xC0 == 0x80 { high -= 1 }
      memory.begin(low..<high, memories: program.memories)
    }
    var trail: [Int] = []
    let end = runWithMemory(from: program.start, at: place, memory, &trail, .expression)
    return end
  }

  /// What is asked for, which decides what a success is remembered as.
  private enum Purpose {
    case expression
    case look
    case atomic
  }

  /// - Parameter trail: the marks of the way that is being tried.
  private mutating func runWithMemory(
    from start: Int32, at startPlace: Int, _ memory: PatternMemory, _ trail: inout [Int], _ purpose: Purpose
  ) -> Int? {
    let base = alternatives.count
    let trailBase = trail.count
    let marks = memory.marks
    var (step, place) = (start, startPlace)
    // The end of a match that was found, or remembered.
    func succeed(at end: Int) -> Int {
      for index in trail[trailBase...] {
        switch purpose {
        // The next match starts here; what it comes to has not failed.
        case .expression: marks[index] = PatternMemory.Mark.unknown
        case .look: marks[index] = PatternMemory.Mark.matched
        case .atomic:
          marks[index] = PatternMemory.Mark.matched
          memory.ends[index] = end
        }
      }
      trail.removeLast(trail.count - trailBase)
      return end
    }
    while true {
      let instruction = instructions[Int(step)]
      var fails = false
      var isKnown = false
      if instruction.memory >= 0 {
        let index = memory.index(instruction.memory, place)
        switch marks[index] {
        case PatternMemory.Mark.unknown:
          marks[index] = PatternMemory.Mark.failed
          trail.append(index)
        case PatternMemory.Mark.matched:
          alternatives.removeLast(alternatives.count - base)
          return succeed(at: purpose == .atomic ? memory.ends[index]! : place)
        default: isKnown = true
        }
      }
      if isKnown {
        fails = true
      } else {
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
          // One scalar at a time, so that each place is remembered.
          let length = length(at: place, in: instruction.operand)
          if length > 0 {
            alternatives.append(
              Alternative(step: instruction.next, place: place, low: place, trail: trail.count))
            place += length
          } else {
            step = instruction.next
          }
        case .split:
          alternatives.append(
            Alternative(step: instruction.operand, place: place, low: place, trail: trail.count))
          step = instruction.next
        case .assertion:
          fails = !holds(PatternAssertion(number: instruction.operand), at: place)
          step = instruction.next
        case .look, .lookNegative:
          let found = runWithMemory(from: instruction.operand, at: place, memory, &trail, .look) != nil
          fails = found == (instruction.operation == .lookNegative)
          step = instruction.next
        case .atomic:
          if let end = runWithMemory(from: instruction.operand, at: place, memory, &trail, .atomic) {
            step = end == place ? instruction.nextIfEmpty : instruction.next
            place = end
          } else {
            fails = true
          }
        case .match:
          alternatives.removeLast(alternatives.count - base)
          return succeed(at: place)
        }
      }
      guard fails else { continue }
      guard alternatives.count > base, let last = alternatives.popLast() else {
        trail.removeLast(trail.count - trailBase)
        return nil
      }
      (step, place) = (last.step, last.place)
      trail.removeLast(trail.count - last.trail)
    }
  }
}
