import MartletModel
import MartletTensor
import MartletText
import Testing

@testable import MartletTraining

/// Tokens of documents, and the batches that are drawn from them.
@Suite struct BatchTests {
  private static let tokenizer = Tokenizer.bytes()
  private static let separator = tokenizer.endOfText!

  private func tokens(_ documents: [String] = TestRuns.documents) -> DocumentTokens {
    DocumentTokens(documents, tokenizer: Self.tokenizer, separator: Self.separator)
  }

  private func source(
    _ documents: DocumentTokens, rows: Int = 5, context: Int = 40, packing: Packing, seed: UInt64 = 1
  ) throws -> BatchSource {
    try BatchSource(documents, rows: rows, context: context, packing: packing, seed: seed, name: "text")
  }

  @Test func separatorsStandBeforeBetweenAndAfter() {
    let end = Self.separator
    #expect(tokens(["ab", "c"]).tokens == [end, 97, 98, end, 99, end])
    #expect(tokens(["ab", "c"]).predictedCount == 5)
    let continued = DocumentTokens(
      ["ab"], tokenizer: Self.tokenizer, separator: end, precedingToken: 99, isContinued: true)
    #expect(continued.tokens == [99, 97, 98])
    #expect(tokens([]).tokens == [end] && tokens([]).predictedCount == 0)
  }

  @Test(arguments: [1, 2, 7, 40, 861, 862, 863, 5000])
  func windowsPredictEveryTokenOnce(context: Int) {
    let documents = tokens()
    var predicted = Array(repeating: 0, count: documents.tokens.count)
    for window in documents.windows(context: context) {
      #expect((2...context + 1).contains(window.count))
      for sequence in documents.sequences(in: window) {
        #expect(sequence.count >= 2)
        // No sequence reads across a separator: it may begin with one and end with one.
        #expect(!sequence.dropFirst().dropLast().contains(Self.separator))
        #expect(window.lowerBound <= sequence.startIndex && sequence.endIndex <= window.upperBound)
        for place in sequence.indices.dropFirst() { predicted[place] += 1 }
      }
    }
    #expect(predicted == [0] + Array(repeating: 1, count: documents.predictedCount))
  }

  @Test(arguments: Packing.allCases) func aBatchIsAFunctionOfSeedAndStep(packing: Packing) throws {
    let documents = tokens()
    var ascending = try source(documents, packing: packing)
    let expected = (0..<30).map { ascending.batch(step: $0).batch }
    var other = try source(documents, packing: packing)
    for step in [17, 3, 29, 0, 0, 4] { #expect(other.batch(step: step).batch == expected[step]) }
    var fresh = try source(documents, packing: packing, seed: 2)
    #expect(fresh.batch(step: 3).batch != expected[3])
    for (step, batch) in expected.enumerated().dropFirst() { #expect(batch != expected[step - 1]) }
  }

  @Test(arguments: Packing.allCases) func rowsHoldTheContextAtMostAndNoSequenceCrossesASeparator(
    packing: Packing
  ) throws {
    var source = try source(tokens(), packing: packing)
    for step in 0..<20 {
      let whole = source.batch(step: step)
      #expect(whole.rowEnds.count == 5)
      let rows = whole.microBatches(rows: 1)
      #expect(rows.count == 5)
      for row in rows {
        #expect(packing == .windows ? row.tokens.count == 40 : (1...40).contains(row.tokens.count))
        for (start, end) in zip(row.offsets, row.offsets.dropFirst()) {
          let (read, targets) = (row.tokens[Int(start)..<Int(end)], row.targets[Int(start)..<Int(end)])
          #expect(!read.isEmpty && read.dropFirst().elementsEqual(targets.dropLast()))
          #expect(!read.dropFirst().contains(Self.separator))
        }
      }
    }
  }

  @Test func microBatchesAreTheBatchInParts() throws {
    var source = try source(tokens(), rows: 7, packing: .documents)
    let whole = source.batch(step: 2)
    for rows in [1, 2, 3, 7] {
      let parts = whole.microBatches(rows: rows)
      #expect(parts.count == (7 + rows - 1) / rows)
      #expect(parts.flatMap(\.tokens) == whole.batch.tokens)
      #expect(parts.flatMap(\.targets) == whole.batch.targets)
      var first = 0
      for part in parts {
        #expect(part.firstToken == first)
        first += part.tokens.count
      }
    }
  }

  /// Every token of every document is predicted once an epoch, in another order the next.
  @Test func anEpochHoldsEveryDocumentOnce() throws {
    let documents = tokens()
    var source = try source(documents, rows: 1, packing: .documents)
    var orders: [[[Int32]]] = []
    var row = 0
    for _ in 0..<3 {
      var pieces: [[Int32]] = []
      var predicted = 0
      while predicted < documents.predictedCount {
        let batch = source.batch(step: row).batch
        for (start, end) in zip(batch.offsets, batch.offsets.dropFirst()) {
          pieces.append(Array(batch.targets[Int(start)..<Int(end)]))
        }
        predicted += batch.tokens.count
        row += 1
      }
      #expect(predicted == documents.predictedCount)
      orders.append(pieces)
    }
    let sorted = orders.map { $0.sorted { $0.lexicographicallyPrecedes($1) } }
    #expect(sorted[0] == sorted[1] && sorted[1] == sorted[2])
    #expect(orders[0] != orders[1] && orders[1] != orders[2])
    // A document that fits in a row is one piece, whole.
    for document in TestRuns.documents where document.utf8.count < 40 {
      #expect(sorted[0].contains(Self.tokenizer.encode(document) + [Self.separator]))
    }
  }

  /// The windows of an epoch lie end to end, so none of their tokens is predicted twice.
  @Test func anEpochOfWindowsPredictsEachTokenOnce() throws {
    let context = 16
    let documents = tokens([TestRuns.text(1000)])
    let rows = EpochRows(
      documents, context: context, packing: .windows, stream: RandomStream(seed: 5, name: "test"))
    var starts: Set<Int> = []
    for epoch in 0..<20 {
      let windows = rows.rows(epoch: epoch).map { $0[0] }
      var predicted = Set<Int>()
      for window in windows {
        #expect(window.count == context + 1)
        for place in window.dropFirst() { #expect(predicted.insert(place).inserted) }
      }
      // Only the ends of the text, which fill no window, are left out.
      #expect(documents.predictedCount - predicted.count < 2 * context)
      #expect(windows != windows.sorted { $0.lowerBound < $1.lowerBound })
      starts.insert(windows.map(\.lowerBound).min()!)
    }
    #expect(starts.count > 8)
  }

  @Test func windowsComeFromEverywhere() throws {
    let documents = tokens([TestRuns.text(400)])
    var source = try source(documents, rows: 50, context: 10, packing: .windows)
    var places: Set<[Int32]> = []
    for step in 0..<60 { places.formUnion(source.batch(step: step).microBatches(rows: 1).map(\.tokens)) }
    let all = (0...documents.predictedCount - 10).map { Array(documents.tokens[$0..<$0 + 10]) }
    // Three thousand draws of four hundred places miss one of them once in two hundred; this seed none.
    #expect(places == Set(all))
  }

  @Test func tooLittleText() throws {
    _ = try source(tokens(["abc"]), context: 4, packing: .windows)
    expectError("text: the 4 tokens", "context of 5", "--context") {
      _ = try source(tokens(["abc"]), context: 5, packing: .windows)
    }
    var short = try source(tokens(["abc"]), context: 5, packing: .documents)
    #expect(short.batch(step: 0).batch.tokens.count == 20)
    for packing in Packing.allCases {
      expectError("text: no text is left to train on") {
        _ = try source(tokens([]), context: 1, packing: packing)
      }
    }
    let data = try TextData(name: "letter", documents: ["x"])
    for packing in Packing.allCases {
      expectError("letter: no text is left to train on") {
        _ = try LanguageModelTrainer(TestRuns.recipe { $0.packing = packing }, data: data)
      }
      expectError("letter: nothing is left to hold out") {
        _ = try LanguageModelTrainer(
          TestRuns.recipe { ($0.packing, $0.context, $0.validationFraction) = (packing, 1, 1e-20) },
          data: data)
      }
    }
  }
}
