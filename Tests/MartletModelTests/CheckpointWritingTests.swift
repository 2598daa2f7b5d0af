import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Weights in one file and in several, in each precision, and one in place of the other.
@Suite struct CheckpointWritingTests {
  private static let shardName = "model-00001-of-00003.safetensors"
  private static let names = ["a", "b", "c", "d", "e"]

  /// Five tensors of 40 bytes as float32, with numbers made from a seed.
  private func tensors(_ seed: UInt64, as type: ElementType = .float32) -> [StoredTensor] {
    Self.names.map { name in
      StoredTensor(name: name, shape: [5, 2], type: type) {
        RandomParameters(seed: seed).parameter(name, shape: [5, 2], initially: .normal(standardDeviation: 1))
          .value
      }
    }
  }

  private func write(_ seed: UInt64, to directory: String, limit: Int, as type: ElementType = .float32) throws
  {
    try Checkpoint.write(tensors(seed, as: type), to: directory, maximumShardSize: limit)
  }

  private func expect(
    _ seed: UInt64, in directory: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let checkpoint = try Checkpoint(directory: directory)
    #expect(checkpoint.names == Self.names, sourceLocation: sourceLocation)
    for tensor in tensors(seed) {
      let read = try checkpoint[tensor.name]
      #expect(read.map { bits($0.scalars) } == bits(tensor.make().scalars), sourceLocation: sourceLocation)
    }
  }

  @Test func shardsAreFilledInOrder() throws {
    try TestFiles.withTemporaryDirectory { directory in
      for (limit, files) in [(200, 1), (199, 2), (80, 3), (79, 5), (1, 5)] {
        try write(1, to: directory, limit: limit)
        try expect(1, in: directory)
        let names = try FileSystem.names(inDirectory: directory)
        #expect(names.count == (files == 1 ? 1 : files + 1), "\(names)")
        guard files == 3 else { continue }
        #expect(names.first == Self.shardName && names.last == ModelFile.weightsIndex)
        #expect(try Checkpoint(directory: directory).files.map(\.names) == [["a", "b"], ["c", "d"], ["e"]])
        let index = try JSONReader(file: FileSystem.join(directory, ModelFile.weightsIndex))
        #expect(index["metadata"] == ["total_parameters": 50, "total_size": 200])
      }
    }
  }

  /// What is replaced is gone, and what is none of the weights stays.
  @Test func oneTakesThePlaceOfTheOther() throws {
    try TestFiles.withTemporaryDirectory { directory in
      let others = ["model-notes.txt", "model-1-of-2.safetensors", "adapter.safetensors"]
      for name in others { try FileSystem.write("kept", to: FileSystem.join(directory, name)) }
      for (seed, limit) in [200, 80, 80, 80, 200, 80, 79, 200, 200].enumerated() {
        try write(UInt64(seed), to: directory, limit: limit)
        try expect(UInt64(seed), in: directory)
        let weights = try FileSystem.names(inDirectory: directory).filter { !others.contains($0) }
        #expect(weights.count == [200: 1, 80: 4, 79: 6][limit], "\(weights)")
      }
      for name in others { #expect(FileSystem.exists(FileSystem.join(directory, name))) }
    }
  }

  /// A save that stops before its index is in place has changed nothing that the old index names.
  @Test func theOldStaysUntilTheNewIsThere() throws {
    try TestFiles.withTemporaryDirectory { directory in
      try write(1, to: directory, limit: 80)
      let before = try FileSystem.names(inDirectory: directory)
      var broken = tensors(2, as: .float16)
      broken[4] = StoredTensor(name: "e", shape: [2], type: .float16) { Tensor([1, 70000]) }
      expectError("\"e\"", "70000", "65504") {
        try Checkpoint.write(broken, to: directory, maximumShardSize: 40)
      }
      #expect(try FileSystem.names(inDirectory: directory) == before)
      try expect(1, in: directory)

      // Killed between the new files and their index, over several files and over one.
      let index = try FileSystem.read(FileSystem.join(directory, ModelFile.weightsIndex))
      let first = try FileSystem.read(FileSystem.join(directory, Self.shardName))
      try write(2, to: directory, limit: 80)
      try FileSystem.write(index, to: FileSystem.join(directory, ModelFile.weightsIndex))
      try FileSystem.write(first, to: FileSystem.join(directory, Self.shardName))
      expectError("missing") { _ = try Checkpoint(directory: directory) }
      try write(3, to: directory, limit: 200)
      try write(4, to: directory, limit: 80)
      try expect(4, in: directory)
      #expect(try FileSystem.names(inDirectory: directory).count == 4)
    }
  }

  @Test func infinitiesAndWhatIsNoNumberAreWrittenAsTheyAre() throws {
    let numbers: [Float] = [.infinity, -.infinity, .nan, 65504, -0.0]
    try TestFiles.withTemporaryDirectory { directory in
      for type in ElementType.allCases {
        let tensor = StoredTensor(name: "a", shape: [5], type: type) { Tensor(numbers) }
        try Checkpoint.write([tensor], to: directory, maximumShardSize: 100)
        let read = try Checkpoint(directory: directory)["a"]?.scalars ?? []
        #expect(read[0] == .infinity && read[1] == -.infinity && read[2].isNaN && read[4].sign == .minus)
        #expect(read[3] == (type == .bfloat16 ? 65536 : 65504))
      }
    }
  }

  @Test(arguments: GoldenModelTests.names) func everyPrecisionAndShardSize(name: String) throws {
    let model = try LanguageModel(directory: TestFiles.golden("models/\(name)"))
    try TestFiles.withTemporaryDirectory { directory in
      for (type, limit) in [(ElementType.bfloat16, 1 << 14), (.float16, 1 << 12), (.float32, 1 << 13)] {
        try model.save(to: directory, as: type, maximumShardSize: limit)
        let checkpoint = try Checkpoint(directory: directory)
        #expect(checkpoint.files.count > 2)
        let kept = Set(checkpoint.names.map { checkpoint.type(of: $0) })
        #expect(kept == [["float32": "F32", "bfloat16": "BF16", "float16": "F16"][type.rawValue]!])
        #expect(try JSONReader(file: "\(directory)/config.json").required("torch_dtype") == type.rawValue)
        let read = try LanguageModel(directory: directory)
        for (new, old) in zip(read.parameters, model.parameters) {
          let rounded = Tensor(
            littleEndianBytes: old.value.littleEndianBytes(of: 0..<old.value.count, as: type),
            elementType: type, shape: old.value.shape)
          #expect(bits(new.value.scalars) == bits(rounded.scalars), "\(new.name)")
        }
      }
    }
  }
}
