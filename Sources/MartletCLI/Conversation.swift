import MartletInference
import MartletText

/// A conversation between standard input and a model.
struct Conversation {
  private var session: ChatSession
  private let options: GenerationOptions
  private var input = LineInput()
  private let isInteractive = LineInput.isInteractive

  init(_ session: ChatSession, _ options: GenerationOptions) {
    (self.session, self.options) = (session, options)
  }

  /// Talks until the input ends or `/quit`.
  ///
  /// - Throws: what goes wrong, when nobody is there to try again.
  mutating func run() throws(MartletError) {
    if isInteractive {
      AnswerInterruption.listen()
      note("/help lists the commands; Ctrl-C stops an answer, Ctrl-D ends")
    }
    var goesOn = true
    while goesOn {
      do throws(MartletError) {
        guard let line = try nextLine() else { break }
        goesOn = try take(line)
      } catch {
        if !isInteractive {
          let place = error.message.hasPrefix("line \(input.number) ") ? "" : "line \(input.number): "
          throw MartletError("standard input, \(place)\(error.message)")
        }
        Terminal.write("error: \(PrintableText.make(error.message))\n", to: .error)
      }
    }
  }

  /// A message or a command, of several lines when they end with a backslash; nil at the end.
  private mutating func nextLine() throws(MartletError) -> String? {
    var lines: [String] = []
    while true {
      AnswerInterruption.clear()
      prompt(lines.isEmpty ? "> " : "… ")
      switch try input.next() {
      case .text(let text):
        lines.append(text)
        guard isInteractive, text.hasSuffix("\\") else { return lines.joined(separator: "\n") }
        lines[lines.count - 1].removeLast()
      case .interrupted:
        lines = []
        Terminal.write("\n", to: .error)
        note("Ctrl-D or /quit ends")
      case .end:
        if isInteractive { Terminal.write("\n", to: .error) }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
      }
    }
  }

  /// - Returns: whether the conversation goes on.
  private mutating func take(_ line: String) throws(MartletError) -> Bool {
    if line.utf8.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return true }
    guard line.utf8.first == UInt8(ascii: "/") else {
      try answer(line)
      return true
    }
    let end = line.utf8.firstIndex(of: 0x20) ?? line.endIndex
    return try command(String(line[line.startIndex..<end]), Self.trimmed(line[end...]))
  }

  private static func trimmed(_ text: Substring) -> String {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    guard let last = text.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(text[...last].drop(while: isSpace))
  }

  /// Answers a message, or without one the last message anew.
  private mutating func answer(_ message: String?) throws(MartletError) {
    var view = AnswerView()
    AnswerInterruption.clear()
    let answer: ChatSession.Answer?
    do throws(MartletError) {
      answer =
        if let message {
          try session.respond(to: message, options, isCancelled: { AnswerInterruption.isMade }) {
            view.show($0)
          }
        } else {
          try session.retry(options, isCancelled: { AnswerInterruption.isMade }) { view.show($0) }
        }
    } catch {
      view.breakOff()
      throw error
    }
    guard let answer else { throw MartletError("there is no message yet to answer again; write one") }
    try view.end()
    switch answer.sample.finishReason {
    case .stop: break
    case .cancelled: note("stopped; /undo takes the turn back, /retry answers again")
    case .length:
      let isFull = answer.sample.tokens.count < options.maxTokens
      note(
        isFull
          ? "the model's context is full"
          : "the answer has \(options.maxTokens) tokens, as --max-tokens wants")
    }
  }
}

// MARK: Commands

extension Conversation {
  private static let help = """
    /help          this list
    /reset         forget the conversation
    /undo          take back the last message and its answer
    /retry         answer the last message again, with other random numbers
    /system TEXT   say how the assistant is to behave; without a text, no more
    /save FILE     write the conversation to a file
    /load FILE     go on with a conversation from a file
    /tokens        how many tokens the conversation has
    /quit          end, as Ctrl-D does
    Ctrl-C stops an answer. A \\ at the end of a line goes on in the next one.
    """

  private mutating func command(_ name: String, _ argument: String) throws(MartletError) -> Bool {
    let takesArgument = ["/system", "/save", "/load"].contains(name)
    if !takesArgument, !argument.isEmpty, Self.help.contains(name + " ") {
      throw MartletError("\(name) takes nothing after it, found \"\(argument)\"")
    }
    if takesArgument, name != "/system", argument.isEmpty {
      throw MartletError("\(name) needs a file: \(name) FILE")
    }
    switch name {
    case "/help": tell(Self.help)
    case "/reset":
      session.reset()
      note("forgotten")
    case "/undo":
      guard let message = session.undo() else { throw MartletError("there is no message to take back") }
      note("took back: \(PrintableText.line(String(message.prefix(60))))\(message.count > 60 ? "…" : "")")
    case "/retry": try answer(nil)
    case "/system":
      session.system = argument.isEmpty ? nil : argument
      note(argument.isEmpty ? "no system message" : "the system message is set")
    case "/save":
      try session.messages.save(to: argument)
      note("saved \(session.messages.count) messages")
    case "/load":
      session.messages = try [ChatMessage](contentsOf: argument)
      note("loaded \(session.messages.count) messages")
    case "/tokens": try tellTokens()
    case "/quit": return false
    default: throw MartletError("there is no command \(name); /help lists them")
    }
    return true
  }

  private func tellTokens() throws(MartletError) {
    let tokens = try session.tokens()
    tell(
      "\(Format.count(tokens.count)) of \(Format.count(session.textModel.model.configuration.context)) tokens, "
        + "\(Format.count(session.cachedCount(of: tokens))) of them read, in \(session.messages.count) messages"
    )
  }

  /// What was asked for; on standard error, since standard output has the answers.
  private func tell(_ text: String) { Terminal.write(text + "\n", to: .error) }

  /// What a person likes to know.
  private func note(_ text: String) {
    if isInteractive { tell(Terminal.isColoured(.error) ? "\u{1B}[2m\(text)\u{1B}[0m" : text) }
  }

  private func prompt(_ text: String) {
    guard isInteractive, Terminal.isInteractive(.error) else { return }
    Terminal.write(Terminal.isColoured(.error) ? "\u{1B}[1;32m\(text)\u{1B}[0m" : text, to: .error)
  }
}
