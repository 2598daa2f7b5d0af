/// The four normalization forms of Unicode, by the tables that `tokenizers` has for them.
///
/// Source: Unicode Standard Annex #15; The Unicode Standard 16.0, sections 3.11 and 3.12.
enum NormalizationForm: Sendable {
  /// Canonical composition.
  case nfc
  /// Canonical decomposition.
  case nfd
  /// Compatibility decomposition and canonical composition.
  case nfkc
  /// Compatibility decomposition.
  case nfkd

  /// Gives the scalars of a text in this form to `yield`, each with how it moves through the text as given.
  ///
  /// The change is that of `NormalizedString.transform` in `tokenizers`: 0 where the scalar takes the place of one
  /// scalar of the text, 1 where it was put in besides, and -n where n more scalars of the text went into it.
  ///
  /// - Parameter text: well-formed UTF-8.
  func normalize(_ text: UnsafeBufferPointer<UInt8>, _ yield: (_ scalar: UInt32, _ change: Int) -> Void) {
    guard let bytes = text.baseAddress else { return }
    let isCompatible = self == .nfkc || self == .nfkd
    var reordering = CanonicalReordering()
    var composition = CanonicalComposition()
    let composes = self == .nfc || self == .nfkc
    func flush() {
      for scalar in reordering.sorted() {
        if composes { composition.push(scalar, yield) } else { yield(scalar.value, scalar.change) }
      }
      reordering.removeAll()
    }
    var place = 0
    while place < text.count {
      let (scalar, length) = (bytes + place).decodeScalar()
      place += length
      CanonicalTables.decompose(scalar, isCompatible: isCompatible) { value, change in
        let decomposed = DecomposedScalar(
          value: value, combiningClass: CanonicalTables.combiningClasses[value], change: change)
        if decomposed.combiningClass == 0 { flush() }
        reordering.append(decomposed)
      }
    }
    flush()
    if composes { composition.finish(yield) }
  }

  /// The text in this form.
  func normalize(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    normalize(text) { scalar, _ in result.append(scalar: scalar) }
    return result
  }
}

/// A scalar of a decomposition on its way to its place.
struct DecomposedScalar {
  let value: UInt32
  let combiningClass: UInt8
  let change: Int
}

/// A starter and the marks after it, which are put in the order of their combining classes.
private struct CanonicalReordering {
  private var scalars: [DecomposedScalar] = []

  mutating func append(_ scalar: DecomposedScalar) { scalars.append(scalar) }

  mutating func removeAll() { scalars.removeAll(keepingCapacity: true) }

  /// Marks of the same class keep their order.
  func sorted() -> [DecomposedScalar] {
    guard scalars.count > 2 || (scalars.count == 2 && scalars[0].combiningClass > scalars[1].combiningClass)
    else { return scalars }
    return scalars.enumerated().sorted {
      ($0.element.combiningClass, $0.offset) < ($1.element.combiningClass, $1.offset)
    }.map(\.element)
  }
}

/// Puts starters and marks together again.
private struct CanonicalComposition {
  /// The starter that marks are joined to.
  private var starter: (value: UInt32, change: Int)?
  /// Marks after it that it did not take.
  private var marks: [DecomposedScalar] = []

  mutating func push(_ scalar: DecomposedScalar, _ yield: (UInt32, Int) -> Void) {
    guard let starter else {
      if scalar.combiningClass == 0 {
        self.starter = (scalar.value, scalar.change)
      } else {
        yield(scalar.value, scalar.change)
      }
      return
    }
    // A mark is blocked from its starter by one of its class or a higher one between them.
    let isBlocked = marks.last.map { $0.combiningClass >= scalar.combiningClass } ?? false
    if !isBlocked, let composite = CanonicalTables.compose(starter.value, scalar.value) {
      self.starter = (composite, starter.change + scalar.change - 1)
    } else if scalar.combiningClass == 0 {
      finish(yield)
      self.starter = (scalar.value, scalar.change)
    } else {
      marks.append(scalar)
    }
  }

  mutating func finish(_ yield: (UInt32, Int) -> Void) {
    if let starter { yield(starter.value, starter.change) }
    for mark in marks { yield(mark.value, mark.change) }
    starter = nil
    marks.removeAll(keepingCapacity: true)
  }
}
