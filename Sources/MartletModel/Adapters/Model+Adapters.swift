import MartletTensor

extension Model {
  /// The model with a new change of low rank at each chosen product of its decoder.
  ///
  /// It shares this model's parameters. Those of the decoder no longer train, nor does the head of a language model; the
  /// changes do, and so does a head of another kind. At first it gives what this model gives.
  ///
  /// Products that the family's files hold in one module (GPT-2's queries, keys and values) share the matrix A, as they do
  /// in `peft`.
  ///
  /// - Precondition: ``LowRankAdaptation/problem(of:)`` finds none.
  /// - Parameter seed: what the changes' numbers are a function of.
  public func adapted(by adaptation: LowRankAdaptation, seed: UInt64) -> Model {
    if let problem = adaptation.problem(of: self) { preconditionFailure("Model.adapted: \(problem)") }
    let modules = AdaptedModule.all(of: configuration, architecture).filter(adaptation.changes)
    return adapted(at: modules.map { ($0, adaptation) }, from: RandomParameters(seed: seed))
  }

  /// The model with changes of some modules, whose parameters come from a source.
  ///
  /// - Parameters:
  ///   - own: the decoder's parameters.
  ///   - head: the head over them.
  func adapted(
    at modules: [(AdaptedModule, LowRankAdaptation)], from source: some ParameterSource,
    decoder own: [Parameter]? = nil, head: HeadType? = nil
  ) -> Model {
    let (own, head) = (own ?? decoder.parameters, head ?? self.head)
    for parameter in own { parameter.isTrainable = false }
    let besides = Set(head.parametersBesideAdapters.map { ObjectIdentifier($0) })
    for parameter in head.parameters where !besides.contains(ObjectIdentifier(parameter)) {
      parameter.isTrainable = false
    }
    let source = AdaptedParameters(own, changing: modules, from: source)
    let decoder = Decoder(configuration, from: source)
    let isNewTable = decoder.tokenEmbedding !== self.decoder.tokenEmbedding
    return Model(
      decoder: decoder, head: isNewTable ? head.moved(to: decoder) : head, architecture: architecture)
  }

  /// Whether any product is changed by an adapter.
  public var isAdapted: Bool { !decoder.adapters.isEmpty }

  /// The model whose weights hold the changes, and which has no adapters: the same results but for rounding.
  ///
  /// Every parameter trains again; this model's own are left alone.
  public func mergingAdapters() -> Model {
    let adapters = decoder.adapters
    let merged = decoder.parameters.filter { !$0.name.contains(AdaptedModule.nameMark) }.map { parameter in
      let change = adapters.first { $0.weight === parameter }
      return Parameter(parameter.name, change?.adapter.mergedWeight(parameter) ?? parameter.value)
    }
    let decoder = Decoder(configuration, from: ExistingParameters(merged))
    return Model(decoder: decoder, head: head.moved(to: decoder), architecture: architecture)
  }
}

extension Decoder {
  /// The products that are changed.
  var adapters: [(weight: Parameter, adapter: LowRankAdapter)] {
    blocks.flatMap(\.products).compactMap { product in product.adapter.map { (product.weight, $0) } }
  }
}
