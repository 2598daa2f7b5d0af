import MartletTensor

@testable import MartletModel

/// Small random models of several forms.
enum TestModels {
  /// A form and its sizes.
  struct Form: Sendable, CustomStringConvertible {
    let description: String
    let architecture: any Architecture.Type
    let configuration: DecoderConfiguration

    func model(seed: UInt64 = 1) -> LanguageModel {
      LanguageModel(configuration, architecture: architecture, from: WideParameters(seed: seed))
    }
  }

  static let forms: [Form] = [
    form("GPT-2", GPT2.self),
    form("GPT-2 without biases, untied", GPT2.self, hasBias: false, isTied: false),
    form("Llama, grouped", Llama.self, heads: 6, keyValueHeads: 2),
    form("Llama, tied, with biases", Llama.self, heads: 3, hasBias: true, isTied: true),
    form("Llama, dynamic", Llama.self) {
      $0.setRotary(Rotary(base: 100, scaling: .dynamic(factor: 2, originalContext: 35)))
    },
    form("GPT-NeoX", GPTNeoX.self, heads: 3),
    form("GPT-NeoX, sequential", GPTNeoX.self, heads: 3) { $0.block = .normalizingInputs },
    form("Phi", Phi.self, heads: 6, keyValueHeads: 2),
    form("Mistral", Mistral.self, keyValueHeads: 2) { $0.layerPattern[0].window = 7 },
    form("Qwen2", Qwen2.self, layers: 3) { configuration in
      let rotary = configuration.rotary
      configuration.layerPattern = (0..<3).map { LayerForm(rotary: rotary, window: $0 == 2 ? 5 : nil) }
    },
    form("Qwen3", Qwen3.self, keyValueHeads: 1) { $0.headDimension = 10 },
    form("Gemma", Gemma.self, keyValueHeads: 1),
    form("Gemma 2", Gemma2.self) { configuration in
      configuration.layerPattern[0].window = 6
      configuration.attention.softCap = 2
      configuration.logitSoftCap = 3
    },
    form("Gemma 3", Gemma3.self, layers: 7) { configuration in
      for place in 0..<5 { configuration.layerPattern[place].window = 6 }
    },
    form("Phi-3", Phi3.self) { configuration in
      configuration.layerPattern[0].window = 30
      configuration.setRotary(
        Rotary(
          scaling: .longRoPE(
            Rotary.LongRoPE(
              shortFactors: [1, 1.5, 2], longFactors: [1, 3, 7], originalContext: 33, attentionFactor: 1.25)))
      )
    },
    form("OLMo 2", OLMo2.self, keyValueHeads: 2),
    form("SmolLM3", SmolLM3.self, layers: 5),
    form("Granite", Granite.self, hasBias: true) { configuration in
      configuration.multipliers = DecoderConfiguration.Multipliers(
        embedding: 3, residual: 0.25, logitDivisor: 1.7)
    },
    form("StarCoder2", StarCoder2.self, keyValueHeads: 2) { $0.layerPattern[0].window = 20 },
    form("Mixtral", Mixtral.self, keyValueHeads: 2),
    form("Qwen3-MoE, experts in one layer", Qwen3MoE.self) {
      $0.experts?.weighting = .amongAll
      $0.experts?.count = 5
      $0.experts?.perToken = 3
      $0.layerPattern = [$0.layerPattern[0], $0.layerPattern[0]]
      $0.layerPattern[0].feedForward = .dense
    },
    form("GPT-OSS", GPTOSS.self, keyValueHeads: 2) {
      $0.experts?.gate = .clamped(alpha: 1.702, limit: 0.5)
      $0.layerPattern[0].window = 9
    },
  ]

  static func form(
    _ name: String, _ architecture: any Architecture.Type, layers: Int = 2, heads: Int = 4,
    keyValueHeads: Int? = nil, hasBias: Bool? = nil, isTied: Bool? = nil,
    change: (inout DecoderConfiguration) -> Void = { _ in }
  ) -> Form {
    var configuration = architecture.configuration(
      DecoderSizes(
        vocabulary: 61, context: 70, width: 24, layers: layers, heads: heads, keyValueHeads: keyValueHeads,
        hasBias: hasBias, isTied: isTied, dropout: 0.25))
    (configuration.beginOfText, configuration.endOfText) = (7, 60)
    change(&configuration)
    return Form(description: name, architecture: architecture, configuration: configuration)
  }

  /// Random sequences of some lengths.
  static func sequences(_ lengths: [Int]) -> [[Int32]] {
    lengths.enumerated().map { number, length in
      RandomStream(seed: UInt64(number), name: "tokens").integers(below: 61, at: 0..<UInt64(length)).map {
        Int32($0)
      }
    }
  }

  /// Parameters whose spread is large enough that a random model has opinions, and biases that are not zero.
  private struct WideParameters: ParameterSource {
    let seed: UInt64

    func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
      let random = RandomParameters(seed: seed)
      let noise = random.parameter(name, shape: shape, initially: .normal(standardDeviation: 0.15)).value
      if case .ones = initially { return Parameter(name, noise + .filled(with: 1, shape: shape)) }
      return Parameter(name, noise)
    }
  }
}
