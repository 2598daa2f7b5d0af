import MartletTensor

/// What turns hidden states into a result.
public protocol Head: Sendable {
  /// The parameters that are the head's own.
  var parameters: [Parameter] { get }
  /// Those of its parameters that train beside adapters of low rank: all, unless the head came with the trunk.
  var parametersBesideAdapters: [Parameter] { get }
  /// The same head over another decoder, for heads that use a decoder's parameters.
  func moved(to decoder: Decoder) -> Self
  /// The same head whose parameters come from a source, which is asked for them by the names they have now.
  func rebuilt(from source: some ParameterSource) -> Self
}

extension Head {
  /// A head that has all its parameters to itself is the same over any decoder.
  public func moved(to decoder: Decoder) -> Self { self }

  /// A head is new where it replaces a language model's.
  public var parametersBesideAdapters: [Parameter] { parameters }
}

extension Linear {
  /// The product of a new head: normal with a spread of 1/√(width + 1), so that results start near one in size, and a
  /// bias of zeros.
  ///
  /// - Source: Stiennon et al. 2020, arXiv:2009.01325, for reward models.
  init(head name: String, width: Int, outputs: Int, hasBias: Bool, from source: some ParameterSource) {
    self.init(
      name, inputs: width, outputs: outputs, hasBias: hasBias,
      standardDeviation: 1 / Float(width + 1).squareRoot(), from: source)
  }
}
