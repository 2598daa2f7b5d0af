import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Directories that `transformers` wrote in several files and other precisions.
@Suite struct ShardedGoldenTests {
  @Test(arguments: [
    ("llama-tied-bfloat16", ElementType.bfloat16, 4), ("llama-tied-float16", .float16, 3),
    ("gpt2-tied-bfloat16", .bfloat16, 6),
  ])
  func theModelIsTheRoundedOne(name: String, type: ElementType, files: Int) throws {
    let directory = TestFiles.golden("sharded/\(name)")
    let source = String(name.dropLast(type.rawValue.count + 1))
    let (sharded, single) = (
      try Checkpoint(directory: directory), try Checkpoint(directory: TestFiles.golden("models/\(source)"))
    )
    #expect(sharded.files.count == files && sharded.names == single.names)
    for tensor in single.names {
      let rounded = try single[tensor].map { $0.littleEndianBytes(of: 0..<$0.count, as: type) }
      #expect(sharded.bytes(of: tensor) == rounded, "\(tensor)")
    }
    let model = try LanguageModel(directory: directory)
    #expect(
      model.configuration
        == (try LanguageModel(directory: TestFiles.golden("models/\(source)"))).configuration)

    // Written anew with the same limits, each tensor stays in its place.
    try TestFiles.withTemporaryDirectory { target in
      var conversion = ModelConversion()
      conversion.maximumShardSize =
        ["llama-tied-bfloat16": 20_000, "llama-tied-float16": 30_000][name] ?? 15_000
      try conversion.convert(directory, to: target)
      for tensor in sharded.names {
        #expect(try Checkpoint(directory: target).bytes(of: tensor) == sharded.bytes(of: tensor), "\(tensor)")
      }
      let index = try ["\(target)", directory].map { try JSON(file: "\($0)/\(ModelFile.weightsIndex)") }
      #expect(index[0]["metadata"] == index[1]["metadata"])
      #expect(index[0]["weight_map"]?.object?.keys == index[1]["weight_map"]?.object?.keys)
    }
  }
}
