import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletInference

@Suite struct GeneratorTests {
  private func options(_ change: (inout GenerationOptions) -> Void) -> GenerationOptions {
    var options = GenerationOptions()
    options.stopsAtEndTokens = false
    options.maxTokens = 12
    change(&options)
    return options
  }

  @Test(arguments: TestModels.forms) func samplesAtOnceAreEachAlone(form: TestModels.Form) throws {
    let generator = Generator(try TestModels.text(form))
    // Samples end at different lengths, so that the batch shrinks as it goes.
    let options = options {
      $0.samples = 5
      $0.maxTokens = 40
      $0.seed = 9
      $0.stops = ["e", "q", "\u{2}"]
      $0.stopsAtEndTokens = true
    }
    let together = try generator.generate(prompt: "the sea", options)
    #expect(together.count == 5 && Set(together.map(\.tokens)).count == 5)
    #expect(Set(together.map(\.tokens.count)).count > 1)
    for (number, sample) in together.enumerated() {
      var one = options
      (one.samples, one.firstSample) = (1, number)
      #expect(try generator.generate(prompt: "the sea", one) == [sample])
    }
  }

  /// More samples than take their steps together.
  @Test func manySamplesAreEachAlone() throws {
    let generator = Generator(try TestModels.short(context: 6))
    let prompts = [2, 7].map { TestModels.tokens($0, seed: UInt64($0)) }
    let options = options { ($0.samples, $0.maxTokens) = (70, 3) }
    let together = try generator.generate(prompts: prompts, options)
    for (prompt, sample) in [(0, 0), (0, 63), (0, 64), (0, 69), (1, 0), (1, 57), (1, 58), (1, 69)] {
      var one = options
      (one.samples, one.firstSample) = (1, sample)
      #expect(try generator.generate(prompts: [prompts[prompt]], one)[0] == [together[prompt][sample]])
    }
  }

  @Test func promptsAtOnceAreEachAlone() throws {
    let generator = Generator(try TestModels.short(context: 10))
    let prompts = [3, 1, 30, 10, 11].map { TestModels.tokens($0, seed: UInt64($0)) }
    let options = options {
      $0.samples = 2
      $0.maxTokens = 17
    }
    let together = try generator.generate(prompts: prompts, options)
    for (prompt, samples) in zip(prompts, together) {
      #expect(try generator.generate(prompts: [prompt], options)[0] == samples)
    }
  }

  /// Past the context too, since both move their windows alike.
  @Test(arguments: [3, 8, 64]) func sampledLogProbabilitiesAreThoseOfScoring(context: Int) throws {
    let textModel = try TestModels.short(context: context)
    let prompt = TestModels.tokens(5, seed: 8)
    let sample = try Generator(textModel).generate(
      prompts: [prompt], options { $0.maxTokens = 40 })[0][0]
    #expect(sample.tokens.count == 40 && sample.logProbabilities.count == 40)
    let scored = try Scorer(textModel).predictions(of: [prompt + sample.tokens])[0].dropFirst(4)
    #expect(bits(scored.map(\.logProbability)) == bits(sample.logProbabilities))
  }

  @Test func theSamplersStepsLeaveLogProbabilitiesAlone() throws {
    let textModel = try TestModels.text()
    let sampler = try Sampler(temperature: 0.3, topK: 4, repetitionPenalty: 1.3)
    let sample = try Generator(textModel).generate(prompt: "gull", options { $0.sampler = sampler })[0]
    let scored = try Scorer(textModel).score(
      tokens: [textModel.tokenizer.encode("gull") + sample.tokens])[0]
    #expect(scored.tokens.dropFirst(4).map(\.logProbability) == sample.logProbabilities)
  }

  @Test func greedyTakesTheLikeliestOfTheWholeModel() throws {
    let textModel = try TestModels.text()
    let sample = try Generator(textModel).generate(prompt: "gull", options { $0.sampler = .greedy })[0]
    var ids = textModel.tokenizer.encode("gull")
    for token in sample.tokens {
      let hidden = textModel.model.decoder.hiddenStates(of: ids, offsets: [0, Int32(ids.count)])
      let row = textModel.model.head.logits(hidden).scalars.suffix(257)
      #expect(Int(token) == row.firstIndex(of: row.max()!)! - row.startIndex)
      ids.append(token)
    }
  }

  @Test func stopStringsCutTheTextAndStreamingShowsNoneOfThem() throws {
    let generator = Generator(try TestModels.text())
    let free = try generator.generate(prompt: "a", options { $0.maxTokens = 60 })[0]
    // A string of several tokens out of the middle of what would have come.
    let bytes = free.tokens.map { UInt8(truncatingIfNeeded: $0) }
    let start = try #require((4..<50).first { bytes[$0..<$0 + 2].allSatisfy { (32..<127).contains($0) } })
    let stop = String(decoding: bytes[start..<start + 2], as: UTF8.self)
    var shown = ""
    var reasons: [FinishReason] = []
    let stopped = try generator.generate(
      prompt: "a",
      options {
        $0.maxTokens = 60
        $0.stops = [stop, "never to be seen"]
      }
    ) { piece in
      shown += piece.text
      reasons += piece.finishReason.map { [$0] } ?? []
    }[0]
    #expect(stopped.finishReason == .stop && reasons == [.stop])
    #expect(shown == stopped.text)
    #expect(!stopped.text.contains(stop) && free.text.hasPrefix(stopped.text + stop))
    #expect(stopped.tokens == Array(free.tokens.prefix(stopped.tokens.count)))
    #expect(stopped.logProbabilities.count == stopped.tokens.count)
  }

  @Test func whatMightHaveBecomeAStopIsTextAtTheEnd() throws {
    let generator = Generator(try TestModels.text())
    let free = try generator.generate(prompt: "a", options { _ in })[0]
    let stop = String(try #require(free.text.unicodeScalars.last)) + " and more"
    var shown = ""
    let held = try generator.generate(prompt: "a", options { $0.stops = [stop] }) { shown += $0.text }[0]
    #expect(held == free && shown == free.text)
  }

  @Test func anEndTokenEndsTheSampleAndIsNoText() throws {
    let form = TestModels.forms[2]
    let free = try Generator(TestModels.text(form)).generate(prompt: "a", options { _ in })[0]
    let end = free.tokens[5]
    let textModel = try TextModel(
      model: TestModels.model(form), tokenizer: TestModels.bytes, endTokens: [end])
    let first = try #require(free.tokens.firstIndex(of: end))
    let sample = try Generator(textModel).generate(prompt: "a", options { $0.stopsAtEndTokens = true })[0]
    #expect(sample.tokens == Array(free.tokens[...first]) && sample.finishReason == .stop)
    #expect(sample.text == TestModels.bytes.decode(free.tokens[..<first]))
  }

  @Test func lengthsAreKept() throws {
    let generator = Generator(try TestModels.short(context: 4))
    for count in [0, 1, 23] {
      let sample = try generator.generate(prompt: "long prompt", options { $0.maxTokens = count })[0]
      #expect(sample.tokens.count == count && sample.finishReason == .length)
    }
  }

  @Test func anEmptyPromptStartsFromTheStartToken() throws {
    let generator = Generator(try TestModels.text())
    let empty = try generator.generate(prompt: "", options { _ in })
    #expect(try generator.generate(prompts: [[256]], options { _ in })[0] == empty)
  }

  @Test func damagedWeightsAreReported() throws {
    let textModel = try TestModels.text()
    struct Broken: ParameterSource {
      func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
        Parameter(name, .filled(with: .nan, shape: shape))
      }
    }
    let form = TestModels.forms[0]
    let broken = try TextModel(
      model: LanguageModel(form.configuration, architecture: form.architecture, from: Broken()),
      tokenizer: textModel.tokenizer)
    let error = #expect(throws: MartletError.self) { try Generator(broken).generate(prompt: "a") }
    #expect(error?.message.contains("not a number at token 2") == true)
  }
}
