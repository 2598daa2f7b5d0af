import ArgumentParser
import Martlet
import MartletText
import MartletTraining

/// `martlet verify`: shows that this machine computes the bits that are recorded.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check that this machine computes the recorded bits.",
    discussion: """
      Trains two small fixed models for 100 steps, scores and samples with them, and compares a digest of every \
      loss, weight and log-probability with the one recorded in the repository. The digests are the same on any \
      machine, for any number of threads and any instruction set.

      EXAMPLES:
        martlet verify
        MARTLET_THREADS=1 MARTLET_ISA=portable martlet verify
      """)

  @Flag(help: "Print one JSON object and nothing else on standard output.")
  var json = false

  func run() throws {
    let clock = ContinuousClock()
    let start = clock.now
    if !json {
      let path = "\(CPUExecution.threads) threads, \(CPUExecution.instructionSet.name)"
      try Terminal.printResult("verifying with \(path)\n")
    }
    let parts = try Verification.run { part in
      if json { return }
      let mark = part.isSame ? "same     " : "DIFFERENT"
      Terminal.write(
        "\(mark)  \(part.digest)  \(part.name) (\(Format.count(part.count)) numbers)\n", to: .output)
    }
    let seconds = start.duration(to: clock.now).seconds
    let count = parts.reduce(0) { $0 + $1.count }
    let isSame = parts.allSatisfy(\.isSame)
    if json {
      try Terminal.printResult(
        report(parts, isSame: isSame, numbers: count, seconds: seconds).compact + "\n")
    } else if isSame {
      try Terminal.printResult(
        "verified: \(Format.count(count)) numbers are the recorded bits (\(Format.decimals(seconds, 1)) s)\n")
    }
    if !isSame {
      throw MartletError(
        "this machine's results are not the recorded ones: please report the lines above with the machine's "
          + "processor; results of this build can't be compared with those of others")
    }
  }

  private func report(_ parts: [Verification.Part], isSame: Bool, numbers: Int, seconds: Double) -> JSON {
    let list = parts.map { part -> JSON in
      [
        "name": .string(part.name), "numbers": .integer(part.count), "digest": .string(part.digest),
        "recorded": part.recorded.map { .string($0) } ?? .null,
      ]
    }
    return [
      "verified": .bool(isSame), "numbers": .integer(numbers), "seconds": .number(seconds),
      "threads": .integer(CPUExecution.threads), "instruction_set": .string(CPUExecution.instructionSet.name),
      "parts": .array(list),
    ]
  }
}
