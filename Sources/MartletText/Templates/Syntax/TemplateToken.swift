/// A word of a template's source.
struct TemplateToken: Sendable {
  enum Kind: Sendable, Equatable {
    /// Text between tags.
    case data(TracedText)
    case variableBegin, variableEnd, blockBegin, blockEnd
    case name(String)
    case text(TracedText)
    case integer(Int)
    case number(Double)
    case sign(String)
    case end
  }

  let kind: Kind
  let line: Int

  /// The token in words for messages.
  var shown: String {
    switch kind {
    case .data: "text"
    case .variableBegin: "'{{'"
    case .variableEnd: "'}}'"
    case .blockBegin: "'{%'"
    case .blockEnd: "'%}'"
    case .name(let name): "'\(PrintableName.make(name))'"
    case .text: "a string"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .sign(let sign): "'\(sign)'"
    case .end: "the end of the template"
    }
  }
}
