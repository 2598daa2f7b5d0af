/// What the classes of a classifier are called, and what they are to one another.
public struct ClassLabels: Sendable, Equatable {
  /// What classes are to one another; `problem_type` in `config.json`.
  public enum Problem: String, Sendable, CaseIterable {
    /// Numbers rather than classes.
    case regression
    /// One of them holds: probabilities are the softmax of the logits.
    case singleLabel = "single_label_classification"
    /// Each holds or not: probabilities are the sigmoids of the logits.
    case multipleLabels = "multi_label_classification"

    /// What it says of the results.
    package var explanation: String {
      switch self {
      case .regression: "numbers of their own"
      case .singleLabel: "exclusive: probabilities are a softmax"
      case .multipleLabels: "independent: probabilities are sigmoids"
      }
    }
  }

  /// The classes' names; `id2label` in `config.json`.
  public var names: [String]
  /// What they are to one another; nil where it was never said, and `transformers` guesses from its labels.
  public var problem: Problem?

  /// Classes of given names.
  public init(_ names: [String], problem: Problem? = nil) {
    self.names = names
    self.problem = problem
  }

  /// Classes with the names that `transformers` gives: "LABEL_0" and so on.
  public init(count: Int, problem: Problem? = nil) {
    self.init((0..<count).map { "LABEL_\($0)" }, problem: problem)
  }
}
