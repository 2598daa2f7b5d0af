import ArgumentParser
import Martlet
import MartletText

/// `martlet bench machine`: the limits of the machine.
struct BenchMachine: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Measure how fast this machine multiplies matrices, reads and copies memory.",
    discussion: """
      These are the limits that the rates of models are held against. Each figure is a median, with one thread and \
      with all of them. It takes 768 MiB of memory.

      EXAMPLES:
        martlet bench machine
        martlet bench machine --json
        MARTLET_ISA=avx2 martlet bench machine
      """)

  @Option(parsing: .unconditional, help: "How many seconds each figure may take, about.")
  var seconds = 0.3
  @Flag(help: "Print one JSON object and nothing else on standard output.") var json = false

  func validate() throws {
    if !(seconds >= 0 && seconds <= 3600) {
      throw ValidationError("--seconds must be from 0 to 3600, not \(seconds)")
    }
  }

  func run() throws {
    let threads = CPUExecution.threads
    let one = MachineMeasurement(threads: 1, budget: seconds)
    let all = threads == 1 ? one : MachineMeasurement(threads: threads, budget: seconds)
    let report = MachineReport(one: one, all: all)
    try Terminal.printResult(json ? report.json.compact + "\n" : report.table)
  }
}
