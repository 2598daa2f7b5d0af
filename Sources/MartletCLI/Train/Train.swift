import ArgumentParser

/// `martlet train`: learns a model, of text where no kind is named.
///
/// It has no options of its own, which would take those of its subcommands.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Learn a language model from text; with a subcommand, fine-tune a model.",
    discussion: """
      Without a subcommand, as `martlet train text`, whose options `martlet train text --help` lists: with no options, a \
      small model of the text that ships with Martlet, in about a minute.

      EXAMPLES:
        martlet train
        martlet train --data book.txt --tokenizer bpe:1024 --steps 2000
        martlet train --resume runs/notes
        martlet train sft --from runs/gpt2-1 --data instructions.jsonl
        martlet train reward --from runs/sft-1 --data preferences.jsonl
      """,
    subcommands: [TrainTextCommand.self, TrainSFTCommand.self, TrainRewardCommand.self],
    defaultSubcommand: TrainTextCommand.self)
}
