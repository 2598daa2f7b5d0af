extension DecoderConfiguration {
  /// The arithmetic that a training step on one sequence needs at least, in floating-point operations: a
  /// multiplication and an addition are two.
  ///
  /// 6 for each weight that a token is multiplied by (2 forward, 4 backward; Kaplan et al. 2020,
  /// arXiv:2001.08361, section 2.1) and 12 for each element of a query and each key that it sees. Unlike there,
  /// keys that no query sees are not counted, and neither is what checkpointing or attention's gradient
  /// computes again.
  ///
  /// - Parameter tokens: the sequence's length.
  package func trainingOperations(tokens: Int) -> Double {
    let length = Double(tokens)
    let keysSeen = layerFormCounts.reduce(0) { sum, kind in
      // Query p sees p + 1 keys until the window is full.
      let window = Double(min(tokens, kind.form.window ?? tokens))
      return sum + Double(kind.layers) * (window * (window + 1) / 2 + (length - window) * window)
    }
    let attention = 12 * Double(heads) * Double(headDimension) * keysSeen
    return 6 * productParameterCount * length + attention
  }
}
