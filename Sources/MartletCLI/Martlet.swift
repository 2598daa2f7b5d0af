import ArgumentParser
import MartletTensor
import MartletText

@main
struct MartletCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "Learn, score and sample: the joint probability of text, exact.",
    discussion: """
      Results are the same bits on every processor, for any number of threads. MARTLET_THREADS=n and \
      MARTLET_ISA=portable|avx2|avx512|avx512bf16|neon force a path.

      EXAMPLES:
        martlet train
        martlet generate runs/gpt2-1 --prompt "The harbour"
        martlet score runs/gpt2-1 --text "The martlets came back in spring."
      """,
    version: "0.1.0",
    subcommands: [
      TrainCommand.self, ScoreCommand.self, GenerateCommand.self, ChatCommand.self, TemplateCommand.self,
      InspectCommand.self, NewCommand.self,
      DoctorCommand.self, ConvertCommand.self, MergeCommand.self, PullCommand.self, TokenizeCommand.self,
      DetokenizeCommand.self,
      TokenizerCommand.self, VerifyCommand.self, BenchCommand.self,
    ])

  /// Runs a command; what goes wrong is one sentence after `error: ` on standard error.
  static func main() {
    do {
      if let problem = CPUExecution.configurationError { throw MartletError(problem) }
      var command = try parseAsRoot()
      try command.run()
    } catch let error as MartletError {
      Terminal.write("error: \(error.message)\n", to: .error)
      exit(withError: ExitCode.failure)
    } catch {
      let text = fullMessage(for: error)
      let code = exitCode(for: error)
      guard code != .success else {
        Terminal.write(text + "\n", to: .output)
        exit(withError: ExitCode.success)
      }
      // The parser says "Error: …" and the usage below it.
      let message = text.hasPrefix("Error: ") ? "error: " + text.dropFirst("Error: ".count) : text
      if !message.isEmpty { Terminal.write(message + "\n", to: .error) }
      exit(withError: code)
    }
  }
}
