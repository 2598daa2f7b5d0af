import MartletModel
import MartletTensor

/// The keys and values of tokens already read, so that reading one more token costs one token's work.
///
/// It holds several sequences, each with its own length; nothing is padded. What a sequence reads changes nothing
/// for the others, and tokens read one by one give the bits of tokens read at once.
///
/// Each layer has a tensor of keys and one of values, `[sequences · keyValueHeads · capacity, headDimension]`,
/// changed in place: the keys of a head follow one another, since attention reads them so. The capacity grows with
/// the longest sequence, up to the context. With an attention window all keys stay, since the window is small change
/// beside them.
///
/// Some models rotate keys by angles that depend on the length of the sequence (dynamic and LongRoPE scaling). Where
/// they change as a sequence grows, the cache reads the sequence anew, so that what follows has the bits of a sequence
/// read at once: with LongRoPE once, at the end of the original context; with dynamic scaling at every step from there
/// on. The logits of a token are then those of the sequence up to it.
public struct KeyValueCache: Sendable {
  /// Tokens that follow those a sequence holds.
  public struct Addition: Sendable {
    /// Which sequence of the cache.
    public let sequence: Int
    /// The tokens, at least one.
    public let tokens: [Int32]

    /// Tokens for a sequence.
    public init(sequence: Int, tokens: [Int32]) {
      self.sequence = sequence
      self.tokens = tokens
    }
  }

  /// The number of tokens each sequence holds.
  public private(set) var lengths: [Int]
  private let configuration: DecoderConfiguration
  private var keys: [Tensor]
  private var values: [Tensor]
  /// The tokens of each sequence, where it may have to be read anew.
  private var tokens: [[Int32]]
  private var capacity = 0
  private var pass = Pass()

  /// The tokens of the pass that is under way.
  private struct Pass: Sendable {
    /// For each head of each token, the row of the cache where its key and value go.
    var rows: [Int32] = []
    var positions: [Int32] = []
    var lengths: [Int32] = []
    /// What each token sees, but for the window of a layer.
    var shape: AttentionShape?
    /// The last token of each addition, where the others' states are not wanted.
    var wanted: [Int32]?
  }

  /// An empty cache for a number of sequences.
  public init(_ configuration: DecoderConfiguration, sequences: Int) {
    self.configuration = configuration
    lengths = Array(repeating: 0, count: sequences)
    let empty = Tensor.zeros([0, configuration.headDimension])
    keys = Array(repeating: empty, count: configuration.layers)
    values = keys
    tokens = Array(repeating: [], count: sequences)
  }

  /// The memory of one token's keys and values in all layers, in bytes.
  public static func bytesPerToken(_ configuration: DecoderConfiguration) -> Int {
    2 * configuration.layers * configuration.keyValueHeads * configuration.headDimension
      * MemoryLayout<Float>.size
  }

  /// Forgets all tokens of a sequence.
  public mutating func clear(_ sequence: Int) {
    lengths[sequence] = 0
    tokens[sequence] = []
  }

  /// Forgets a sequence's tokens past the first so many, which another text may share.
  ///
  /// - Parameter count: at most the length of the sequence.
  /// - Returns: how many tokens it still holds: `count`, or none where the shorter sequence has other states, as with
  ///   rotations that depend on the length.
  @discardableResult
  public mutating func keep(_ count: Int, of sequence: Int) -> Int {
    precondition(
      (0...lengths[sequence]).contains(count),
      "KeyValueCache: keep \(count) of a sequence of \(lengths[sequence]) tokens")
    if count > 0, configuration.changesStates(growingFrom: count, to: lengths[sequence]) {
      clear(sequence)
      return 0
    }
    lengths[sequence] = count
    tokens[sequence].removeLast(max(0, tokens[sequence].count - count))
    return count
  }

  /// Makes a sequence hold what another holds, such as a prompt that several samples share.
  public mutating func copy(_ source: Int, to target: Int) {
    guard source != target else { return }
    for layer in keys.indices {
      for head in 0..<configuration.keyValueHeads {
        let start = row(of: source, head: head, capacity: capacity)
        let (rows, place) = (
          start..<start + lengths[source], row(of: target, head: head, capacity: capacity)
        )
        // Only the rows are held while the cache changes: another hold on it would make that a copy of all of it.
        let (key, value) = (keys[layer].rows(rows), values[layer].rows(rows))
        Self.write(key, 0..<key.rows, at: place, into: &keys[layer])
        Self.write(value, 0..<value.rows, at: place, into: &values[layer])
      }
    }
    lengths[target] = lengths[source]
    tokens[target] = tokens[source]
  }

  /// What has to be read for additions: they themselves, after all tokens before them where those change.
  fileprivate mutating func passes(for additions: [Addition]) -> [Addition] {
    guard configuration.hasRotationByLength else { return additions }
    return additions.map { addition in
      let (sequence, length) = (addition.sequence, lengths[addition.sequence])
      tokens[sequence] += addition.tokens
      if length == 0 || !configuration.changesStates(growingFrom: length, to: tokens[sequence].count) {
        return addition
      }
      lengths[sequence] = 0
      return Addition(sequence: sequence, tokens: tokens[sequence])
    }
  }

  fileprivate mutating func begin(_ additions: [Addition], wantsLastOnly: Bool) {
    let needed = additions.map { lengths[$0.sequence] + $0.tokens.count }.max() ?? 0
    precondition(
      needed <= configuration.context,
      "KeyValueCache: a sequence of \(needed) tokens in a context of \(configuration.context)")
    precondition(
      Set(additions.map(\.sequence)).count == additions.count
        && additions.allSatisfy { !$0.tokens.isEmpty },
      "KeyValueCache: a sequence stands twice in one pass, or has no tokens")
    reserve(needed)
    pass = Pass()
    var (offsets, keyStarts, keyCounts): ([Int32], [Int32], [Int32]) = ([0], [], [])
    for addition in additions {
      let (length, count) = (lengths[addition.sequence], addition.tokens.count)
      let starts = (0..<configuration.keyValueHeads).map {
        Int32(row(of: addition.sequence, head: $0, capacity: capacity))
      }
      for position in Int32(length)..<Int32(length + count) {
        pass.rows.append(contentsOf: starts.lazy.map { $0 + position })
      }
      pass.positions.append(contentsOf: Int32(length)..<Int32(length + count))
      pass.lengths.append(contentsOf: repeatElement(Int32(length + count), count: count))
      offsets.append(offsets.last! + Int32(count))
      keyStarts.append(starts[0])
      keyCounts.append(Int32(length + count))
    }
    if wantsLastOnly && pass.positions.count > additions.count {
      pass.wanted = offsets.dropFirst().map { $0 - 1 }
    }
    pass.shape = AttentionShape(
      queryOffsets: offsets, keyStarts: keyStarts, keyCounts: keyCounts, heads: configuration.heads,
      keyValueHeads: configuration.keyValueHeads, headDimension: configuration.headDimension,
      rowsOfHead: capacity, window: 0,
      scale: configuration.attention.scale(headDimension: configuration.headDimension),
      softCap: configuration.attention.softCap)
  }

  fileprivate mutating func end(_ additions: [Addition]) {
    for addition in additions { lengths[addition.sequence] += addition.tokens.count }
  }

  /// Makes room for sequences of a length; what they hold moves along.
  private mutating func reserve(_ needed: Int) {
    guard needed > capacity else { return }
    let larger = min(configuration.context, max(needed, 2 * capacity, 64))
    for layer in keys.indices {
      keys[layer] = grown(keys[layer], to: larger)
      values[layer] = grown(values[layer], to: larger)
    }
    capacity = larger
  }

  private func grown(_ tensor: Tensor, to larger: Int) -> Tensor {
    var result = Tensor.zeros([lengths.count * configuration.keyValueHeads * larger, tensor.columns])
    for (sequence, length) in lengths.enumerated() where length > 0 {
      for head in 0..<configuration.keyValueHeads {
        let start = row(of: sequence, head: head, capacity: capacity)
        let place = row(of: sequence, head: head, capacity: larger)
        Self.write(tensor, start..<start + length, at: place, into: &result)
      }
    }
    return result
  }

  /// The row of a head's first key.
  private func row(of sequence: Int, head: Int, capacity: Int) -> Int {
    (sequence * configuration.keyValueHeads + head) * capacity
  }

  private static func write(_ source: Tensor, _ rows: Range<Int>, at row: Int, into target: inout Tensor) {
    let backend = source.backend
    let part = rows == 0..<source.rows ? source : backend.copyRows(rows, of: source)
    backend.writeRows(part, at: row, into: &target)
  }
}

extension KeyValueCache: AttentionContext {
  package var positions: [Int32] { pass.positions }
  package var sequenceLengths: [Int32] { pass.lengths }
  package var wanted: [Int32]? { pass.wanted }

  package mutating func attend(
    layer: Int, queries: Tensor, keys newKeys: Tensor, values newValues: Tensor, sinks: Tensor?,
    _ configuration: DecoderConfiguration
  ) -> Tensor {
    guard var shape = pass.shape else { preconditionFailure("KeyValueCache: no pass is under way") }
    shape.window = configuration.layerForm(layer).window ?? 0
    // The last query of each sequence sees what it would see among all.
    if queries.rows < newKeys.rows { shape.queryOffsets = Array(0...Int32(queries.rows)) }
    let (backend, heads) = (newKeys.backend, [pass.rows.count, configuration.headDimension])
    backend.writeRows(newKeys.reshaped(heads), at: pass.rows, into: &keys[layer])
    backend.writeRows(newValues.reshaped(heads), at: pass.rows, into: &values[layer])
    return queries.attending(to: keys[layer], values: values[layer], shape, sinks: sinks)
  }
}

extension Decoder {
  /// The hidden states of tokens that continue the sequences of a cache, which then holds them too.
  ///
  /// - Parameter additions: each sequence at most once.
  /// - Returns: `[tokens, width]`, the additions' tokens in order.
  public func hiddenStates(of additions: [KeyValueCache.Addition], cache: inout KeyValueCache) -> Tensor {
    withoutGradients {
      let passes = cache.passes(for: additions)
      let hidden = read(passes, wantsLastOnly: false, cache: &cache)
      if zip(passes, additions).allSatisfy({ $0.tokens.count == $1.tokens.count }) { return hidden }
      var end: Int32 = 0
      return hidden.rows(
        at: zip(passes, additions).flatMap { pass, addition in
          end += Int32(pass.tokens.count)
          return end - Int32(addition.tokens.count)..<end
        })
    }
  }

  /// The hidden states of the last token of each addition, which alone goes through the whole of the last block.
  ///
  /// - Parameter additions: tokens that continue the sequences of a cache, each sequence at most once.
  /// - Returns: `[additions, width]`, the bits of `hiddenStates(of:cache:)`.
  public func lastHiddenStates(of additions: [KeyValueCache.Addition], cache: inout KeyValueCache) -> Tensor {
    withoutGradients { read(cache.passes(for: additions), wantsLastOnly: true, cache: &cache) }
  }

  private func read(
    _ passes: [KeyValueCache.Addition], wantsLastOnly: Bool, cache: inout KeyValueCache
  ) -> Tensor {
    cache.begin(passes, wantsLastOnly: wantsLastOnly)
    let hidden = hiddenStates(of: passes.flatMap(\.tokens), context: &cache)
    cache.end(passes)
    return hidden
  }
}

extension Model<LanguageModelHead> {
  /// The logits of the token that follows each addition.
  ///
  /// - Parameter additions: tokens that continue the sequences of a cache, each sequence at most once.
  /// - Returns: `[additions, vocabulary]`.
  public func nextTokenLogits(
    after additions: [KeyValueCache.Addition], cache: inout KeyValueCache
  ) -> Tensor {
    withoutGradients { head.logits(decoder.lastHiddenStates(of: additions, cache: &cache)) }
  }
}
