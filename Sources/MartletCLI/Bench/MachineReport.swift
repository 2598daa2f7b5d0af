import Martlet
import MartletText

/// The limits of the machine as a table and as JSON, one thread beside all of them.
struct MachineReport {
  let one: MachineMeasurement
  let all: MachineMeasurement

  var json: JSON {
    var report = figures(of: all)
    report["threads"] = .integer(all.threads)
    report["instruction_set"] = .string(CPUExecution.instructionSet.name)
    report["one_thread"] = figures(of: one)
    return report
  }

  private func figures(of machine: MachineMeasurement) -> JSON {
    [
      "float32_product_gflops": rounded(machine.productRate(.float32)),
      "bfloat16_product_gflops": rounded(machine.productRate(.bfloat16)),
      "read_gigabytes_per_second": rounded(machine.readBytesPerSecond),
      "copy_gigabytes_per_second": rounded(machine.copyBytesPerSecond),
      "products": .array(
        machine.products.map { product in
          [
            "rows": .integer(product.shape.rows), "columns": .integer(product.shape.columns),
            "inner": .integer(product.shape.inner), "layout": .string(product.orientation.rawValue),
            "precision": .string(product.precision.rawValue),
            "gflops": rounded(product.operationsPerSecond),
          ]
        }),
    ]
  }

  /// In 10⁹ a second, to a thousandth.
  private func rounded(_ perSecond: Double) -> JSON { .number((perSecond * 1e-6).rounded() / 1000) }

  var table: String {
    var rows = zip(one.products, all.products).map { one, all in
      let shape = "\(one.shape.rows) × \(one.shape.columns) × \(one.shape.inner)"
      return row(
        "\(one.precision.rawValue) product \(shape), \(one.orientation.rawValue)", one.operationsPerSecond,
        all.operationsPerSecond, "GFLOP/s")
    }
    for precision in ProductPrecision.allCases {
      rows.append(
        row(
          "\(precision.rawValue) product, highest", one.productRate(precision), all.productRate(precision),
          "GFLOP/s"))
    }
    rows.append(row("read", one.readBytesPerSecond, all.readBytesPerSecond, "GB/s"))
    rows.append(row("copy, read and written", one.copyBytesPerSecond, all.copyBytesPerSecond, "GB/s"))
    let threads = all.threads == 1 ? "1 thread" : "\(all.threads) threads"
    let heading = [CPUExecution.instructionSet.name, "1 thread", threads, ""]
    return Format.table([heading] + rows)
  }

  private func row(_ name: String, _ one: Double, _ all: Double, _ unit: String) -> [String] {
    [name, Format.decimals(one * 1e-9, 1), Format.decimals(all * 1e-9, 1), unit]
  }
}
