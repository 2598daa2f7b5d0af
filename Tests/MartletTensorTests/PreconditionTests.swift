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
