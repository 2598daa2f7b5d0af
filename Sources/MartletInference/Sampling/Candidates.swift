import MartletTensor

/// The tokens that may come next and their logits: what the steps of sampling narrow and reshape.
///
/// Tokens stand in the order of their ids, which also breaks ties.
public struct Candidates: Sendable {
  /// The tokens, ascending.
  public private(set) var ids: [Int32]
  /// The logit of each token.
  public private(set) var logits: [Float]

  /// Every token of a vocabulary, by the logits of one place.
  public init(_ logits: [Float]) {
    ids = Array(0..<Int32(logits.count))
    self.logits = logits
  }

  /// The number of tokens left.
  public var count: Int { ids.count }

  /// The probability of each token among those left.
  public var probabilities: [Float] { Tensor(logits, shape: [1, count]).softmax().scalars }

  /// The place of the likeliest token, the lower id of equal ones.
  public var likeliest: Int {
    var best = 0
    for place in logits.indices where logits[place] > logits[best] { best = place }
    return best
  }

  /// Changes every logit.
  public mutating func scale(by factor: Float) {
    for place in logits.indices { logits[place] *= factor }
  }

  /// Changes the logits of some tokens; those that are not left are passed over.
  public mutating func change(_ tokens: some Sequence<Int32>, _ body: (Float) -> Float) {
    for token in tokens {
      guard let place = place(of: token) else { continue }
      logits[place] = body(logits[place])
    }
  }

  /// Leaves only the tokens at some places.
  public mutating func keep(where isKept: (_ place: Int) -> Bool) {
    let places = logits.indices.filter(isKept)
    ids = places.map { ids[$0] }
    logits = places.map { logits[$0] }
  }

  /// The place of a token, by halving.
  private func place(of token: Int32) -> Int? {
    var (low, high) = (0, ids.count)
    while low < high {
      let middle = (low + high) / 2
      if ids[middle] < token { low = middle + 1 } else { high = middle }
    }
    return low < ids.count && ids[low] == token ? low : nil
  }
}
