import MartletTensor

/// Two heads over one trunk, such as a policy's and its values'.
///
/// Their parameters begin with "head.first." and "head.second.", so that those of two heads of one kind differ too. A
/// joint head of joint heads is one of more than two.
public struct JointHead<First: Head, Second: Head>: Head {
  /// The first head.
  public let first: First
  /// The second head.
  public let second: Second

  /// Two heads: their weights, in parameters of new names.
  public init(_ first: First, _ second: Second) {
    self.init(like: first, second, from: JointParameters(first.parameters, second.parameters))
  }

  private init(like first: First, _ second: Second, from source: some ParameterSource) {
    self.first = first.rebuilt(from: HeadPart(.first, of: source))
    self.second = second.rebuilt(from: HeadPart(.second, of: source))
  }

  private init(_ parts: (First, Second)) { (first, second) = parts }

  /// The parameters of both.
  public var parameters: [Parameter] { first.parameters + second.parameters }

  /// Those of both that train beside adapters.
  public var parametersBesideAdapters: [Parameter] {
    first.parametersBesideAdapters + second.parametersBesideAdapters
  }

  /// Both heads over another decoder.
  public func moved(to decoder: Decoder) -> JointHead {
    JointHead((first.moved(to: decoder), second.moved(to: decoder)))
  }

  /// The same heads whose parameters come from a source.
  public func rebuilt(from source: some ParameterSource) -> JointHead {
    JointHead(like: first, second, from: source)
  }
}

/// TRL's model: the head of a language model and, beside it, a value head.
extension JointHead: StoredHead where First == LanguageModelHead, Second == ValueHead {
  /// What it is a model of.
  public static var purpose: String { "the next token and of values of tokens" }

  /// TRL's value head beside the head of a language model.
  public static func reads(_ form: HeadForm) -> Bool { form.layout == .value(besideLanguageModel: true) }

  /// The family's `…ForCausalLM`.
  public static func className(in architecture: any Architecture.Type) -> String? {
    architecture.languageModelClass
  }

  /// The language model's and `v_head.summary`.
  public static func weights(
    of configuration: DecoderConfiguration, in architecture: any Architecture.Type
  ) -> [CheckpointWeight] {
    architecture.weights(of: configuration).map { weight in
      weight.isOfLanguageModelHead ? weight.renamed(HeadPartName.first.path) : weight
    } + ValueHead.ownWeights { HeadPartName.second.path("head." + $0) }
  }

  /// The heads that a directory describes.
  public init(_ form: HeadForm, over decoder: Decoder, from source: some ParameterSource) {
    self.init(
      (
        LanguageModelHead(form, over: decoder, from: HeadPart(.first, of: source)),
        ValueHead(form, over: decoder, from: HeadPart(.second, of: source))
      ))
  }

  /// TRL's.
  public var form: HeadForm { HeadForm(.value(besideLanguageModel: true)) }
}

/// Which of two heads.
private enum HeadPartName: String {
  case first, second

  /// What the path of a head is when the head is a part of two: "head.weight" becomes "head.first.weight".
  func path(_ path: String) -> String {
    precondition(path.hasPrefix("head"), "JointHead: \(path) is not a path in a head")
    return "head.\(rawValue)" + path.dropFirst("head".count)
  }
}

/// A source, as one of two heads asks it.
private struct HeadPart<Source: ParameterSource>: ParameterSource {
  private let part: HeadPartName
  private let source: Source

  init(_ part: HeadPartName, of source: Source) { (self.part, self.source) = (part, source) }

  func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
    source.parameter(part.path(name), shape: shape, initially: initially)
  }

  func adapter(_ path: String, of weight: Parameter) -> LowRankAdapter? {
    source.adapter(part.path(path), of: weight)
  }
}

/// The weights of two heads under the names they have together.
private struct JointParameters: ParameterSource {
  private let byName: [String: Parameter]

  init(_ first: [Parameter], _ second: [Parameter]) {
    byName = Dictionary(
      uniqueKeysWithValues: first.map { (HeadPartName.first.path($0.name), $0) }
        + second.map { (HeadPartName.second.path($0.name), $0) })
  }

  func parameter(_ name: String, shape: [Int], initially: Initialization) -> Parameter {
    guard let old = byName[name] else { preconditionFailure("JointHead: there is no \(name)") }
    let new = Parameter(name, old.value)
    new.isTrainable = old.isTrainable
    return new
  }
}
