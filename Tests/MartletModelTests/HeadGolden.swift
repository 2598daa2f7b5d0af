import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// What `make_heads.py` found for the heads of a small random model, whose numbers are computed.
struct HeadGolden {
  static let names = try! FileSystem.names(inDirectory: TestFiles.golden("heads"))
    .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()

  /// One head: its directory, and what it gives.
  struct Case {
    let configuration: JSONObject
    let tensors: [(name: String, shape: [Int])]
    /// For each sequence.
    let results: [[Double]]

    private var isOffset: Bool { configuration["model_type"]?.string?.hasPrefix("gemma") ?? false }

    /// The tensors with their numbers.
    var values: [(String, Tensor)] {
      tensors.map { ($0.name, FamilyGolden.value($0.name, $0.shape, isOffset: isOffset)) }
    }

    /// Writes the directory as `transformers` does, or with other keys or tensors.
    func write(to directory: String, keys: JSONObject? = nil, tensors: [(String, Tensor)]? = nil) throws {
      try FileSystem.createDirectory(directory)
      try FileSystem.write(JSON.object(keys ?? configuration).pretty, to: "\(directory)/config.json")
      try Safetensors.write(tensors ?? values, to: "\(directory)/model.safetensors")
    }

    /// Runs `body` with the directory.
    func withDirectory(_ body: (String) throws -> Void) throws {
      try TestFiles.withTemporaryDirectory { directory in
        try write(to: "\(directory)/model")
        try body("\(directory)/model")
      }
    }

    /// The greatest difference of what a model gives for the sequences.
    func difference(_ found: [[Float]]) -> Double {
      guard found.map(\.count) == results.map(\.count) else { return .infinity }
      let pairs = zip(found.joined(), results.joined())
      return pairs.map { abs(Double($0) - $1) }.max() ?? .infinity
    }
  }

  let sequences: [[Int32]]
  let reward: Case?
  let sequenceClasses: Case?
  let tokenClasses: Case?
  let values: Case

  init(_ name: String) throws {
    let reader = try JSONReader(file: TestFiles.golden("heads/\(name).json"))
    sequences = try reader.required("sequences", as: [[Int]].self).map { $0.map { Int32($0) } }
    let heads = try reader.reader("heads")
    func shapes(_ reader: JSONReader) throws -> [(String, [Int])] {
      try reader.members.keys.map { ($0, try reader.required($0, as: [Int].self)) }
    }
    let (common, trunk) = (try reader.reader("config").members, try shapes(reader.reader("tensors")))
    func head(_ name: String) throws -> Case? {
      guard let head = try heads.optionalReader(name) else { return nil }
      var configuration = common
      for (key, value) in try head.reader("config").members { configuration[key] = value }
      return Case(
        configuration: configuration, tensors: trunk + (try shapes(head.reader("tensors"))),
        results: try head.required("results"))
    }
    (reward, sequenceClasses) = (try head("reward"), try head("sequence_classes"))
    (tokenClasses, values) = (try head("token_classes"), try #require(try head("values")))
  }
}
