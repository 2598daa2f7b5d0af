/// A regular expression as steps that ``PatternMatcher`` takes.
struct PatternProgram: Sendable {
  /// One step; `next` is the step after it.
  struct Instruction: Sendable {
    enum Operation: UInt8, Sendable {
      /// One scalar of the set `operand`.
      case set
      /// The same, going backwards.
      case setBehind
      /// As many scalars of the set `operand` as there are, then fewer.
      case run
      /// As many scalars of the set `operand` as there are: fewer would lead nowhere.
      case wholeRun
      /// `next`, or else the step `operand`.
      case split
      /// The assertion `operand`.
      case assertion
      /// Whether what starts at the step `operand` matches from here on.
      case look
      /// Whether it doesn't.
      case lookNegative
      /// What starts at the step `operand`, and no other way to match it; `nextIfEmpty` when that is nothing.
      case atomic
      /// The end of the expression, or of what a look or an atomic group asks for.
      case match
    }

    var operation: Operation
    var operand: Int32 = 0
    var next: Int32 = 0
    var nextIfEmpty: Int32 = 0
    /// The number of this step among those where work could be done twice; -1 for others.
    var memory: Int32 = -1
  }

  var instructions: [Instruction] = []
  var start: Int32 = 0
  /// How many steps have a `memory`.
  var memories = 0
  /// The class of each scalar: scalars of one class are in the same sets.
  let classes: ScalarTable<UInt16>
  let classesOfASCII: [UInt16]
  let classCount: Int
  /// Whether a class is in a set, at set × classCount + class.
  let isMember: [Bool]
  /// The classes that a match can start with; nil when it can be empty.
  var firstClasses: [Bool]?

  /// - Parameter sets: the sets that instructions name by their place.
  init(sets: [ScalarSet]) {
    var members: [[Bool]] = []
    var numbers: [[Bool]: UInt16] = [:]
    var table = ScalarTable<UInt16>(filler: 0)
    // Cut where any set begins or ends, so that each piece is in the same sets throughout.
    let cuts = Set(sets.flatMap(\.bounds) + [0, 0x110000]).sorted()
    var places = Array(repeating: 0, count: sets.count)
    for (start, end) in zip(cuts, cuts.dropFirst()) {
      var isIn = Array(repeating: false, count: sets.count)
      for (number, set) in sets.enumerated() {
        while places[number] < set.bounds.count, set.bounds[places[number]] <= start { places[number] += 1 }
        isIn[number] = places[number] % 2 == 1
      }
      let number = numbers[isIn] ?? UInt16(members.count)
      if number == members.count {
        numbers[isIn] = number
        members.append(isIn)
      }
      if number != 0 { table.set(start...(end - 1), to: number) }
    }
    classes = table
    classesOfASCII = (0..<0x80).map { table[$0] }
    classCount = members.count
    isMember = sets.indices.flatMap { set in members.map { $0[set] } }
  }
}
