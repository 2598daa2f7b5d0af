import Testing

@testable import MartletModel

/// The arithmetic of a training step, against numbers derived by hand.
@Suite struct TrainingOperationsTests {
  /// A block has 4 · 16 weights for attention and 2 · 64 for the feed-forward layer, the head 44: 2 · 192 + 44
  /// = 428 weights, of which each costs 3 tokens 6 · 3. The queries see 1 + 2 + 3 keys of width 4 in 2 blocks.
  @Test(arguments: [true, false]) func gpt2(isTied: Bool) {
    let sizes = DecoderSizes(vocabulary: 11, context: 8, width: 4, layers: 2, heads: 2, isTied: isTied)
    let operations = GPT2.configuration(sizes).trainingOperations(tokens: 3)
    #expect(operations == 6 * 428 * 3 + 12 * 2 * 4 * 6)
  }

  /// Queries and the output have 16 weights each, keys and values 8, the three of the gated layer 24 each, the head
  /// 40: 160. The queries see 1, 2, 2 and 2 keys through a window of 2.
  @Test func llamaWithAWindow() {
    var configuration = Llama.configuration(
      DecoderSizes(
        vocabulary: 10, context: 8, width: 4, layers: 1, heads: 2, keyValueHeads: 1, feedForwardWidth: 6))
    configuration.layerPattern[0].window = 2
    #expect(configuration.trainingOperations(tokens: 4) == 6 * 160 * 4 + 12 * 4 * 7)
    #expect(configuration.trainingOperations(tokens: 1) == 6 * 160 + 12 * 4)
  }
}
