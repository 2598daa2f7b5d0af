extension Tensor {
  /// The columns of each row's largest elements, the largest first: `each` for every row, one row after another.
  ///
  /// Of equal elements the lower column comes first. The columns of a row differ whatever it holds.
  public func topColumns(_ each: Int) -> [Int32] {
    precondition(
      each >= 0 && each <= columns, "topColumns: a row of \(columns) elements has no \(each) largest")
    return backend.topColumns(of: self, each: each)
  }

  /// Several elements of each row: `[rows, each]`.
  ///
  /// - Parameter columns: `each` for every row, one row after another.
  public func elements(at columns: [Int32], each: Int) -> Tensor {
    precondition(
      columns.count == rows * each,
      "elements: \(columns.count) indices are not \(each) for each of \(rows) rows")
    let width = self.columns
    precondition(
      columns.allSatisfy { $0 >= 0 && Int($0) < width }, "elements: an index is not in 0 ..< \(width)")
    precondition(count <= Int(Int32.max), "elements: shape \(shape) has too many elements to number")
    let places = columns.enumerated().map { index, column in Int32(index / each * width) + column }
    return reshaped([count, 1]).rows(at: places).reshaped([rows, each])
  }

  /// The rows of a `[tokens, width]` tensor, by the experts that its tokens have chosen: `[choices, width]`.
  public func grouped(by groups: ExpertGroups) -> Tensor {
    precondition(
      shape.count == 2 && rows * groups.each == groups.tokens.count,
      "grouped: \(groups.tokens.count) choices, \(groups.each) a token, for shape \(shape)")
    return backend.rows(of: self, at: groups.tokens).recorded(from: [self]) { gradient in
      [
        .value(
          gradient.backend.combinedRows(of: gradient, at: groups.places, each: groups.each, weights: nil))
      ]
    }
  }

  /// The weighted sum of each token's grouped rows: `[choices, width]` to `[tokens, width]`.
  ///
  /// A token's rows are added in the order of its choices, so its sum does not depend on other tokens.
  ///
  /// - Parameter weights: `[tokens, each]`, in the order of the choices.
  public func combined(by groups: ExpertGroups, weights: Tensor) -> Tensor {
    precondition(
      shape.count == 2 && rows == groups.places.count
        && weights.shape == [rows / groups.each, groups.each],
      "combined: \(groups.places.count) choices and weights of shape \(weights.shape) for shape \(shape)")
    return backend.combinedRows(of: self, at: groups.places, each: groups.each, weights: weights)
      .recorded(from: [self, weights]) { [x = detached, weights = weights.detached] gradient in
        let gradients = x.backend.combinedRowsGradient(gradient, of: x, at: groups.places, weights: weights)
        return [.value(gradients.rows), .value(gradients.weights)]
      }
  }

  /// ``linear(_:bias:)`` of grouped rows, each by the weight of its expert: `[choices, inputs]` to
  /// `[choices, outputs]`.
  ///
  /// Only the weights of experts that have rows are read. The gradient of the others is zero.
  ///
  /// - Parameter factors: the weight `[outputs, inputs]` and the bias `[outputs]` of each expert.
  public func linear(by groups: ExpertGroups, _ factors: [(weight: Tensor, bias: Tensor?)]) -> Tensor {
    check(groups, factors)
    let precision = ProductPrecision.current
    let inputs = [self] + factors.map(\.weight) + factors.compactMap(\.bias)
    return products(by: groups, [factors], precision)[0].recorded(from: inputs) {
      [
        x = SavedTensor(self), weights = factors.map(\.weight.detached),
        biases = factors.count { $0.bias != nil }
      ]
      gradient in
      let backend = gradient.backend
      let x = x.tensor
      return [.value(Self.inputGradient(gradient, by: groups, weights, precision))]
        + (0..<groups.experts).map { expert in
          let rows = groups.rows(of: expert)
          if rows.isEmpty { return .sum(.product, into: { _ in }) }
          return .sum(
            .product,
            startingOrInto: {
              backend.accumulateLinearWeightGradient(
                backend.copyRows(rows, of: gradient), backend.copyRows(rows, of: x), into: &$0, precision)
            })
        }
        + (0..<biases).map { expert in
          .sum(
            .rows,
            into: {
              backend.accumulateRows(backend.copyRows(groups.rows(of: expert), of: gradient), into: &$0)
            })
        }
    }
  }

  /// ``linear(by:_:)`` with each of several sets of weights; without gradients each expert's are read in one go.
  package func linear(
    by groups: ExpertGroups, _ sets: [[(weight: Tensor, bias: Tensor?)]]
  ) -> [Tensor] {
    if GradientRecording.isOn { return sets.map { linear(by: groups, $0) } }
    for factors in sets { check(groups, factors) }
    return products(by: groups, sets, .current)
  }

  private func products(
    by groups: ExpertGroups, _ sets: [[(weight: Tensor, bias: Tensor?)]], _ precision: ProductPrecision
  ) -> [Tensor] {
    var results = sets.map { Tensor.zeros([rows, $0[0].weight.shape[0]]) }
    for (expert, rows) in groups.busy {
      let own = backend.copyRows(rows, of: self)
      let factors = sets.map { $0[expert] }
      let products =
        precision == .float32
        ? backend.linear(own, factors)
        : factors.map { backend.linear(own, $0.weight, $0.bias, precision) }
      for (set, product) in products.enumerated() {
        backend.writeRows(product, at: rows.lowerBound, into: &results[set])
      }
    }
    return results
  }

  private static func inputGradient(
    _ gradient: Tensor, by groups: ExpertGroups, _ weights: [Tensor], _ precision: ProductPrecision
  ) -> Tensor {
    let backend = gradient.backend
    var result = Tensor.zeros([gradient.rows, weights[0].columns])
    for (expert, rows) in groups.busy {
      let part = backend.linearInputGradient(
        backend.copyRows(rows, of: gradient), weights[expert], precision)
      backend.writeRows(part, at: rows.lowerBound, into: &result)
    }
    return result
  }

  private func check(_ groups: ExpertGroups, _ factors: [(weight: Tensor, bias: Tensor?)]) {
    precondition(
      shape.count == 2 && rows == groups.places.count,
      "linear: \(groups.places.count) choices for an input of shape \(shape)")
    precondition(
      factors.count == groups.experts && groups.experts > 0,
      "linear: \(factors.count) weights for \(groups.experts) experts")
    let (outputs, hasBias) = (factors[0].weight.shape[0], factors[0].bias != nil)
    for (weight, bias) in factors {
      precondition(
        weight.shape == [outputs, columns],
        "linear: an input of shape \(shape) for a weight of \(weight.shape)")
      precondition(
        (bias != nil) == hasBias && (bias.map { $0.shape == [outputs] } ?? true),
        "linear: biases of the shapes \(factors.map { $0.bias?.shape ?? [] }) for \(outputs) outputs")
    }
  }
}
