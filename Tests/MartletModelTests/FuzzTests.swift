import MartletTensor
import MartletText
import Testing

@testable import MartletModel

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Damaged files get one sentence, or are still what they say: never a trap, a hang or memory without bound.
///
/// A few hundred inputs each here; `Scripts/fuzz_files.sh` tries as many as one likes.
@Suite struct FuzzTests {
  private static func setting(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }
  /// The number of inputs of each kind.
  private static let count = setting("MARTLET_FUZZ") ?? 300
  private static let seed = setting("MARTLET_FUZZ_SEED") ?? 1

  /// Tries `body` on damaged forms of some bytes.
  private func fuzz(
    _ what: String, _ originals: [[UInt8]], _ body: (_ bytes: [UInt8], _ original: Int) throws -> Void
  ) {
    var accepted = 0
    for number in 0..<Self.count {
      let original = Int(number) % originals.count
      var mutation = Mutation(number, seed: Self.seed)
      let bytes = mutation.applied(to: originals[original])
      do {
        try body(bytes, original)
        accepted += 1
      } catch let error as MartletError {
        #expect(!error.message.contains("\n") && !error.message.isEmpty, "\(what) \(number): \(error)")
      } catch {
        Issue.record("\(what) \(number): an error of another kind: \(error)")
      }
    }
    print("\(what): \(Self.count) damaged inputs tried, \(accepted) of them accepted")
    // Some damage does no harm, and most does.
    #expect(accepted < Self.count)
  }

  /// Writes at once, without waiting for the disk.
  private func write(_ bytes: [UInt8], to file: String) throws {
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    defer { close(descriptor) }
    let written = bytes.withUnsafeBytes { systemWrite(descriptor, $0.baseAddress, $0.count) }
    guard descriptor >= 0, written == bytes.count else { throw MartletError("cannot write \(file)") }
  }

  /// Reads every tensor of a checkpoint.
  private func readAll(_ checkpoint: Checkpoint) throws {
    for name in checkpoint.names {
      #expect(checkpoint.bytes(of: name)?.count == checkpoint.byteCount(of: name))
      if ["F32", "BF16", "F16"].contains(checkpoint.type(of: name)) {
        let tensor = try checkpoint[name]
        #expect(tensor?.scalars.count == checkpoint.shape(of: name)?.reduce(1, *))
      }
    }
  }

  @Test(arguments: ["qwen2-rslora", "gpt2-classes"]) func damagedAdapters(name: String)
    throws
  {
    try AdapterGolden(name).withDirectory { directory in
      for file in ["adapter_config.json", "adapter_model.safetensors"] {
        let path = "\(directory)/\(file)"
        let original = try FileSystem.read(path)
        fuzz("\(name), \(file)", [original]) { bytes, _ in
          try write(bytes, to: path)
          _ = try ModelDirectory.model(directory)
          _ = try AdapterSummary(directory: directory)
        }
        try write(original, to: path)
      }
    }
  }

  @Test func damagedTensors() throws {
    let header =
      #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},"b":{"dtype":"BF16","#
      + #""shape":[4],"data_offsets":[24,32]},"c":{"dtype":"F16","shape":[],"data_offsets":[32,34]},"d":{"dtype":"U8","#
      + #""shape":[0,5],"data_offsets":[34,34]},"e":{"dtype":"BOOL","shape":[2],"data_offsets":[34,36]}}"#
    let file = SafetensorsTests.bytes(header, data: 36)
    try TestFiles.withTemporaryDirectory { directory in
      fuzz("safetensors", [file]) { bytes, _ in
        try write(bytes, to: "\(directory)/t.safetensors")
        try readAll(Checkpoint(file: "\(directory)/t.safetensors"))
      }
    }
  }

  @Test func damagedIndices() throws {
    try TestFiles.withTemporaryDirectory { directory in
      let tensors = (0..<4).map { number in
        StoredTensor(name: "t.\(number)", shape: [2], type: .float32) { Tensor([1, 2], shape: [2]) }
      }
      try Checkpoint.write(tensors, to: directory, maximumShardSize: 16)
      let index = "\(directory)/\(ModelFile.weightsIndex)"
      fuzz("index", [try FileSystem.read(index)]) { bytes, _ in
        try write(bytes, to: index)
        try readAll(Checkpoint(directory: directory))
      }
    }
  }

  /// Every family's `config.json`, with the weights of the undamaged one; what is accepted must also compute.
  @Test func damagedConfigurations() throws {
    try TestFiles.withTemporaryDirectory { directory in
      var originals: [[UInt8]] = []
      for (number, family) in Architectures.all.enumerated() {
        let sizes = DecoderSizes(vocabulary: 40, context: 24, width: 16, layers: 2, heads: 2)
        let model = LanguageModel(
          family.configuration(sizes), architecture: family, from: RandomParameters(seed: 1))
        try model.save(to: "\(directory)/\(number)")
        originals.append(try FileSystem.read("\(directory)/\(number)/config.json"))
      }
      fuzz("config.json", originals) { bytes, number in
        try write(bytes, to: "\(directory)/\(number)/config.json")
        let model = try LanguageModel(directory: "\(directory)/\(number)")
        let tokens = (0..<Int32(min(4, model.configuration.context))).map {
          $0 % Int32(model.configuration.vocabulary)
        }
        let hidden = model.decoder.hiddenStates(of: tokens, offsets: [0, Int32(tokens.count)])
        #expect(model.head.logits(hidden).shape == [tokens.count, 40])
      }
    }
  }

  /// The `config.json` and the tensors' header of a model under each head; what is accepted is written as it was read.
  @Test func damagedHeads() throws {
    try TestFiles.withTemporaryDirectory { directory in
      let sizes = DecoderSizes(vocabulary: 20, context: 8, width: 8, layers: 1, heads: 1)
      let model = LanguageModel(
        Llama.configuration(sizes), architecture: Llama.self, from: RandomParameters(seed: 1))
      let labels = ClassLabels(["a", "ä\n", "\""], problem: .singleLabel)
      func save(_ number: Int, _ head: some StoredHead) throws {
        try model.replacingHead(with: head).save(to: "\(directory)/\(number)")
      }
      try save(0, ScalarHead(width: 8, seed: 1))
      try save(1, SequenceClassifierHead(width: 8, labels: labels, seed: 1))
      try save(2, TokenClassifierHead(width: 8, labels: labels, seed: 1))
      try save(3, JointHead(model.head, ValueHead(width: 8, seed: 1)))
      func check<Stored: StoredModel>(_ model: Stored, _ number: Int) throws {
        let kind = try HeadKind(directory: "\(directory)/\(number)")
        #expect(kind == model.form.kind && model.parameters.allSatisfy { $0.value.count > 0 })
        try FileSystem.createDirectory("\(directory)/saved")
        try write(Array(JSON.object(model.form.keys).pretty.utf8), to: "\(directory)/saved/keys.json")
        guard let labels = model.form.labels else { return }
        var keys = try JSONReader(file: "\(directory)/saved/keys.json").members
        let suffix =
          kind == .tokenClassifier(classes: labels.names.count) ? HeadForm.ofTokens : HeadForm.ofSequences
        keys["architectures"] = [.string("Llama" + suffix)]
        let again = try HeadForm(reading: JSONReader(.object(keys), file: "keys.json")) { _ in true }
        #expect(again == model.form)
      }
      for name in [ModelFile.configuration, ModelFile.weights] {
        let originals = try (0..<4).map { try FileSystem.read("\(directory)/\($0)/\(name)") }
        // Of the tensors their header.
        let sizes = originals.map { bytes in
          name == ModelFile.weights
            ? 8 + Int(bytes[0]) + Int(bytes[1]) << 8 + Int(bytes[2]) << 16 : bytes.count
        }
        fuzz("heads' \(name)", zip(originals, sizes).map { Array($0.prefix($1)) }) { bytes, number in
          defer { try? write(originals[number], to: "\(directory)/\(number)/\(name)") }
          try write(bytes + originals[number].dropFirst(sizes[number]), to: "\(directory)/\(number)/\(name)")
          try check(ModelDirectory.model("\(directory)/\(number)"), number)
        }
      }
    }
  }

  @Test func damagedCheckpointsOfLlama2C() throws {
    try TestFiles.withTemporaryDirectory { directory in
      let originals = [0, 1].map { Llama2CTests.file(Llama2CTests.model(isTied: true), version: $0) }
      // Its header is most of what there is to damage.
      let file = "\(directory)/model.bin"
      fuzz("llama2.c", originals.map { Array($0.prefix(64)) }) { bytes, version in
        try write(bytes + originals[version].dropFirst(64), to: file)
        _ = try Llama2CCheckpoint(file: file).model
      }
    }
  }
}

/// The system's `write`, which is hidden inside the suite.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  count == 0 ? 0 : write(descriptor, bytes, count)
}
