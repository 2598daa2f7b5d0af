import MartletText

/// What there is to know of an adapter's directory without its base.
public struct AdapterSummary: Sendable {
  /// A module that is changed.
  public struct Module: Sendable {
    /// Its path in `transformers`.
    public let name: String
    /// r.
    public let rank: Int
    /// What its change is multiplied by: α / r, or α / √r.
    public let scale: Float
    /// The number of scalars of its change.
    public let parameterCount: Int
  }

  /// The path or the name of the model that is adapted; nil where it is not said.
  public let base: String?
  /// How modules are changed where nothing is said of them in particular.
  public let adaptation: LowRankAdaptation
  /// The modules that are changed, in the order of their names.
  public let modules: [Module]
  /// The tensors that are kept whole, such as a head's, and their shapes.
  public let wholeTensors: [(name: String, shape: [Int])]
  /// The tensors as they lie in the file.
  public let checkpoint: Checkpoint

  /// Reads the configuration and the header of the tensors.
  ///
  /// - Throws: when a file is missing or damaged, or the adapter is of a form that is not known here.
  public init(directory: String) throws(MartletError) {
    let adapter = try StoredAdapter(directory: directory)
    let checkpoint = adapter.checkpoint
    (base, adaptation, self.checkpoint) = (
      adapter.configuration.base, adapter.configuration.adaptation, checkpoint
    )
    var counts: [String: Int] = [:]
    var whole: [(name: String, shape: [Int])] = []
    for name in checkpoint.names {
      let shape = checkpoint.shape(of: name) ?? []
      let own = name.hasPrefix(AdapterFile.prefix) ? String(name.dropFirst(AdapterFile.prefix.count)) : name
      if let part = AdapterFile.Part.allCases.first(where: { own.hasSuffix("." + $0.rawValue) }) {
        counts[String(own.dropLast(part.rawValue.count + 1)), default: 0] += shape.reduce(1, *)
      } else {
        whole.append((own, shape))
      }
    }
    wholeTensors = whole
    modules = counts.sorted { $0.key < $1.key }.map { name, count in
      let own = adapter.configuration.adaptation(of: name)
      return Module(name: name, rank: own.rank, scale: own.scale, parameterCount: count)
    }
  }

  /// The number of scalars in all tensors.
  public var parameterCount: Int {
    modules.reduce(0) { $0 + $1.parameterCount } + wholeTensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }
}
