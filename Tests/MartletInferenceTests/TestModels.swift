import MartletModel
import MartletTensor
import MartletText

@testable import MartletInference

/// Parameters whose spread is large enough that a random model has opinions.
struct WideParameters: ParameterSource {
  let seed: UInt64

  func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
    var initially = initially
    if case .normal = initially { initially = .normal(standardDeviation: 0.15) }
    return RandomParameters(seed: seed).parameter(name, shape: shape, initially: initially)
  }
}

/// Random models of several forms, over bytes.
enum TestModels {
  /// A form and its sizes.
  struct Form: Sendable, CustomStringConvertible {
    let description: String
    let architecture: any Architecture.Type
    let configuration: DecoderConfiguration
  }

  static let bytes = Tokenizer.bytes()

  static let forms: [Form] = [
    form("GPT-2", GPT2.self, context: 150, width: 36, layers: 2, heads: 3, keyValueHeads: 3),
    form("GPT-2 with a window", GPT2.self, context: 140, width: 32, layers: 2, heads: 2, window: 9),
    form("Llama", Llama.self, context: 150, width: 24, layers: 2, heads: 2),
    form("Llama, grouped", Llama.self, context: 160, width: 48, layers: 2, heads: 6, keyValueHeads: 2),
    form(
      "Llama, one key, a window", Llama.self, context: 150, width: 40, layers: 1, heads: 5, keyValueHeads: 1,
      window: 70),
    experts("Mixtral", Mixtral.self),
    experts("GPT-OSS, every other layer with a window", GPTOSS.self) { $0.layerPattern[0].window = 11 },
    experts("Qwen3-MoE, more choices", Qwen3MoE.self) {
      $0.experts?.perToken = 3
      $0.experts?.weighting = .amongAll
    },
  ]

  static func experts(
    _ name: String, _ architecture: any Architecture.Type,
    change: (inout DecoderConfiguration) -> Void = { _ in }
  ) -> Form {
    var configuration = architecture.configuration(
      DecoderSizes(
        vocabulary: 257, context: 150, width: 32, layers: 2, heads: 4, keyValueHeads: 2, experts: 5))
    change(&configuration)
    return Form(description: name, architecture: architecture, configuration: configuration)
  }

  static func form(
    _ name: String, _ architecture: any Architecture.Type, context: Int, width: Int = 32, layers: Int = 2,
    heads: Int = 2, keyValueHeads: Int? = nil, window: Int? = nil, vocabulary: Int = 257
  ) -> Form {
    var configuration = architecture.configuration(
      DecoderSizes(
        vocabulary: vocabulary, context: context, width: width, layers: layers, heads: heads,
        keyValueHeads: keyValueHeads))
    configuration.layerPattern[0].window = window
    return Form(description: name, architecture: architecture, configuration: configuration)
  }

  static func model(_ form: Form, seed: UInt64 = 1) -> LanguageModel {
    LanguageModel(form.configuration, architecture: form.architecture, from: WideParameters(seed: seed))
  }

  /// A small model over bytes, of one of the forms.
  static func text(_ form: Form = forms[3], seed: UInt64 = 1) throws -> TextModel {
    try TextModel(model: model(form, seed: seed), tokenizer: bytes)
  }

  /// A model over bytes with a short context.
  static func short(context: Int, seed: UInt64 = 1) throws -> TextModel {
    try text(form("short", GPT2.self, context: context, width: 24), seed: seed)
  }

  /// A model that gives every token the same probability, whatever came before.
  static func uniform(context: Int = 16) throws -> TextModel {
    struct Zeros: ParameterSource {
      func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
        Parameter(name, .zeros(shape))
      }
    }
    let form = form("uniform", GPT2.self, context: context)
    return try TextModel(
      model: LanguageModel(form.configuration, architecture: form.architecture, from: Zeros()),
      tokenizer: bytes)
  }

  static func tokens(_ count: Int, seed: UInt64, vocabulary: Int = 257) -> [Int32] {
    RandomStream(seed: seed, name: "tokens").integers(below: vocabulary, at: 0..<UInt64(count)).map {
      Int32($0)
    }
  }
}
