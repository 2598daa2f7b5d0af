import MartletText
import Testing

@testable import MartletTraining

/// Recipes are kept exactly, and contradictions get one sentence that names the option.
@Suite struct RecipeTests {
  @Test func aRecipeIsReadAsItWasWritten() throws {
    var other = LanguageModelRecipe()
    other.data = ["/a b/é.txt", "-"]
    (other.tokenizer, other.architecture, other.layers, other.heads) = ("bpe:512", "llama", 3, 6)
    (other.keyValueHeads, other.width, other.feedForwardWidth, other.context) = (2, 48, 100, 77)
    (other.hasBias, other.isTied, other.dropout) = (true, false, 0.1)
    (other.batchSize, other.microBatchSize, other.packing) = (9, 4, .documents)
    (other.steps, other.schedule, other.warmup) = (321, .warmupStableDecay, 0)
    (other.learningRate, other.minimumLearningRate) = (1.0 / 3, 1e-300)
    other.optimizer = AdamW.Settings(beta1: 0.1, beta2: 0.999, epsilon: 1e-7, weightDecay: 0)
    (other.clip, other.validationFraction, other.evaluateEvery, other.patience) = (0, 0.05, 7, 2)
    other.groups = [ParameterGroup(path: "trunk", rate: 0), ParameterGroup(path: "blocks.1", rate: 0.1)]
    (other.usesCheckpointing, other.precision, other.seed) = (true, .bfloat16, .max)
    for recipe in [LanguageModelRecipe(), other] {
      for text in [recipe.json.pretty, recipe.json.compact] {
        let reader = try JSONReader(JSON(parsing: text, file: "recipe.json"), file: "recipe.json")
        #expect(try LanguageModelRecipe(reading: reader) == recipe)
      }
    }
    // Every stored number is one of the above: a value that JSON forgot would be the usual one again.
    // All but the settings, and what these hold.
    let stored =
      Mirror(reflecting: other).children.count - 1 + Mirror(reflecting: other.settings).children.count
    #expect(stored == other.json.object?.count.advanced(by: -3))
  }

  /// Runs of before there was a choice say nothing of it, and go on as they were.
  @Test func aRecipeWithoutAPrecisionIsFloat32() throws {
    var recipe = LanguageModelRecipe()
    recipe.precision = .bfloat16
    recipe.groups = [ParameterGroup(path: "head", rate: 2)]
    var members = try #require(recipe.json.object)
    (members["precision"], members["parameter_groups"]) = (nil, nil)
    let read = try LanguageModelRecipe(reading: JSONReader(.object(members), file: "recipe.json"))
    #expect(read.precision == .float32 && read.groups.isEmpty)
  }

  @Test func damagedRecipes() {
    var recipe = LanguageModelRecipe()
    recipe.width = 128
    let whole = recipe.json.object!
    // A recipe without a precision or groups is one of before there were any.
    for key in whole.keys where whole[key]?.isNull == false && key != "precision" && key != "parameter_groups"
    {
      var members = whole
      members[key] = nil
      expectError("recipe.json", "\"\(key)\" is missing") {
        _ = try LanguageModelRecipe(reading: JSONReader(.object(members), file: "recipe.json"))
      }
    }
    for key in whole.keys {
      var members = whole
      members[key] = .object([:])
      expectError("recipe.json", "\"\(key)\" must be") {
        _ = try LanguageModelRecipe(reading: JSONReader(.object(members), file: "recipe.json"))
      }
    }
    var members = whole
    members["schedule"] = "zigzag"
    expectError("recipe.json", "one of cosine, linear, constant, wsd", "zigzag") {
      _ = try LanguageModelRecipe(reading: JSONReader(.object(members), file: "recipe.json"))
    }
    members["schedule"] = "linear"
    members["heads"] = 3
    expectError("recipe.json", "--width 128 must be a multiple of --heads 3") {
      _ = try LanguageModelRecipe(reading: JSONReader(.object(members), file: "recipe.json"))
    }
  }

  @Test func theUsualRecipeHasNoProblem() { #expect(LanguageModelRecipe().problem == nil) }

  /// A recipe with one thing wrong.
  struct Wrong: Sendable {
    let expected: String
    let change: @Sendable (inout LanguageModelRecipe) -> Void

    init(_ expected: String, _ change: @escaping @Sendable (inout LanguageModelRecipe) -> Void) {
      (self.expected, self.change) = (expected, change)
    }
  }

  private static let wrong: [Wrong] = [
    Wrong("--layers must be at least 1, not 0") { $0.layers = 0 },
    Wrong("--heads must be at least 1, not 0") { $0.heads = 0 },
    Wrong("--width must be at least 1, not -128") { $0.width = -128 },
    Wrong("--width must be at most 2147483647, not 9223372036854775807") { ($0.width, $0.heads) = (.max, 1) },
    Wrong("--context must be at least 1") { $0.context = 0 },
    Wrong("--batch-size must be at least 1") { $0.batchSize = 0 },
    Wrong("--batch-size must be at most") { $0.batchSize = .max },
    Wrong("--steps must be at least 1") { $0.steps = 0 },
    Wrong("--evaluate-every must be at least 1") { $0.evaluateEvery = 0 },
    Wrong("--key-value-heads must be at least 1") { ($0.architecture, $0.keyValueHeads) = ("llama", 0) },
    Wrong("--feed-forward must be at least 1") { $0.feedForwardWidth = 0 },
    Wrong("--micro-batch-size must be at least 1") { $0.microBatchSize = 0 },
    Wrong("--micro-batch-size 13 is larger than --batch-size 12") { $0.microBatchSize = 13 },
    Wrong("--patience must be at least 1") { $0.patience = 0 },
    Wrong("--patience needs held-out text") { ($0.patience, $0.validationFraction) = (2, 0) },
    Wrong("--architecture mamba is not known; known are gpt2, gpt_neox, llama") { $0.architecture = "mamba" },
    Wrong("--experts needs another --architecture, such as mixtral: gpt2 has no experts") { $0.experts = 4 },
    Wrong("--balance needs another --architecture, such as mixtral: gpt2 has no experts") { $0.balance = 0 },
    Wrong("--balance must be at least 0, not -1.0") { ($0.architecture, $0.balance) = ("mixtral", -1) },
    Wrong("--experts must be at least 1, not 0") { ($0.architecture, $0.experts) = ("mixtral", 0) },
    Wrong("the number of experts must be from 1 to 65536, not 70000") {
      ($0.architecture, $0.experts) = ("mixtral", 70_000)
    },
    Wrong("the number of experts a token goes to must be from 1 to the 4 there are, not 5") {
      ($0.architecture, $0.experts, $0.expertsPerToken) = ("mixtral", 4, 5)
    },
    Wrong("--width 128 must be a multiple of --heads 3") { $0.heads = 3 },
    Wrong("--key-value-heads 2 needs another --architecture: gpt2") { $0.keyValueHeads = 2 },
    Wrong("--heads 4 must be a multiple of --key-value-heads 3") {
      ($0.architecture, $0.keyValueHeads) = ("llama", 3)
    },
    Wrong("heads of size 9, but rotary positions need an even") {
      ($0.architecture, $0.width) = ("llama", 36)
    },
    Wrong("--bias needs another --architecture: mistral") {
      ($0.architecture, $0.hasBias) = ("mistral", true)
    },
    Wrong("--key-value-heads 2 needs another --architecture: gpt_neox") {
      ($0.architecture, $0.keyValueHeads) = ("gpt_neox", 2)
    },
    Wrong("--dropout must be at least 0 and below 1, not 1.0") { $0.dropout = 1 },
    Wrong("--dropout must be at least 0 and below 1, not nan") { $0.dropout = .nan },
    Wrong("--validation-fraction must be at least 0 and below 1, not 1.0") { $0.validationFraction = 1 },
    Wrong("--validation-fraction") { $0.validationFraction = -0.1 },
    Wrong("--learning-rate must be above 0, not 0.0") { $0.learningRate = 0 },
    Wrong("--learning-rate must be above 0, not inf") { $0.learningRate = .infinity },
    Wrong("--minimum-learning-rate 0.01 must be between 0 and --learning-rate 0.002") {
      $0.minimumLearningRate = 0.01
    },
    Wrong("--minimum-learning-rate -1.0") { $0.minimumLearningRate = -1 },
    Wrong("--warmup must be at least 0, not -1") { $0.warmup = -1 },
    Wrong("--warmup 1001 is more than --steps 1000") { $0.warmup = 1001 },
    Wrong("--beta1 must be at least 0 and below 1, not 1.0") { $0.optimizer.beta1 = 1 },
    Wrong("--beta2 must be at least 0 and below 1, not -0.5") { $0.optimizer.beta2 = -0.5 },
    Wrong("epsilon of AdamW must be above 0, not 0.0") { $0.optimizer.epsilon = 0 },
    Wrong("--weight-decay must be at least 0, not -1.0") { $0.optimizer.weightDecay = -1 },
    Wrong("--clip must be at least 0, not nan") { $0.clip = .nan },
  ]

  @Test(arguments: wrong.indices) func contradictions(number: Int) throws {
    let wrong = Self.wrong[number]
    var recipe = LanguageModelRecipe()
    (recipe.width, recipe.heads, recipe.batchSize) = (128, 4, 12)
    (recipe.steps, recipe.learningRate) = (1000, 0.002)
    wrong.change(&recipe)
    #expect(try #require(recipe.problem).contains(wrong.expected), "\(recipe.problem ?? "")")
    expectError(wrong.expected) {
      _ = try LanguageModelTrainer(recipe, data: TextData(name: "text", documents: ["text"]))
    }
  }
}
