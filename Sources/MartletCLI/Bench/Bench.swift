import ArgumentParser

/// `martlet bench`: how fast this machine is, and how fast Martlet is on it.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast this machine trains, reads, writes and tokenizes.",
    subcommands: [BenchMachine.self, BenchTrain.self, BenchInfer.self, BenchTokenize.self])
}
