import ArgumentParser
import MartletTraining

/// `martlet train classify`: a classifier of texts.
struct TrainClassifyCommand: FineTuningCommand {
  static let configuration = CommandConfiguration(
    commandName: "classify",
    abstract: "Learn the classes of texts or conversations.",
    discussion: """
      Rows are {"text", "label"}, {"prompt", "completion", "label"} or {"messages", "label"}. A label is a name or a whole \
      number; the classes are those of the rows to learn from, sorted, and the model keeps their names. The class is read \
      at the last token. Figures over held-out rows stand beside those of always giving the most frequent class.

      EXAMPLES:
        martlet train classify --from models/small --data reviews.csv
        martlet train classify --from runs/gpt2-1 --data train.jsonl --validation-data test.jsonl --epochs 5
        martlet train classify --from models/small --data chats.jsonl --truncate --lora-rank 8
        martlet train classify --resume runs/classify-1
      """)

  @OptionGroup(title: "Data") var start: FineTuningOptions
  @OptionGroup(title: "Adapter") var adapter: AdapterOptions
  @OptionGroup(title: "Training") var training: TrainingOptions<FineTuningDefaults>
  @OptionGroup var output: FineTuningOutputOptions

  func apply(to task: inout ClassificationTask) {}

  static func hint(_ directory: String) -> String { "martlet score \(directory) --text \"…\"" }
}
