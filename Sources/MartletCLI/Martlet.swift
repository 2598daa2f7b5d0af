import ArgumentParser

@main
struct MartletCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet",
    abstract: "Learn, score and sample: the joint probability of text, exact.",
    subcommands: [TrainCommand.self])
}
