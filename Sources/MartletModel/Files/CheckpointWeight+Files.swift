import MartletTensor
import MartletText

extension CheckpointWeight {
  /// The name under which a checkpoint has the tensor; nil where it is missing and zeros stand for it.
  ///
  /// - Parameter prefixes: what a name of the trunk may begin with, of which this has the first.
  /// - Throws: when it is missing.
  func foundName(in checkpoint: Checkpoint, prefixes: [String]) throws(MartletError) -> String? {
    for name in [name, otherName ?? name] where checkpoint.shape(of: name) != nil { return name }
    if let usual = prefixes.first, name.hasPrefix(usual) {
      let rest = name.dropFirst(usual.count)
      if let found = prefixes.lazy.map({ $0 + rest }).first(where: { checkpoint.shape(of: $0) != nil }) {
        return found
      }
    }
    if blocks(in: checkpoint) != nil { return name }
    if zeros != nil || isOptional { return nil }
    throw MartletError("\(checkpoint.path): the tensor \"\(name)\" that config.json calls for is missing")
  }

  /// Gives parameters their part of the checkpoint's tensor.
  func load(
    from checkpoint: Checkpoint, prefixes: [String], into parameters: [Parameter], shapes: [[Int]],
    as format: WeightFormat?
  ) throws(MartletError) {
    let present = try foundName(in: checkpoint, prefixes: prefixes)
    if present == nil, isOptional {
      for (parameter, shape) in zip(parameters, shapes) { parameter.value = .zeros(shape) }
      return
    }
    let found = present ?? name
    if case .experts(let interleaved, let isTransposed) = layout {
      try loadExperts(
        found, from: checkpoint, into: parameters, shapes: shapes, interleaved: interleaved,
        isTransposed: isTransposed, as: format)
      return
    }
    let shape = checkpoint.shape(of: found) ?? []
    var expected = [shapes.reduce(0) { $0 + $1[0] }] + shapes[0].dropFirst()
    if isTransposed { expected.reverse() }
    guard shape == expected, let stored = try checkpoint.stored(found) else {
      throw MartletError(
        "\(checkpoint.file(of: found)): the tensor \"\(found)\" has shape \(shape), but config.json calls for \(expected)"
      )
    }
    if !isTransposed, parameters.count == 1 {
      parameters[0].value = stored.kept(as: format)
      return
    }
    let format = format ?? (stored.elementType == .bfloat16 ? .bfloat16 : .float32)
    var tensor = stored.converted(to: .float32)
    if isTransposed { tensor = tensor.transposed() }
    if case .alternating(let rows) = layout {
      tensor = tensor.gathered(Self.alternation(parameters.count, runs: tensor.shape[0] / rows, of: rows))
    }
    var row = 0
    for (parameter, shape) in zip(parameters, shapes) {
      let matrix = tensor.reshaped([tensor.shape[0], tensor.count / max(tensor.shape[0], 1)])
      parameter.value = matrix.rows(row..<row + shape[0]).reshaped(shape).kept(as: format)
      row += shape[0]
    }
  }

  /// Whether one matrix lies transposed.
  private var isTransposed: Bool { if case .transposed = layout { true } else { false } }

  /// The shape of the checkpoint's tensor.
  func shape(of parameters: [Parameter]) -> [Int] {
    if let zeros { return zeros }
    if case .experts(let interleaved, let isTransposed) = layout {
      return expertsShape(of: parameters, interleaved: interleaved, isTransposed: isTransposed)
    }
    let rows = parameters.reduce(0) { $0 + $1.value.shape[0] }
    let shape = [rows] + parameters[0].value.shape.dropFirst()
    return isTransposed ? shape.reversed() : shape
  }

  /// What the checkpoint's tensor holds.
  func tensor(of parameters: [Parameter]) -> Tensor {
    if let zeros { return .zeros(zeros) }
    if case .experts(let interleaved, let isTransposed) = layout {
      return expertsTensor(of: parameters, interleaved: interleaved, isTransposed: isTransposed)
    }
    guard parameters.count > 1 || isTransposed else { return parameters[0].value }
    let matrices = parameters.map { parameter in
      let value = parameter.value.converted(to: .float32)
      return value.reshaped([value.shape[0], value.count / value.shape[0]])
    }
    let joined = Tensor.concatenated(matrices)
    if isTransposed { return joined.transposed() }
    let tensor = joined.reshaped([joined.shape[0]] + parameters[0].value.shape.dropFirst())
    guard case .alternating(let rows) = layout else { return tensor }
    let runs = tensor.shape[0] / rows
    return tensor.gathered(Self.alternation(runs / parameters.count, runs: runs, of: rows))
  }

  /// Rows of a matrix whose runs of rows are dealt out in turns to `parts`, part after part.
  private static func alternation(_ parts: Int, runs: Int, of rows: Int) -> [Int32] {
    (0..<parts).flatMap { part in
      stride(from: part, to: runs, by: parts).flatMap { run in Int32(run * rows)..<Int32((run + 1) * rows) }
    }
  }
}

extension Tensor {
  /// Rows, or elements of a vector, in another order.
  fileprivate func gathered(_ rows: [Int32]) -> Tensor {
    reshaped([shape[0], count / max(shape[0], 1)]).rows(at: rows).reshaped(shape)
  }
}
