import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletInference

@Suite struct ScorerTests {
  @Test func aTextsLogProbabilityIsTheSumOfItsConditionals() throws {
    let textModel = try TestModels.text()
    let text = "Sixty swallows, by the sea."
    let score = try Scorer(textModel).score(text)
    // Each conditional by itself: the last position's log-softmax after the tokens before.
    var ids = [try #require(textModel.startToken)]
    var sum = 0.0
    for token in textModel.tokenizer.encode(text) {
      let hidden = textModel.model.decoder.hiddenStates(of: ids, offsets: [0, Int32(ids.count)])
      let row = textModel.model.head.logits(hidden.rows(ids.count - 1..<ids.count)).logSoftmax().scalars
      sum += Double(row[Int(token)])
      ids.append(token)
    }
    #expect(score.tokenCount == 27)
    #expect(abs(score.logProbability - sum) < 1e-5)
    #expect(score.logProbability == score.tokens.reduce(0.0) { $0 + Double($1.logProbability!) })
  }

  @Test(arguments: TestModels.forms) func probabilitiesOverTheVocabularySumToOne(
    form: TestModels.Form
  ) throws {
    let textModel = try TestModels.text(form)
    let context = TestModels.tokens(20, seed: 3)
    let sequences = (0..<257).map { context + [Int32($0)] }
    let predictions = try Scorer(textModel).predictions(of: sequences)
    let sum = predictions.reduce(0.0) { $0 + ExactMath.exp(Double($1.last!.logProbability)) }
    #expect(abs(sum - 1) < 1e-6)
    #expect(Set(predictions.map { $0.last!.rank }) == Set(1...257))
    let byRank = predictions.sorted { $0.last!.rank < $1.last!.rank }.map { $0.last!.logProbability }
    #expect(byRank == byRank.sorted(by: >))
  }

  @Test func windowsCountEachTokenOnceAndWithEnoughBeforeIt() throws {
    for context in [1, 2, 3, 7, 8] {
      for stride in 1...context {
        let scorer = try Scorer(TestModels.short(context: context), stride: stride)
        for length in 0..<40 {
          let windows = scorer.windows(ofLengths: [length])
          #expect(windows.flatMap { Array($0.counted) } == Array(1..<max(1, length)))
          for window in windows {
            #expect(window.inputs.count <= context)
            #expect(window.counted.upperBound == window.inputs.upperBound + 1)
            let before = window.counted.lowerBound - window.inputs.lowerBound
            #expect(window.inputs.lowerBound == 0 || before > context - stride)
          }
        }
      }
    }
  }

  @Test func longTextsAreReadInWindowsAndWhatFollowsChangesNothing() throws {
    let textModel = try TestModels.short(context: 8)
    let tokens = TestModels.tokens(41, seed: 5)
    let scorer = try Scorer(textModel, stride: 3)
    let whole = scorer.predictions(of: [tokens])[0]
    #expect(whole.count == 40)
    // By hand: token 9 is the first beyond the context, so its window starts at 3.
    let ninth = scorer.predictions(of: [Array(tokens[3...9])])[0].last
    #expect(whole[8] == ninth)
    for length in 2...41 {
      #expect(scorer.predictions(of: [Array(tokens[..<length])])[0] == Array(whole[..<(length - 1)]))
    }
  }

  @Test func manyTextsAtOnceAreEachAlone() throws {
    let scorer = try Scorer(TestModels.short(context: 16))
    let texts = (0..<60).map { String(repeating: "swallow \($0) ", count: $0 % 9) }
    #expect(scorer.score(texts) == texts.map { scorer.score($0) })
  }

  @Test func figuresAreThoseOfAUniformModel() throws {
    // Every token has the probability 1/257.
    let score = try Scorer(TestModels.uniform()).score("Ödön")
    #expect(score.tokenCount == 6 && score.byteCount == 6)
    let nats = 5.5490760848952201
    #expect(abs(score.logProbability + 6 * nats) < 1e-5)
    #expect(abs(score.natsPerToken! - nats) < 1e-6)
    #expect(abs(score.perplexity! - 257) < 1e-3)
    #expect(abs(score.bitsPerByte! - 8.0056245491938782) < 1e-6)
    // Equal logits take the order of ids: byte 0xC3 comes after 195 others.
    #expect(score.tokens.map(\.rank) == [0xC3, 0x96, 0x64, 0xC3, 0xB6, 0x6E].map { $0 + 1 })
    #expect(score.tokens.map(\.text) == ["<0xC3>", "<0x96>", "d", "<0xC3>", "<0xB6>", "n"])
  }

  @Test func theStartTokenIsTheBeginOrTheEndOfText() throws {
    var form = TestModels.forms[2]
    let model = TestModels.model(form)
    #expect(try TextModel(model: model, tokenizer: TestModels.bytes).startToken == 256)
    var configuration = form.configuration
    configuration.beginOfText = 7
    form = TestModels.Form(description: "", architecture: form.architecture, configuration: configuration)
    let textModel = try TestModels.text(form)
    #expect(textModel.startToken == 7)
    let scored = try Scorer(textModel).score("ab")
    let taken = try Scorer(textModel).score(tokens: [[7, 97, 98]])[0]
    #expect(scored.tokens.map(\.logProbability) == taken.tokens.dropFirst().map(\.logProbability))
    #expect(taken.tokens[0].logProbability == nil && taken.tokens[0].rank == nil)
    #expect(taken.tokenCount == 2 && taken.byteCount == 2)
  }

  @Test func nothingScoredHasNoMeans() throws {
    let score = try Scorer(TestModels.text()).score("")
    #expect(score.logProbability == 0 && score.tokenCount == 0)
    #expect(score.natsPerToken == nil && score.perplexity == nil && score.bitsPerByte == nil)
  }

  @Test func aStrideOutOfRangeIsRefused() throws {
    let textModel = try TestModels.short(context: 8)
    for stride in [-1, 0, 9] {
      let error = #expect(throws: MartletError.self) { try Scorer(textModel, stride: stride) }
      #expect(
        error?.message == "the stride must be from 1 to the model's context of 8 tokens, found \(stride)")
    }
  }

  @Test func anotherModelsTokenizerIsRefused() throws {
    let model = TestModels.model(TestModels.forms[0])
    let tokenizer = try Tokenizer.characters(trainingOn: ["abc"])
    let error = #expect(throws: MartletError.self) { try TextModel(model: model, tokenizer: tokenizer) }
    #expect(error?.message.contains("it has 5 tokens, and the model 257") == true)
    // A table that is rounded up is no other model's.
    let padded = TestModels.form("padded", GPT2.self, context: 8, vocabulary: 264)
    #expect(throws: Never.self) { try TestModels.text(padded) }
  }
}
