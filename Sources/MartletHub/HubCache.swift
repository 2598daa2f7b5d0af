import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The directory in which `huggingface_hub` keeps a model: contents in `blobs`, each under its ETag; in `snapshots` a
/// directory for each commit, with links to them; in `refs` the commit of each branch and tag.
struct HubCache {
  /// The model's own directory.
  let directory: String
  private let locks: String

  init(_ settings: HubSettings, _ model: HubModel) {
    let name = "models--" + model.name.replacing("/", with: "--")
    directory = FileSystem.join(settings.cache, name)
    locks = FileSystem.join(FileSystem.join(settings.cache, ".locks"), name)
  }

  /// The directory of a commit.
  func snapshot(_ commit: String) -> String { FileSystem.join(directory, "snapshots/\(commit)") }

  /// Where the content of an ETag is.
  func blob(_ tag: String) -> String { FileSystem.join(directory, "blobs/\(tag)") }

  /// The commit of a revision as of the last download; nil when there was none.
  func commit(of revision: String) -> String? {
    if HubModel.isCommit(revision) { return revision }
    let commit = try? FileSystem.readText(FileSystem.join(directory, "refs/\(revision)"))
    return commit.flatMap { HubModel.isCommit($0) ? $0 : nil }
  }

  /// Remembers the commit of a branch or tag.
  func remember(_ commit: String, of revision: String) throws(MartletError) {
    if revision == commit { return }
    let file = FileSystem.join(directory, "refs/\(revision)")
    try FileSystem.createDirectory(FileSystem.directory(of: file))
    try FileSystem.write(commit, to: file)
  }

  /// Keeps other programs from fetching the same content meanwhile.
  func lock(_ tag: String) throws(MartletError) -> FileLock {
    try FileSystem.createDirectory(locks)
    try FileSystem.createDirectory(FileSystem.directory(of: blob(tag)))
    let file = FileSystem.join(locks, "\(tag).lock")
    if let lock = try FileLock(file) { return lock }
    throw MartletError(
      "another program is fetching the same file (it holds \(file)); wait until it ends, and try again")
  }

  /// Puts a content into a commit's directory under its name.
  func link(_ path: String, of commit: String, to tag: String) throws(MartletError) {
    let link = FileSystem.join(snapshot(commit), path)
    try FileSystem.createDirectory(FileSystem.directory(of: link))
    let depth = path.utf8.count { $0 == UInt8(ascii: "/") }
    let target = String(repeating: "../", count: depth + 2) + "blobs/\(tag)"
    let temporary = "\(link).\(getpid()).temporary"
    unlink(temporary)
    guard symlink(target, temporary) == 0, rename(temporary, link) == 0 else {
      throw FileSystem.failure("create the link", link, errno)
    }
  }
}
