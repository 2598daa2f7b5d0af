import ArgumentParser

/// `martlet bench`: how fast the parts of Martlet are on this machine.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure speed on this machine.",
    subcommands: [BenchTokenize.self])
}
