import MartletInference
import MartletModel
import MartletTensor
import MartletText

/// What there is to know of a model's directory.
struct Inspection {
  private let directory: String
  private let model: any StoredModel
  private let tokenizer: Tokenizer
  private let endTokens: Set<Int32>
  /// `config.json` as it stands.
  private let configurationFile: JSON
  private let weights: TensorListing
  private let figures: RunFigures

  init(directory: String) throws(MartletError) {
    self.directory = directory
    model = try ModelDirectory.model(directory)
    (tokenizer, endTokens) = try TextModel.tokenizer(ofDirectory: directory, for: model.configuration)
    configurationFile = try JSON(file: FileSystem.join(directory, "config.json"))
    weights = TensorListing(try Checkpoint(directory: directory))
    figures = try RunFigures(directory: directory)
  }

  private var configuration: DecoderConfiguration { model.configuration }

  // MARK: Figures

  private var parameterBytes: Int { model.parameterCount * MemoryLayout<Float>.size }
  /// The parameters that a token passes.
  private var activeCount: Int {
    model.parameterCount - (configuration.parameterCount - configuration.activeParameterCount)
  }
  private var cacheBytesPerToken: Int { KeyValueCache.bytesPerToken(configuration) }

  /// The parameters of each part of the model: embeddings, and the kinds of layers summed over the blocks.
  private var parts: [(name: String, count: Int)] {
    var parts: [(name: String, count: Int)] = []
    for parameter in model.parameters {
      let path = parameter.name.split(separator: ".")
      // "blocks.3.attention.query.weight" belongs to "blocks.attention".
      let name = path.first == "blocks" && path.count > 2 ? "blocks.\(path[2])" : String(path[0])
      if let place = parts.firstIndex(where: { $0.name == name }) {
        parts[place].count += parameter.value.count
      } else {
        parts.append((name, parameter.value.count))
      }
    }
    return parts
  }

  private var specialTokens: [(role: String, id: Int32)] {
    [
      ("begin_of_text", tokenizer.beginOfText), ("end_of_text", tokenizer.endOfText),
      ("unknown", tokenizer.unknown),
    ].compactMap { role, id in id.map { (role, $0) } }
  }

  private var headReport: JSON {
    var report: JSON = ["kind": .string(model.form.kind.name)]
    if case .value(let isBeside) = model.form.layout { report["language_model"] = .bool(isBeside) }
    if let labels = model.form.labels {
      report["classes"] = .array(labels.names.map { .string($0) })
      if let problem = labels.problem { report["problem_type"] = .string(problem.rawValue) }
    }
    return report
  }

  var json: JSON {
    var report: JSON = [
      "directory": .string(directory),
      "architecture": .string(model.architecture.name),
      "head": headReport,
      "parameters": [
        "total": .integer(model.parameterCount),
        "active": .integer(activeCount),
        "parts": .object(JSONObject(parts.map { ($0.name, .integer($0.count)) })),
      ],
      "tensors": .array(
        model.parameters.map { parameter in
          [
            "name": .string(parameter.name),
            "shape": .array(parameter.value.shape.map { .integer($0) }),
            "parameters": .integer(parameter.value.count),
          ]
        }),
      "weights": weights.summary,
      "memory": [
        "parameter_bytes": .integer(parameterBytes),
        "cache_bytes_per_token": .integer(cacheBytesPerToken),
        "cache_bytes_at_context": .integer(cacheBytesPerToken * configuration.context),
        "training_bytes": .integer(4 * parameterBytes),
      ],
      "configuration": configurationFile,
      "tokenizer": [
        "vocabulary": .integer(tokenizer.vocabularySize),
        "special_tokens": .object(JSONObject(specialTokens.map { ($0.role, .integer(Int($0.id))) })),
        "end_tokens": .ids(endTokens.sorted()),
      ],
    ]
    figures.add(to: &report)
    return report
  }

  // MARK: Text

  var text: String {
    let cache = cacheBytesPerToken
    var text = heading(
      "\(directory): \(model.architecture.name), \(Format.count(model.parameterCount)) parameters"
        + (configuration.experts == nil
          ? "" : ", \(Format.count(activeCount)) of them active for a token"))
    text += heading("Head") + Format.table([["a model of", model.form.purpose]] + labelRows)
    text += heading("Configuration") + RunFigures.rows(of: configurationFile)
    text += heading("Parameters by part")
    text += Format.table(
      parts.map { part in
        let share = 100 * Double(part.count) / Double(max(model.parameterCount, 1))
        return [part.name, Format.count(part.count), Format.decimals(share, 1) + "%"]
      })
    text += heading("Tensors")
    text += Format.table(
      model.parameters.map { parameter in
        let shape = parameter.value.shape.map(String.init).joined(separator: " x ")
        return [parameter.name, shape, Format.count(parameter.value.count)]
      })
    text += heading("Weights") + "  \(weights.totals)\n"
    text += heading("Memory")
    text += Format.table([
      ["parameters", Format.bytes(parameterBytes)],
      ["cache, a token", Format.bytes(cache)],
      ["cache, \(configuration.context) tokens", Format.bytes(cache * configuration.context)],
      ["training (parameters, gradients, two means)", Format.bytes(4 * parameterBytes)],
    ])
    text += heading("Tokenizer")
    text += Format.table(
      [["vocabulary", Format.count(tokenizer.vocabularySize), ""]]
        + specialTokens.map { role, id in
          [role.replacing("_", with: " "), String(id), PrintableText.line(tokenizer.readableToken(of: id))]
        })
    text += figures.text
    return String(text.dropFirst())
  }

  /// What a classifier's classes are called, and what they are to one another.
  private var labelRows: [[String]] {
    guard let labels = model.form.labels else { return [] }
    let names = labels.names.enumerated().map { number, name in
      [labels.names.count == 1 ? "called" : "class \(number)", PrintableText.line(name)]
    }
    return names + (labels.problem.map { [["classes are", $0.explanation]] } ?? [])
  }

  private func heading(_ text: String) -> String { "\n\(text)\n" }
}
