import MartletText

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where models come from and where they are kept, as `huggingface_hub` has it from the environment.
public struct HubSettings: Sendable {
  /// The server: `HF_ENDPOINT`, or `https://huggingface.co`.
  public var endpoint: String
  /// Who asks: `HF_TOKEN`, or what the token file holds (`HF_TOKEN_PATH`, or `token` in `HF_HOME`); nil for anybody.
  public var token: String?
  /// The directory of the cache: `HF_HUB_CACHE`, or `hub` in `HF_HOME`, which is `~/.cache/huggingface` unless it is
  /// set.
  public var cache: String
  /// Whether only what is in the cache may be used: `HF_HUB_OFFLINE`.
  public var isOffline: Bool
  /// A file of trusted certificates: `SSL_CERT_FILE`; nil for the system's.
  public var certificates: String?
  /// How often a request is tried, one that brought something on not counted.
  package var attempts = 6
  /// Seconds before the second try; each further wait is twice as long.
  package var firstDelay = 1.0
  /// Seconds to wait while nothing comes.
  package var idleSeconds = 30

  /// The settings of an environment; that of the process unless another is given.
  ///
  /// - Throws: when a variable makes no sense, or the token file can't be read.
  public init(environment: [String: String]? = nil) throws(MartletError) {
    func value(_ names: String...) -> String? {
      for name in names {
        let found = environment.map { $0[name] } ?? getenv(name).map { String(cString: $0) }
        if let found, !found.isEmpty { return found }
      }
      return nil
    }
    func isOn(_ name: String) -> Bool {
      value(name).map { ["1", "ON", "YES", "TRUE"].contains($0.uppercased()) } ?? false
    }
    func path(_ text: String) -> String {
      guard text == "~" || text.hasPrefix("~/") else { return text }
      return (value("HOME") ?? ".") + text.dropFirst()
    }
    var endpoint = value("HF_ENDPOINT") ?? "https://huggingface.co"
    while endpoint.hasSuffix("/") { endpoint.removeLast() }
    guard WebAddress(endpoint) != nil else {
      throw MartletError(
        "HF_ENDPOINT must be the address of a server, such as https://huggingface.co, not \(endpoint)")
    }
    self.endpoint = endpoint
    let home = path(value("HF_HOME") ?? (value("XDG_CACHE_HOME") ?? "~/.cache") + "/huggingface")
    cache = path(value("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") ?? home + "/hub")
    isOffline = isOn("HF_HUB_OFFLINE")
    certificates = value("SSL_CERT_FILE")
    var token = value("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
    let file = path(value("HF_TOKEN_PATH") ?? home + "/token")
    if token == nil, !isOn("HF_HUB_DISABLE_IMPLICIT_TOKEN"), FileSystem.exists(file) {
      token = try FileSystem.readText(file)
    }
    self.token = token.map { String($0.filter { !$0.isWhitespace }) }.flatMap { $0.isEmpty ? nil : $0 }
    if let token = self.token, !token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
      throw MartletError("HF_TOKEN holds characters that no token has; set it to a token of yours")
    }
  }
}
