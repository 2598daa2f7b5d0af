/// Takes the time that a piece of work needs on this machine.
package enum Stopwatch {
  /// The median seconds of one call.
  ///
  /// - Parameters:
  ///   - budget: no new call begins after so many seconds; one is always counted.
  ///   - work: is called once before the clock starts, so that pages, caches and threads are there.
  package static func medianSeconds(budget: Double, of work: () -> Void) -> Double {
    let clock = ContinuousClock()
    work()
    var seconds: [Double] = []
    var total = 0.0
    repeat {
      let duration = clock.measure(work).components
      seconds.append(Double(duration.seconds) + Double(duration.attoseconds) * 1e-18)
      total += seconds[seconds.count - 1]
    } while total < budget
    return median(of: seconds)
  }

  /// The middle value, or the mean of the middle two.
  package static func median(of values: [Double]) -> Double {
    let ordered = values.sorted()
    return (ordered[(ordered.count - 1) / 2] + ordered[ordered.count / 2]) / 2
  }
}
