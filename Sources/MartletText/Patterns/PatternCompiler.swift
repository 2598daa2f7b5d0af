/// Makes the steps of an expression's tree.
///
/// Each part is made with the steps that follow it, from the end to the start. A part inside of a loop whose body
/// can be empty has two: one for when the round has taken nothing so far, and one for when it has. A round that took
/// nothing leaves the loop, as in Oniguruma, so no path comes twice to one step at one place; what may follow depends
/// on the step and the place alone, which is what makes the matcher's memory possible.
struct PatternCompiler {
  /// Where to go on: `ifEmpty` while nothing has been taken since the round began.
  private struct Continuation: Equatable {
    let ifEmpty: Int32
    let otherwise: Int32

    init(_ step: Int32) { (ifEmpty, otherwise) = (step, step) }

    init(ifEmpty: Int32, otherwise: Int32) { (self.ifEmpty, self.otherwise) = (ifEmpty, otherwise) }

    /// The same once something has been taken.
    var taken: Continuation { Continuation(otherwise) }
  }

  /// The patterns of models take some hundred; the work on a text grows with their number.
  private static let mostInstructions = 3_000
  private static let mostSets = 2_000

  private var instructions: [PatternProgram.Instruction] = []
  private var sets: [ScalarSet] = []
  private var numberOfSet: [ScalarSet: Int32] = [:]

  /// - Throws: when the expression takes too many steps.
  static func compile(_ node: PatternNode, source: String) throws(MartletError) -> PatternProgram {
    var compiler = PatternCompiler()
    let end = compiler.add(.match)
    let start = compiler.compile(node, Continuation(end), isBehind: false)
    guard compiler.instructions.count < mostInstructions, compiler.sets.count < mostSets else {
      throw MartletError(
        "the regular expression \(JSON.string(source).compact) takes more than \(mostInstructions) steps; "
          + "use smaller counts")
    }
    var program = PatternProgram(sets: compiler.sets)
    program.instructions = compiler.instructions
    program.start = start
    program.finish()
    return program
  }

  private mutating func add(
    _ operation: PatternProgram.Instruction.Operation, _ operand: Int32 = 0, next: Int32 = 0
  ) -> Int32 {
    // Past the bound nothing is kept; the caller finds out in the end.
    guard instructions.count < Self.mostInstructions else { return 0 }
    instructions.append(PatternProgram.Instruction(operation: operation, operand: operand, next: next))
    return Int32(instructions.count - 1)
  }

  private mutating func number(of set: ScalarSet) -> Int32 {
    if let known = numberOfSet[set] { return known }
    sets.append(set)
    numberOfSet[set] = Int32(sets.count - 1)
    return Int32(sets.count - 1)
  }

  /// - Returns: the step where the part begins.
  private mutating func compile(_ node: PatternNode, _ next: Continuation, isBehind: Bool) -> Int32 {
    guard instructions.count < Self.mostInstructions else { return 0 }
    switch node {
    case .set(let set): return add(isBehind ? .setBehind : .set, number(of: set), next: next.otherwise)
    case .sequence(let parts):
      var next = next
      for part in isBehind ? parts : parts.reversed() { next = continuation(part, next, isBehind: isBehind) }
      return next.ifEmpty
    case .choice(let parts):
      let starts = parts.map { compile($0, next, isBehind: isBehind) }
      return starts.dropLast().reversed().reduce(starts[starts.count - 1]) { add(.split, $0, next: $1) }
    case .repeated(let body, let least, let most, let isLazy):
      return compile(body, least, most, isLazy, next, isBehind: isBehind)
    case .atomic(let body):
      let inner = compile(body, Continuation(add(.match)), isBehind: isBehind)
      let step = add(.atomic, inner, next: next.otherwise)
      instructions[Int(step)].nextIfEmpty = next.ifEmpty
      return step
    case .look(let body, let looksBehind, let isNegative):
      let inner = compile(body, Continuation(add(.match)), isBehind: looksBehind)
      return add(isNegative ? .lookNegative : .look, inner, next: next.ifEmpty)
    case .assertion(let assertion): return add(.assertion, assertion.number, next: next.ifEmpty)
    }
  }

  /// A part's start, for both cases of what comes before it.
  private mutating func continuation(
    _ node: PatternNode, _ next: Continuation, isBehind: Bool
  ) -> Continuation {
    let start = compile(node, next, isBehind: isBehind)
    if next.taken == next { return Continuation(start) }
    return Continuation(ifEmpty: start, otherwise: compile(node, next.taken, isBehind: isBehind))
  }

  private mutating func compile(
    _ body: PatternNode, _ least: Int, _ most: Int?, _ isLazy: Bool, _ next: Continuation, isBehind: Bool
  ) -> Int32 {
    var next = next
    var copies = least
    if let most {
      // What may be there: after each copy the rest, or nothing more.
      let after = next
      for _ in least..<most {
        let round = continuation(body, next, isBehind: isBehind)
        let ifEmpty = split(round.ifEmpty, after.ifEmpty, isLazy)
        let otherwise = after.taken == after ? ifEmpty : split(round.otherwise, after.otherwise, isLazy)
        next = Continuation(ifEmpty: ifEmpty, otherwise: otherwise)
      }
    } else {
      let isAtLeastOnce = least > 0
      let otherwise = loop(body, isAtLeastOnce, isLazy, next.taken, loop: nil, isBehind: isBehind)
      if next.taken == next {
        next = Continuation(otherwise.start)
      } else {
        // The first round may yet find that nothing is taken; after it something has been.
        let first = loop(body, isAtLeastOnce, isLazy, next, loop: otherwise.loop, isBehind: isBehind)
        next = Continuation(ifEmpty: first.start, otherwise: otherwise.start)
      }
      if isAtLeastOnce { copies -= 1 }
    }
    for _ in 0..<copies { next = continuation(body, next, isBehind: isBehind) }
    return next.ifEmpty
  }

  /// A loop without an upper bound.
  ///
  /// - Parameter loop: the step where later rounds begin; nil to make it.
  /// - Returns: the step where the first round begins, and that where later ones do.
  private mutating func loop(
    _ body: PatternNode, _ isAtLeastOnce: Bool, _ isLazy: Bool, _ next: Continuation, loop: Int32?,
    isBehind: Bool
  ) -> (start: Int32, loop: Int32) {
    if loop == nil, case .set(let set) = body, !isLazy, !isBehind {
      let run = add(.run, number(of: set), next: next.otherwise)
      return (isAtLeastOnce ? add(.set, number(of: set), next: run) : run, run)
    }
    let head = loop ?? add(.split)
    // A round that takes nothing goes on after the loop.
    let round = compile(body, Continuation(ifEmpty: next.ifEmpty, otherwise: head), isBehind: isBehind)
    if loop == nil, instructions.count < Self.mostInstructions {
      instructions[Int(head)].next = isLazy ? next.otherwise : round
      instructions[Int(head)].operand = isLazy ? round : next.otherwise
    }
    if isAtLeastOnce { return (round, head) }
    return (loop == nil ? head : split(round, next.ifEmpty, isLazy), head)
  }

  private mutating func split(_ round: Int32, _ after: Int32, _ isLazy: Bool) -> Int32 {
    isLazy ? add(.split, round, next: after) : add(.split, after, next: round)
  }
}

extension PatternAssertion {
  private static let all: [PatternAssertion] = [
    .textStart, .textEnd, .textEndOrLastNewline, .lineStart, .lineEnd, .wordBoundary, .notWordBoundary,
  ]

  /// The assertion as the operand of a step.
  var number: Int32 { Int32(Self.all.firstIndex(of: self)!) }

  init(number: Int32) { self = Self.all[Int(number)] }
}

extension PatternProgram {
  /// Numbers the steps that need memory, finds runs that need not be cut short, and what a match can start with.
  fileprivate mutating func finish() {
    for place in instructions.indices {
      switch instructions[place].operation {
      case .run:
        if isWholeRun(instructions[place]) { instructions[place].operation = .wholeRun }
        fallthrough
      case .split, .look, .lookNegative, .atomic:
        instructions[place].memory = Int32(memories)
        memories += 1
      default: break
      }
    }
    firstClasses = classesAtStart()
  }

  /// Whether what follows a run takes none of its scalars, so that giving some back is of no use.
  private func isWholeRun(_ run: Instruction) -> Bool {
    let next = instructions[Int(run.next)]
    guard next.operation == .set else { return next.operation == .match }
    return (0..<classCount).allSatisfy {
      !isMember[Int(run.operand) * classCount + $0] || !isMember[Int(next.operand) * classCount + $0]
    }
  }

  private func classesAtStart() -> [Bool]? {
    var classes = [Bool](repeating: false, count: classCount)
    var isVisited = [Bool](repeating: false, count: instructions.count)
    var waiting = [start]
    // Inside of an atomic group the way on is not known by the step alone.
    while let step = waiting.popLast() {
      if isVisited[Int(step)] { continue }
      isVisited[Int(step)] = true
      let instruction = instructions[Int(step)]
      switch instruction.operation {
      case .match, .setBehind: return nil
      case .set, .run, .wholeRun:
        for number in 0..<classCount where isMember[Int(instruction.operand) * classCount + number] {
          classes[number] = true
        }
        if instruction.operation != .set { waiting.append(instruction.next) }
      case .split: waiting += [instruction.next, instruction.operand]
      case .assertion, .look, .lookNegative: waiting.append(instruction.next)
      case .atomic: waiting.append(instruction.operand)
      }
    }
    return classes
  }
}
