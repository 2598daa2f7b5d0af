import ArgumentParser
import MartletTraining

/// `martlet train process`: a model of whether each step of an answer is right.
struct TrainProcessCommand: FineTuningCommand {
  static let configuration = CommandConfiguration(
    commandName: "process",
    abstract: "Learn whether each step of an answer is right: a process reward model.",
    discussion: """
      Rows are {"prompt", "completions": [step, …], "labels": [true, false, …]}, as in TRL; the prompt is a text or a list \
      of messages, and labels may be whole numbers, such as -1, 0 and 1. Each step is followed by the separator, at whose \
      last token its class is read. A step is wrong when it is of the lowest class; figures over held-out rows say how \
      often the first wrong step of an answer is found.

      EXAMPLES:
        martlet train process --from runs/sft-1 --data steps.jsonl
        martlet train process --from runs/sft-1 --data steps.jsonl --separator "<step>"
        martlet train process --from models/small --data steps.jsonl --truncate --lora-rank 8
        martlet train process --resume runs/process-1
      """)

  @OptionGroup(title: "Data") var start: FineTuningOptions
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("What follows each step. (default: the end of a line)", valueName: "text"))
  var separator: String?
  @OptionGroup(title: "Adapter") var adapter: AdapterOptions
  @OptionGroup(title: "Training") var training: TrainingOptions<FineTuningDefaults>
  @OptionGroup var output: FineTuningOutputOptions

  var givenOptions: [String] { names([("--separator", separator != nil)]) }

  func apply(to task: inout ProcessTask) { set(&task.separator, separator) }

  static func hint(_ directory: String) -> String { "martlet score \(directory) --jsonl steps.jsonl" }
}
