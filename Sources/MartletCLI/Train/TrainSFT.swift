import ArgumentParser
import MartletText
import MartletTraining

/// `martlet train sft`: teaches a language model to follow instructions.
struct TrainSFTCommand: FineTuningCommand {
  static let configuration = CommandConfiguration(
    commandName: "sft",
    abstract: "Teach a language model to answer: supervised fine-tuning.",
    discussion: """
      Rows are {"prompt", "completion"}, each a text or a list of messages, {"messages"} or {"text"}. Conversations are \
      laid out by the model's chat template, and which of its tokens are learned comes from the template itself. \
      Without --learn the completion of a prompt is learned, every turn of the assistant, the whole of a text.

      EXAMPLES:
        martlet train sft --from runs/gpt2-1 --data instructions.jsonl
        martlet train sft --from models/small --data chats.jsonl --learn last-turn --epochs 1
        martlet train sft --from models/small --data chats.jsonl --lora-rank 16 --output runs/adapter
        martlet train sft --from models/small --data train.csv --validation-data test.csv --skip-bad-rows
        martlet train sft --resume runs/sft-1
      """)

  @OptionGroup(title: "Data") var start: FineTuningOptions
  @Option(
    help: ArgumentHelp(
      "What is learned: completion (all after the prompt), assistant (every turn of it, but of a "
        + "prompt none), last-turn or everything.",
      valueName: "part"))
  var learn: LearnedPart?
  @OptionGroup(title: "Adapter") var adapter: AdapterOptions
  @OptionGroup(title: "Training") var training: TrainingOptions<FineTuningDefaults>
  @OptionGroup var output: FineTuningOutputOptions

  var givenOptions: [String] { names([("--learn", learn != nil)]) }

  func apply(to task: inout SupervisedTask) { task.learning = learn }

  static func hint(_ directory: String) -> String {
    let hasTemplate = (try? ChatTemplate.read(directory: directory)) ?? nil != nil
    return hasTemplate ? "martlet chat \(directory)" : "martlet generate \(directory) --prompt \"…\""
  }
}

extension LearnedPart: ExpressibleByArgument {}
