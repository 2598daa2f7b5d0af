import MartletText

/// Answers to one prompt in the order they are preferred.
///
/// A row is `{"prompt", "chosen", "rejected"[, "margin"]}`, or `{"prompt", "ranked": [best, …, worst]}`. Each is a text
/// or a list of messages. Without a prompt, `chosen` and `rejected` are whole texts, or conversations whose common
/// beginning is the prompt. Where the rewards that the answers truly have are known, `"true_rewards": [best, …, worst]`
/// gives them: nothing is learned from them, but rewards that were learned are compared with them.
public struct PreferenceRow: Sendable {
  /// Where it stands.
  public let source: DataRow
  /// What is answered; nil when each answer is a whole text.
  package let prompt: RowContent?
  /// The answers, the best first; at least two.
  package let answers: [RowContent]
  /// Variables for the chat template other than the messages, such as `tools`.
  package let variables: JSONObject
  private let isRanked: Bool
  /// By how much the first should be above the second, in units of reward; nil when the row does not say.
  public let margin: Double?
  /// The rewards that the answers truly have, in their order; nil when the row does not say.
  public let trueRewards: [Double]?

  /// Beyond it no reward can tell anything: a loss is its margin, and a gradient 1.
  private static let largestMargin = 1e6
  private static let columns = ["prompt", "chosen", "rejected", "margin", "ranked", "true_rewards"]

  /// Reads a row.
  ///
  /// - Parameter ignored: columns to pass over.
  /// - Throws: what is wrong with it: a column missing, unknown or of another kind, an empty answer, answers that are
  ///   the same, text and messages mixed.
  public init(_ row: DataRow, ignoring ignored: [String] = []) throws(RowProblem) {
    try row.requireOnly(Self.columns + DataRow.templateColumns, ignoring: ignored)
    source = row
    variables = try row.templateVariables()
    isRanked = row["ranked"] != nil
    margin = try row.number("margin")
    if let margin, abs(margin) > Self.largestMargin {
      throw row.problem("the margin \(margin) is out of all proportion; it is in units of reward")
    }
    var prompt = try row.optionalContent("prompt")
    var answers: [RowContent]
    let names: [String]
    if let ranked = row["ranked"] {
      guard row["chosen"] == nil, row["rejected"] == nil, margin == nil else {
        throw row.problem(
          "\"ranked\" stands beside \"chosen\", \"rejected\" or \"margin\"; leave one or the other out")
      }
      guard let list = ranked.array, list.count >= 2 else {
        throw row.problem("\"ranked\" must be a list of at least two answers, the best first")
      }
      names = list.indices.map { "answer \($0 + 1) of \"ranked\"" }
      answers = []
      for (name, answer) in zip(names, list) { answers.append(try row.content(answer, of: name)) }
    } else {
      names = ["\"chosen\"", "\"rejected\""]
      answers = [try row.content("chosen"), try row.content("rejected")]
    }
    for (name, answer) in zip(names, answers) {
      if answer.isEmpty { throw row.problem("\(name) is empty: there is nothing to prefer or reject") }
      if !answer.hasForm(of: prompt ?? answers[0]) {
        throw row.problem("\(name) is \(answer.form), but \(prompt == nil ? names[0] : "the prompt") is not")
      }
    }
    if prompt == nil { (prompt, answers) = Self.commonBeginning(of: answers) }
    for (place, answer) in answers.enumerated() {
      if let other = answers[..<place].firstIndex(of: answer) {
        throw row.problem(
          "\(names[other]) and \(names[place]) are the same, which says nothing of either", .sameAnswers)
      }
      if answer.isEmpty {
        throw row.problem("\(names[place]) is only the beginning of the others", .sameAnswers)
      }
    }
    (self.prompt, self.answers) = (prompt, answers)
    trueRewards = try row.numbers("true_rewards", count: answers.count)
  }

  /// What an answer is called in messages.
  package func name(ofAnswer place: Int) -> String {
    isRanked ? "answer \(place + 1) of \"ranked\"" : place == 0 ? "\"chosen\"" : "\"rejected\""
  }

  /// Of whole conversations the messages that all share are the prompt.
  private static func commonBeginning(of answers: [RowContent]) -> (RowContent?, [RowContent]) {
    let conversations = answers.compactMap { answer -> [JSON]? in
      if case .messages(let messages) = answer { messages } else { nil }
    }
    guard conversations.count == answers.count else { return (nil, answers) }
    let shortest = conversations.map(\.count).min() ?? 0
    let shared = (0..<shortest).first { place in
      conversations.contains { $0[place] != conversations[0][place] }
    }
    let count = shared ?? shortest
    return (
      .messages(Array(conversations[0].prefix(count))),
      conversations.map { .messages(Array($0.dropFirst(count))) }
    )
  }
}

extension RowContent {
  /// The form in words.
  fileprivate var form: String {
    switch self {
    case .text: "a text"
    case .messages: "a list of messages"
    }
  }
}
