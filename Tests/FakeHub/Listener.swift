import Dispatch
import MartletText
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A port of this machine, on which each connection is answered in a thread of its own.
final class Listener: Sendable {
  let port: Int
  private let descriptor: Int32

  /// - Parameter isDeaf: whether the port is taken, and nobody answers.
  init(isDeaf: Bool = false) throws(MartletError) {
    #if canImport(Darwin)
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let descriptor = descriptor
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && (isDeaf || listen(descriptor, 16) == 0)
          && getsockname(descriptor, $0, &size) == 0
      }
    }
    guard isBound else {
      throw MartletError("cannot listen on 127.0.0.1: \(String(cString: strerror(errno)))")
    }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  func stop() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  deinit { close(descriptor) }

  /// Answers every request, until the port is stopped.
  func serve(_ answer: @escaping @Sendable (FakeHub.Request) -> FakeHub.Reply?, isStorage: Bool) {
    let queue = DispatchQueue(label: "listener", attributes: .concurrent)
    DispatchQueue(label: "accept").async { [self] in
      while true {
        let client = accept(descriptor, nil, nil)
        if client < 0 { return }
        queue.async {
          while let request = Self.read(client, isStorage: isStorage), let reply = answer(request) {
            if !Self.write(reply, to: request, client) { break }
          }
          close(client)
        }
      }
    }
  }

  private static func read(_ client: Int32, isStorage: Bool) -> FakeHub.Request? {
    var (head, byte) = ([UInt8](), UInt8(0))
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      guard recv(client, &byte, 1, 0) == 1, head.count < 1 << 16 else { return nil }
      head.append(byte)
    }
    let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
    let words = lines[0].split(separator: " ").map(String.init)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
    }
    return FakeHub.Request(isStorage: isStorage, method: words[0], path: words[1], headers: headers)
  }

  /// - Returns: whether the connection is still good.
  private static func write(_ reply: FakeHub.Reply, to request: FakeHub.Request, _ client: Int32) -> Bool {
    var head = "HTTP/1.1 \(reply.status) OK\r\n"
    if !reply.headers.contains(where: { $0.0 == "Content-Length" }) {
      head += "Content-Length: \(reply.body.count)\r\n"
    }
    for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
    guard send(Array((head + "\r\n").utf8)[...], client) else { return false }
    if request.method == "HEAD" { return true }
    var rest = reply.body.prefix(reply.cut ?? reply.body.count)
    while !rest.isEmpty {
      if reply.delay > 0 { usleep(useconds_t(reply.delay * 1e6)) }
      let part = rest.prefix(reply.delay > 0 ? 1 << 12 : 1 << 16)
      guard send(part, client) else { return false }
      rest = rest.dropFirst(part.count)
    }
    return reply.cut == nil
  }

  private static func send(_ bytes: ArraySlice<UInt8>, _ client: Int32) -> Bool {
    var bytes = bytes
    while !bytes.isEmpty {
      #if canImport(Darwin)
        let sent = bytes.withUnsafeBytes { write(client, $0.baseAddress, $0.count) }
      #else
        let sent = bytes.withUnsafeBytes {
          Glibc.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
      #endif
      if sent <= 0 { return false }
      bytes = bytes.dropFirst(sent)
    }
    return true
  }
}
