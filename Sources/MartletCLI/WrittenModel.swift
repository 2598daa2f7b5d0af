import MartletModel
import MartletText

/// What a command says of a directory that it has written.
struct WrittenModel {
  private let directory: String
  private let architecture: String
  private let parameterCount: Int
  private let checkpoint: Checkpoint

  init(directory: String, _ model: any StoredModel) throws(MartletError) {
    try self.init(
      directory: directory, architecture: model.architecture.name, parameterCount: model.parameterCount)
  }

  init(directory: String, architecture: String, parameterCount: Int) throws(MartletError) {
    (self.directory, self.architecture, self.parameterCount) = (directory, architecture, parameterCount)
    checkpoint = try Checkpoint(directory: directory)
  }

  func show(asJSON isJSON: Bool) throws(MartletError) {
    let listing = TensorListing(checkpoint)
    if isJSON {
      let report: JSON = [
        "directory": .string(directory), "architecture": .string(architecture),
        "parameters": .integer(parameterCount), "weights": listing.summary,
      ]
      return try Terminal.printResult(report.compact + "\n")
    }
    try Terminal.printResult(
      """
      \(architecture): \(Format.count(parameterCount)) parameters, \(listing.totals)
      written to \(directory)

      """)
  }
}
