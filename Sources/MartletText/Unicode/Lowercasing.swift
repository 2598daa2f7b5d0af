/// Lower case, scalar by scalar and without regard to its neighbours: Rust's `char::to_lowercase`.
enum Lowercasing {
  /// Gives the scalars that a scalar becomes, at least one, to `yield`.
  @inline(__always) static func lowercase(_ scalar: UInt32, _ yield: (UInt32) -> Void) {
    if scalar < 0x80 { return yield(scalar &- 0x41 < 26 ? scalar + 0x20 : scalar) }
    let place = places[scalar]
    if place == 0 { return yield(scalar) }
    let count = Int(list[Int(place)])
    for offset in 1...count { yield(list[Int(place) + offset]) }
  }

  private static let (places, list) = ScalarMapping.read(UnicodeTables.lowercasings)
}

/// Tables of what scalars become: each as a step from the one before, a count, and so many scalars.
enum ScalarMapping {
  /// - Returns: for each scalar the place of its count in the list, which its scalars follow; 0 where it has none.
  static func read(_ text: StaticString) -> (places: ScalarTable<Int32>, list: [UInt32]) {
    var numbers = NumberList(text)
    var places = ScalarTable<Int32>(filler: 0)
    var list: [UInt32] = [0]
    var scalar: UInt32 = 0
    while let step = numbers.next() {
      scalar += step
      places.set(scalar...scalar, to: Int32(list.count))
      let count = numbers.required()
      list.append(count)
      for _ in 0..<count { list.append(numbers.required()) }
    }
    return (places, list)
  }
}
