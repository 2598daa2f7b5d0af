import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Adapters of low rank compute, learn and are written as in `peft`.
///
/// The greatest differences measured are 4.8e-6 of a result, 4.6e-6 of one after merging, and 3.5e-6 of a gradient's norm.
@Suite struct AdapterGoldenTests {
  /// Results of the adapted model, and of the merged one.
  private struct Results: AdapterGoldenBody {
    let golden: AdapterGolden

    func callAsFunction<HeadType: GoldenHead>(_ model: Model<HeadType>) throws {
      let expected = golden.results
      let found = withoutGradients { golden.results(of: model).scalars }
      let merged = withoutGradients { golden.results(of: model.mergingAdapters()).scalars }
      let scale = max(1, expected.map { abs($0) }.max() ?? 1)
      try #require(found.count == expected.count && merged.count == expected.count)
      let difference = zip(found, expected).map { abs(Double($0) - $1) }.max()!
      let mergedDifference = zip(merged, found).map { abs(Double($0) - Double($1)) }.max()!
      #expect(difference < 1e-5 * scale)
      #expect(mergedDifference < 1e-5 * scale)
    }
  }

  @Test(arguments: AdapterGolden.names) func results(name: String) throws {
    let golden = try AdapterGolden(name)
    try golden.withDirectory { try golden.withModel($0, Results(golden: golden)) }
  }

  /// The gradients of everything that the adapter's file holds, and of nothing else.
  private struct Gradients: AdapterGoldenBody {
    let golden: AdapterGolden
    let directory: String

    func callAsFunction<HeadType: GoldenHead>(_ model: Model<HeadType>) throws {
      let results = golden.results(of: model)
      let count = Float(results.count)
      results.backward(
        golden.isLanguageModel
          ? .filled(with: -1 / count, shape: results.shape) : results.detached * (1 / count))
      for parameter in model.parameters {
        #expect((parameter.gradient != nil) == parameter.isTrainable, "\(parameter.name)")
        parameter.value = parameter.gradient ?? .zeros(parameter.value.shape)
      }
      // Written as the weights are, so that rows that are dealt out come together again.
      try model.saveAdapterWeights(to: directory)
      let stored = try Safetensors(file: "\(directory)/adapter_model.safetensors")
      #expect(stored.names == golden.gradients.keys.sorted())
      for (name, expected) in golden.gradients {
        let distance = expected.distance(try #require(try stored[name]).scalars, from: name)
        #expect(distance < 1e-5, "\(name)")
      }
    }
  }

  @Test(arguments: AdapterGolden.names) func gradients(name: String) throws {
    let golden = try AdapterGolden(name)
    try golden.withDirectory { directory in
      try golden.withModel(directory, Gradients(golden: golden, directory: directory))
    }
  }
}
