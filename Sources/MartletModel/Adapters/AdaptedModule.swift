/// A module of `transformers` that adapters of low rank can change: it holds one matrix product of a decoder, or several
/// side by side (GPT-2's `c_attn`, Phi-3's `gate_up_proj`).
///
/// Several products of one module have one matrix A in common, and each has its rows of B, as in `peft`, where the module
/// is a single product.
struct AdaptedModule {
  /// Its path in `transformers`, such as `model.layers.0.self_attn.q_proj`.
  let name: String
  /// The paths of its products in the decoder.
  let products: [String]
  /// How the rows of its products lie in its own.
  let layout: CheckpointWeight.Layout

  /// The name of its products together: "blocks.0.attention.query", or "blocks.0.attention.queryKeyValue".
  var path: String {
    let names = products.map(Self.lastPart)
    let joined = names.dropFirst().reduce(names[0]) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    return products[0].dropLast(names[0].count) + joined
  }

  /// What its products are called within a block: "query", "up".
  var layers: [String] { products.map(Self.lastPart) }

  /// Whether `transformers` keeps its weight as `[inputs, outputs]`, as GPT-2 does.
  var isTransposed: Bool { if case .transposed = layout { true } else { false } }

  /// The block it belongs to.
  var block: Int { Int(products[0].split(separator: ".")[1]) ?? 0 }

  /// The modules of a decoder that can be changed: not those of experts, whose tokens are grouped.
  static func all(of configuration: DecoderConfiguration, _ architecture: any Architecture.Type) -> [Self] {
    let ending = ".weight"
    return architecture.weights(of: configuration).compactMap { weight in
      let products = weight.parameters.filter { $0.hasSuffix(ending) }.map {
        String($0.dropLast(ending.count))
      }
      let isKnown = products.allSatisfy { path in
        path.hasPrefix("blocks.") && !path.contains(".experts.")
          && LowRankAdaptation.allLayers.contains(lastPart(path))
      }
      guard isKnown, !products.isEmpty, weight.name.hasSuffix(ending) else { return nil }
      return Self(name: String(weight.name.dropLast(ending.count)), products: products, layout: weight.layout)
    }
  }

  /// What the names of all parameters of changes hold, and no others.
  static let nameMark = ".adapter."

  /// The name of the parameter A.
  var downName: String { path + Self.nameMark + "down" }

  /// The name of a product's parameter B.
  static func upName(_ product: String) -> String { product + nameMark + "up" }

  /// The name of a product's magnitudes.
  static func magnitudeName(_ product: String) -> String { product + nameMark + "magnitude" }

  /// How a tensor lies whose rows are those of the module's results: B or the magnitude.
  func rows(_ name: String, of parameters: [String]) -> CheckpointWeight {
    CheckpointWeight(name, parameters, layout: isTransposed ? .same : layout)
  }

  private static func lastPart(_ path: String) -> String {
    String(path[path.index(after: path.lastIndex(of: ".")!)...])
  }
}

extension LowRankAdaptation {
  /// Why a model can't be adapted so, as one sentence; nil when it can.
  ///
  /// Products that its family keeps in one module are changed together or not at all, and experts are left as they are.
  public func problem(of model: Model<some Head>) -> String? {
    if let problem { return problem }
    if model.isAdapted { return "the model has adapters already; merge them first" }
    let modules = AdaptedModule.all(of: model.configuration, model.architecture)
    for module in modules {
      let chosen = module.layers.filter(layers.contains)
      if !chosen.isEmpty, chosen.count < module.layers.count {
        return "\(model.architecture.name) models hold \(Self.listed(module.layers)) in one module, "
          + "\"\(module.name.split(separator: ".").last ?? "")\"; choose all of them or none, not "
          + "\(Self.listed(chosen)) alone"
      }
    }
    let count = model.configuration.layers
    if let unknown = blocks?.sorted().first(where: { $0 < 0 || $0 >= count }) {
      return "there is no block \(unknown); the model has the blocks 0 to \(count - 1)"
    }
    if !modules.contains(where: changes), modules.contains(where: { layers.isSuperset(of: $0.layers) }) {
      return "no chosen block has a layer \(layers.sorted().joined(separator: " or ")) that adapters change; "
        + "experts are not changed"
    }
    let known = Self.allLayers.filter { layer in modules.contains { $0.layers.contains(layer) } }
    if layers.isDisjoint(with: known) {
      let experts =
        model.configuration.expertLayers > 0 ? "; experts are not changed by adapters" : ""
      return "the model has no layer \(layers.sorted().joined(separator: " or ")); choose from "
        + "\(known.joined(separator: ", "))\(experts)"
    }
    return nil
  }

  /// Whether a module is changed.
  func changes(_ module: AdaptedModule) -> Bool {
    layers.isSuperset(of: module.layers) && blocks?.contains(module.block) ?? true
  }

  private static func listed(_ names: [String]) -> String {
    names.count < 2 ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + names.last!
  }
}
