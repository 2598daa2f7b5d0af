import MartletText

/// One message of a conversation.
public struct ChatMessage: Sendable, Equatable {
  /// Who speaks.
  public enum Role: String, Sendable {
    /// Says how the assistant is to behave; only the first message.
    case system
    /// The person.
    case user
    /// The model.
    case assistant
  }

  /// Who says it.
  public let role: Role
  /// What is said.
  public let content: String

  /// A message.
  public init(_ role: Role, _ content: String) { (self.role, self.content) = (role, content) }
}

extension ChatMessage {
  /// As chat templates see it.
  var json: JSON { ["role": .string(role.rawValue), "content": .string(content)] }

  init(_ reader: JSONReader) throws(MartletError) {
    guard let role = Role(rawValue: try reader.required("role")) else {
      throw reader.unexpected("role", expected: "\"system\", \"user\" or \"assistant\"")
    }
    self.init(role, try reader.required("content"))
  }
}

extension [ChatMessage] {
  /// Reads a conversation: an object with `messages`, each with a `role` and a text as its `content`.
  ///
  /// - Throws: when the file is damaged, or a system message is not the first one.
  public init(contentsOf file: String) throws(MartletError) {
    let reader = try JSONReader(file: file)
    _ = try reader.required("messages", as: [JSON].self)
    self = []
    for (place, message) in try reader.readers("messages").enumerated() {
      append(try ChatMessage(message))
      if place > 0, last?.role == .system {
        throw MartletError("\(file): message \(place + 1) is a system message; only the first can be one")
      }
    }
  }

  /// Writes a conversation at once, as `martlet template --context` reads it too.
  ///
  /// - Throws: when the file can't be written.
  public func save(to file: String) throws(MartletError) {
    try FileSystem.write(JSON.object(["messages": .array(map(\.json))]).pretty + "\n", to: file)
  }
}
