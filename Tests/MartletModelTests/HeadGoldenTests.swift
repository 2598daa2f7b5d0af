import MartletTensor
import MartletText
import Testing

@testable import MartletModel

/// Heads of every family give what they give in `transformers` and TRL, and lie in files as they do there.
///
/// The greatest differences measured are 0.9e-6 of a reward, 1.1e-6 of a logit of a sequence, and 2.9e-6 and 2.5e-6 of a
/// token's logit and value.
@Suite struct HeadGoldenTests {
  @Test func everyFamilyHasItsHeads() throws {
    var (sequences, tokens, values): (Set<String>, Set<String>, Set<String>) = ([], [], [])
    for name in HeadGolden.names {
      let golden = try HeadGolden(name)
      let type = try #require(golden.values.configuration["model_type"]?.string)
      values.insert(type)
      if golden.reward != nil, golden.sequenceClasses != nil { sequences.insert(type) }
      if golden.tokenClasses != nil { tokens.insert(type) }
    }
    for architecture in Architectures.all {
      #expect(values.contains(architecture.name))
      // A family for which transformers has a class has a golden file, and the other way round.
      #expect(sequences.contains(architecture.name) == (architecture.sequenceClassifierClass != nil))
      #expect(tokens.contains(architecture.name) == (architecture.tokenClassifierClass != nil))
    }
  }

  /// What `body` makes of each sequence's hidden states, of which it is given the offsets.
  private func results(
    _ sequences: [[Int32]], _ decoder: Decoder, _ body: (Tensor, [Int32]) -> Tensor
  ) -> [[Float]] {
    withoutGradients {
      sequences.map { ids in
        let offsets = [0, Int32(ids.count)]
        return body(decoder.hiddenStates(of: ids, offsets: offsets), offsets).scalars
      }
    }
  }

  @Test(arguments: HeadGolden.names) func rewards(name: String) throws {
    let golden = try HeadGolden(name)
    try golden.reward?.withDirectory { directory in
      let kind = try HeadKind(directory: directory)
      #expect(kind == .scalar)
      let model = try Model<ScalarHead>(directory: directory)
      let found = results(golden.sequences, model.decoder) { model.head.rewards($0, offsets: $1) }
      let difference = try #require(golden.reward).difference(found)
      #expect(difference < 1e-5)
      try expectSaved(model, as: directory)
    }
  }

  @Test(arguments: HeadGolden.names) func classesOfSequences(name: String) throws {
    let golden = try HeadGolden(name)
    try golden.sequenceClasses?.withDirectory { directory in
      let kind = try HeadKind(directory: directory)
      #expect(kind == .sequenceClassifier(classes: 3))
      let model = try Model<SequenceClassifierHead>(directory: directory)
      #expect(model.head.classNames == ["good", "not so good", "mäßig"])
      #expect(model.head.labels.problem == .multipleLabels)
      let found = results(golden.sequences, model.decoder) { model.head.logits($0, offsets: $1) }
      let difference = try #require(golden.sequenceClasses).difference(found)
      #expect(difference < 1e-5)
      try expectSaved(model, as: directory)
    }
  }

  @Test(arguments: HeadGolden.names) func classesOfTokens(name: String) throws {
    let golden = try HeadGolden(name)
    try golden.tokenClasses?.withDirectory { directory in
      let kind = try HeadKind(directory: directory)
      // `transformers` does not write its usual two classes.
      #expect(kind == .tokenClassifier(classes: 2))
      let model = try Model<TokenClassifierHead>(directory: directory)
      #expect(model.head.classNames == ["LABEL_0", "LABEL_1"] && model.head.labels.problem == nil)
      let found = results(golden.sequences, model.decoder) { hidden, _ in model.head.logits(hidden) }
      let difference = try #require(golden.tokenClasses).difference(found)
      #expect(difference < 1e-5)
      try expectSaved(model, as: directory)
    }
  }

  /// TRL's files hold two heads; either can be read alone.
  @Test(arguments: HeadGolden.names) func values(name: String) throws {
    let golden = try HeadGolden(name)
    try golden.values.withDirectory { directory in
      let kind = try HeadKind(directory: directory)
      #expect(kind == .value)
      let both = try Model<JointHead<LanguageModelHead, ValueHead>>(directory: directory)
      let alone = try Model<ValueHead>(directory: directory)
      let language = try LanguageModel(directory: directory)
      let found = results(golden.sequences, both.decoder) { hidden, _ in both.head.second.values(hidden) }
      #expect(golden.values.difference(found) < 1e-5)
      #expect(results(golden.sequences, alone.decoder) { hidden, _ in alone.head.values(hidden) } == found)
      #expect(
        results(golden.sequences, both.decoder) { hidden, _ in both.head.first.logits(hidden) }
          == results(golden.sequences, language.decoder) { hidden, _ in language.head.logits(hidden) })
      try expectSaved(both, as: directory)

      try alone.save(to: "\(directory)/alone")
      #expect(try HeadKind(directory: "\(directory)/alone") == .value)
      let again = try Model<ValueHead>(directory: "\(directory)/alone")
      #expect(results(golden.sequences, again.decoder) { hidden, _ in again.head.values(hidden) } == found)
      let output = try Set(Safetensors(file: "\(directory)/model.safetensors").names)
        .subtracting(try Safetensors(file: "\(directory)/alone/model.safetensors").names)
      let ofHead = alone.architecture.weights(of: alone.configuration).filter(\.isOfLanguageModelHead)
      #expect(output.isSubset(of: ofHead.map(\.name)))
    }
  }

  /// Saving writes the same tensors, to the bit, under the same class, and says the same of the classes.
  private func expectSaved<HeadType: StoredHead>(_ model: Model<HeadType>, as directory: String) throws {
    let saved = "\(directory)/saved"
    try model.save(to: saved)
    let (before, after) = (
      try Safetensors(file: "\(directory)/model.safetensors"),
      try Safetensors(file: "\(saved)/model.safetensors")
    )
    #expect(after.names == before.names)
    for tensor in before.names {
      #expect(after.shape(of: tensor) == before.shape(of: tensor))
      let (written, read) = (try after[tensor], try before[tensor])
      #expect(written?.littleEndianBytes == read?.littleEndianBytes, "\(tensor)")
    }
    let (keys, old) = (
      try JSONReader(file: "\(saved)/config.json").members,
      try JSONReader(file: "\(directory)/config.json").members
    )
    #expect(keys["architectures"] == old["architectures"])
    #expect(keys["problem_type"] == old["problem_type"])
    if let names = old["id2label"] {
      #expect(keys["id2label"] == names)
      let (new, given) = (try #require(keys["label2id"]?.object), try #require(old["label2id"]?.object))
      #expect(Set(new.keys) == Set(given.keys) && new.allSatisfy { given[$0.key] == $0.value })
    }
    let again = try Model<HeadType>(directory: saved)
    #expect(again.configuration == model.configuration && again.head.form == model.head.form)
    for (one, two) in zip(again.parameters, model.parameters) {
      #expect(one.name == two.name && one.value.littleEndianBytes == two.value.littleEndianBytes)
    }
  }
}
