import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Fetches a model's directory from a Hub, such as huggingface.co.
///
/// Fetched are the files that Martlet and `transformers` need: configuration, weights as safetensors, tokenizer and
/// templates. What has come stays when the download is cut, and is not fetched again; every file is checked against
/// the checksum that the server names. `huggingface_hub` finds the result in its cache.
public struct ModelDownload: Sendable {
  /// What happens meanwhile, for whoever watches.
  public enum Event: Sendable, Equatable {
    /// What is to be fetched: how many files, and their bytes as far as the server says.
    case found(commit: String, files: Int, bytes: Int)
    /// A file's turn has come.
    case started(path: String, bytes: Int?)
    /// So much of all files is there; `fetched` of it came over the network in this call.
    case progress(bytes: Int, fetched: Int)
    /// A file is there and what it should be; `isNew` when it was not there before.
    case finished(path: String, bytes: Int, isNew: Bool)
    /// The server or the network is in trouble, and will be asked again after some seconds.
    case waiting(reason: String, seconds: Double)
  }

  /// The model.
  public let model: HubModel
  /// Where it comes from and is kept.
  public let settings: HubSettings
  /// A directory to write the files to instead of the cache.
  public var target: String?
  /// Patterns with `*`, `?` and `[…]` of the files to fetch; when empty, those that are needed.
  public var include: [String] = []
  /// Patterns of files to leave out.
  public var exclude: [String] = []

  /// A download into the cache.
  public init(_ model: HubModel, _ settings: HubSettings) {
    self.model = model
    self.settings = settings
  }

  /// Fetches what is missing.
  ///
  /// - Parameter observe: told what happens.
  /// - Returns: the directory with the model's files.
  /// - Throws: when the server can't be reached or refuses, a file is not what it should be, or the disk is full.
  public func run(observe: @escaping (Event) -> Void = { _ in }) throws(MartletError) -> String {
    let cache = HubCache(settings, model)
    if settings.isOffline { return try kept(in: cache) }
    let client = try HubClient(settings) { observe(.waiting(reason: $0, seconds: $1)) }
    return try run(client, cache, observe)
  }

  /// What a download of before has left, where nothing may be fetched.
  private func kept(in cache: HubCache) throws(MartletError) -> String {
    if target == nil, let commit = cache.commit(of: model.revision),
      FileSystem.isDirectory(cache.snapshot(commit))
    {
      return cache.snapshot(commit)
    }
    throw MartletError(
      "\(model) is not in the cache \(settings.cache), and HF_HUB_OFFLINE forbids to fetch it; unset it")
  }

  private func run(
    _ client: HubClient, _ cache: HubCache, _ observe: @escaping (Event) -> Void
  ) throws(MartletError) -> String {
    let (commit, files) = try list(client)
    let wanted = FileSelection(include: include, exclude: exclude).wanted(files)
    if wanted.isEmpty {
      throw MartletError(
        "\(model): none of its \(files.count) files is wanted; see which there are on \(settings.endpoint)/\(model.name), "
          + "and name them with --include")
    }
    observe(.found(commit: commit, files: wanted.count, bytes: wanted.reduce(0) { $0 + ($1.size ?? 0) }))
    let directory = target ?? cache.snapshot(commit)
    try FileSystem.createDirectory(directory)
    var progress = Progress(observe)
    for file in wanted {
      observe(.started(path: file.path, bytes: file.size))
      let isNew =
        target == nil
        ? try fetch(file, of: commit, client, into: cache, &progress)
        : try fetch(file, of: commit, client, into: directory, &progress)
      let place = FileSystem.join(directory, file.path)
      observe(.finished(path: file.path, bytes: FileSystem.size(of: place) ?? 0, isNew: isNew))
    }
    // Last, so that a branch leads to a whole directory.
    if target == nil { try cache.remember(commit, of: model.revision) }
    return directory
  }

  /// How many bytes are there.
  private struct Progress {
    private let observe: (Event) -> Void
    private var (before, fetchedBefore) = (0, 0)

    init(_ observe: @escaping (Event) -> Void) { self.observe = observe }

    /// - Parameters:
    ///   - bytes: those of the current file.
    ///   - start: those of them that were there before.
    func show(_ bytes: Int, since start: Int) {
      observe(.progress(bytes: before + bytes, fetched: fetchedBefore + max(0, bytes - start)))
    }

    mutating func finish(_ bytes: Int, since start: Int) {
      show(bytes, since: start)
      before += bytes
      fetchedBefore += max(0, bytes - start)
    }
  }

  // MARK: What there is

  private func list(_ client: HubClient) throws(MartletError) -> (commit: String, files: [HubFile]) {
    let revision = WebAddress.escaped(model.revision, keeping: "-._~")
    let address = client.address("/api/models/\(model.name)/revision/\(revision)?blobs=true")
    let text = try client.document(address, about: model)
    let reader = try JSONReader(JSON(parsing: text, file: address.text), file: address.text)
    let commit: String = try reader.required("sha")
    guard HubModel.isCommit(commit) else {
      throw reader.unexpected("sha", expected: "the 40 digits of a commit")
    }
    var files: [HubFile] = []
    for entry in try reader.readers("siblings") { files.append(try HubFile(entry)) }
    return (commit, files)
  }

  /// What the server says of one file.
  private func describe(
    _ file: HubFile, of commit: String, _ client: HubClient
  ) throws(MartletError) -> (download: FileDownload, tag: String) {
    let address = client.address("/\(model.name)/resolve/\(commit)/\(WebAddress.escaped(file.path))")
    let (response, content) = try client.head(address, about: model)
    if let found = response.headers["x-repo-commit"], found != commit {
      throw MartletError(
        "\(address.text): the server gives the file of commit \(found), where \(commit) was asked for")
    }
    let isLinked = response.headers["x-linked-etag"] != nil
    guard let tag = Self.tag(response.headers[isLinked ? "x-linked-etag" : "etag"] ?? "") else {
      throw MartletError(
        "\(address.text): the server names no usable ETag for the file, so it can't be checked")
    }
    let length = isLinked ? response.headers["x-linked-size"].flatMap { Int($0) } : response.length
    if let length, !(0...HubFile.largestSize).contains(length) {
      throw MartletError("\(address.text): the server names the impossible size of \(length) bytes")
    }
    let download = FileDownload(
      model: model, path: file.path, address: content, origin: address, size: length ?? file.size,
      checksum: Checksum(tag))
    return (download, tag)
  }

  /// An ETag without its quotes; nil when it could not be the name of a file.
  private static func tag(_ header: String) -> String? {
    let tag = (header.hasPrefix("W/") ? header.dropFirst(2) : header[...]).filter { $0 != "\"" }
    let isPlain = tag.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
    return isPlain && (1...128).contains(tag.utf8.count) ? tag : nil
  }

  // MARK: Fetching

  /// Puts a file into the cache, and returns whether it was not there.
  private func fetch(
    _ file: HubFile, of commit: String, _ client: HubClient, into cache: HubCache, _ progress: inout Progress
  ) throws(MartletError) -> Bool {
    let place = FileSystem.join(cache.snapshot(commit), file.path)
    // What a commit holds never changes.
    if let size = FileSystem.size(of: place), file.size == nil || file.size == size {
      progress.finish(size, since: size)
      return false
    }
    let (download, tag) = try describe(file, of: commit, client)
    let blob = cache.blob(tag)
    var isNew = false
    if FileSystem.size(of: blob) == nil
      || FileSystem.size(of: blob) != download.size ?? FileSystem.size(of: blob)
    {
      let lock = try cache.lock(tag)
      try fetch(download, client, from: blob + ".incomplete", to: blob, &progress)
      withExtendedLifetime(lock) {}
      isNew = true
    } else {
      let size = FileSystem.size(of: blob) ?? 0
      progress.finish(size, since: size)
    }
    try cache.link(file.path, of: commit, to: tag)
    return isNew
  }

  /// Puts a file into a plain directory, and returns whether it was not there as it should be.
  private func fetch(
    _ file: HubFile, of commit: String, _ client: HubClient, into directory: String,
    _ progress: inout Progress
  ) throws(MartletError) -> Bool {
    let place = FileSystem.join(directory, file.path)
    let (download, _) = try describe(file, of: commit, client)
    if let size = FileSystem.size(of: place), try download.isWhole(place, size: size) {
      progress.finish(size, since: size)
      return false
    }
    try FileSystem.createDirectory(FileSystem.directory(of: place))
    try fetch(download, client, from: place + ".incomplete", to: place, &progress)
    return true
  }

  private func fetch(
    _ download: FileDownload, _ client: HubClient, from partial: String, to place: String,
    _ progress: inout Progress
  ) throws(MartletError) {
    let start = FileSystem.size(of: partial) ?? 0
    try checkRoom(for: (download.size ?? 0) - start, at: partial)
    let shown = progress
    try download.run(client, from: partial, to: place) { shown.show($0, since: start) }
    progress.finish(FileSystem.size(of: place) ?? 0, since: start)
  }

  /// Fails before a download that the disk has no room for.
  private func checkRoom(for bytes: Int, at path: String) throws(MartletError) {
    var room = statvfs()
    guard bytes > 0, statvfs(FileSystem.directory(of: path), &room) == 0 else { return }
    let free = Double(room.f_bavail) * Double(room.f_frsize)
    if Double(bytes) <= free { return }
    throw MartletError(
      "cannot write \(path): it needs \(bytes) bytes more, and the disk has \(Int(free)) left; free some space, or "
        + "choose another place with --to or HF_HOME")
  }
}
