import ArgumentParser
import MartletTraining

/// `martlet train reward`: a model of which answers are preferred.
struct TrainRewardCommand: FineTuningCommand {
  static let configuration = CommandConfiguration(
    commandName: "reward",
    abstract: "Learn rewards from preferences: a reward model.",
    discussion: """
      Rows are {"prompt", "chosen", "rejected"}, perhaps with a "margin", or {"prompt", "ranked": [best, …, worst]}; each \
      answer is a text or a list of messages. Without a prompt, chosen and rejected are whole texts or conversations. \
      The reward is read at the last token of an answer. The loss of a pair is -log σ(r chosen - r rejected - margin) \
      + λ (r chosen + r rejected)²; a ranking of K answers counts each of its pairs 1 / C(K, 2).

      A row may have "true_rewards", one for each answer, where those are known: nothing is learned from them, but the \
      order of the held-out rewards is compared with theirs.

      Without --from and --data, a new small model learns the embedded preferences, whose true rewards are known: 8000 \
      rows twice, in batches of 32, at a learning rate of 0.003.

      EXAMPLES:
        martlet train reward
        martlet train reward --from runs/sft-1 --data preferences.jsonl
        martlet train reward --from runs/sft-1 --data train.jsonl --validation-data test.jsonl --centring 0.01
        martlet train reward --from models/small --data rankings.jsonl --loss plackett-luce --lora-rank 8
        martlet train reward --resume runs/reward-1
      """)

  @OptionGroup(title: "Data") var start: FineTuningOptions
  @Option(help: ArgumentHelp("bradley-terry or plackett-luce. (default: bradley-terry)", valueName: "loss"))
  var loss: RewardTask.Loss?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "λ: how strongly the rewards of a pair are drawn to a sum of 0. (default: 0)", valueName: "number"))
  var centring: Float?
  @OptionGroup(title: "Adapter") var adapter: AdapterOptions
  @OptionGroup(title: "Training") var training: TrainingOptions<FineTuningDefaults>
  @OptionGroup var output: FineTuningOutputOptions

  var givenOptions: [String] { names([("--loss", loss != nil), ("--centring", centring != nil)]) }

  func apply(to task: inout RewardTask) {
    set(&task.loss, loss)
    set(&task.centring, centring)
  }

  static func hint(_ directory: String) -> String {
    "martlet score \(directory) --text \"…\""
  }
}

extension RewardTask.Loss: ExpressibleByArgument {}
