/// Something wrong with a file, an argument or data, said in one sentence.
///
/// The message says what happened, where (file, key, argument), what was expected and found, and what to do.
/// A command prints it after `error: ` as it is.
public struct MartletError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The sentence for the person who gave the file, argument or data.
  public let message: String

  /// Creates an error from its sentence.
  public init(_ message: String) {
    self.message = message
  }

  /// The message.
  public var description: String { message }
}
