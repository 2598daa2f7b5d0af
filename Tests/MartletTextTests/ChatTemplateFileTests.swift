import Testing

@testable import MartletText

/// The templates of a directory, and what tokens they become.
@Suite struct ChatTemplateFileTests {
  private func withDirectory(_ files: [(String, String)], _ body: (String) throws -> Void) throws {
    try TestFiles.withTemporaryDirectory { directory in
      for (name, text) in files {
        let path = FileSystem.join(directory, name)
        try FileSystem.createDirectory(FileSystem.directory(of: path))
        try FileSystem.write(text, to: path)
      }
      try body(directory)
    }
  }

  /// The template that is found among some files.
  private func found(
    _ files: [(String, String)], named: String? = nil, hasTools: Bool = false
  ) throws -> String? {
    var source: String?
    try withDirectory(files) { directory in
      source = try ChatTemplate.read(directory: directory, named: named, hasTools: hasTools)?.source
    }
    return source
  }

  @Test func whereTemplatesAreFound() throws {
    let configuration = ("tokenizer_config.json", #"{"chat_template": "config"}"#)
    let file = ("chat_template.jinja", "file")
    #expect(try found([]) == nil)
    #expect(try found([("tokenizer_config.json", "{}")]) == nil)
    #expect(try found([configuration]) == "config")
    #expect(try found([configuration, file]) == "file")
    #expect(try found([("chat_template.json", #"{"chat_template": "old"}"#)]) == "old")
    #expect(try found([file, ("additional_chat_templates/rag.jinja", "b")], named: "rag") == "b")
    #expect(try found([configuration, ("additional_chat_templates/rag.jinja", "b")]) == "config")
    let named = [
      (
        "tokenizer_config.json",
        #"{"chat_template": [{"name": "default", "template": "a"}, {"name": "tool_use", "template": "b"}]}"#
      )
    ]
    #expect(try found(named) == "a" && found(named, hasTools: true) == "b")
    #expect(try found(named, named: "tool_use") == "b")
    let message = errorMessage { _ = try found(named, named: "rag") }
    #expect(message.contains("no chat template named \"rag\"") && message.contains("default, tool_use"))
  }

  @Test func variablesAsText() throws {
    let template = try ChatTemplate("{{ bos_token is defined }}{{ messages[0].content }}", name: "t")
    #expect(try template.render(#"{"messages": [{"role": "user", "content": "é"}]}"#).text == "Falseé")
    #expect(errorMessage { _ = try template.render("[]") }.contains("the template's variables"))
  }

  /// Roles that everyone uses are names of the template's own kind; any other word is the data's.
  @Test func rolesMakeMarks() throws {
    func trusted(_ role: String) throws -> [Range<Int>] {
      try ChatTemplate("{% for m in messages %}{{ '<|' + m['role'] + '|>' }}{% endfor %}", name: "t").render(
        ["messages": [["role": .string(role), "content": "x"]]]
      ).trusted
    }
    #expect(try trusted("user") == [0..<8])
    #expect(try trusted("end") == [0..<2, 5..<7])
  }

  /// A mark in a message is text; the template's own is a token.
  @Test func marksOfMessagesAreText() throws {
    let definition = #"""
      {"added_tokens": [{"id": 256, "content": "<|end|>", "special": true}], "normalizer": null,
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}, "post_processor": null,
       "decoder": {"type": "ByteLevel"}, "model": {"type": "BPE", "vocab": {VOCABULARY}, "merges": []}}
      """#
    let vocabulary = ByteAlphabet.scalars.enumerated().map { byte, scalar in
      "\(JSON.string(String(Character(scalar))).compact): \(byte)"
    }.joined(separator: ", ")
    let template =
      "{% for m in messages %}{% generation %}{{ m.content }}{% endgeneration %}<|end|>{% endfor %}"
    try withDirectory([
      ("tokenizer.json", definition.replacingFirst("VOCABULARY", with: vocabulary)),
      ("tokenizer_config.json", #"{"eos_token": "<|end|>", "bos_token": null}"#),
    ]) { directory in
      let tokenizer = try Tokenizer(contentsOf: directory)
      #expect(tokenizer.templateTokens == ["eos_token": "<|end|>"])
      let rendered = try ChatTemplate(template, name: "t").render(
        ["messages": [["role": "user", "content": "é<|end|>"]]], tokens: tokenizer.templateTokens)
      let (encoding, mask) = rendered.encoded(by: tokenizer)
      #expect(encoding.ids == [0xC3, 0xA9] + "<|end|>".utf8.map { Int32($0) } + [256])
      #expect(mask == Array(repeating: true, count: 9) + [false])
      #expect(
        rendered.encoded(by: tokenizer, parsingSpecialTokens: true).encoding.ids == [0xC3, 0xA9, 256, 256])
      // A mark that the template and a message make together is neither's.
      let joined = try ChatTemplate("<|{{ x }}|>", name: "t").render(["x": "end"])
      #expect(joined.text == "<|end|>" && !joined.encoded(by: tokenizer).encoding.ids.contains(256))
    }
  }

  /// Spaces that have no bytes, since a post-processor trims them, are the assistant's among its other tokens.
  @Test func trimmedSpacesAreTheAssistants() throws {
    let definition = #"""
      {"added_tokens": [], "normalizer": null, "decoder": {"type": "ByteLevel"},
       "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false},
       "post_processor": {"type": "ByteLevel", "trim_offsets": true},
       "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "Ġ": 2}, "merges": []}}
      """#
    let tokenizer = try Tokenizer(
      definition: JSON(parsing: definition, file: "t"), configuration: .null, file: "t")
    let rendered = try ChatTemplate("a {% generation %}b  a{% endgeneration %} b", name: "t").render([:])
    let (encoding, mask) = rendered.encoded(by: tokenizer)
    #expect(encoding.ids == [0, 2, 1, 2, 2, 0, 2, 1])
    #expect(mask == [false, false, true, true, true, true, false, false])
  }

  @Test func theFinalMessageIsContinued() throws {
    let messages: JSON = [["role": "assistant", "content": " So: "]]
    func render(_ template: String) throws -> String {
      try ChatTemplate(template, name: "t").render(
        ["messages": messages, "continue_final_message": true]
      ).text
    }
    #expect(try render("{{ messages[0].content }}<end>") == " So: ")
    #expect(try render("{{ messages[0].content|trim }}<end>") == "So:")
    #expect(errorMessage { _ = try render("<end>") }.contains("leaves out the end of the final message"))
    let both = errorMessage {
      _ = try ChatTemplate("x", name: "t").render([
        "messages": messages, "continue_final_message": true, "add_generation_prompt": true,
      ])
    }
    #expect(both.contains("contradict each other"))
  }
}

extension String {
  fileprivate func replacingFirst(_ part: String, with other: String) -> String {
    let pieces = split(separator: part, maxSplits: 1, omittingEmptySubsequences: false)
    return pieces.joined(separator: other)
  }
}
