/// How a model's products are changed by matrices of low rank, while its own weights stay as they are.
///
/// - Source: Hu et al. 2021, arXiv:2106.09685 (LoRA); `isRankStabilized`: Kalajdzievski 2023, arXiv:2312.03732;
///   `isDecomposed`: Liu et al. 2024, arXiv:2402.09353 (DoRA).
public struct LowRankAdaptation: Sendable, Equatable {
  /// r, the rank of each change.
  public var rank: Int
  /// α: a change is scaled by α / r.
  public var alpha: Double
  /// The probability of dropout on what goes into a change, in training.
  public var dropout: Float
  /// The names of the layers that are changed, as their paths end: "query", "up".
  public var layers: Set<String>
  /// The numbers of the blocks that are changed, from 0; nil for all.
  public var blocks: Set<Int>?
  /// Whether changes are scaled by α / √r, which keeps their size at any rank.
  public var isRankStabilized: Bool
  /// Whether the length of each row of a changed weight is a parameter of its own.
  public var isDecomposed: Bool

  /// The layers whose paths end in these names can be changed.
  public static let allLayers = ["query", "key", "value", "output", "gate", "up", "down"]

  /// An adaptation.
  public init(
    rank: Int = 8, alpha: Double = 16, dropout: Float = 0, layers: Set<String> = Set(Self.allLayers),
    blocks: Set<Int>? = nil, isRankStabilized: Bool = false, isDecomposed: Bool = false
  ) {
    self.rank = rank
    self.alpha = alpha
    self.dropout = dropout
    self.layers = layers
    self.blocks = blocks
    self.isRankStabilized = isRankStabilized
    self.isDecomposed = isDecomposed
  }

  /// What a change is multiplied by.
  public var scale: Float {
    Float(alpha / (isRankStabilized ? Double(rank).squareRoot() : Double(rank)))
  }

  /// What contradicts itself, as one sentence; nil when nothing does.
  public var problem: String? {
    if rank < 1 || rank > 1 << 16 { return "the rank must be from 1 to \(1 << 16), not \(rank)" }
    if !(alpha > 0 && alpha.isFinite) { return "the alpha must be above 0, not \(alpha)" }
    if !(dropout >= 0 && dropout < 1) { return "the dropout must be at least 0 and below 1, not \(dropout)" }
    if layers.isEmpty { return "no layer is chosen; choose from \(Self.allLayers.joined(separator: ", "))" }
    if let blocks, blocks.isEmpty { return "no block is chosen; leave the choice out for all" }
    if let unknown = layers.sorted().first(where: { !Self.allLayers.contains($0) }) {
      return "the layer \"\(unknown)\" is not one of \(Self.allLayers.joined(separator: ", "))"
    }
    return nil
  }
}
