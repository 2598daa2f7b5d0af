import MartletTensor
import MartletText

/// Texts as documents, and where they came from.
public struct TextData: Sendable {
  /// What the data is called in reports: a path, or the name of the embedded text.
  public let name: String
  /// The documents, each a text of its own.
  public let documents: [String]

  /// Documents from anywhere.
  ///
  /// - Throws: when there is no text in them.
  public init(name: String, documents: [String]) throws(MartletError) {
    self.name = name
    self.documents = documents.filter { !$0.isEmpty }
    if self.documents.isEmpty {
      throw MartletError("\(name): there is no text in it; give at least one document")
    }
  }

  /// The text that ships with Martlet.
  public static var embedded: TextData {
    get throws(MartletError) {
      try TextData(name: EmbeddedText.name, documents: EmbeddedText.documents())
    }
  }

  /// Reads files, directories (every file below that ends in `.txt`, `.md` or `.jsonl`, sorted by path; hidden ones are left out) and, as
  /// `-`, standard input.
  ///
  /// A text file is one document; each line of a `.jsonl` file is one: its `text`, or its `prompt` and the `completion`
  /// that follows it.
  ///
  /// - Throws: when a path is missing, a directory holds no text file, or a file is empty or not UTF-8.
  public init(paths: [String]) throws(MartletError) {
    var documents: [String] = []
    for path in paths {
      if path == "-" {
        let text = try FileSystem.text(FileSystem.readStandardInput(), file: "standard input")
        if text.isEmpty { throw MartletError("standard input: it is empty; give it at least one document") }
        documents.append(text)
      } else if FileSystem.isDirectory(path) {
        let files = try Self.textFiles(below: path)
        if files.isEmpty {
          throw MartletError("\(path): the directory holds no .txt, .md or .jsonl file; name one that does")
        }
        for file in files { documents += try Self.documents(ofFile: file) }
      } else {
        documents += try Self.documents(ofFile: path)
      }
    }
    try self.init(name: paths.joined(separator: ", "), documents: documents)
  }

  private static func textFiles(below directory: String) throws(MartletError) -> [String] {
    var files: [String] = []
    for name in try FileSystem.names(inDirectory: directory) where !name.hasPrefix(".") {
      let path = FileSystem.join(directory, name)
      if FileSystem.isDirectory(path) {
        files += try textFiles(below: path)
      } else if [".txt", ".md", ".jsonl"].contains(where: name.hasSuffix) {
        files.append(path)
      }
    }
    return files
  }

  private static func documents(ofFile path: String) throws(MartletError) -> [String] {
    let text = try FileSystem.readText(path)
    if text.isEmpty { throw MartletError("\(path): the file is empty; give it some text") }
    guard path.hasSuffix(".jsonl") else { return [text] }
    var documents: [String] = []
    // Bytes, not characters: a line that ends as on Windows ends in one character of two scalars.
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in lines.enumerated()
    where !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
      let place = "\(path), line \(number + 1)"
      let reader = try JSONReader(JSON(parsing: Array(line), file: place), file: place)
      documents.append(try document(of: reader))
    }
    return documents
  }

  /// The text of a row; of instructions the prompt and what follows it.
  private static func document(of row: JSONReader) throws(MartletError) -> String {
    if row["text"] == nil, let prompt = row["prompt"]?.string, let completion = row["completion"]?.string {
      return prompt + completion
    }
    return try row.required("text")
  }

  /// A number that tells these documents from any others.
  public var digest: String {
    var digest = Digest()
    for document in documents {
      digest.combine(UInt64(document.utf8.count))
      digest.combine(document.utf8)
    }
    return digest.text
  }

  /// The number of UTF-8 bytes.
  public var byteCount: Int { documents.reduce(0) { $0 + $1.utf8.count } }

  /// Takes the last part away, to be held out.
  ///
  /// A single document is cut at its character number ⌊(1 - fraction) · characters⌋ (Unicode scalars). Of several,
  /// the last ones are held out whole, until they hold the fraction of the bytes; but where the last of these is so
  /// long that this would hold out a twentieth of the text too much, it is cut as a single one is.
  ///
  /// - Returns: what to train on, what is held out, and whether the latter begins in the midst of a document.
  func split(holdingOut fraction: Double) -> (training: [String], heldOut: [String], continues: Bool) {
    if fraction == 0 { return (documents, [], false) }
    let wanted = Double(byteCount) * fraction
    var held = 0.0
    var first = documents.count
    while first > 0, held < wanted {
      first -= 1
      held += Double(documents[first].utf8.count)
    }
    let overshoot = held - wanted
    if documents.count > 1, first > 0, overshoot <= Double(byteCount) / 20 {
      return (Array(documents[..<first]), Array(documents[first...]), false)
    }
    let size = Double(documents[first].utf8.count)
    let share = documents.count == 1 ? 1 - fraction : overshoot / size
    let scalars = documents[first].unicodeScalars
    let cut = scalars.index(scalars.startIndex, offsetBy: Int(Double(scalars.count) * share))
    let (head, tail) = (String(scalars[..<cut]), String(scalars[cut...]))
    return (documents[..<first] + [head], ([tail] + documents[(first + 1)...]).filter { !$0.isEmpty }, true)
  }
}
