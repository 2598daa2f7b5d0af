/// Text that comes from a model or a file, made fit for a terminal: control characters other than tabs and line
/// ends are written out, so that no text can move the cursor or change a setting.
enum PrintableText {
  static func make(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
      if isControl, scalar != "\n", scalar != "\t" {
        result.append(contentsOf: scalar.escaped(asASCII: true).unicodeScalars)
      } else {
        result.append(scalar)
      }
    }
    return String(result)
  }

  /// As above, on one line.
  static func line(_ text: String) -> String {
    make(text).replacing("\n", with: "\\n").replacing("\t", with: "\\t")
  }
}
