import MartletText

extension Model {
  /// Not there yet.
  package func saveAdapter(to directory: String, base: String) throws(MartletError) {
    throw MartletError("adapters can't be saved yet")
  }

  /// Not there yet.
  package func saveAdapterWeights(to directory: String) throws(MartletError) {
    throw MartletError("adapters can't be saved yet")
  }
}
