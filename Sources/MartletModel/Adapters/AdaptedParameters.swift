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

/// A model's parameters, and changes of some of its products.
final class AdaptedParameters: ParameterSource {
  private let existing: ExistingParameters
  private let changes: any ParameterSource
  /// The module of each product that is changed, and how.
  private let places: [String: (module: AdaptedModule, adaptation: LowRankAdaptation)]
  /// The parameters of changes so far, of which products of one module share some.
  private var made: [String: Parameter] = [:]

  /// - Parameters:
  ///   - parameters: those of the decoder.
  ///   - modules: those that are changed, and how.
  ///   - changes: where the parameters of the changes come from.
  init(
    _ parameters: [Parameter], changing modules: [(AdaptedModule, LowRankAdaptation)],
    from changes: some ParameterSource
  ) {
    existing = ExistingParameters(parameters)
    self.changes = changes
    places = Dictionary(
      uniqueKeysWithValues: modules.flatMap { module, adaptation in
        module.products.map { ($0, (module, adaptation)) }
      })
  }

  func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
    existing.parameter(name, shape: shape, initially: initially)
  }

  func adapter(_ path: String, of weight: Parameter) -> LowRankAdapter? {
    guard let (module, adaptation) = places[path] else { return nil }
    return LowRankAdapter(path, of: module, adapting: weight, adaptation) { name, shape, initially in
      if let parameter = made[name] { return parameter }
      let parameter = changes.parameter(name, shape: shape, initially: initially)
      made[name] = parameter
      return parameter
    }
  }
}
