import MartletModel
import MartletText

/// What there is to know of an adapter's directory.
struct AdapterInspection {
  private let directory: String
  private let adapter: AdapterSummary
  private let figures: RunFigures

  init(directory: String) throws(MartletError) {
    self.directory = directory
    adapter = try AdapterSummary(directory: directory)
    figures = try RunFigures(directory: directory)
  }

  /// The last parts of the changed modules' paths, in the order in which they first come.
  private var layers: [String] {
    adapter.modules.reduce(into: []) { layers, module in
      let name = String(module.name.split(separator: ".").last ?? "")
      if !layers.contains(name) { layers.append(name) }
    }
  }

  var json: JSON {
    let adaptation = adapter.adaptation
    var report: JSON = [
      "directory": .string(directory),
      "base": adapter.base.map { .string($0) } ?? .null,
      "rank": .integer(adaptation.rank),
      "alpha": .number(adaptation.alpha),
      "dropout": .number(Double("\(adaptation.dropout)") ?? 0),
      "rank_stabilized": .bool(adaptation.isRankStabilized),
      "decomposed": .bool(adaptation.isDecomposed),
      "parameters": .integer(adapter.parameterCount),
      "layers": .array(layers.map { .string($0) }),
      "modules": .array(
        adapter.modules.map { module in
          [
            "name": .string(module.name), "rank": .integer(module.rank),
            "scale": .number(Double("\(module.scale)") ?? 0), "parameters": .integer(module.parameterCount),
          ]
        }),
      "whole_tensors": .array(
        adapter.wholeTensors.map { name, shape in
          ["name": .string(name), "shape": .array(shape.map { .integer($0) })]
        }),
      "weights": TensorListing(adapter.checkpoint).summary,
    ]
    figures.add(to: &report)
    return report
  }

  var text: String {
    let adaptation = adapter.adaptation
    let kind =
      (adaptation.isRankStabilized ? "rank-stabilised " : "") + (adaptation.isDecomposed ? "DoRA" : "LoRA")
    var text =
      "\(directory): an adapter (\(kind)) of rank \(adaptation.rank), \(Format.count(adapter.parameterCount)) "
      + "parameters\n\nConfiguration\n"
    text += Format.table([
      ["base", PrintableText.line(adapter.base ?? "not said")],
      ["alpha", "\(adaptation.alpha)"], ["dropout", "\(adaptation.dropout)"],
      ["layers", PrintableText.line(layers.joined(separator: ", "))],
    ])
    text += "\nModules\n"
    text += Format.table(
      adapter.modules.map { module in
        [
          PrintableText.line(module.name), "rank \(module.rank)", "scale \(module.scale)",
          Format.count(module.parameterCount),
        ]
      })
    if !adapter.wholeTensors.isEmpty {
      text += "\nKept whole\n"
      text += Format.table(
        adapter.wholeTensors.map { name, shape in
          [PrintableText.line(name), shape.map(String.init).joined(separator: " x ")]
        })
    }
    return text + "\nWeights\n  \(TensorListing(adapter.checkpoint).totals)\n" + figures.text
  }
}
