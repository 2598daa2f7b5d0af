import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// What is loaded is saved as it was, and the other way round.
@Suite struct RoundTripTests {
  /// The same tensors to the bit, and the keys of `config.json` that both files have say the same.
  @Test(arguments: GoldenModelTests.names) func aLoadedModelIsSavedAsItWas(name: String) throws {
    let golden = TestFiles.golden("models/\(name)")
    let model = try LanguageModel(directory: golden)
    try TestFiles.withTemporaryDirectory { directory in
      try model.save(to: directory)
      let before = try Safetensors(file: "\(golden)/model.safetensors")
      let after = try Safetensors(file: "\(directory)/model.safetensors")
      #expect(after.names == before.names)
      for tensor in before.names {
        #expect(after.shape(of: tensor) == before.shape(of: tensor))
        let (written, read) = (try after[tensor], try before[tensor])
        #expect(written?.littleEndianBytes == read?.littleEndianBytes, "\(tensor)")
      }
      #expect(after.metadata == ["format": "pt"])

      let (old, new) = (
        try JSONReader(file: "\(golden)/config.json"), try JSONReader(file: "\(directory)/config.json")
      )
      for key in old.members.keys where key != "n_inner" && new.members.keys.contains(key) {
        #expect(new[key]?.double == old[key]?.double && new[key]?.string == old[key]?.string, "\(key)")
        #expect(new[key]?.bool == old[key]?.bool, "\(key)")
      }
      let needed = [
        "model_type", "architectures", "vocab_size", "tie_word_embeddings", "bos_token_id", "eos_token_id",
        "pad_token_id",
      ]
      #expect(Set(needed).isSubset(of: new.members.keys))
      let again = try LanguageModel(directory: directory)
      #expect(again.configuration == model.configuration)
      #expect(again.architecture.name == model.architecture.name)
    }
  }

  @Test(arguments: TestModels.forms) func aSavedModelIsLoadedAsItWasAndSavedAgainAsTheSameBytes(
    form: TestModels.Form
  ) throws {
    let model = form.model()
    try TestFiles.withTemporaryDirectory { directory in
      try model.save(to: directory)
      let files = ["config.json", "model.safetensors"].map { "\(directory)/\($0)" }
      let before = try files.map { try FileSystem.read($0) }
      let loaded = try LanguageModel(directory: directory)
      #expect(loaded.configuration == model.configuration)
      #expect(loaded.parameters.map(\.name) == model.parameters.map(\.name))
      for (new, old) in zip(loaded.parameters, model.parameters) {
        #expect(new.value.shape == old.value.shape)
        #expect(new.value.littleEndianBytes == old.value.littleEndianBytes, "\(new.name)")
      }
      try loaded.save(to: directory)
      #expect(try files.map { try FileSystem.read($0) } == before)
      #expect(try FileSystem.names(inDirectory: directory) == ["config.json", "model.safetensors"])
    }
  }

  /// GPT-2's original files name the trunk's tensors without their prefix.
  @Test func originalNamesOfGPT2() throws {
    let golden = TestFiles.golden("models/gpt2-tied")
    let stored = try Safetensors(file: "\(golden)/model.safetensors")
    try TestFiles.withTemporaryDirectory { directory in
      try FileSystem.write(FileSystem.read("\(golden)/config.json"), to: "\(directory)/config.json")
      let prefix = "transformer."
      let tensors = try stored.names.map { (String($0.dropFirst(prefix.count)), try stored[$0]!) }
      try Safetensors.write(tensors, to: "\(directory)/model.safetensors")
      let (found, expected) = (try LanguageModel(directory: directory), try LanguageModel(directory: golden))
      for (new, old) in zip(found.parameters, expected.parameters) {
        #expect(new.value.littleEndianBytes == old.value.littleEndianBytes, "\(new.name)")
      }
    }
  }
}

#if os(Linux) || os(macOS)
  extension RoundTripTests {
    /// No family here has a key for a window, so a model with one would be loaded as another.
    @Test func aModelThatItsFamilyCannotSayIsNotSaved() async {
      await #expect(processExitsWith: .failure) {
        var configuration = TestModels.forms[0].configuration
        configuration.layerPattern[0].window = 9
        let model = LanguageModel(configuration, architecture: GPT2.self, from: RandomParameters(seed: 1))
        // The check comes before anything is written; without it, this error is all there is.
        try? model.save(to: "/proc/none")
      }
    }
  }
#endif
