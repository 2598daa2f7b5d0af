import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Asks a Hub: follows redirections, tries again what may pass, and says in words what won't.
final class HubClient {
  private let settings: HubSettings
  private let connection: HTTPConnection
  private let endpoint: WebAddress
  /// Told why there is a wait, and for how many seconds.
  private let waits: (String, Double) -> Void

  /// The most redirections that are followed.
  private static let mostRedirections = 10
  /// A server that asks for a longer wait, in seconds, is not waited for.
  private static let longestWait = 300.0
  /// The largest document, in bytes, that is kept in memory.
  private static let largestDocument = 1 << 26

  init(_ settings: HubSettings, waits: @escaping (String, Double) -> Void) throws(MartletError) {
    self.settings = settings
    self.waits = waits
    endpoint = WebAddress(settings.endpoint)!
    connection = try HTTPConnection(certificates: settings.certificates, idleSeconds: settings.idleSeconds)
  }

  /// The address of a path on the server.
  func address(_ path: String) -> WebAddress { WebAddress(settings.endpoint + path)! }

  /// A small document.
  func document(_ address: WebAddress, about model: HubModel) throws(MartletError) -> [UInt8] {
    var bytes: [UInt8] = []
    let response = try patiently(model) { () throws(Trouble) in
      bytes = []
      return try follow(
        address, headers: [],
        accepts: { response throws(MartletError) in response.status == 200 },
        receive: { part throws(MartletError) in
          if bytes.count + part.count > Self.largestDocument {
            throw MartletError("\(address.text): the answer is longer than \(Self.largestDocument) bytes")
          }
          bytes += part
        })
    }
    guard response.status == 200 else { throw refusal(response, model, address) }
    return bytes
  }

  /// What the server says of a file, without its content: redirections to other servers are not followed.
  ///
  /// - Returns: the head, and where the content is.
  func head(
    _ address: WebAddress, about model: HubModel
  ) throws(MartletError) -> (response: HTTPResponse, content: WebAddress) {
    var content = address
    let response = try patiently(model) { () throws(Trouble) in
      content = address
      for _ in 0..<Self.mostRedirections {
        let response = try send(content, headers: [], isHead: true)
        guard let target = try Self.redirection(response, from: content) else { return response }
        let isElsewhere = target.origin != content.origin || response.headers["x-linked-etag"] != nil
        content = target
        if isElsewhere { return response }
      }
      throw .hopeless("too many redirections")
    }
    guard (200..<400).contains(response.status) else { throw refusal(response, model, address) }
    return (response, content)
  }

  /// Something went wrong with one try.
  enum Trouble: Error {
    /// It may pass.
    case passing(String, wait: Double?)
    /// Nobody answers: most likely there is no network.
    case unreachable(String)
    /// It won't.
    case hopeless(String)
    case error(MartletError)
  }

  /// Tries until something comes of it.
  ///
  /// - Parameter attempt: is called again after trouble that may pass, and may say so by throwing, or by giving a
  ///   response of a server that is overloaded.
  func patiently(
    _ model: HubModel, _ attempt: () throws(Trouble) -> HTTPResponse
  ) throws(MartletError) -> HTTPResponse {
    try patiently(model, progress: { 0 }, attempt)
  }

  /// - Parameter progress: the bytes that have come so far: a try that has brought some is not counted.
  func patiently(
    _ model: HubModel, progress: () -> Int, _ attempt: () throws(Trouble) -> HTTPResponse
  ) throws(MartletError) -> HTTPResponse {
    var (failures, delay) = (0, settings.firstDelay)
    while true {
      let before = progress()
      let reason: String
      var (wait, attempts): (Double?, Int) = (nil, settings.attempts)
      do throws(Trouble) {
        let response = try attempt()
        guard let trouble = Self.trouble(response) else { return response }
        (reason, wait) = trouble
      } catch {
        switch error {
        case .error(let error): throw error
        case .hopeless(let words):
          throw MartletError("cannot fetch \(model) from \(settings.endpoint): \(words)")
        case .passing(let words, let asked): (reason, wait) = (words, asked)
        case .unreachable(let words): (reason, attempts) = (words, min(3, attempts))
        }
      }
      if progress() > before { (failures, delay) = (0, settings.firstDelay) } else { failures += 1 }
      guard failures < attempts, wait ?? 0 <= Self.longestWait else {
        let asked =
          wait.map { $0 > Self.longestWait ? ", and asks to wait for \(Int(min($0, 1e12))) seconds" : "" }
          ?? ""
        throw MartletError(
          "cannot fetch \(model) from \(settings.endpoint): \(reason)\(asked); try again later: what has come is kept"
        )
      }
      let seconds = wait ?? delay
      waits(reason, seconds)
      usleep(useconds_t(min(seconds, Self.longestWait) * 1e6))
      delay = min(2 * delay, 60)
    }
  }

  /// What a response says of a server in trouble, and how long it asks to wait.
  private static func trouble(_ response: HTTPResponse) -> (reason: String, wait: Double?)? {
    let wait = response.headers["retry-after"].flatMap { Double($0) }.flatMap { $0 >= 0 ? $0 : nil }
    switch response.status {
    case 429: return ("the server says that there were too many requests (429)", wait)
    case 408, 500, 502, 503, 504: return ("the server failed (\(response.status))", wait)
    default: return nil
    }
  }

  /// Gets something, from wherever redirections lead.
  func follow(
    _ address: WebAddress, headers: [String],
    accepts: (HTTPResponse) throws(MartletError) -> Bool,
    receive: (UnsafeRawBufferPointer) throws(MartletError) -> Void
  ) throws(Trouble) -> HTTPResponse {
    var address = address
    for _ in 0..<Self.mostRedirections {
      let response = try send(address, headers: headers, accepts: accepts, receive: receive)
      guard let target = try Self.redirection(response, from: address) else { return response }
      address = target
    }
    throw .hopeless("too many redirections")
  }

  private func send(
    _ address: WebAddress, headers: [String], isHead: Bool = false,
    accepts: (HTTPResponse) throws(MartletError) -> Bool = { _ in false },
    receive: (UnsafeRawBufferPointer) throws(MartletError) -> Void = { _ in }
  ) throws(Trouble) -> HTTPResponse {
    // What comes must be as long as the server says, so it must not be compressed.
    var headers = headers + ["Accept-Encoding: identity"]
    // Who asks is nobody's business but the Hub's.
    if let token = settings.token, address.origin == endpoint.origin {
      headers.append("Authorization: Bearer \(token)")
    }
    do {
      return try connection.send(
        address.text, headers: headers, isHead: isHead, accepts: accepts, receive: receive)
    } catch {
      switch error {
      case .receiver(let error): throw .error(error)
      case .hopeless(let words): throw .hopeless(words)
      case .cut(let words): throw .passing("the connection broke (\(words))", wait: nil)
      case .unreachable(let words):
        throw .unreachable("\(address.origin) can't be reached (\(words)); check the network and HF_ENDPOINT")
      }
    }
  }

  private static func redirection(
    _ response: HTTPResponse, from address: WebAddress
  ) throws(Trouble) -> WebAddress? {
    guard [301, 302, 303, 307, 308].contains(response.status), let location = response.headers["location"]
    else {
      return nil
    }
    guard let target = address.redirected(to: location) else {
      throw .hopeless("a redirection leads to \"\(location.prefix(200))\", which is no address")
    }
    guard target.isPrivate || !address.isPrivate else {
      throw .hopeless("a redirection leads from an encrypted connection to \(target.origin), which is none")
    }
    return target
  }

  /// What a server's refusal means.
  func refusal(_ response: HTTPResponse, _ model: HubModel, _ address: WebAddress) -> MartletError {
    let place = "\(model.name) on \(settings.endpoint)"
    switch response.status {
    case 401 where settings.token == nil:
      return MartletError(
        "\(place): there is no such model, or it is not open to everybody (401); check the name, or set HF_TOKEN to a "
          + "token of yours")
    case 401:
      return MartletError(
        "\(place): there is no such model for you, or HF_TOKEN is not valid (401); check both")
    case 403:
      let how =
        settings.token == nil ? "set HF_TOKEN to a token of an account that has it" : "HF_TOKEN has none"
      return MartletError(
        "\(place): access must be granted first (403): ask for it on the model's page; \(how)")
    case 404:
      let what =
        response.headers["x-error-code"] == "RevisionNotFound"
        ? "there is no revision \(model.revision)" : "there is no such model, revision or file"
      return MartletError("\(place): \(what) (404, \(address.path)); check the name")
    default:
      return MartletError(
        "\(place): the server answered \(response.status) to \(address.path), where 200 was expected")
    }
  }
}
