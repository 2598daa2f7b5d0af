import MartletText

extension AdapterConfiguration {
  /// The directory of the model that is adapted: the path that `adapter_config.json` names, from the adapter's directory
  /// or from the working directory.
  ///
  /// - Parameter given: a directory to take instead.
  /// - Throws: when there is no such directory, or it holds an adapter itself.
  func baseDirectory(_ given: String? = nil) throws(MartletError) -> String {
    let directory = FileSystem.directory(of: file)
    let advice = "name the base's directory with --base"
    guard let base = given ?? self.base, !base.isEmpty else {
      throw MartletError("\(file) does not say which model is adapted; \(advice)")
    }
    let besides = base.hasPrefix("/") || given != nil ? [] : [FileSystem.join(directory, base)]
    guard let found = (besides + [base]).first(where: FileSystem.isDirectory) else {
      if given != nil {
        throw MartletError("\(base): there is no such directory; expected the base of an adapter")
      }
      throw MartletError(
        "\(file): there is no directory \"\(base)\", which is the model that is adapted; fetch it with "
          + "martlet pull, and \(advice)")
    }
    if AdapterFile.isAdapter(found) {
      throw MartletError(
        "\(found), the base of \(directory), is an adapter itself; merge it into its own base first")
    }
    return found
  }
}
