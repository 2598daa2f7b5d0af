import MartletText

/// One file on its way: gone on with where it was cut, and checked when it is whole.
struct FileDownload {
  let model: HubModel
  let path: String
  /// Where the content is.
  let address: WebAddress
  /// Where to ask again when that is too old: addresses of content are good for an hour or so.
  let origin: WebAddress
  /// Its bytes, where they are known.
  let size: Int?
  let checksum: Checksum?

  /// Fetches what is missing of a file and gives it its name.
  ///
  /// - Parameter observe: told how many bytes are there.
  /// - Throws: when the server refuses it, the disk fails, or the content is not what it should be: it is then removed.
  func run(
    _ client: HubClient, from partialPath: String, to name: String, observe: (Int) -> Void
  ) throws(MartletError) {
    let file = try PartialFile(partialPath)
    if let size, file.count > size { try file.clear() }
    var address = address
    while file.count != size {
      let result = try client.patiently(model, progress: { file.count }) { () throws(HubClient.Trouble) in
        try fetch(client, address, into: file, observe: observe)
      }
      if [200, 206].contains(result.status) { break }
      guard [401, 403, 404, 410].contains(result.status), address != origin else {
        throw client.refusal(result, model, address)
      }
      address = origin
    }
    observe(file.count)
    try check(file)
    try file.commit(as: name)
  }

  /// One try.
  private func fetch(
    _ client: HubClient, _ address: WebAddress, into file: PartialFile, observe: (Int) -> Void
  ) throws(HubClient.Trouble) -> HTTPResponse {
    let start = file.count
    let response = try client.follow(
      address, headers: start > 0 ? ["Range: bytes=\(start)-"] : [],
      accepts: { response throws(MartletError) in
        if response.status == 206 { return Self.start(of: response) == start }
        guard response.status == 200 else { return false }
        // The server gives the whole, whatever was asked for.
        if start > 0 { try file.clear() }
        return true
      },
      receive: { bytes throws(MartletError) in
        if let size, file.count + bytes.count > size {
          try? FileSystem.removeFile(file.path)
          throw MartletError(
            "\(model): the server sends more than the \(size) bytes of \(path) that it has named; it was removed"
          )
        }
        try file.write(bytes)
        observe(file.count)
      })
    let isOutOfStep = response.status == 206 && Self.start(of: response) != start
    if response.status == 416 || isOutOfStep {
      do { try file.clear() } catch { throw .error(error) }
      throw .passing("the server can't go on with \(path) where it was cut, so it begins anew", wait: 0)
    }
    if [200, 206].contains(response.status), let size, file.count < size {
      throw .passing("the connection ended before all of \(path) had come", wait: nil)
    }
    return response
  }

  /// Where the part that a response brings begins.
  private static func start(of response: HTTPResponse) -> Int? {
    guard let range = response.headers["content-range"], range.hasPrefix("bytes ") else { return nil }
    return Int(range.dropFirst("bytes ".count).prefix { $0 != "-" })
  }

  /// Whether a file that is there already is what it should be.
  func isWhole(_ path: String, size found: Int) throws(MartletError) -> Bool {
    guard let size, found == size else { return false }
    guard let checksum else { return true }
    var digest = Checksum.Digest(for: checksum, count: size)
    try PartialFile(path).read { digest.add($0) }
    return digest.text == checksum.text
  }

  /// Fails when the content is not what its checksum says, and removes it.
  private func check(_ file: PartialFile) throws(MartletError) {
    guard let checksum else { return }
    var digest = Checksum.Digest(for: checksum, count: file.count)
    try file.read { digest.add($0) }
    if digest.text == checksum.text { return }
    try FileSystem.removeFile(file.path)
    throw MartletError(
      "\(model): the content of \(path) is not what the server says it is (its checksum is \(digest.text), expected "
        + "\(checksum.text)); it was removed; try again")
  }
}
