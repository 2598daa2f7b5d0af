import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Checkpoints of 16-bit numbers are widened exactly.
@Suite struct NarrowWeightsTests {
  /// Every pattern of 16 bits, as one tensor of a type.
  private func everyPattern(_ type: String) throws -> [Float] {
    let header = #"{"a":{"dtype":"\#(type)","shape":[65536],"data_offsets":[0,131072]}}"#
    let data = (0...UInt16.max).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    var scalars: [Float] = []
    try TestFiles.withTemporaryDirectory { directory in
      let file = "\(directory)/a.safetensors"
      try FileSystem.write(SafetensorsTests.bytes(header, data: 0) + data, to: file)
      scalars = try #require(try Safetensors(file: file)["a"]).scalars
    }
    return scalars
  }

  @Test func everyBfloat16() throws {
    let found = try everyPattern("BF16")
    #expect(bits(found) == (0...UInt16.max).map { UInt32($0) << 16 })
  }

  @Test func everyFloat16() throws {
    let found = try everyPattern("F16")
    for pattern in 0...UInt16.max {
      let (exponent, fraction) = (Int(pattern >> 10 & 31), Double(pattern & 1023))
      let size =
        switch exponent {
        case 0: fraction * 0x1p-24
        case 31: fraction == 0 ? .infinity : Double.nan
        default: (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
        }
      let expected = pattern >> 15 == 1 ? -size : size
      let value = Double(found[Int(pattern)])
      let isSame = expected.isNaN ? value.isNaN : value.bitPattern == expected.bitPattern
      #expect(isSame, "the pattern \(pattern) became \(value), not \(expected)")
    }
  }

  /// A directory whose weights are kept as bfloat16 gives the model of the rounded weights.
  @Test func aModelInBfloat16() throws {
    let golden = TestFiles.golden("models/llama-grouped")
    let stored = try Safetensors(file: "\(golden)/model.safetensors")
    var (header, data, rounded) = (JSONObject(), [UInt8](), [(name: String, tensor: Tensor)]())
    for name in stored.names {
      let tensor = try stored[name]!
      let upper = tensor.scalars.map { UInt16($0.bitPattern >> 16) }
      let start = data.count
      for half in upper { data += [UInt8(truncatingIfNeeded: half), UInt8(half >> 8)] }
      header[name] = [
        "dtype": "BF16", "shape": .array(tensor.shape.map { .integer($0) }),
        "data_offsets": [.integer(start), .integer(data.count)],
      ]
      rounded.append(
        (name, Tensor(upper.map { Float(bitPattern: UInt32($0) << 16) }, shape: tensor.shape)))
    }
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(FileSystem.read("\(golden)/config.json"), to: "\(directory)/config.json")
      let file = "\(directory)/model.safetensors"
      try FileSystem.write(SafetensorsTests.bytes(JSON.object(header).compact, data: 0) + data, to: file)
      let narrow = try LanguageModel(directory: directory)
      try Safetensors.write(rounded, to: file)
      let wide = try LanguageModel(directory: directory)
      for (one, other) in zip(narrow.parameters, wide.parameters) {
        #expect(one.value.littleEndianBytes == other.value.littleEndianBytes, "\(one.name)")
      }
    }
  }
}
