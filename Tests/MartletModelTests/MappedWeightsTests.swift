import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Model files are mapped, and their weights kept as float32 or bfloat16.
@Suite struct MappedWeightsTests {
  private static let families = ["llama-grouped", "llama-tied", "gpt2-tied", "gpt2-untied"]
  private let tokens: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6]

  private func logits(_ model: LanguageModel) -> [UInt32] {
    withoutGradients {
      bits(model.head.logits(model.decoder.hiddenStates(of: tokens, offsets: [0, 5, 8])).scalars)
    }
  }

  /// The golden model with every weight rounded, as a checkpoint of a type.
  private func write(_ family: String, _ type: String, to directory: String, padding: Int = 0) throws {
    let golden = TestFiles.golden("models/\(family)")
    let stored = try Safetensors(file: "\(golden)/model.safetensors")
    var (header, data) = (JSONObject(), [UInt8]())
    for name in stored.names {
      let rounded = try #require(try stored[name]).converted(to: .bfloat16)
      let start = data.count
      if type == "F32" {
        data += rounded.littleEndianBytes
      } else {
        for scalar in rounded.scalars {
          let upper = scalar.bitPattern >> 16
          data += [UInt8(truncatingIfNeeded: upper), UInt8(upper >> 8)]
        }
      }
      header[name] = [
        "dtype": .string(type), "shape": .array(rounded.shape.map { .integer($0) }),
        "data_offsets": [.integer(start), .integer(data.count)],
      ]
    }
    var text = JSON.object(header).compact
    // So that the data starts at a chosen place within eight bytes.
    while text.utf8.count % 8 != padding { text += " " }
    try FileSystem.createDirectory(directory)
    try FileSystem.write(FileSystem.read("\(golden)/config.json"), to: "\(directory)/config.json")
    try FileSystem.write(
      SafetensorsTests.bytes(text, data: 0) + data, to: "\(directory)/model.safetensors")
  }

  @Test(arguments: families) func bfloat16GivesTheBitsOfRoundedFloat32(_ family: String) throws {
    try TestFiles.withTemporaryDirectory { directory in
      try write(family, "F32", to: "\(directory)/wide")
      try write(family, "BF16", to: "\(directory)/narrow")
      let expected = logits(try LanguageModel(directory: "\(directory)/wide"))
      for weights in [nil, WeightFormat.float32, .bfloat16] {
        for kind in ["wide", "narrow"] {
          let model = try LanguageModel(directory: "\(directory)/\(kind)", weights: weights)
          #expect(logits(model) == expected, "\(kind), \(weights?.rawValue ?? "as stored")")
          let isNarrow = weights == .bfloat16 || (weights == nil && kind == "narrow")
          for parameter in model.parameters {
            let isMatrix = parameter.value.shape.count == 2
            let expected: ElementType = isNarrow && isMatrix ? .bfloat16 : .float32
            #expect(parameter.value.elementType == expected, "\(parameter.name)")
          }
        }
      }
      // The golden model's own weights are rounded on the way.
      let golden = TestFiles.golden("models/\(family)")
      #expect(logits(try LanguageModel(directory: golden, weights: .bfloat16)) == expected)
      #expect(logits(try LanguageModel(directory: golden)) != expected)
    }
  }

  @Test(arguments: [0, 1, 2, 4, 7]) func theDataMayStartAnywhere(_ padding: Int) throws {
    try TestFiles.withTemporaryDirectory { directory in
      try write("llama-grouped", "F32", to: "\(directory)/aligned")
      let expected = logits(try LanguageModel(directory: "\(directory)/aligned"))
      for type in ["F32", "BF16"] {
        try write("llama-grouped", type, to: "\(directory)/\(type)", padding: padding)
        let model = try LanguageModel(directory: "\(directory)/\(type)", weights: nil)
        #expect(logits(model) == expected, "\(type)")
      }
    }
  }

  /// What was mapped stays, though the file is replaced and then removed.
  @Test func aModelOutlivesItsFile() throws {
    let golden = TestFiles.golden("models/llama-grouped")
    let expected = logits(try LanguageModel(directory: golden))
    try TestFiles.withTemporaryDirectory { directory in
      let copy = "\(directory)/model"
      try LanguageModel(directory: golden).save(to: copy)
      let model = try LanguageModel(directory: copy)
      try write("llama-grouped", "BF16", to: copy)
      FileSystem.removeDirectory(copy)
      #expect(logits(model) == expected)
    }
  }

  /// Training changes a copy, never the file.
  @Test func whatIsTrainedIsNotTheFile() throws {
    let golden = TestFiles.golden("models/llama-grouped")
    try TestFiles.withTemporaryDirectory { directory in
      try LanguageModel(directory: golden).save(to: directory)
      let file = "\(directory)/model.safetensors"
      let before = try FileSystem.read(file)
      let model = try LanguageModel(directory: directory)
      let step = AdamWStep(
        learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, decay: 0, step: 1, gradientScale: 1)
      for parameter in model.parameters {
        var (mean, variance) = (Tensor.zeros(parameter.value.shape), Tensor.zeros(parameter.value.shape))
        let old = parameter.value
        parameter.update(
          step, gradient: .filled(with: 1, shape: parameter.value.shape), mean: &mean, variance: &variance)
        #expect(parameter.value.scalars != old.scalars)
      }
      #expect(try FileSystem.read(file) == before)
      #expect(logits(try LanguageModel(directory: directory)) == logits(try LanguageModel(directory: golden)))
    }
  }

  @Test func aNarrowModelIsSavedAsFloat32() throws {
    try TestFiles.withTemporaryDirectory { directory in
      try write("gpt2-tied", "BF16", to: "\(directory)/narrow")
      let narrow = try LanguageModel(directory: "\(directory)/narrow", weights: nil)
      try narrow.save(to: "\(directory)/saved")
      let saved = try LanguageModel(directory: "\(directory)/saved", weights: nil)
      #expect(saved.parameters.allSatisfy { $0.value.elementType == .float32 })
      #expect(logits(saved) == logits(narrow))
    }
  }

  @Test func onlyPlainFilesAreMapped() throws {
    try TestFiles.withTemporaryDirectory { directory in
      expectError("/dev/null: it is a pipe or a device") { _ = try Safetensors(file: "/dev/null") }
      expectError("cannot read \(directory): it is a directory") { _ = try Safetensors(file: directory) }
      expectError("none.safetensors: it does not exist") {
        _ = try Safetensors(file: "\(directory)/none.safetensors")
      }
    }
  }
}
