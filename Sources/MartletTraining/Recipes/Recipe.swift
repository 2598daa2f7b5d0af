import MartletText

/// What decides a run: with its data, the bits of its result.
public protocol Recipe: Sendable {
  /// How it learns.
  var settings: TrainingSettings { get set }
  /// The recipe as a JSON object, which ``init(parsing:file:)`` reads again.
  var text: String { get }

  /// Reads what ``text`` gave; keys of others are passed over.
  ///
  /// - Parameter file: what to call it in messages.
  /// - Throws: when a key is missing, of another kind, or contradicts another.
  init(parsing text: String, file: String) throws(MartletError)
}
