/// Counts what a rendering has done against its limits.
final class TemplateMeter {
  let limits: TemplateLimits
  private var steps = 0
  private var textBytes = 0
  private var depth = 0
  /// How deep values may lie in each other: what is as deep as this cannot be put into anything else.
  static let deepestValue = 128

  init(_ limits: TemplateLimits) { self.limits = limits }

  /// Counts steps before they are done.
  @inline(__always)
  func step(_ count: Int = 1) throws(MartletError) {
    let (sum, overflow) = steps.addingReportingOverflow(count)
    steps = sum
    if overflow || sum > limits.steps {
      throw MartletError(
        "the template does too much: more than \(limits.steps) steps; it may loop where it should not")
    }
  }

  /// Counts bytes of text before they are made.
  func text(_ count: Int, longest: Int) throws(MartletError) {
    textBytes += count
    if longest > limits.longestText {
      throw MartletError("the template makes a text of more than \(limits.longestText) bytes")
    }
    if textBytes > limits.textBytes {
      throw MartletError("the template makes more than \(limits.textBytes) bytes of text in all")
    }
    // Reading and copying bytes takes time as well.
    try step(1 + count / 64)
  }

  /// Goes one deeper; to be followed by ``leave()``.
  @inline(__always)
  func enter() throws(MartletError) {
    depth += 1
    if depth > limits.depth {
      throw MartletError(
        "calls and expressions lie more than \(limits.depth) deep in each other; a macro may call itself without end"
      )
    }
  }

  @inline(__always)
  func leave() { depth -= 1 }
}
