import ArgumentParser

/// A number of bytes as a person writes it: 500000, 500MB, 5GB or 2GiB.
struct ByteSize: ExpressibleByArgument {
  let bytes: Int

  init(_ bytes: Int) { self.bytes = bytes }

  init?(argument: String) {
    let units = [
      ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("KB", 1000), ("MB", 1_000_000),
      ("GB", 1_000_000_000), ("TB", 1_000_000_000_000), ("B", 1), ("", 1),
    ]
    let lower = argument.lowercased()
    guard let (unit, size) = units.first(where: { lower.hasSuffix($0.0.lowercased()) }),
      let number = Int(lower.dropLast(unit.count)), number > 0
    else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: size)
    if overflow { return nil }
    self.bytes = bytes
  }
}
