import MartletText
import MartletTransfer

/// The head of a response.
struct HTTPResponse {
  var status = 0
  /// By their names in lower case; of several, the last.
  var headers: [String: String] = [:]
  /// The first bytes of a body that is not what was asked for, such as the page of an error.
  var page: [UInt8] = []

  /// The number of bytes of the body, where the server says it.
  var length: Int? { headers["content-length"].flatMap { Int($0) } }

  /// Takes a line of the head.
  mutating func read(line: String) {
    if line.hasPrefix("HTTP/") {
      // The head of another response may have come before, such as "100 Continue".
      self = HTTPResponse()
      let parts = line.split(separator: " ", maxSplits: 2)
      status = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...]
      headers[line[..<colon].lowercased()] = Self.trimmed(value)
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    var text = text
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text.drop { $0.isWhitespace })
  }
}

/// Sends requests one after the other, and keeps the connection between them.
final class HTTPConnection {
  /// Why a request came to no end.
  enum Failure: Error {
    /// The host is not known or can't be connected to.
    case unreachable(String)
    /// The connection broke or stood still.
    case cut(String)
    /// Trying again won't help.
    case hopeless(String)
    /// What received the body failed.
    case receiver(MartletError)
  }

  private let connection: OpaquePointer
  /// A file of trusted certificates; nil for the system's.
  private let certificates: String?
  private let idleSeconds: Int

  /// The largest page of an error that is kept.
  private static let largestPage = 4096
  /// No head is longer, in bytes: a server may send headers without end.
  private static let largestHead = 1 << 18

  /// - Throws: when the machine has no libcurl.
  init(certificates: String?, idleSeconds: Int) throws(MartletError) {
    guard let connection = mt_open() else {
      throw MartletError(
        "downloading needs the system's library libcurl (libcurl.so.4), which could not be loaded; install it"
      )
    }
    self.connection = connection
    self.certificates = certificates
    self.idleSeconds = idleSeconds
  }

  deinit { mt_close(connection) }

  /// Sends a request; a redirection is a response like any other.
  ///
  /// - Parameters:
  ///   - accepts: asked once for the head: whether the body is what was asked for.
  ///   - receive: gets the parts of the body then.
  func send(
    _ url: String, headers: [String], isHead: Bool = false,
    accepts: (HTTPResponse) throws(MartletError) -> Bool = { _ in false },
    receive: (UnsafeRawBufferPointer) throws(MartletError) -> Void = { _ in }
  ) throws(Failure) -> HTTPResponse {
    var problem = [CChar](repeating: 0, count: 256)
    let (outcome, exchange) = withoutActuallyEscaping(accepts) { accepts in
      withoutActuallyEscaping(receive) { receive in
        let exchange = Exchange(accepts: accepts, receive: receive)
        defer { exchange.forget() }
        return (perform(url, headers, isHead: isHead, exchange, &problem), exchange)
      }
    }
    let words = String(
      decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    switch outcome {
    case MT_DONE: return exchange.response
    case MT_ENDED:
      if let error = exchange.error { throw .receiver(error) }
      // The page of an error was longer than anybody wants to read.
      if exchange.isLong { throw .hopeless("the head of the response has no end") }
      return exchange.response
    case MT_UNREACHABLE: throw .unreachable(words)
    case MT_CUT: throw .cut(words)
    case MT_UNTRUSTED:
      throw .hopeless("\(words); if a proxy of yours is in between, name its certificate in SSL_CERT_FILE")
    default: throw .hopeless(words)
    }
  }

  private func perform(
    _ url: String, _ headers: [String], isHead: Bool, _ exchange: Exchange, _ problem: inout [CChar]
  ) -> mt_outcome {
    let lines = headers.map { $0.utf8CString }
    let starts = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: lines.count + 1)
    var copies: [UnsafeMutablePointer<CChar>] = []
    defer {
      copies.forEach { $0.deallocate() }
      starts.deallocate()
    }
    for (place, line) in lines.enumerated() {
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: line.count)
      line.withUnsafeBufferPointer { copy.update(from: $0.baseAddress!, count: line.count) }
      copies.append(copy)
      starts[place] = UnsafePointer(copy)
    }
    starts[lines.count] = nil
    return url.withCString { url in
      withOptionalCString(certificates) { certificates in
        var request = mt_request()
        request.url = url
        request.headers = UnsafePointer(starts)
        request.certificates = certificates
        request.is_head = isHead ? 1 : 0
        request.connect_seconds = 20
        request.idle_seconds = idleSeconds
        request.context = Unmanaged.passUnretained(exchange).toOpaque()
        request.receive_line = { context, bytes, count in
          let exchange = Unmanaged<Exchange>.fromOpaque(context!).takeUnretainedValue()
          return exchange.receive(line: UnsafeRawBufferPointer(start: bytes, count: count)) ? 1 : 0
        }
        request.receive_body = { context, bytes, count in
          let exchange = Unmanaged<Exchange>.fromOpaque(context!).takeUnretainedValue()
          return exchange.receive(body: UnsafeRawBufferPointer(start: bytes, count: count)) ? 1 : 0
        }
        return mt_send(connection, &request, &problem)
      }
    }
  }

  private func withOptionalCString<Value>(
    _ text: String?, _ body: (UnsafePointer<CChar>?) -> Value
  ) -> Value {
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
  }

  /// What one request receives.
  private final class Exchange {
    var response = HTTPResponse()
    var error: MartletError?
    var isLong = false
    private var headLength = 0
    private var isAccepted: Bool?
    private var accepts: ((HTTPResponse) throws(MartletError) -> Bool)?
    private var take: ((UnsafeRawBufferPointer) throws(MartletError) -> Void)?

    init(
      accepts: @escaping (HTTPResponse) throws(MartletError) -> Bool,
      receive: @escaping (UnsafeRawBufferPointer) throws(MartletError) -> Void
    ) {
      self.accepts = accepts
      take = receive
    }

    /// Lets go of the closures, which live only as long as the request.
    func forget() {
      accepts = nil
      take = nil
    }

    func receive(line: UnsafeRawBufferPointer) -> Bool {
      headLength += line.count
      isLong = headLength > HTTPConnection.largestHead
      response.read(line: String(decoding: line, as: UTF8.self))
      return !isLong
    }

    func receive(body: UnsafeRawBufferPointer) -> Bool {
      do throws(MartletError) {
        if isAccepted == nil { isAccepted = try accepts?(response) ?? false }
        if isAccepted == true {
          try take?(body)
          return true
        }
      } catch {
        self.error = error
        return false
      }
      response.page += body.prefix(HTTPConnection.largestPage - response.page.count)
      return response.page.count < HTTPConnection.largestPage
    }
  }
}
