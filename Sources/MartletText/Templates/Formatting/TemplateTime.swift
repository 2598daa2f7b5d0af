#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A moment as `strftime_now` shows it: a date and a time of day of no particular zone.
public struct TemplateTime: Sendable, Equatable {
  /// The year.
  public var year: Int
  /// From 1 to 12.
  public var month: Int
  /// From 1 to 31.
  public var day: Int
  /// From 0 to 23.
  public var hour: Int
  /// From 0 to 59.
  public var minute: Int
  /// From 0 to 60.
  public var second: Int
  /// From 0 to 999999.
  public var microsecond: Int

  /// A moment by its parts.
  public init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0, microsecond: Int = 0
  ) {
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second, self.microsecond) = (hour, minute, second, microsecond)
  }

  /// The present by the clock and the time zone of this machine.
  public static var now: TemplateTime {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var local = tm()
    localtime_r(&now.tv_sec, &local)
    return TemplateTime(
      year: Int(local.tm_year) + 1900, month: Int(local.tm_mon) + 1, day: Int(local.tm_mday),
      hour: Int(local.tm_hour), minute: Int(local.tm_min), second: Int(local.tm_sec),
      microsecond: now.tv_nsec / 1000)
  }

  /// The days since the 1st of January 1970.
  private var daysSince1970: Int {
    // Source: Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468
  }

  /// 0 for Sunday to 6.
  private var weekday: Int { ((daysSince1970 + 4) % 7 + 7) % 7 }

  /// From 1 to 366.
  private var dayOfYear: Int {
    daysSince1970 - TemplateTime(year: year, month: 1, day: 1).daysSince1970 + 1
  }

  /// The year and week of ISO 8601.
  private var isoWeek: (year: Int, week: Int) {
    let monday = daysSince1970 - (weekday + 6) % 7
    // A week belongs to the year of its Thursday.
    for candidate in [year + 1, year, year - 1] {
      let fourth = TemplateTime(year: candidate, month: 1, day: 4)
      let first = fourth.daysSince1970 - (fourth.weekday + 6) % 7
      if monday >= first { return (candidate, (monday - first) / 7 + 1) }
    }
    return (year, 1)
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November",
    "December",
  ]
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]

  /// The moment as `strftime` writes it in the C locale.
  func formatted(_ format: String) -> String {
    var result = String.UnicodeScalarView()
    var scalars = format.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      guard scalar == "%", let directive = scalars.first else {
        result.append(scalar)
        continue
      }
      scalars = scalars.dropFirst()
      if directive == "-", let next = scalars.first, let value = value(next) {
        // GNU's flag that leaves out the padding.
        scalars = scalars.dropFirst()
        let trimmed = value.drop { $0 == "0" || $0 == " " }
        result.append(contentsOf: (trimmed.isEmpty ? value.suffix(1) : trimmed).unicodeScalars)
      } else if let value = value(directive) {
        result.append(contentsOf: value.unicodeScalars)
      } else {
        result.append(contentsOf: ["%", directive])
      }
    }
    return String(result)
  }

  private func value(_ directive: Unicode.Scalar) -> String? {
    let hour12 = hour % 12 == 0 ? 12 : hour % 12
    let month = Self.months[(month - 1) % 12]
    let weekday = Self.weekdays[weekday]
    switch directive {
    case "a": return String(weekday.prefix(3))
    case "A": return weekday
    case "b", "h": return String(month.prefix(3))
    case "B": return month
    case "c": return "\(formatted("%a %b")) \(padded(day, 2, " ")) \(formatted("%H:%M:%S %Y"))"
    case "C": return padded(year / 100, 2)
    case "d": return padded(day, 2)
    case "D", "x": return formatted("%m/%d/%y")
    case "e": return padded(day, 2, " ")
    case "f": return padded(microsecond, 6)
    case "F": return formatted("%Y-%m-%d")
    case "g": return padded(isoWeek.year % 100, 2)
    case "G": return padded(isoWeek.year, 4)
    case "H": return padded(hour, 2)
    case "I": return padded(hour12, 2)
    case "j": return padded(dayOfYear, 3)
    case "k": return padded(hour, 2, " ")
    case "l": return padded(hour12, 2, " ")
    case "m": return padded(self.month, 2)
    case "M": return padded(minute, 2)
    case "n": return "\n"
    case "p": return hour < 12 ? "AM" : "PM"
    case "P": return hour < 12 ? "am" : "pm"
    case "r": return formatted("%I:%M:%S %p")
    case "R": return formatted("%H:%M")
    case "S": return padded(second, 2)
    case "t": return "\t"
    case "T", "X": return formatted("%H:%M:%S")
    case "u": return String(self.weekday == 0 ? 7 : self.weekday)
    case "U": return padded((dayOfYear + 6 - self.weekday) / 7, 2)
    case "V": return padded(isoWeek.week, 2)
    case "w": return String(self.weekday)
    case "W": return padded((dayOfYear + 6 - (self.weekday + 6) % 7) / 7, 2)
    case "y": return padded(year % 100, 2)
    case "Y": return String(year)
    case "z", "Z": return ""
    case "%": return "%"
    default: return nil
    }
  }

  private func padded(_ value: Int, _ digits: Int, _ fill: String = "0") -> String {
    let text = String(value)
    return String(repeating: fill, count: max(0, digits - text.utf8.count)) + text
  }
}
