import Foundation
import Testing

/// Conformance data beside the repository, which need not be there.
enum SharedData {
  /// The folder `data` of the environment variable MARTLET_SHARED, or of `../shared`.
  static let directory: URL? = {
    let root =
      ProcessInfo.processInfo.environment["MARTLET_SHARED"].map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared")
    let data = root.appendingPathComponent("data")
    return FileManager.default.fileExists(atPath: data.path) ? data : nil
  }()

  /// The object in a JSON file; nil, and said so, when it is not there.
  static func json(_ path: String) throws -> [String: Any]? {
    guard let url = directory?.appendingPathComponent(path), FileManager.default.fileExists(atPath: url.path)
    else {
      print("skipped: ../shared/data/\(path) is not there (see MARTLET_SHARED)")
      return nil
    }
    return try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any]
  }
}

extension [String: Any] {
  /// A list of numbers, or lists of lists laid end to end.
  func numbers(_ key: String) throws -> [Double] { try Self.flattened(#require(self[key])) }

  func number(_ key: String) throws -> Double { try #require(self[key] as? NSNumber).doubleValue }

  private static func flattened(_ value: Any) throws -> [Double] {
    if let list = value as? [Any] { return try list.flatMap(flattened) }
    return [try #require(value as? NSNumber).doubleValue]
  }
}
