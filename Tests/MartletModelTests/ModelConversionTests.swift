import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// A model's directory written anew.
@Suite struct ModelConversionTests {
  private func withSource(
    _ name: String = "llama-tied", _ body: (_ source: String, _ target: String) throws -> Void
  ) throws {
    try TestFiles.withTemporaryDirectory { directory in
      let source = "\(directory)/source"
      try FileSystem.createDirectory(source)
      for file in ["config.json", "model.safetensors"] {
        try FileSystem.write(
          FileSystem.read(TestFiles.golden("models/\(name)/\(file)")), to: "\(source)/\(file)")
      }
      try body(source, "\(directory)/target")
    }
  }

  @Test(arguments: GoldenModelTests.names) func thereAndBackIsTheSameTensors(name: String) throws {
    try withSource(name) { source, target in
      var conversion = ModelConversion()
      conversion.maximumShardSize = 1 << 13
      try conversion.convert(source, to: target)
      #expect(!FileSystem.exists("\(target)/model.safetensors"))
      try ModelConversion().convert(target, to: "\(target)-back")
      let (before, after) = (try Checkpoint(directory: source), try Checkpoint(directory: "\(target)-back"))
      #expect(after.files.count == 1 && after.names == before.names)
      for tensor in before.names { #expect(after.bytes(of: tensor) == before.bytes(of: tensor), "\(tensor)") }
    }
  }

  /// Without a precision, each tensor keeps its own.
  @Test func typesAreKept() throws {
    try withSource { source, target in
      let model = try LanguageModel(directory: source)
      func type(_ name: String) -> ElementType {
        name.contains("norm") ? .float32 : name.contains("mlp") ? .float16 : .bfloat16
      }
      try model.save(to: source, types: type, maximumShardSize: 1 << 30)
      try ModelConversion().convert(source, to: target)
      let (before, after) = (try Checkpoint(directory: source), try Checkpoint(directory: target))
      for tensor in before.names {
        #expect(after.type(of: tensor) == before.type(of: tensor), "\(tensor)")
        #expect(after.bytes(of: tensor) == before.bytes(of: tensor), "\(tensor)")
      }
      var conversion = ModelConversion()
      conversion.precision = .bfloat16
      try conversion.convert(source, to: "\(target)-narrow")
      #expect(try Checkpoint(directory: "\(target)-narrow").mainType == .bfloat16)
      #expect(
        try JSONReader(file: "\(target)-narrow/config.json").required("torch_dtype") == "bfloat16")
    }
  }

  @Test func whatBelongsToTheModelComesAlong() throws {
    try withSource { source, target in
      var keys = try JSONReader(file: "\(source)/config.json").members
      keys["dtype"] = "float16"
      keys["eos_token_id"] = [0, 5]
      keys["_name_or_path"] = "somebody/something"
      try FileSystem.write(JSON.object(keys).pretty, to: "\(source)/config.json")
      let companions = [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja",
        "generation_config.json", "tokenizer.model",
      ]
      for name in companions { try FileSystem.write("of \(name)", to: "\(source)/\(name)") }
      try FileSystem.createDirectory("\(source)/additional_chat_templates")
      try FileSystem.write("tools", to: "\(source)/additional_chat_templates/tools.jinja")
      try FileSystem.write("weights of another kind", to: "\(source)/pytorch_model.bin")
      try FileSystem.createDirectory(target)
      try ModelConversion().convert(source, to: target + "/")
      #expect(
        try FileSystem.names(inDirectory: target)
          == (companions + ["additional_chat_templates", "config.json", "model.safetensors"]).sorted())
      for name in companions { #expect(try FileSystem.readText("\(target)/\(name)") == "of \(name)") }
      #expect(try FileSystem.readText("\(target)/additional_chat_templates/tools.jinja") == "tools")
      let written = try JSONReader(file: "\(target)/config.json").members
      #expect(written["_name_or_path"] == "somebody/something" && written["eos_token_id"] == [0, 5])
      #expect(written["dtype"] == nil)
      #expect(written["torch_dtype"] == "float32")
    }
  }

  @Test func nothingIsLeftOfWhatFails() throws {
    try withSource { source, target in
      let directory = FileSystem.directory(of: target)
      expectError(source, "not empty") { try ModelConversion().convert(source, to: source) }
      try FileSystem.write("", to: target)
      expectError(target, "a file is there") { try ModelConversion().convert(source, to: target) }
      try FileSystem.removeFile(target)
      expectError("none", "no such directory") {
        try ModelConversion().convert("\(directory)/none", to: target)
      }
      var conversion = ModelConversion()
      conversion.tokenizer = "x"
      expectError("--tokenizer") { try conversion.convert(source, to: target) }
      conversion.tokenizer = nil
      conversion.precision = .float16
      let large: [(String, Tensor)] = try Checkpoint(directory: source).names.map { name in
        let tensor = try Checkpoint(directory: source)[name]!
        return (
          name, name.hasSuffix("norm.weight") ? tensor + .filled(with: 1e6, shape: tensor.shape) : tensor
        )
      }
      try Safetensors.write(large.map { (name: $0.0, tensor: $0.1) }, to: "\(source)/model.safetensors")
      expectError("norm.weight", "65504") { try conversion.convert(source, to: target) }
      #expect(try FileSystem.names(inDirectory: directory) == ["source"])
    }
  }
}
