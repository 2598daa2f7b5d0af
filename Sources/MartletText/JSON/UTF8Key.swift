/// A string that is compared and hashed by its UTF-8 bytes.
///
/// Swift's own strings are equal when they are canonically equivalent, which would make one token of two.
package struct UTF8Key: Hashable, Sendable {
  package let string: String

  package init(_ string: String) {
    self.string = string
  }

  package static func == (left: UTF8Key, right: UTF8Key) -> Bool {
    let same = left.string.utf8.withContiguousStorageIfAvailable { leftBytes in
      right.string.utf8.withContiguousStorageIfAvailable { leftBytes.hasSameBytes(as: $0) }
    }
    return (same ?? nil) ?? left.string.utf8.elementsEqual(right.string.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    var copy = string
    // Made small before the hasher, which is slow but has a seed, sees it.
    copy.withUTF8 { hasher.combine(ByteHash.hash($0)) }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// Whether both hold the same bytes.
  package func hasSameBytes(as other: UnsafeBufferPointer<UInt8>) -> Bool {
    guard count == other.count else { return false }
    guard let left = baseAddress, let right = other.baseAddress else { return true }
    var place = 0
    while place + 8 <= count {
      let leftEight = UnsafeRawPointer(left + place).loadUnaligned(as: UInt64.self)
      let rightEight = UnsafeRawPointer(right + place).loadUnaligned(as: UInt64.self)
      if leftEight != rightEight { return false }
      place += 8
    }
    while place < count {
      if left[place] != right[place] { return false }
      place += 1
    }
    return true
  }
}
