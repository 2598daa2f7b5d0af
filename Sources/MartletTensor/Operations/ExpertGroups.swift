/// The experts that each token has chosen, turned round: which tokens go to each expert.
///
/// A token's row stands once for each expert that it has chosen. Rows of one expert lie together, its tokens
/// ascending; there is no padding, no expert is ever full and no token is dropped.
public struct ExpertGroups: Sendable, Equatable {
  /// How many experts a token chooses.
  public let each: Int
  /// Expert `e` has the grouped rows `offsets[e] ..< offsets[e + 1]`.
  public let offsets: [Int]
  /// The token of each grouped row.
  let tokens: [Int32]
  /// The grouped row of each choice, in the order of the choices.
  let places: [Int32]

  /// Groups tokens by the experts they chose.
  ///
  /// - Parameters:
  ///   - choices: `each` different experts for every token, one token after another.
  ///   - each: how many a token chooses, at least 1.
  ///   - experts: how many experts there are.
  public init(_ choices: [Int32], each: Int, experts: Int) {
    precondition(
      each > 0 && choices.count % each == 0,
      "ExpertGroups: \(choices.count) choices are not \(each) for every token")
    precondition(
      choices.allSatisfy { $0 >= 0 && Int($0) < experts },
      "ExpertGroups: an expert is not in 0 ..< \(experts)")
    var ends = [Int](repeating: 0, count: experts + 1)
    for expert in choices { ends[Int(expert) + 1] += 1 }
    for expert in 0..<experts { ends[expert + 1] += ends[expert] }
    var next = ends
    var tokens = [Int32](repeating: 0, count: choices.count)
    var places = tokens
    for (index, expert) in choices.enumerated() {
      let place = next[Int(expert)]
      next[Int(expert)] += 1
      tokens[place] = Int32(index / each)
      places[index] = Int32(place)
    }
    self.each = each
    offsets = ends
    self.tokens = tokens
    self.places = places
  }

  /// How many experts there are.
  public var experts: Int { offsets.count - 1 }

  /// The grouped rows of an expert.
  public func rows(of expert: Int) -> Range<Int> { offsets[expert]..<offsets[expert + 1] }

  /// The experts that some token has chosen, each with its rows.
  var busy: [(expert: Int, rows: Range<Int>)] {
    (0..<experts).compactMap { expert in
      rows(of: expert).isEmpty ? nil : (expert, rows(of: expert))
    }
  }
}
