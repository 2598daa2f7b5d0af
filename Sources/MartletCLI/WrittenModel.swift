import MartletModel
import MartletText

/// What a command says of a directory that it has written.
struct WrittenModel {
  private let directory: String
  private let model: any StoredModel
  private let checkpoint: Checkpoint

  init(directory: String, _ model: any StoredModel) throws(MartletError) {
    (self.directory, self.model) = (directory, model)
    checkpoint = try Checkpoint(directory: directory)
  }

  func show(asJSON isJSON: Bool) throws(MartletError) {
    let listing = TensorListing(checkpoint)
    if isJSON {
      let report: JSON = [
        "directory": .string(directory), "architecture": .string(model.architecture.name),
        "parameters": .integer(model.parameterCount), "weights": listing.summary,
      ]
      return try Terminal.printResult(report.compact + "\n")
    }
    try Terminal.printResult(
      """
      \(model.architecture.name): \(Format.count(model.parameterCount)) parameters, \(listing.totals)
      written to \(directory)

      """)
  }
}
