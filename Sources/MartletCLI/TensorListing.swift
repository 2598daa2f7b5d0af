import MartletModel
import MartletText

/// The tensors of files of weights, as a person or a program reads them.
struct TensorListing {
  private let checkpoint: Checkpoint

  init(_ checkpoint: Checkpoint) { self.checkpoint = checkpoint }

  /// The types, those with the most bytes first, and how many bytes each has.
  private var types: [(name: String, bytes: Int)] {
    var bytes: [String: Int] = [:]
    for name in checkpoint.names {
      bytes[checkpoint.type(of: name)!, default: 0] += checkpoint.byteCount(of: name)!
    }
    return bytes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
  }

  /// What there is in all, in one line.
  var totals: String {
    let (tensors, files) = (checkpoint.names.count, checkpoint.files.count)
    return
      "\(Format.count(tensors)) \(tensors == 1 ? "tensor" : "tensors"), \(Format.bytes(checkpoint.byteCount)) "
      + "(\(types.map(\.name).joined(separator: ", "))) in \(files == 1 ? "1 file" : "\(files) files")"
  }

  /// What there is in all.
  var summary: JSON {
    [
      "tensors": .integer(checkpoint.names.count), "bytes": .integer(checkpoint.byteCount),
      "types": .object(JSONObject(types.map { ($0.name, .integer($0.bytes)) })),
      "files": .array(
        checkpoint.files.map { file in
          [
            "name": .string(String(file.file.split(separator: "/").last ?? "")),
            "tensors": .integer(file.names.count), "bytes": .integer(file.dataCount),
          ]
        }),
    ]
  }

  /// Everything, each tensor by itself.
  var json: JSON {
    var report: JSON = ["path": .string(checkpoint.path)]
    for (key, value) in summary.object! { report[key == "tensors" ? "count" : key] = value }
    report["metadata"] = .object(JSONObject(metadata.map { ($0.key, .string($0.value)) }))
    report["tensors"] = .array(
      checkpoint.names.map { name in
        [
          "name": .string(name), "type": .string(checkpoint.type(of: name)!),
          "shape": .array(checkpoint.shape(of: name)!.map { .integer($0) }),
          "bytes": .integer(checkpoint.byteCount(of: name)!),
        ]
      })
    return report
  }

  /// What the files say of themselves; where they differ, the first.
  private var metadata: [(key: String, value: String)] {
    checkpoint.files.reduce(into: [:]) { all, file in all.merge(file.metadata) { first, _ in first } }
      .sorted { $0.key < $1.key }
  }

  /// Everything, each tensor by itself.
  var text: String {
    var text = "\(checkpoint.path): \(totals)\n"
    if checkpoint.files.count > 1 {
      text += "\nFiles\n"
      text += Format.table(
        checkpoint.files.map { file in
          let name = String(file.file.split(separator: "/").last ?? "")
          return [PrintableText.line(name), "\(file.names.count) tensors", Format.bytes(file.dataCount)]
        })
    }
    if !metadata.isEmpty {
      text += "\nMetadata\n"
      text += Format.table(metadata.map { [PrintableText.line($0.key), PrintableText.line($0.value)] })
    }
    text += "\nTensors\n"
    text += Format.table(
      checkpoint.names.map { name in
        let shape = checkpoint.shape(of: name)!.map(String.init).joined(separator: " x ")
        return [
          PrintableText.line(name), checkpoint.type(of: name)!, shape,
          Format.bytes(checkpoint.byteCount(of: name)!),
        ]
      })
    return text
  }
}
