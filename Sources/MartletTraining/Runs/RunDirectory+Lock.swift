import MartletText

extension RunDirectory {
  /// Keeps everyone else from training a run.
  ///
  /// - Throws: when someone does already.
  func lock() throws(MartletError) -> FileLock {
    guard let lock = try FileLock(file(File.lock)) else {
      throw MartletError(
        "\(path): another process is training this run; wait until it ends, or stop it, and try again")
    }
    return lock
  }

  /// Removes the drafts of this directory whose makers were killed before it had its name.
  ///
  /// A draft is locked as long as its maker lives, so one that can be locked is nobody's.
  func removeAbandonedDrafts() {
    let parent = FileSystem.directory(of: path)
    for name in (try? FileSystem.names(inDirectory: parent)) ?? [] {
      let draft = RunDirectory(FileSystem.join(parent, name))
      guard FileSystem.isTemporary(draft.path, beside: path), FileSystem.exists(draft.file(File.lock)),
        (try? FileLock(draft.file(File.lock))) != nil
      else { continue }
      FileSystem.removeDirectory(draft.path)
    }
  }
}
