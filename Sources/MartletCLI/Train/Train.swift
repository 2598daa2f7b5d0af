import ArgumentParser

/// `martlet train`: learns a language model from text or, with a subcommand, something else from rows.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn a language model from text; with a subcommand, fine-tune a model on rows.",
    discussion: """
      With no subcommand, text: `martlet train text --help` says all its options. With no options either, a small \
      model of the text that ships with Martlet, in about a minute. A run is kept in a directory that transformers \
      loads as it is, and can be stopped with Ctrl-C and resumed.

      EXAMPLES:
        martlet train
        martlet train --data book.txt --tokenizer bpe:1024 --steps 2000
        martlet train sft --from runs/gpt2-1 --data instructions.jsonl
        martlet train reward --from runs/sft-1 --data preferences.jsonl
        martlet train --resume runs/sft-1
      """,
    subcommands: [TrainTextCommand.self] + FineTuningCommands.all,
    defaultSubcommand: TrainTextCommand.self)
}
