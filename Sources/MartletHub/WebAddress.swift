/// The address of something on a server that speaks HTTP, and where a redirection from it leads.
struct WebAddress: Equatable {
  /// `https://host:port`, in lower case: who is spoken to.
  let origin: String
  /// From the first `/` on.
  let path: String

  /// Reads `http://…` or `https://…`; nil for anything else, and for an address with a user's name in it.
  init?(_ text: String) {
    guard let scheme = ["https://", "http://"].first(where: { text.lowercased().hasPrefix($0) }),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { return nil }
    let rest = text.dropFirst(scheme.count)
    let host = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard !host.isEmpty, !host.contains("@") else { return nil }
    let usual = scheme == "https://" ? ":443" : ":80"
    var lower = host.lowercased()
    if lower.hasSuffix(usual) { lower.removeLast(usual.count) }
    origin = scheme + lower
    let path = rest.dropFirst(host.count)
    self.path = path.hasPrefix("/") ? String(path) : "/" + path
  }

  /// All of it.
  var text: String { origin + path }

  /// Whether what is sent can't be read on its way.
  var isPrivate: Bool { origin.hasPrefix("https://") }

  /// Where a `Location` leads; nil when it is no address.
  func redirected(to location: String) -> WebAddress? {
    if location.hasPrefix("//") { return WebAddress((isPrivate ? "https:" : "http:") + location) }
    if location.hasPrefix("/") { return WebAddress(origin + location) }
    if let scheme = location.firstIndex(of: ":"), location[..<scheme].allSatisfy({ $0.isLetter }) {
      return WebAddress(location)
    }
    let folder = path.prefix { $0 != "?" }
    let parent = folder[...(folder.lastIndex(of: "/") ?? folder.startIndex)]
    return WebAddress(origin + parent + location)
  }

  /// A part of a path in which everything but letters, digits and a few signs is written as `%` and two digits.
  static func escaped(_ text: String, keeping kept: String = "-._~/") -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8).union(kept.utf8)
    return text.utf8.map { byte in
      if plain.contains(byte) { return String(Unicode.Scalar(byte)) }
      return (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
    }.joined()
  }
}
