/// Elementary functions in Double that give the same bits on every machine.
///
/// The functions of a system's library differ in the last bit from one system to the next. These take a fixed
/// order of IEEE 754 operations; they are within two units in the last place, and are meant for the few numbers
/// a run computes outside its kernels (schedules, rotary angles, sampling), not for loops over tensors.
public enum ExactMath {
  private static let ln2High = 0x1.62e42fefa3800p-1
  private static let ln2Low = 0x1.ef35793c76730p-45

  /// e to the power of x.
  public static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.79 { return .infinity }
    if x < -745.2 { return 0 }
    let n = (x * 1.4426950408889634).rounded(.toNearestOrEven)
    let r = (x - n * ln2High) - n * ln2Low
    // The Taylor series to r^14, |r| <= ln 2 / 2.
    var sum = 1.0
    for k in stride(from: 14.0, to: 0, by: -1) { sum = 1 + sum * r / k }
    let half = (n / 2).rounded(.down)
    return sum * power(of: 2, Int(half)) * power(of: 2, Int(n - half))
  }

  /// The natural logarithm.
  public static func log(_ x: Double) -> Double {
    if x.isNaN || x < 0 { return .nan }
    if x == 0 { return -.infinity }
    if x == .infinity { return x }
    var mantissa = x.significand
    var exponent = Double(x.exponent)
    if mantissa > 1.4142135623730951 {
      mantissa /= 2
      exponent += 1
    }
    // log m = 2 artanh((m - 1) / (m + 1)), |s| <= 0.172.
    let s = (mantissa - 1) / (mantissa + 1)
    let square = s * s
    var sum = 0.0
    for k in stride(from: 25.0, to: 1, by: -2) { sum = (sum + 1 / k) * square }
    return exponent * ln2High + (2 * s + (2 * s * sum + exponent * ln2Low))
  }

  /// The cosine of an angle in radians, for angles below a million.
  public static func cos(_ x: Double) -> Double { sinCos(x).cos }

  /// The sine of an angle in radians, for angles below a million.
  public static func sin(_ x: Double) -> Double { sinCos(x).sin }

  /// `base` to a real power: e^(exponent · ln base).
  public static func pow(_ base: Double, _ exponent: Double) -> Double { exp(exponent * log(base)) }

  /// `base` to a whole power, by repeated squaring.
  public static func power(of base: Double, _ exponent: Int) -> Double {
    var result = 1.0
    var factor = base
    var rest = exponent.magnitude
    while rest > 0 {
      if rest & 1 == 1 { result *= factor }
      factor *= factor
      rest >>= 1
    }
    return exponent < 0 ? 1 / result : result
  }

  private static func sinCos(_ x: Double) -> (sin: Double, cos: Double) {
    // Beyond, a quarter turn is no longer a whole number of the spacing of Doubles.
    guard x.magnitude < 0x1p52 else { return (.nan, .nan) }
    // π/2 in three parts of 33 bits: n times each of the first two is exact while |n| < 2^20.
    let n = (x * 0.6366197723675814).rounded(.toNearestOrEven)
    let r = ((x - n * 0x1.921fb544p+0) - n * 0x1.0b4611a6p-34) - n * 0x1.3198a2e037073p-69
    let square = r * r
    var sin = 1.0
    for k in stride(from: 20.0, to: 0, by: -2) { sin = 1 - sin * square / (k * (k + 1)) }
    sin *= r
    var cos = 1.0
    for k in stride(from: 19.0, to: 0, by: -2) { cos = 1 - cos * square / (k * (k + 1)) }
    switch Int(n) & 3 {
    case 0: return (sin, cos)
    case 1: return (cos, -sin)
    case 2: return (-sin, -cos)
    default: return (-cos, sin)
    }
  }
}
