import MartletTensor

/// Parameters that exist already, by their paths.
///
/// A decoder or head made from them is another view of the same weights.
struct ExistingParameters: ParameterSource {
  private let byName: [String: Parameter]

  init(_ parameters: [Parameter]) {
    byName = Dictionary(parameters.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
    guard let parameter = byName[name] else { preconditionFailure("ExistingParameters: there is no \(name)") }
    precondition(
      parameter.value.shape == shape, "ExistingParameters: \(name) is \(parameter.value.shape), not \(shape)")
    return parameter
  }
}

/// A model's parameters, which stay as they are, and new changes of the chosen products, which are trained.
struct AdaptedParameters: ParameterSource {
  private let existing: ExistingParameters
  private let adaptation: LowRankAdaptation
  private let new: RandomParameters

  init(_ parameters: [Parameter], _ adaptation: LowRankAdaptation, seed: UInt64) {
    existing = ExistingParameters(parameters)
    new = RandomParameters(seed: seed)
    self.adaptation = adaptation
  }

  func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
    existing.parameter(name, shape: shape, initially: initially)
  }

  func adapter(_ path: String, of weight: Parameter) -> LowRankAdapter? {
    let name = path.split(separator: ".").last.map(String.init) ?? path
    guard adaptation.layers.contains(name) else { return nil }
    return LowRankAdapter(path, adapting: weight, adaptation, from: new)
  }
}
