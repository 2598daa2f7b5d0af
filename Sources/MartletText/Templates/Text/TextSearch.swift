/// Finding one text in another.
enum TextSearch {
  /// The offset of the first place at or after `start` where `part` stands; nil when there is none.
  static func first(_ part: [UInt8], in bytes: [UInt8], from start: Int, to end: Int? = nil) -> Int? {
    let end = end ?? bytes.count
    guard start <= end, part.count <= end - start else { return nil }
    if part.isEmpty { return start }
    return bytes.withUnsafeBufferPointer { bytes in
      part.withUnsafeBufferPointer { part in
        var failure = [Int](repeating: 0, count: 0)
        // Small parts are looked for plainly; long ones with a table, so that the time stays linear.
        if part.count > 16 { failure = table(part) }
        return failure.isEmpty ? plain(part, bytes, start, end) : linear(part, bytes, start, end, failure)
      }
    }
  }

  private static func plain(
    _ part: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int
  ) -> Int? {
    let last = end - part.count
    var place = start
    while place <= last {
      if bytes[place] == part[0] {
        var matched = 1
        while matched < part.count, bytes[place + matched] == part[matched] { matched += 1 }
        if matched == part.count { return place }
      }
      place += 1
    }
    return nil
  }

  /// For each length of a beginning, the longest shorter beginning that ends it.
  private static func table(_ part: UnsafeBufferPointer<UInt8>) -> [Int] {
    var table = [Int](repeating: 0, count: part.count)
    var length = 0
    for place in 1..<part.count {
      while length > 0, part[place] != part[length] { length = table[length - 1] }
      if part[place] == part[length] { length += 1 }
      table[place] = length
    }
    return table
  }

  private static func linear(
    _ part: UnsafeBufferPointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int,
    _ table: [Int]
  ) -> Int? {
    var matched = 0
    for place in start..<end {
      while matched > 0, bytes[place] != part[matched] { matched = table[matched - 1] }
      if bytes[place] == part[matched] { matched += 1 }
      if matched == part.count { return place + 1 - matched }
    }
    return nil
  }

  /// The offset of the last place where `part` stands between two offsets; nil when there is none.
  static func last(_ part: [UInt8], in bytes: [UInt8], from start: Int, to end: Int) -> Int? {
    guard start <= end, part.count <= end - start else { return nil }
    if part.isEmpty { return end }
    // The first place in the reversed text.
    let reversed = Array(bytes[start..<end].reversed())
    return first(Array(part.reversed()), in: reversed, from: 0).map { end - $0 - part.count }
  }
}
