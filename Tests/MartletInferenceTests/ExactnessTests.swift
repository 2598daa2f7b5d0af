import MartletModel
import MartletTensor
import Testing

@testable import MartletInference

/// A text's log-probabilities are the same bits however they are computed.
@Suite struct ExactnessTests {
  /// One way through the kernels.
  struct Path: Sendable {
    let instructionSet: CPUExecution.InstructionSet
    let threads: Int

    static var all: [Path] {
      CPUExecution.InstructionSet.allCases.filter(\.isAvailable).flatMap { set in
        (1...3).map { Path(instructionSet: set, threads: $0) }
      }
    }
  }

  @Test(arguments: TestModels.forms + TestModels.randomForms) func aloneAndPackedAndPrefilledAndDecodedAgree(
    form: TestModels.Form
  ) throws {
    try checkAgreement(TestModels.text(form))
  }

  /// Changes of low rank are products too; those of one module share a part.
  @Test(arguments: [TestModels.forms[0], TestModels.forms[3]], [false, true]) func adaptedModelsAgree(
    form: TestModels.Form, isDecomposed: Bool
  ) throws {
    let adaptation = LowRankAdaptation(rank: 3, dropout: 0.5, isDecomposed: isDecomposed)
    let model = TestModels.model(form).adapted(by: adaptation, seed: 2)
    let before = model.logProbabilities(of: TokenBatch([TestModels.tokens(20, seed: 1)])).scalars
    for parameter in model.parameters where parameter.name.hasSuffix(".up") {
      parameter.value =
        RandomParameters(seed: 4).parameter(
          parameter.name, shape: parameter.value.shape, initially: .normal(standardDeviation: 0.2)
        ).value
    }
    #expect(model.logProbabilities(of: TokenBatch([TestModels.tokens(20, seed: 1)])).scalars != before)
    try checkAgreement(TextModel(model: model, tokenizer: TestModels.bytes))
  }

  private func checkAgreement(_ textModel: TextModel) throws {
    // Lengths on both sides of the blocks that attention walks keys in.
    let sequences = [131, 2, 64, 65, 17, 129].enumerated().map { number, length in
      TestModels.tokens(length, seed: UInt64(number))
    }
    var reference: [[UInt32]]?
    for path in Path.all {
      try CPUExecution.with(instructionSet: path.instructionSet, threads: path.threads) {
        let scorer = try Scorer(textModel)
        let alone = sequences.map { bits(scorer.predictions(of: [$0])[0].map(\.logProbability)) }
        if let reference { #expect(alone == reference, "\(path)") } else { reference = alone }
        let packed = scorer.predictions(of: sequences).map { bits($0.map(\.logProbability)) }
        #expect(packed == alone, "packed, \(path)")
        #expect(cached(textModel.model, sequences, step: { _ in 1000 }) == alone, "prefilled, \(path)")
        #expect(
          cached(textModel.model, sequences, step: { 1 + $0 * 7 % 40 }) == alone, "in pieces, \(path)")
        // Token by token is the slowest; once an instruction set is enough, the rest being threads.
        if path.threads == 2 {
          #expect(cached(textModel.model, sequences, step: { _ in 1 }) == alone, "token by token, \(path)")
        }
      }
    }
  }

  /// The last block computes the other tokens' keys and values alone.
  @Test(arguments: TestModels.forms + TestModels.randomForms + TestModels.formsByLength)
  func theLastTokensStatesAreThoseAmongAll(form: TestModels.Form) {
    let decoder = TestModels.model(form).decoder
    var (cache, lastCache) = (
      KeyValueCache(decoder.configuration, sequences: 3), KeyValueCache(decoder.configuration, sequences: 3)
    )
    for (round, lengths) in [[40, 1, 17], [1, 30, 0], [1, 1, 1], [70, 2, 1]].enumerated() {
      let additions = lengths.enumerated().filter { $0.element > 0 }.map { sequence, length in
        KeyValueCache.Addition(
          sequence: sequence, tokens: TestModels.tokens(length, seed: UInt64(10 * round + sequence)))
      }
      let all = decoder.hiddenStates(of: additions, cache: &cache)
      let last = decoder.lastHiddenStates(of: additions, cache: &lastCache)
      var row = -1
      let expected = additions.flatMap { addition in
        row += addition.tokens.count
        return all.rows(row..<row + 1).scalars
      }
      #expect(last.shape == [additions.count, decoder.configuration.width])
      #expect(bits(last.scalars) == bits(expected), "round \(round)")
    }
    #expect(cache.lengths == lastCache.lengths)
  }

  @Test(arguments: TestModels.forms + TestModels.randomForms + TestModels.formsByLength)
  func trainingsLogProbabilitiesAreThoseOfScoring(
    form: TestModels.Form
  ) throws {
    let textModel = try TestModels.text(form)
    let sequences = [40, 90].map { TestModels.tokens($0, seed: UInt64($0)) }
    let batch = withoutGradients { textModel.model.logProbabilities(of: TokenBatch(sequences)).scalars }
    let scored = try Scorer(textModel).predictions(of: sequences).flatMap { $0.map(\.logProbability) }
    #expect(bits(batch) == bits(scored))
  }

  /// Where rotations depend on the length of a sequence, each sequence has its own, whatever it is packed with, and
  /// what is decoded is what is read at once: the logits after each token are those of the sequence up to it.
  @Test(arguments: TestModels.formsByLength) func rotationsByLengthAreTheSequencesOwn(
    form: TestModels.Form
  ) throws {
    let textModel = try TestModels.text(form)
    let model = textModel.model
    let sequences = [130, 20, 51, 50, 49].enumerated().map { number, length in
      TestModels.tokens(length, seed: UInt64(number))
    }
    var reference: [[UInt32]]?
    for path in Path.all where path.threads == 2 {
      try CPUExecution.with(instructionSet: path.instructionSet, threads: path.threads) {
        let scorer = try Scorer(textModel)
        let alone = sequences.map { bits(scorer.predictions(of: [$0])[0].map(\.logProbability)) }
        if let reference { #expect(alone == reference, "\(path)") } else { reference = alone }
        #expect(scorer.predictions(of: sequences).map { bits($0.map(\.logProbability)) } == alone, "\(path)")
        #expect(cached(model, sequences, step: { _ in 1000 }) == alone, "\(path)")
      }
    }
    // Two sequences decoded side by side, which cross the original context at different steps.
    var cache = KeyValueCache(model.configuration, sequences: 2)
    let texts = [sequences[0], sequences[2]]
    let prompts = [Array(texts[0].prefix(44)), Array(texts[1].prefix(31))]
    var read = [[Int32]](repeating: [], count: 2)
    for step in 0..<20 {
      let additions = (0..<2).map { index in
        KeyValueCache.Addition(
          sequence: index, tokens: step == 0 ? prompts[index] : [texts[index][prompts[index].count + step]])
      }
      for addition in additions { read[addition.sequence] += addition.tokens }
      let decoded = model.nextTokenLogits(after: additions, cache: &cache)
      #expect(cache.lengths == read.map(\.count))
      for index in 0..<2 {
        var fresh = KeyValueCache(model.configuration, sequences: 1)
        let whole = model.nextTokenLogits(
          after: [KeyValueCache.Addition(sequence: 0, tokens: read[index])], cache: &fresh)
        #expect(bits(decoded.rows(index..<index + 1).scalars) == bits(whole.scalars), "step \(step)")
      }
    }
  }

  @Test func forgottenAndCopiedSequencesLeaveTheOthersAlone() throws {
    let model = TestModels.model(TestModels.forms[3])
    let (first, second) = (TestModels.tokens(70, seed: 1), TestModels.tokens(90, seed: 2))
    func logits(_ cache: inout KeyValueCache, _ sequence: Int, _ tokens: [Int32]) -> [Float] {
      model.nextTokenLogits(
        after: [KeyValueCache.Addition(sequence: sequence, tokens: tokens)], cache: &cache
      ).scalars
    }
    var cache = KeyValueCache(model.configuration, sequences: 3)
    let expected = logits(&cache, 0, first)
    _ = logits(&cache, 1, second)
    cache.clear(0)
    _ = logits(&cache, 0, Array(first.dropLast()))
    cache.copy(0, to: 2)
    #expect(cache.lengths == [69, 90, 69])
    #expect(bits(logits(&cache, 2, [first.last!])) == bits(expected))
    #expect(bits(logits(&cache, 0, [first.last!])) == bits(expected))
  }

  /// log P of each token, from logits computed through the cache, `step` tokens of every sequence at a time.
  private func cached(
    _ model: LanguageModel, _ sequences: [[Int32]], step: (Int) -> Int
  ) -> [[UInt32]] {
    var cache = KeyValueCache(model.configuration, sequences: sequences.count)
    var results: [[UInt32]] = sequences.map { _ in [] }
    var round = 0
    while true {
      let additions = sequences.indices.compactMap { index -> KeyValueCache.Addition? in
        let (tokens, start) = (sequences[index].dropLast(), cache.lengths[index])
        guard start < tokens.count else { return nil }
        return KeyValueCache.Addition(
          sequence: index, tokens: Array(tokens[start..<min(start + step(round + index), tokens.count)]))
      }
      if additions.isEmpty { return results }
      let starts = additions.map { cache.lengths[$0.sequence] }
      let hidden = model.decoder.hiddenStates(of: additions, cache: &cache)
      let targets = zip(additions, starts).flatMap { addition, start in
        sequences[addition.sequence][start + 1..<start + 1 + addition.tokens.count]
      }
      let found = bits(withoutGradients { model.head.logits(hidden).logProbabilities(ofColumns: targets) })
      var row = 0
      for addition in additions {
        results[addition.sequence] += found[row..<row + addition.tokens.count]
        row += addition.tokens.count
      }
      round += 1
    }
  }
}

/// The bits of numbers, so that a comparison tells zeros and not-a-numbers apart.
func bits(_ numbers: [Float]) -> [UInt32] { numbers.map(\.bitPattern) }
