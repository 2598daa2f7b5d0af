import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// GPT-OSS as its files on the Hub have it: experts in blocks of four-bit numbers.
@Suite struct PackedExpertsTests {
  private let golden = TestFiles.golden("models/gpt_oss-packed")

  @Test func logProbabilities() throws {
    let readers = try JSONReader(file: "\(golden)/expected.json").readers("sequences")
    let sequences = try readers.map { try $0.required("ids", as: [Int].self).map { Int32($0) } }
    let expected = try readers.flatMap { try $0.required("log_probabilities", as: [Double].self) }
    let model = try LanguageModel(directory: golden)
    let found = withoutGradients { model.logProbabilities(of: TokenBatch(sequences)).scalars }
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) < 1e-5 })
  }

  /// What a file holds in blocks is kept exactly, as float32 or as the bfloat16 that it fits in, and written as plain
  /// numbers.
  @Test func blocksAreReadExactlyAndWrittenPlain() throws {
    let model = try LanguageModel(directory: golden)
    let stored = try Safetensors(file: "\(golden)/model.safetensors")
    let prefix = "model.layers.1.mlp.experts.gate_up_proj"
    let (blocks, scales) = (
      try #require(stored.bytes(of: prefix + "_blocks")), try #require(stored.bytes(of: prefix + "_scales"))
    )
    let numbers: [Double] = [0, 0.5, 1, 1.5, 2, 3, 4, 6, 0, -0.5, -1, -1.5, -2, -3, -4, -6]
    let width = model.configuration.width
    let experts = try #require(model.decoder.blocks[1].experts?.experts)
    for (number, expert) in experts.enumerated() {
      for (turn, product) in [expert.gate, expert.up].enumerated() {
        let scalars = product.weight.value.scalars
        for place in scalars.indices {
          let row = (number * product.weight.value.rows + place / width) * 2 + turn
          let column = place % width
          let byte = blocks[row * width / 2 + column / 2]
          let scale = Double(
            sign: .plus, exponent: Int(scales[row * width / 32 + column / 32]) - 127, significand: 1)
          let value = numbers[Int(column % 2 == 0 ? byte & 15 : byte >> 4)] * scale
          #expect(Double(scalars[place]) == value)
        }
      }
    }
    let asStored = try LanguageModel(directory: golden, weights: nil)
    for (wide, narrow) in zip(model.parameters, asStored.parameters) {
      #expect(wide.value.littleEndianBytes == narrow.value.littleEndianBytes, "\(wide.name)")
      if wide.name.contains(".experts."), wide.name.hasSuffix("weight") {
        #expect(narrow.value.elementType == .bfloat16)
      }
    }
    try TestFiles.withTemporaryDirectory { directory in
      try model.save(to: directory)
      let written = try Safetensors(file: "\(directory)/model.safetensors")
      #expect(written.shape(of: prefix) == [3, 32, 64])
      let again = try LanguageModel(directory: directory)
      #expect(again.configuration == model.configuration)
      for (new, old) in zip(again.parameters, model.parameters) {
        #expect(new.value.littleEndianBytes == old.value.littleEndianBytes, "\(new.name)")
      }
    }
  }
}
