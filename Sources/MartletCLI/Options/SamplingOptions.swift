import ArgumentParser
import MartletInference
import MartletText

/// How the next token is chosen.
struct SamplingOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Below 1 the likely becomes likelier, above 1 the choice wilder; 0 is --greedy. (default: 1)",
      valueName: "number"))
  var temperature: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Choose among the likeliest tokens, so many.", valueName: "count"))
  var topK: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Choose among the likeliest tokens that together have this probability.", valueName: "probability"))
  var topP: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Choose among tokens at least so likely as a part of the likeliest one.", valueName: "fraction"))
  var minP: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Above 1, tokens that have occurred become less likely. (default: 1)", valueName: "number"))
  var repetitionPenalty: Double?
  @Flag(help: "Always choose the likeliest token.") var greedy = false

  var isGreedy: Bool { greedy || temperature == 0 }

  /// - Throws: when options contradict each other or a value is out of its range.
  func sampler() throws(MartletError) -> Sampler {
    let random = [
      (greedy && temperature != nil) ? "--temperature" : nil, topK.map { _ in "--top-k" },
      topP.map { _ in "--top-p" }, minP.map { _ in "--min-p" },
    ].compactMap { $0 }
    if isGreedy, let option = random.first {
      let greedy = greedy ? "--greedy" : "--temperature 0"
      throw MartletError("\(greedy) and \(option) contradict each other; leave one out")
    }
    var sampler = try Sampler(
      temperature: temperature, topK: topK, topP: topP, minP: minP, repetitionPenalty: repetitionPenalty)
    if greedy { sampler.isGreedy = true }
    return sampler
  }
}
