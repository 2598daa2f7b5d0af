import MartletText
import Testing

@testable import MartletInference

@Suite struct ChatSessionTests {
  private func template() throws -> ChatTemplate {
    try ChatTemplate(
      "{% for message in messages %}{{ message.role[0] + ':' + message.content + '|' }}{% endfor %}"
        + "{% if add_generation_prompt %}a:{% endif %}", name: "the template")
  }

  private func options(_ maxTokens: Int = 9) -> GenerationOptions {
    var options = GenerationOptions()
    options.maxTokens = maxTokens
    options.seed = 4
    return options
  }

  @Test(arguments: TestModels.forms) func aPromptThatContinuesACacheHasTheBitsOfAFreshRun(
    form: TestModels.Form
  ) throws {
    let generator = Generator(try TestModels.text(form))
    var cache = PromptCache(form.configuration)
    let long = TestModels.tokens(100, seed: 3)
    // Longer, shorter, the same again, of another start, past the context, and back.
    let prompts = [
      Array(long[..<40]), Array(long[..<70]), Array(long[..<25]), Array(long[..<25]), [7] + long[..<30],
      long + long, Array(long[..<60]),
    ]
    var shared: [Int] = []
    for prompt in prompts {
      shared.append(cache.sharedCount(with: prompt))
      let sample = try generator.generate(prompt: prompt, continuing: &cache, options(20))
      #expect(try generator.generate(prompts: [prompt], options(20))[0] == [sample])
      let read = (prompt + sample.tokens).dropLast()
      #expect(cache.tokens == Array(read.suffix(cache.tokens.count)) && !cache.tokens.isEmpty)
    }
    #expect(shared[0] == 0 && shared[1] >= 40 && shared[2] == 24 && shared[3] == 24)
  }

  @Test func aTurnReadsOnlyWhatIsNewAndIsSampledAsAnyPrompt() throws {
    let textModel = try TestModels.text()
    var session = ChatSession(textModel, template: try template(), system: "be kind")
    for (number, message) in ["the sea", "a gull", "?"].enumerated() {
      var shown = ""
      let answer = try session.respond(
        to: message, options(),
        receive: { event in
          if case .text(let text) = event { shown += text }
        })
      var fresh = options()
      fresh.firstSample = number
      #expect(try Generator(textModel).generate(prompts: [answer.prompt], fresh)[0] == [answer.sample])
      #expect(shown == answer.sample.text && answer.reusedTokens >= (number == 0 ? 0 : 17))
    }
    #expect(
      session.messages.map(\.role) == [.system, .user, .assistant, .user, .assistant, .user, .assistant])
    let last = session.messages[6]
    let again = try #require(try session.retry(options()))
    #expect(session.messages.count == 7 && again.sample.text != last.content)
    #expect(session.undo() == "?" && session.messages.count == 5)
    session.reset()
    #expect(session.messages == [ChatMessage(.system, "be kind")] && session.undo() == nil)
    #expect(try session.retry(options()) == nil)
  }

  @Test func theOldestTurnsAreDroppedWholeAndTheSystemMessageStays() throws {
    var session = ChatSession(try TestModels.short(context: 64), template: try template(), system: "S")
    var dropped = 0
    for number in 0..<6 {
      let answer = try session.respond(
        to: "question \(number)", options(12),
        receive: { event in
          if case .droppedTurns(let count) = event { dropped += count }
        })
      #expect(answer.prompt.count + answer.sample.tokens.count <= 65)
      #expect(session.messages.first?.role == .system && session.messages[1].role == .user)
      #expect(session.messages.count % 2 == 1 && session.messages.last?.content == answer.sample.text)
    }
    #expect(dropped > 0 && session.messages.count == 1 + 2 * (6 - dropped))
    let before = session.messages
    let error = #expect(throws: MartletError.self) {
      try session.respond(to: String(repeating: "x", count: 80), options())
    }
    #expect(error?.message.contains("context has 64") == true && session.messages == before)
  }

  @Test func endTokensAndCancellingEndAnAnswer() throws {
    let form = TestModels.forms[3]
    var free = ChatSession(try TestModels.text(form), template: try template())
    let sample = try free.respond(to: "the sea", options(30)).sample
    let end = sample.tokens[6]
    let first = try #require(sample.tokens.firstIndex(of: end))
    let stopping = try TextModel(
      model: TestModels.model(form), tokenizer: TestModels.bytes, endTokens: [end])
    var session = ChatSession(stopping, template: try template())
    let stopped = try session.respond(to: "the sea", options(30)).sample
    #expect(stopped.finishReason == .stop && stopped.tokens == Array(sample.tokens[...first]))
    #expect(stopped.text == TestModels.bytes.decode(sample.tokens[..<first]))

    var count = 0
    var cancelled = ChatSession(try TestModels.text(form), template: try template())
    let answer = try cancelled.respond(
      to: "the sea", options(30),
      isCancelled: {
        count += 1
        return count == 3
      }
    ).sample
    #expect(answer.finishReason == .cancelled && answer.tokens == Array(sample.tokens[..<3]))
    #expect(cancelled.messages.last?.content == answer.text)
  }

  @Test func aTemplatesComplaintLeavesTheHistory() throws {
    let complaining = try ChatTemplate(
      "{% if messages | length > 2 %}{{ raise_exception('enough') }}{% endif %}{{ messages[0].content }}",
      name: "the template")
    var session = ChatSession(try TestModels.text(), template: complaining)
    _ = try session.respond(to: "one", options(3))
    let error = #expect(throws: MartletError.self) { try session.respond(to: "two", options(3)) }
    #expect(error?.message.contains("enough") == true && session.messages.count == 2)
  }
}
