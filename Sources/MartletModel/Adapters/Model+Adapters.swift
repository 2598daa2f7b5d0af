import MartletTensor

extension Model {
  /// The model with a new change of low rank at each chosen product of its decoder.
  ///
  /// It shares this model's parameters, which no longer train; the changes do, and so does what the head has of its own.
  /// At first it gives what this model gives.
  ///
  /// - Parameter seed: what the changes' numbers are a function of.
  public func adapted(by adaptation: LowRankAdaptation, seed: UInt64) -> Model {
    if let problem = adaptation.problem { preconditionFailure("Model.adapted: \(problem)") }
    for parameter in decoder.parameters { parameter.isTrainable = false }
    let source = AdaptedParameters(decoder.parameters, adaptation, seed: seed)
    return Model(decoder: Decoder(configuration, from: source), head: head, architecture: architecture)
  }

  /// Whether any product is changed by an adapter.
  public var isAdapted: Bool { !decoder.adapters.isEmpty }

  /// The model whose weights hold the changes, and which has no adapters: the same results but for rounding.
  ///
  /// Every parameter trains again; this model's own are left alone.
  public func mergingAdapters() -> Model {
    let adapters = decoder.adapters
    let merged = decoder.parameters.filter { !$0.name.contains(".adapter.") }.map { parameter in
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
