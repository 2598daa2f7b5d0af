import ArgumentParser
import MartletTraining

/// `martlet train outcome`: a model of whether answers are right.
struct TrainOutcomeCommand: FineTuningCommand {
  typealias Task = OutcomeTask

  static let configuration = CommandConfiguration(
    commandName: "outcome",
    abstract: "Learn how likely an answer is right, at each of its tokens: a verifier.",
    discussion: """
      Rows are {"prompt", "completion", "label"} or {"messages", "label"}, where the answer is the last turn. The label \
      is true, false, or a probability from 0 to 1. Each token of the answer learns the label by cross-entropy, so that \
      what is written so far can be judged before its end; with --whole only the last token does, and the model is one \
      of rewards, whose sigmoid is the probability. Figures over held-out rows are those of each answer's last token.

      EXAMPLES:
        martlet train outcome --from runs/sft-1 --data answers.jsonl
        martlet train outcome --from runs/sft-1 --data answers.jsonl --whole --epochs 1
        martlet train outcome --from models/small --data train.csv --validation-data test.csv --lora-rank 8
        martlet train outcome --resume runs/outcome-1
      """)

  @OptionGroup(title: "Data") var start: FineTuningOptions
  @Flag(help: "Learn one probability of the whole answer, read at its last token.") var whole = false
  @OptionGroup(title: "Adapter") var adapter: AdapterOptions
  @OptionGroup(title: "Training") var training: TrainingOptions<FineTuningDefaults>
  @OptionGroup var output: FineTuningOutputOptions

  var givenOptions: [String] { names([("--whole", whole)]) }

  func run() throws {
    if let resume = output.resume {
      return try Self.resume(resume, steps: training.steps, isJSON: output.json)
    }
    if whole {
      try begin { (_: inout SequenceOutcomeTask) in }
    } else {
      try begin { (_: inout OutcomeTask) in }
    }
  }

  static var kinds: [String] { [OutcomeTask.name, SequenceOutcomeTask.name] }

  static func resume(_ path: String, steps: Int?, isJSON: Bool) throws {
    if try RecipeKind(ofRun: path).name == SequenceOutcomeTask.name {
      try goOn(with: SequenceOutcomeTask.self, path, steps: steps, isJSON: isJSON)
    } else {
      try goOn(with: OutcomeTask.self, path, steps: steps, isJSON: isJSON)
    }
  }

  static func hint(_ directory: String) -> String { "martlet score \(directory) --jsonl answers.jsonl" }
}
