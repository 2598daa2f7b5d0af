/// The parts of a parsed template.

/// A value written in a template.
enum Literal: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(TracedText)
}

/// An expression. Chains of operators are lists, so that only what lies in each other makes it deep.
indirect enum Expression: Sendable {
  case literal(Literal)
  case name(String, line: Int)
  case list([Expression])
  case tuple([Expression])
  case dictionary([(key: Expression, value: Expression)])
  case postfix(Expression, [Postfix])
  case negative(Expression, line: Int)
  case positive(Expression, line: Int)
  case not(Expression)
  case and([Expression])
  case or([Expression])
  case comparison(Expression, [(Comparison, Expression)], line: Int)
  case arithmetic(Expression, [(Arithmetic, Expression)], line: Int)
  case concatenation([Expression])
  case conditional(test: Expression, then: Expression, otherwise: Expression?)
}

/// What can follow a value: `.name`, `[…]`, `(…)`, `| filter`, `is test`.
struct Postfix: Sendable {
  enum Kind: Sendable {
    case attribute(String)
    case item(Expression)
    case slice(Expression?, Expression?, Expression?)
    case call(Arguments)
    case filter(String, Arguments)
    case test(String, Arguments, isNegated: Bool)
  }

  let kind: Kind
  let line: Int
}

/// The arguments of a call.
struct Arguments: Sendable {
  var positional: [Expression] = []
  var keywords: [(name: String, value: Expression)] = []
  /// `*list`
  var more: Expression?
  /// `**dictionary`
  var moreKeywords: Expression?
}

enum Comparison: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
  case isIn = "in"
  case isNotIn = "not in"
}

enum Arithmetic: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case floorDivide = "//"
  case remainder = "%"
  case power = "**"
}

/// What is assigned to.
indirect enum AssignmentTarget: Sendable {
  case name(String)
  /// `namespace.attribute`
  case attribute(String, String)
  case tuple([AssignmentTarget])
}

extension AssignmentTarget {
  /// The names that are set.
  var names: [String] {
    switch self {
    case .name(let name): [name]
    case .attribute: []
    case .tuple(let targets): targets.flatMap(\.names)
    }
  }
}

/// A part of a template's body.
struct Statement: Sendable {
  indirect enum Kind: Sendable {
    case text(TracedText)
    case output([Expression])
    case loop(ForLoop)
    case condition([(test: Expression, body: [Statement])], otherwise: [Statement])
    case set(AssignmentTarget, Expression)
    case setBlock(AssignmentTarget, filters: [Postfix], [Statement])
    case macro(MacroDefinition)
    case callBlock(function: Expression, MacroDefinition)
    case filterBlock([Postfix], [Statement])
    case generation([Statement])
    case with([(AssignmentTarget, Expression)], [Statement])
    case breakLoop
    case continueLoop
  }

  let kind: Kind
  let line: Int
}

/// `{% for … %}`
final class ForLoop: Sendable {
  let target: AssignmentTarget
  let iterable: Expression
  let filter: Expression?
  let isRecursive: Bool
  let body: [Statement]
  let otherwise: [Statement]
  let line: Int

  init(
    target: AssignmentTarget, iterable: Expression, filter: Expression?, isRecursive: Bool, body: [Statement],
    otherwise: [Statement], line: Int
  ) {
    (self.target, self.iterable, self.filter, self.isRecursive) = (target, iterable, filter, isRecursive)
    (self.body, self.otherwise, self.line) = (body, otherwise, line)
  }
}

/// `{% macro … %}`, or the body of `{% call … %}`.
final class MacroDefinition: Sendable {
  struct Parameter: Sendable {
    let name: String
    let standard: Expression?
  }

  let name: String
  let parameters: [Parameter]
  let body: [Statement]
  /// Whether the body speaks of `caller`, `varargs` and `kwargs`: only then they are given to it.
  let takesCaller: Bool
  let takesMore: Bool
  let takesKeywords: Bool

  init(name: String, parameters: [Parameter], body: [Statement], names: Set<String>) {
    (self.name, self.parameters, self.body) = (name, parameters, body)
    takesCaller = names.contains("caller")
    takesMore = names.contains("varargs")
    takesKeywords = names.contains("kwargs")
  }
}
