// Names the public symbols that have no documentation comment, and exits with 1 if there is one.
//
//   swift Scripts/undocumented_symbols.swift SOURCES GRAPH.symbols.json ...
//
// Only symbols declared below the folder SOURCES count. One that fulfils another module's protocol
// (`description`, `==`) is documented there.

import Foundation

/// The parts of a symbol graph that matter here; see github.com/swiftlang/swift-docc-symbolkit for the whole.
struct SymbolGraph: Decodable {
  struct Symbol: Decodable {
    struct Identifier: Decodable { let precise: String }
    struct Comment: Decodable {}
    struct Location: Decodable {
      struct Position: Decodable { let line: Int }
      let uri: String
      let position: Position
    }
    let identifier: Identifier
    let pathComponents: [String]
    let docComment: Comment?
    let location: Location?
  }
  struct Relationship: Decodable {
    struct Origin: Decodable { let displayName: String }
    let source: String
    let sourceOrigin: Origin?
  }
  let symbols: [Symbol]
  let relationships: [Relationship]
}

guard CommandLine.arguments.count > 2 else {
  print("usage: undocumented_symbols SOURCES GRAPH.symbols.json ...")
  exit(2)
}
let sources = CommandLine.arguments[1]
var count = 0
var undocumented: [String] = []
for path in CommandLine.arguments.dropFirst(2) {
  let data = try Data(contentsOf: URL(fileURLWithPath: path))
  let graph = try JSONDecoder().decode(SymbolGraph.self, from: data)
  let inherited = Set(graph.relationships.filter { $0.sourceOrigin != nil }.map(\.source))
  for symbol in graph.symbols {
    guard let location = symbol.location, location.uri.contains(sources) else { continue }
    count += 1
    if symbol.docComment == nil, !inherited.contains(symbol.identifier.precise) {
      let file = location.uri.components(separatedBy: sources + "/").last!
      let name = symbol.pathComponents.joined(separator: ".")
      undocumented.append("\(file):\(location.position.line + 1): \(name) has no documentation comment")
    }
  }
}
undocumented.sorted().forEach { print($0) }
print("\(count) public symbols, \(undocumented.count) without a documentation comment")
exit(undocumented.isEmpty && count > 0 ? 0 : 1)
