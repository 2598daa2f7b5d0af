/// A dictionary in the order of its keys. Templates cannot change it.
final class TemplateDictionary {
  let keys: [TemplateValue]
  let values: [TemplateValue]
  let depth: Int
  private let index: [Key: Int]

  /// A key as it is compared: 1, 1.0 and true are the same.
  enum Key: Hashable {
    case none
    /// All undefined values are one key.
    case undefined
    case integer(Int)
    case number(Double)
    case text([UInt8])
    case tuple([Key])
    case object(ObjectIdentifier)
  }

  /// Members in order; a key that stands twice keeps its first place and its last value.
  ///
  /// - Throws: when a key is a list or a dictionary, or the values lie too deep in each other.
  init(_ members: [(key: TemplateValue, value: TemplateValue)]) throws(MartletError) {
    var (keys, values, index): ([TemplateValue], [TemplateValue], [Key: Int]) = ([], [], [:])
    for (key, value) in members {
      let place = index[try Self.key(key)]
      if let place {
        values[place] = value
        continue
      }
      index[try Self.key(key)] = keys.count
      keys.append(key)
      values.append(value)
    }
    (self.keys, self.values, self.index) = (keys, values, index)
    depth = max(try TemplateList.depth(of: keys), try TemplateList.depth(of: values))
  }

  var count: Int { keys.count }

  /// The value of a key.
  ///
  /// - Throws: when such a value cannot be a key.
  func value(_ key: TemplateValue) throws(MartletError) -> TemplateValue? {
    index[try Self.key(key)].map { values[$0] }
  }

  /// The value of a key that is a text.
  func value(_ key: String) -> TemplateValue? { index[.text(Array(key.utf8))].map { values[$0] } }

  /// The form in which a key is compared.
  ///
  /// - Throws: when such a value cannot be a key.
  static func key(_ value: TemplateValue) throws(MartletError) -> Key {
    switch value {
    case .none: return .none
    case .bool(let value): return .integer(value ? 1 : 0)
    case .integer(let value): return .integer(value)
    case .number(let value): return Int(exactly: value).map(Key.integer) ?? .number(value)
    case .text(let text): return .text(text.bytes)
    case .tuple(let tuple):
      var keys: [Key] = []
      for element in tuple.elements { keys.append(try key(element)) }
      return .tuple(keys)
    case .undefined: return .undefined
    case .object(let object): return .object(ObjectIdentifier(object))
    case .list, .dictionary:
      throw MartletError("a \(value.typeName) cannot be a key: unhashable type: '\(value.typeName)'")
    }
  }
}
