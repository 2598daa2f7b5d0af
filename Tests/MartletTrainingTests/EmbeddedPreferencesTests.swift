import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// The embedded preferences: what they say, and that length and known answers give nothing away.
@Suite struct EmbeddedPreferencesTests {
  private static let training = EmbeddedPreferences.rows(0..<3_000, of: .training, seed: 1)
  private static let heldOut = EmbeddedPreferences.rows(0..<500, of: .heldOut, seed: 1)

  private func text(_ row: DataRow, _ column: String) throws -> String {
    try #require(row[column]?.string)
  }

  private func answers(_ rows: [DataRow]) throws -> [String] {
    try rows.flatMap { [try text($0, "chosen"), try text($0, "rejected")] }
  }

  /// The finds of an answer, each an article, a quality and a thing.
  private func finds(_ answer: String) -> [[Substring]] {
    answer.dropLast().replacing(" and ", with: ",").split(separator: ",").map { $0.split(separator: " ") }
  }

  @Test func areTheSameOnEveryMachine() throws {
    let all = try answers(Self.training + Self.heldOut).joined(separator: "\n")
    #expect(Digest(of: all.utf8).text == "1feaf91d7a26efea")
    let first = try #require(Self.training.first)
    #expect(try text(first, "prompt") == "What have the boats brought home?")
    #expect(
      try text(first, "chosen")
        == " a clean boot, a splendid gull and a rotten lantern.")
  }

  /// A pair is a function of its part, the seed and its number, not of what else is asked for.
  @Test func areFunctionsOfSeedAndNumber() throws {
    let few = EmbeddedPreferences.rows(1_200..<1_210, of: .training, seed: 1)
    #expect(few.map(\.columns) == Self.training[1_200..<1_210].map(\.columns))
    #expect(few.map(\.line) == Array(1_201...1_210))
    let other = EmbeddedPreferences.rows(0..<200, of: .training, seed: 2)
    #expect(Set(try answers(other)).isDisjoint(with: try answers(Array(Self.training[..<200]))))
  }

  @Test func haveTheColumnsOfPreferences() throws {
    for row in Self.training + Self.heldOut {
      let pair = try PreferenceRow(row)
      #expect(pair.answers.count == 2 && pair.margin == nil)
      let rewards = try ["chosen", "rejected"].map { EmbeddedPreferences.trueReward(of: try text(row, $0)) }
      #expect(pair.trueRewards == rewards)
      #expect(EmbeddedPreferences.prompts.map(RowContent.text).contains(try #require(pair.prompt)))
    }
  }

  /// (3 + 2) + (-1 + 0) + (0 - 1), by hand, and the like.
  @Test(arguments: [
    (" a splendid lobster, a torn net and an old boot.", 3.0), (" a rotten letter.", -2),
    (" a cracked anchor and a cracked gull.", -6), (" a clean herring and a damp barrel.", 0),
    ("What lies on the quay this morning? a shining lantern and a sound rope.", 5),
    ("splendid", 3), ("A Splendid lobsterman, ", 0), ("", 0),
  ]) func trueRewards(answer: String, reward: Double) {
    #expect(EmbeddedPreferences.trueReward(of: answer) == reward)
  }

  /// The better answer is chosen, without exception; each is a report in good English.
  @Test func choicesAreTrue() throws {
    for row in Self.training + Self.heldOut {
      let rewards = try ["chosen", "rejected"].map { EmbeddedPreferences.trueReward(of: try text(row, $0)) }
      #expect(rewards[0] > rewards[1])
    }
    for answer in try answers(Self.heldOut) {
      let finds = finds(answer)
      #expect((3...7).contains(finds.count) && answer.hasPrefix(" a") && answer.hasSuffix("."))
      #expect(Set(finds.map(\.[2])).count == finds.count)
      for find in finds {
        let quality = EmbeddedPreferences.qualities.first { $0.key == find[1] }
        let thing = EmbeddedPreferences.things.first { $0.key == find[2] }
        #expect(quality != nil && thing != nil && find.count == 3)
        #expect(find[0] == ("aeiou".contains(find[1].first!) ? "an" : "a"))
      }
    }
  }

  /// Neither the longer nor the shorter answer is better as a rule, and all qualities, things and lengths come up alike.
  @Test func lengthsSayNothing() throws {
    for worths in [EmbeddedPreferences.qualities, EmbeddedPreferences.things] {
      #expect(worths.reduce(0) { $0 + $1.value } == 0)
    }
    var (longer, shorter) = (0.0, 0.0)
    for row in Self.training {
      let counts = try ["chosen", "rejected"].map { try text(row, $0).utf8.count }
      if counts[0] > counts[1] { longer += 1 } else if counts[0] < counts[1] { shorter += 1 }
    }
    // Three standard deviations of a fair coin.
    #expect(abs(longer / (longer + shorter) - 0.5) < 1.5 / (longer + shorter).squareRoot())
    var counts: [String: Int] = [:]
    for answer in try answers(Self.training) {
      let finds = finds(answer)
      counts["\(finds.count) finds", default: 0] += 1
      for find in finds { for word in find.dropFirst() { counts[String(word), default: 0] += 1 } }
    }
    func isEven(_ names: [String]) -> Bool {
      let found = names.map { Double(counts[$0] ?? 0) }
      let mean = found.reduce(0, +) / Double(names.count)
      return found.allSatisfy { abs($0 / mean - 1) < 0.1 }
    }
    #expect(isEven(EmbeddedPreferences.qualities.map(\.key)) && isEven(EmbeddedPreferences.things.map(\.key)))
    #expect(isEven((3...7).map { "\($0) finds" }))
  }

  /// No answer to measure by was learned from, whatever the seeds.
  @Test func partsShareNoAnswer() throws {
    let others = EmbeddedPreferences.rows(0..<500, of: .heldOut, seed: 7)
    let learned = Set(try answers(Self.training))
    #expect(learned.isDisjoint(with: try answers(Self.heldOut + others)))
    // Nor is one measured by again and again.
    #expect(Set(try answers(Self.heldOut)).count > 950)
  }

  /// A new small model is on its way to the true rewards after a few steps; the whole run is in the README's figures.
  @Test func areLearned() throws {
    var recipe = try #require(FineTuningRecipe<RewardTask>.embedded)
    #expect(recipe.base == nil && recipe.data.isEmpty && recipe.problem == nil)
    (recipe.epochs, recipe.settings.steps) = (nil, 60)
    let trainer = try FineTuner(recipe)
    #expect(trainer.examples.count == 8_000 && trainer.heldOut.count == 1_000 && trainer.skipped.all.isEmpty)
    // A token a word, so that no sequence comes near the context.
    #expect(trainer.examples.allSatisfy { $0.sequences.allSatisfy { $0.count < 48 } })
    let before = try #require(trainer.evaluate())
    for _ in 0..<60 { _ = try trainer.takeStep() }
    let after = try #require(trainer.evaluate())
    let accuracies = try [before, after].map { try #require($0["accuracy"]) }
    #expect((0.3...0.7).contains(accuracies[0]) && accuracies[1] > 0.85)
    let correlations = try [before, after].map { try #require($0["rank_correlation"]) }
    #expect(abs(correlations[0]) < 0.7 && correlations[1] > 0.8)
  }
}
