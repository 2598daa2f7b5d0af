/// The classes of a classifier by their numbers.
public struct ClassNames: Sendable, Equatable {
  /// The name of each class, in the order of their numbers from 0.
  public let names: [String]
  private let numberOf: [String: Int32]

  /// Classes in the order of their numbers.
  ///
  /// - Parameter names: each once.
  public init(_ names: [String]) {
    precondition(Set(names).count == names.count, "ClassNames: a name of \(names) stands there twice")
    self.names = names
    numberOf = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, Int32($0)) })
  }

  /// The classes that labels name, sorted: by value when all are whole numbers, else by their letters.
  public init(sorting labels: some Sequence<String>) {
    let names = Set(labels)
    let values = names.compactMap { name in Int(name).map { (name, $0) } }
    // 07 and 7 are two names of one value.
    if values.count == names.count, Set(values.map(\.1)).count == names.count {
      self.init(values.sorted { $0.1 < $1.1 }.map(\.0))
    } else {
      self.init(names.sorted())
    }
  }

  /// The number of classes.
  public var count: Int { names.count }

  /// Whether the names say no more than the classes' numbers do: 0, 1 and so on, or false and true.
  var areNumbered: Bool { names == ["false", "true"] || names == names.indices.map { "\($0)" } }

  /// The number of a class; nil when there is none of this name.
  public subscript(name: String) -> Int32? { numberOf[name] }

  /// The most classes that a model's files name.
  private static let most = 1 << 16

  /// Why a run can't tell classes apart, as one sentence; nil when it can, and before they are known.
  static func problem(of names: [String]) -> String? {
    if names.count > most {
      return "the rows to learn from have \(names.count) different labels, and a model tells at most \(most) "
        + "classes apart"
    }
    return names.count == 1
      ? "every label of the rows to learn from is \"\(names[0])\", so there is nothing to tell apart; give rows of "
        + "at least two classes"
      : nil
  }

  /// Why a label can't be used.
  static func unknown(_ label: String, among names: [String]) -> String {
    let shown = names.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
    let rest = names.count > 8 ? " and \(names.count - 8) more" : ""
    return "no row to learn from has the label \"\(label)\"; those there have \(shown)\(rest)"
  }

  /// The numbers of labels, each of which must be a class.
  func numbers(of labels: [String]) -> [Int32] {
    labels.map { label in
      guard let number = numberOf[label] else {
        preconditionFailure("ClassNames: the label \"\(label)\" is not one of \(names)")
      }
      return number
    }
  }
}
