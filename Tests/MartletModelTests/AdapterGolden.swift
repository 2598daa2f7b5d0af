import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// What `make_adapters.py` found for a small random change of a small random model, and both, whose numbers are computed.
struct AdapterGolden {
  static let names = try! FileSystem.names(inDirectory: TestFiles.golden("adapters"))
    .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()

  let base: FamilyGolden
  let configuration: JSONObject
  let tensors: [(name: String, tensor: Tensor)]
  let sequences: [[Int32]]
  /// Log-probabilities, or logits of classes.
  let results: [Double]
  let isLanguageModel: Bool
  let gradients: [String: FamilyGolden.Gradient]

  init(_ name: String) throws {
    let reader = try JSONReader(file: TestFiles.golden("adapters/\(name).json"))
    base = try FamilyGolden(try reader.required("base"))
    configuration = try reader.reader("config").members
    let shapes = try reader.reader("tensors")
    tensors = try shapes.members.keys.map { name in
      (name, FamilyGolden.value(name, try shapes.required(name), isOffset: false))
    }
    let readers = try reader.readers("sequences")
    sequences = try readers.map { try $0.required("ids", as: [Int].self).map { Int32($0) } }
    isLanguageModel = readers[0]["log_probabilities"] != nil
    let key = isLanguageModel ? "log_probabilities" : "logits"
    results = try readers.flatMap { try $0.required(key, as: [Double].self) }
    let found = try reader.reader("gradients")
    gradients = try Dictionary(
      uniqueKeysWithValues: found.members.keys.map {
        ($0, try FamilyGolden.Gradient(reading: found.reader($0)))
      })
  }

  /// Runs `body` with the directory of the adapter, beside which the base lies.
  func withDirectory(_ body: (String) throws -> Void) throws {
    try TestFiles.withTemporaryDirectory { directory in
      let (base, adapter) = ("\(directory)/base", "\(directory)/adapter")
      for path in [base, adapter] { try FileSystem.createDirectory(path) }
      try self.base.write(to: base)
      try FileSystem.write(JSON.object(configuration).pretty, to: "\(adapter)/adapter_config.json")
      try Safetensors.write(tensors, to: "\(adapter)/adapter_model.safetensors")
      try body(adapter)
    }
  }

  /// Runs `body` with the adapted model of a directory, whatever its head.
  func withModel(_ directory: String, _ body: any AdapterGoldenBody) throws {
    switch try HeadKind(directory: directory) {
    case .languageModel: try body(Model<LanguageModelHead>(directory: directory))
    case .scalar: try body(Model<ScalarHead>(directory: directory))
    case .sequenceClassifier: try body(Model<SequenceClassifierHead>(directory: directory))
    case .tokenClassifier: try body(Model<TokenClassifierHead>(directory: directory))
    case .value: Issue.record("no golden adapter has a value head")
    }
  }

  /// What a model gives for the sequences.
  func results(of model: Model<some GoldenHead>) -> Tensor {
    model.head.goldenResults(sequences, model.decoder)
  }
}

/// What is done with a golden model, whatever its head.
protocol AdapterGoldenBody {
  func callAsFunction<HeadType: GoldenHead>(_ model: Model<HeadType>) throws
}

/// A head whose results the golden files have.
protocol GoldenHead: StoredHead {
  /// Its results for sequences, one after another.
  func goldenResults(_ sequences: [[Int32]], _ decoder: Decoder) -> Tensor
}

private func states(_ sequences: [[Int32]], _ decoder: Decoder) -> (hidden: Tensor, offsets: [Int32]) {
  let offsets = sequences.reduce(into: [Int32(0)]) { $0.append($0.last! + Int32($1.count)) }
  return (decoder.hiddenStates(of: sequences.flatMap { $0 }, offsets: offsets), offsets)
}

extension LanguageModelHead: GoldenHead {
  func goldenResults(_ sequences: [[Int32]], _ decoder: Decoder) -> Tensor {
    let batch = TokenBatch(sequences)
    return logProbabilities(
      of: batch.targets, decoder.hiddenStates(of: batch.tokens, offsets: batch.offsets))
  }
}

extension ScalarHead: GoldenHead {
  func goldenResults(_ sequences: [[Int32]], _ decoder: Decoder) -> Tensor {
    let (hidden, offsets) = states(sequences, decoder)
    return rewards(hidden, offsets: offsets)
  }
}

extension SequenceClassifierHead: GoldenHead {
  func goldenResults(_ sequences: [[Int32]], _ decoder: Decoder) -> Tensor {
    let (hidden, offsets) = states(sequences, decoder)
    return logits(hidden, offsets: offsets)
  }
}

extension TokenClassifierHead: GoldenHead {
  func goldenResults(_ sequences: [[Int32]], _ decoder: Decoder) -> Tensor {
    logits(states(sequences, decoder).hidden)
  }
}
