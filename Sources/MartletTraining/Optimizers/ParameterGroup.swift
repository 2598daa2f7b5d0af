import MartletModel
import MartletTensor
import MartletText

/// Parameters that learn at a rate of their own, or not at all.
public struct ParameterGroup: Sendable, Equatable {
  /// Which parameters: those whose path is this one or goes on from it after a dot, such as `blocks.0.attention` or
  /// `head`; or ``trunk``.
  public var path: String
  /// What the learning rate is multiplied by; 0 for parameters that stay as they are.
  public var rate: Double

  /// A group.
  public init(path: String, rate: Double) { (self.path, self.rate) = (path, rate) }

  /// The path of everything but the head.
  public static let trunk = "trunk"

  /// How closely the path describes a parameter, the more the closer; nil where it is not of the group.
  ///
  /// - Parameter isOfTrunk: whether the parameter belongs to the decoder.
  func closeness(to parameter: String, isOfTrunk: Bool) -> Int? {
    if path == Self.trunk { return isOfTrunk ? 0 : nil }
    return parameter == path || parameter.hasPrefix(path + ".") ? path.utf8.count : nil
  }
}

/// What the learning rate is multiplied by for each parameter of a model: the rate of the group whose path describes it
/// most closely, and 1 for those of no group.
package struct ParameterRates: Sendable {
  private let rates: [String: Double]

  /// The rates of a model's parameters.
  package init(_ groups: [ParameterGroup], _ model: Model<some Head>) {
    guard !groups.isEmpty else {
      rates = [:]
      return
    }
    let trunk = Set(model.decoder.parameters.map(\.name))
    rates = Dictionary(
      model.parameters.compactMap { parameter -> (String, Double)? in
        let isOfTrunk = trunk.contains(parameter.name)
        let own = groups.compactMap { group in
          group.closeness(to: parameter.name, isOfTrunk: isOfTrunk).map { ($0, group.rate) }
        }
        return own.max { $0.0 < $1.0 }.map { (parameter.name, $0.1) }
      }, uniquingKeysWith: { first, _ in first })
  }

  /// What a parameter's learning rate is multiplied by.
  package func callAsFunction(_ parameter: Parameter) -> Double { rates[parameter.name] ?? 1 }
}

extension TrainingSettings {
  /// Stops the training of parameters whose rate is 0, before the first step.
  ///
  /// - Throws: when a group's path is no parameter's, or nothing is left to train.
  package func freeze(_ model: Model<some Head>) throws(MartletError) {
    for group in groups where group.path != ParameterGroup.trunk {
      let names = model.parameters.map(\.name)
      if names.allSatisfy({ group.closeness(to: $0, isOfTrunk: true) == nil }) {
        throw Self.unknownPath(group.path, names)
      }
    }
    let rates = ParameterRates(groups, model)
    for parameter in model.parameters where rates(parameter) == 0 { parameter.isTrainable = false }
    if model.parameters.allSatisfy({ !$0.isTrainable }) {
      throw MartletError(
        "every parameter is frozen, so there is nothing to train; leave a --freeze out, or give a part of what it "
          + "freezes a --rate")
    }
  }

  /// - Returns: an error that says what could have followed the part of the path that is known.
  private static func unknownPath(_ path: String, _ names: [String]) -> MartletError {
    var known = path.split(separator: ".", omittingEmptySubsequences: false)
    var next: [String] = []
    while next.isEmpty {
      if !known.isEmpty { known.removeLast() }
      let start = known.map { $0 + "." }.joined()
      for name in names where name.hasPrefix(start) {
        let part = String(name.dropFirst(start.count).prefix { $0 != "." })
        if !part.isEmpty, !next.contains(part) { next.append(part) }
      }
      if known.isEmpty { break }
    }
    // Blocks are too many to name.
    let numbers = next.compactMap { Int($0) }
    let list =
      numbers.count == next.count && numbers.count > 1
      ? "\(numbers.min()!) to \(numbers.max()!)" : next.joined(separator: ", ")
    let place =
      known.isEmpty
      ? "known are \(ParameterGroup.trunk), " : "after \"\(known.joined(separator: "."))\" come "
    return MartletError("--rate or --freeze: no parameter's path begins with \"\(path)\"; \(place)\(list)")
  }

  /// What is wrong with the groups, as one sentence; nil when nothing is.
  var groupProblem: String? {
    for (place, group) in groups.enumerated() {
      if group.path.isEmpty { return "--rate and --freeze need the path of a parameter" }
      if !(group.rate >= 0 && group.rate.isFinite) {
        return "--rate \(group.path) must be multiplied by at least 0, not \(group.rate)"
      }
      if groups[..<place].contains(where: { $0.path == group.path }) {
        return "--rate and --freeze name \(group.path) twice; say its rate once"
      }
    }
    return nil
  }
}
