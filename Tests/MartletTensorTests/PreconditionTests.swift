import MartletTensor
import Testing

/// Wrong shapes stop the program. Few, since each needs a process of its own.
@Suite struct PreconditionTests {
  @Test func linearNeedsMatchingColumns() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).linear(.zeros([4, 5]))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("linear: an input of shape [2, 3] for a weight of shape [4, 5]"))
  }

  @Test func broadcastingNeedsShapesThatGoTogether() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]) + Tensor.zeros([2])
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("add: shapes [2, 3] and [2] do not go together"))
  }

  @Test func anIndexMustBeInTheTable() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([3, 2]).rows(at: [0, 3]) }
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([2, 2]).ranks(of: [500, -7]) }
  }

  /// What a gradient passes is let go, so it passes once; and one that was announced must be the one that comes.
  @Test func gradientsPassOnce() async {
    let again = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let sum = Parameter("x", .zeros([2])).tensor.squared().sum()
      sum.backward()
      sum.backward()
    }
    let first = String(decoding: again?.standardErrorContent ?? [], as: UTF8.self)
    #expect(first.contains("was taken before"))
    let other = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let head = Parameter("head", .zeros([3, 2]))
      let gradient = Tensor([1])
      Tensor.zeros([1, 2]).targetLogProbabilities([2], weight: head.tensor, knownGradient: gradient)
        .backward(Tensor([2]))
    }
    let second = String(decoding: other?.standardErrorContent ?? [], as: UTF8.self)
    #expect(second.contains("not the one announced"))
  }

  @Test func attentionStaysWithinItsKeys() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.zeros([4, 8]).attending(
        to: .zeros([1, 8]), values: .zeros([1, 8]), offsets: [0, 4], heads: 1, keyValueHeads: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = Tensor.zeros([4, 8]).attending(
        to: .zeros([4, 8]), values: .zeros([4, 8]), offsets: [2, 4], heads: 1, keyValueHeads: 1)
    }
  }
}
