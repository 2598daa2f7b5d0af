import MartletTensor
import MartletText

extension CheckpointWeight {
  /// The names of a tensor's blocks of four-bit numbers and of their scales, where a checkpoint has it so.
  func blocks(in checkpoint: Checkpoint) -> (numbers: String, scales: String)? {
    guard case .experts = layout else { return nil }
    let names = (numbers: name + "_blocks", scales: name + "_scales")
    return checkpoint.shape(of: name) == nil && checkpoint.shape(of: names.numbers) != nil ? names : nil
  }

  /// Gives each expert's parameters their rows of a tensor that holds those of all experts.
  ///
  /// - Parameters:
  ///   - name: of the tensor, as the checkpoint has it.
  ///   - shapes: of the parameters, which are equal.
  ///   - interleaved: how many parameters of an expert take turns.
  func loadExperts(
    _ name: String, from checkpoint: Checkpoint, into parameters: [Parameter], shapes: [[Int]],
    interleaved: Int,
    isTransposed: Bool, as format: WeightFormat?
  ) throws(MartletError) {
    let shape = shapes[0]
    let (rows, columns) = (shape[0] * interleaved, shape.dropFirst().reduce(1, *))
    let all: ExpertRows
    if let blocks = blocks(in: checkpoint) {
      all = try Self.rows(
        of: blocks, in: checkpoint, experts: parameters.count / interleaved, rows: rows, columns: columns)
    } else {
      let own = [rows] + shape.dropFirst()
      let expected = [parameters.count / interleaved] + (isTransposed ? own.reversed() : own)
      let found = checkpoint.shape(of: name) ?? []
      guard found == expected, let stored = try checkpoint.stored(name) else {
        throw MartletError(
          "\(checkpoint.file(of: name)): the tensor \"\(name)\" has shape \(found), but config.json calls for "
            + "\(expected)")
      }
      all = ExpertRows(isNarrow: stored.elementType == .bfloat16) { expert in
        let (height, width) = isTransposed ? (columns, rows) : (rows, columns)
        let own = expert * height * width..<(expert + 1) * height * width
        let part = Tensor(
          littleEndianBytes: stored.littleEndianBytes(of: own, as: .float32), elementType: .float32,
          shape: [height, width])
        return isTransposed ? part.transposed() : part
      }
    }
    let format = format ?? (all.isNarrow ? .bfloat16 : .float32)
    for (first, expert) in zip(stride(from: 0, to: parameters.count, by: interleaved), 0...) {
      let part = all.rows(expert)
      for turn in 0..<interleaved {
        let own = stride(from: Int32(turn), to: Int32(rows), by: interleaved)
        parameters[first + turn].value =
          (interleaved == 1 ? part : part.rows(at: Array(own))).reshaped(shape).kept(as: format)
      }
    }
  }

  /// The rows of experts, `[rows, columns]` each, widened from blocks.
  private static func rows(
    of blocks: (numbers: String, scales: String), in checkpoint: Checkpoint, experts: Int, rows: Int,
    columns: Int
  ) throws(MartletError) -> ExpertRows {
    let size = 32
    guard columns % size == 0 else {
      throw MartletError(
        "\(checkpoint.file(of: blocks.numbers)): the tensor \"\(blocks.numbers)\" holds blocks of \(size), but "
          + "config.json calls for rows of \(columns)")
    }
    let perRow = columns / size
    for (name, expected) in [
      (blocks.numbers, [experts, rows, perRow, size / 2]), (blocks.scales, [experts, rows, perRow]),
    ] {
      let (shape, type) = (checkpoint.shape(of: name), checkpoint.type(of: name))
      guard let shape, let type else {
        throw MartletError(
          "\(checkpoint.path): the tensor \"\(name)\" that belongs to \"\(blocks.numbers)\" is missing")
      }
      guard shape == expected, type == "U8" else {
        throw MartletError(
          "\(checkpoint.file(of: name)): the tensor \"\(name)\" is \(type) of shape \(shape), but config.json calls "
            + "for U8 of \(expected)")
      }
    }
    guard let numbers = checkpoint.bytes(of: blocks.numbers), let scales = checkpoint.bytes(of: blocks.scales)
    else {
      throw MartletError("\(checkpoint.path): the tensor \"\(blocks.numbers)\" can't be read")
    }
    if scales.contains(255) {
      throw MartletError(
        "\(checkpoint.file(of: blocks.scales)): the tensor \"\(blocks.scales)\" holds the scale 255, which stands for "
          + "no number; the file is damaged")
    }
    return ExpertRows(isNarrow: true) { expert in
      let own = expert * rows * perRow..<(expert + 1) * rows * perRow
      return Tensor(
        mxfp4: Array(numbers[own.lowerBound * size / 2..<own.upperBound * size / 2]),
        scales: Array(scales[own]),
        shape: [rows, columns])
    }
  }

  /// One tensor of all experts' parameters.
  func expertsTensor(of parameters: [Parameter], interleaved: Int, isTransposed: Bool) -> Tensor {
    let shape = parameters[0].value.shape
    let (rows, columns) = (shape[0] * interleaved, shape.dropFirst().reduce(1, *))
    // Row i of the turn t follows row i of the turn before.
    let order = (0..<rows).map { Int32($0 % interleaved * shape[0] + $0 / interleaved) }
    let experts = stride(from: 0, to: parameters.count, by: interleaved).map { first in
      let turns = parameters[first..<first + interleaved].map {
        $0.value.converted(to: .float32).reshaped([shape[0], columns])
      }
      let own = interleaved == 1 ? turns[0] : Tensor.concatenated(turns).rows(at: order)
      return isTransposed ? own.transposed() : own
    }
    return Tensor.concatenated(experts).reshaped(
      expertsShape(of: parameters, interleaved: interleaved, isTransposed: isTransposed))
  }

  /// The shape of that tensor.
  func expertsShape(of parameters: [Parameter], interleaved: Int, isTransposed: Bool) -> [Int] {
    let shape = parameters[0].value.shape
    let own = [shape[0] * interleaved] + shape.dropFirst()
    return [parameters.count / interleaved] + (isTransposed ? own.reversed() : own)
  }
}

extension DecoderConfiguration {
  /// Fails where experts need more numbers than a checkpoint can hold, two in a byte, before anything is made for them.
  func checkExperts(fit checkpoint: Checkpoint) throws(MartletError) {
    guard let experts else { return }
    let needed = Double(expertLayers) * Double(experts.count) * 3 * Double(width) * Double(experts.width)
    if needed <= 2 * Double(checkpoint.byteCount) { return }
    throw MartletError(
      "\(checkpoint.path): config.json calls for \(experts.count) experts in each of \(expertLayers) layers, more than "
        + "the \(checkpoint.byteCount) bytes of its tensors can hold")
  }
}

/// The rows of each expert's parameters in a checkpoint, made when they are asked for.
private struct ExpertRows {
  /// Whether bfloat16 holds every number.
  let isNarrow: Bool
  /// `[rows, columns]` of an expert, as float32.
  let rows: (_ expert: Int) -> Tensor
}
