import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// What `make_families.py` found for a small random model, and the model itself, whose numbers are computed.
struct FamilyGolden {
  static let names = try! FileSystem.names(inDirectory: TestFiles.golden("families"))
    .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()

  struct Gradient {
    let norm: Double
    let projections: [Double]
  }

  let configuration: JSONObject
  let shapes: [(name: String, shape: [Int])]
  let sequences: [[Int32]]
  let logProbabilities: [Double]
  let loss: Double
  /// Of mixtures of experts.
  let balancingLoss: Double?
  let gradients: [String: Gradient]

  init(_ name: String) throws {
    let reader = try JSONReader(file: TestFiles.golden("families/\(name).json"))
    configuration = try reader.reader("config").members
    let tensors = try reader.reader("tensors")
    shapes = try tensors.members.keys.map { ($0, try tensors.required($0, as: [Int].self)) }
    let readers = try reader.readers("sequences")
    sequences = try readers.map { try $0.required("ids", as: [Int].self).map { Int32($0) } }
    logProbabilities = try readers.flatMap { try $0.required("log_probabilities", as: [Double].self) }
    loss = try reader.required("loss")
    balancingLoss = try reader.optional("balancing_loss")
    let found = try reader.reader("gradients")
    var gradients: [String: Gradient] = [:]
    for key in found.members.keys {
      gradients[key] = try Gradient(reading: found.reader(key))
    }
    self.gradients = gradients
  }

  /// Writes the model's directory as `transformers` does.
  func write(to directory: String) throws {
    try FileSystem.write(JSON.object(configuration).pretty, to: "\(directory)/config.json")
    let isOffset = configuration["model_type"]?.string?.hasPrefix("gemma") ?? false
    try Safetensors.write(
      shapes.map { ($0.name, Self.value($0.name, $0.shape, isOffset: isOffset)) },
      to: "\(directory)/model.safetensors")
  }

  /// Runs `body` with the model's directory.
  func withDirectory(_ body: (String) throws -> Void) throws {
    try TestFiles.withTemporaryDirectory { directory in
      try write(to: directory)
      try body(directory)
    }
  }

  /// FNV-1a of the name's bytes, in 64 bits.
  private static func hashed(_ name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }

  /// Numbers from -1 to 1, multiples of 2^-23: SplitMix64 started by the name.
  static func uniform(_ name: String, count: Int) -> [Float] {
    let start = hashed(name)
    return (0..<UInt64(count)).map { index in
      var state = start &+ (index + 1) &* 0x9e37_79b9_7f4a_7c15
      state = (state ^ state >> 30) &* 0xbf58_476d_1ce4_e5b9
      state = (state ^ state >> 27) &* 0x94d0_49bb_1331_11eb
      state ^= state >> 31
      return Float(Int(state >> 40) - 1 << 23) / Float(1 << 23)
    }
  }

  /// A tensor of the model; see the script.
  static func value(_ name: String, _ shape: [Int], isOffset: Bool) -> Tensor {
    let numbers = uniform(name, count: shape.reduce(1, *))
    let scaled: [Float] =
      if shape.count > 1 {
        numbers.map { $0 * 0.35 }
      } else if name.hasSuffix(".bias") {
        numbers.map { $0 * 0.25 }
      } else {
        numbers.map { $0 * 0.25 + (isOffset ? 0 : 1) }
      }
    return Tensor(scaled, shape: shape)
  }

  /// How far a gradient is from the one that was found, divided by its norm; see ``Gradient/distance(_:from:)``.
  func distance(_ gradient: [Float], from name: String) throws -> Double {
    try #require(gradients[name]).distance(gradient, from: name)
  }
}

extension FamilyGolden.Gradient {
  init(reading reader: JSONReader) throws {
    self.init(norm: try reader.required("norm"), projections: try reader.required("projections"))
  }

  /// How far a gradient is from the one that was found, divided by its norm: estimated from what both are along
  /// random directions, of which eight miss a tenth of the distance once in a million times.
  func distance(_ gradient: [Float], from name: String) -> Double {
    let squares = projections.enumerated().map { number, projection in
      let direction = FamilyGolden.uniform("direction \(number) of \(name)", count: gradient.count)
      let found = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      return (found - projection) * (found - projection)
    }
    // A direction's element has the variance 1/3.
    let distance = (3 * squares.reduce(0, +) / Double(squares.count)).squareRoot()
    return distance / max(norm, .leastNormalMagnitude)
  }
}
