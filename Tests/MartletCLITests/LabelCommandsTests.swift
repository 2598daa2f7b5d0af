import MartletModel
import MartletText
import MartletTraining
import Testing

@testable import MartletCLI

/// `martlet train outcome`, `process` and `classify`, and `martlet score` under the heads they train.
@Suite struct LabelCommandsTests {
  private static let small = ["--epochs", "1", "--batch-size", "4", "--validation-fraction", "0.25"]

  /// Runs `body` with a base model, and what it gives to train from rows.
  private func with(
    _ command: [String], _ rows: [String], file: String = "rows.jsonl",
    _ body: (_ directory: String, _ run: String, _ json: JSON) throws -> Void
  ) throws {
    try TestRun.with(context: 64) { base in
      let directory = FileSystem.directory(of: base)
      try FileSystem.write(rows.joined(separator: "\n"), to: "\(directory)/\(file)")
      let result = try BuiltProgram.run(
        ["train"] + command
          + ["--from", base, "--data", "\(directory)/\(file)", "--output", "\(directory)/out", "--json"]
          + Self.small)
      #expect(result.status == 0, "\(result.errors)")
      try body(directory, "\(directory)/out", try result.json)
    }
  }

  private let outcomes = (0..<8).map { number in
    #"{"prompt": "it is ", "completion": "\#(number)", "label": \#(number % 2 == 0)}"#
  }
  private let steps = (0..<8).map { number in
    #"{"prompt": "it is", "completions": ["said", "in \#(number)"], "labels": [true, \#(number % 2 == 0)]}"#
  }

  /// The lines of results, which must be as many as those given.
  private func score(_ run: String, _ lines: [String], _ options: [String] = []) throws -> [JSON] {
    let result = try BuiltProgram.run(
      ["score", run, "--jsonl", "-"] + options, input: lines.joined(separator: "\n"))
    #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
    let results = try result.jsonLines
    #expect(results.count == lines.count)
    return results
  }

  @Test func outcomesAreTrainedAndScored() throws {
    try with(["outcome"], outcomes) { directory, run, json in
      #expect(json["rows"]?.int == 6 && json["held_out_rows"]?.int == 2 && json["steps"]?.int == 2)
      #expect(json["baseline_accuracy"]?.double == 0.5 && json["calibration_error"]?.double != nil)
      let scores = try score(run, outcomes)
      #expect(scores[0].object?.keys == ["logits", "probabilities", "classes", "places", "ids"])
      #expect(scores[0]["classes"]?[0]?.string == "right")
      // However many at a time.
      for size in ["1", "3"] { #expect(try score(run, outcomes, ["--batch-size", size]) == scores) }
      let more = try BuiltProgram.run(["train", "outcome", "--resume", run, "--steps", "3", "--json"])
      #expect(try more.status == 0 && more.json["steps"]?.int == 3, "\(more.errors)")
    }
  }

  @Test func wholeOutcomesAreRewards() throws {
    try with(["outcome", "--whole"], outcomes) { directory, run, json in
      #expect(json["accuracy"]?.double != nil && json["token_accuracy"] == nil)
      let score = try score(run, outcomes)[1]
      #expect(score.object?.keys == ["reward", "probability", "tokens"])
      let pair = try self.score(run, [#"{"prompt": "it is ", "chosen": "1", "rejected": "2", "id": 7}"#])[0]
      #expect(pair.object?.keys == ["chosen", "rejected", "margin"] && pair["chosen"] == score)
      let difference = try #require(pair["chosen"]?["reward"]?.double) - pair["rejected"]!["reward"]!.double!
      #expect(abs(try #require(pair["margin"]?.double) - difference) < 1e-6)
      // Both kinds go on by the same command.
      for command in [["train"], ["train", "outcome"]] {
        let more = try BuiltProgram.run(command + ["--resume", run, "--json"])
        #expect(more.status == 0, "\(more.errors)")
      }
    }
  }

  @Test func stepsAreTrainedAndScored() throws {
    try with(["process", "--separator", " ;"], steps) { directory, run, json in
      #expect(json["first_wrong_accuracy"]?.double != nil && json["class_false_count"]?.int != nil)
      let scores = try score(run, steps)
      #expect(scores.allSatisfy { $0["places"]?.array?.count == 2 && $0["classes"] == ["false", "true"] })
      let sums = try #require(scores[0]["probabilities"]?.array).map { $0[0]!.double! + $0[1]!.double! }
      #expect(sums.allSatisfy { abs($0 - 1) < 1e-12 })
      // The separator is the one of training; another gives other tokens.
      #expect(try score(run, steps, ["--separator", " ;"]) == scores)
      #expect(try score(run, steps, ["--separator", "!"])[0]["ids"] != scores[0]["ids"])
      // It goes where the model goes.
      let copy = "\(directory)/copy"
      #expect(try BuiltProgram.run(["convert", run, copy]).status == 0)
      #expect(try score(copy, steps) == scores)
    }
    try with(["process", "--separator", " ;", "--lora-rank", "2"], steps) { directory, run, json in
      let merged = "\(directory)/merged"
      #expect(try BuiltProgram.run(["merge", run, "--output", merged]).status == 0)
      let (alone, adapted) = (try score(merged, steps), try score(run, steps))
      #expect(alone[0]["ids"] == adapted[0]["ids"])
    }
  }

  @Test func classesAreTrainedAndScored() throws {
    let rows = ["text,label"] + (0..<8).map { "\"it is said, \($0)\",\(["sea", "sky"][$0 % 2])" }
    try with(["classify"], rows, file: "rows.csv") { directory, run, json in
      #expect(json["macro_f1"]?.double != nil && json["class_sea_count"]?.int == 1)
      let result = try BuiltProgram.run(["score", run, "--text", "it is said", "--json"])
      let score = try result.json
      #expect(score.object?.keys == ["class", "logits", "probabilities", "classes", "tokens"])
      #expect(try self.score(run, [#"{"text": "it is said"}"#, #"{"text": "x"}"#])[0] == score)
      let table = try BuiltProgram.run(["score", run, "--text", "it is said"])
      #expect(table.status == 0 && table.output.contains("class  probability"))
      #expect(table.output.contains(try #require(score["class"]?.string)))
      let ranked = try self.score(run, [#"{"prompt": "p", "ranked": ["a", "b", "c"]}"#])[0]
      #expect(ranked["ranked"]?.array?.count == 3)
    }
  }

  /// People see the figures beside their baselines, and the classes in a table.
  @Test func peopleGetFigures() throws {
    try TestRun.with(context: 64) { base in
      let rows = FileSystem.join(FileSystem.directory(of: base), "rows.jsonl")
      try FileSystem.write(steps.joined(separator: "\n"), to: rows)
      let result = try BuiltProgram.run(
        ["train", "process", "--from", base, "--data", rows, "--output", base + "-out"] + Self.small)
      #expect(result.status == 0, "\(result.errors)")
      for words in ["the most frequent label always", "first wrong step", "by class", "false", "macro F1"] {
        #expect(result.output.contains(words), "\(result.output)")
      }
      #expect(result.output.contains("try: martlet score \(base)-out --jsonl"))
    }
  }

  @Test func badRowsAreToldTogether() throws {
    try TestRun.with(context: 64) { base in
      let rows = FileSystem.join(FileSystem.directory(of: base), "rows.jsonl")
      let bad = [
        #"{"prompt": "a", "completion": "b"}"#, #"{"prompt": "a", "completion": "b", "label": 2}"#, "{",
        #"{"prompt": "a", "completion": "", "label": true}"#,
        #"{"prompt": "a", "completion": "b", "label": true, "note": 1}"#,
      ]
      try FileSystem.write((bad + outcomes).joined(separator: "\n"), to: rows)
      let arguments = ["train", "outcome", "--from", base, "--data", rows, "--output", base + "-out"]
      let result = try BuiltProgram.run(arguments)
      #expect(result.status != 0 && result.errors.hasPrefix("error: 5 of 13 rows can't be used"))
      for line in 1...5 { #expect(result.errors.contains("rows.jsonl, line \(line): "), "\(result.errors)") }
      #expect(!FileSystem.exists(base + "-out"))
      let skipped = try BuiltProgram.run(arguments + Self.small + ["--skip-bad-rows", "--json"])
      #expect(try skipped.status == 0 && skipped.json["skipped_rows"]?.array?.count == 5)
    }
  }

  @Test(arguments: [
    (["score", "{run}", "--text", "a", "--stride", "2"], "--stride is for language models"),
    (["score", "{run}", "--text", "a", "--per-token"], "--per-token is for language models"),
    (["score", "{run}", "--text", ""], "the text is empty"),
    (["score", "{run}", "--jsonl", "/dev/null"], "there is no line in it"),
    (["score", "{run}", "--jsonl", "{run}/none"], "does not exist"),
    (["score", "{run}", "--jsonl", "{run}"], "is a directory"),
    (["score", "{run}", "--text", "a", "--batch-size", "0"], "--batch-size must be at least 1"),
    (["score", "{run}", "--text", "a", "--separator", ""], "--separator must not be empty"),
    (["score", "{run}", "--text", "a", "--template", "{run}/none"], "does not exist"),
    (["score", "{base}", "--text", "a", "--truncate"], "--truncate is for models of rewards"),
    (["generate", "{run}", "--prompt", "a"], "not of the next token"),
  ]) func oneSentenceSaysWhatIsWrong(arguments: [String], fragment: String) throws {
    try withReward { base, run in
      let filled = arguments.map { $0.replacing("{run}", with: run).replacing("{base}", with: base) }
      let result = try BuiltProgram.run(filled)
      #expect(result.status != 0 && result.output.isEmpty)
      #expect(result.errors.hasPrefix("error: ") && result.errors.contains(fragment), "\(result.errors)")
    }
  }

  /// Runs `body` with a language model, and a reward model over it.
  private func withReward(_ body: (_ base: String, _ run: String) throws -> Void) throws {
    try TestRun.with(context: 32) { base in
      let run = base + "-reward"
      let trunk = try LanguageModel(directory: base)
      try trunk.replacingHead(with: ScalarHead(width: trunk.configuration.width, seed: 1)).save(to: run)
      try Tokenizer(contentsOf: base).save(to: run)
      try body(base, run)
    }
  }

  /// A line that can't be scored is told, and costs no other its result.
  @Test func badLinesAreToldAndPassedOver() throws {
    try withReward { _, run in
      let long = String(repeating: "stone ", count: 40)
      let input = "\u{FEFF}{\"text\":\"a\"}\n\n{\"text\":\n{\"text\":\"\(long)\"}\n[1]\n{\"text\":\"b\"}"
      let result = try BuiltProgram.run(["score", run, "--jsonl", "-"], input: input)
      let lines = try result.jsonLines
      #expect(result.status != 0 && lines.count == 5)
      #expect(lines[0]["reward"] != nil && lines[4]["reward"] != nil)
      #expect(lines[1...3].map { $0["line"]?.int } == [3, 4, 5])
      #expect(lines[2]["error"]?.string?.contains("the context of 32") == true)
      #expect(result.errors.contains("standard input, line 3: broken JSON"))
      #expect(result.errors.hasSuffix("error: 3 of 5 lines can't be scored, as is told above for each\n"))
      let cut = try BuiltProgram.run(
        ["score", run, "--jsonl", "-", "--truncate"], input: "{\"text\":\"\(long)\"}")
      #expect(try cut.status == 0 && cut.json["cut_tokens"]?.int ?? 0 > 0)
      // Bytes that are no text.
      let bytes = Array("{\"text\":\"a\"}\n".utf8) + [0xFF, 0x0A] + Array("{\"text\":\"a\"}".utf8)
      let odd = try BuiltProgram.run(BuiltProgram.path, ["score", run, "--jsonl", "-"], input: bytes)
      #expect(try odd.jsonLines.count == 3 && odd.jsonLines[2] == lines[0])
      #expect(odd.errors.contains("line 2: it is not UTF-8 text"))
    }
  }

  /// Whoever writes a line and waits gets its result before the next; the input is not read to its end first.
  @Test func linesAreScoredAsTheyCome() throws {
    try withReward { base, run in
      let result = try BuiltProgram.shell(
        """
        cd '\(FileSystem.directory(of: base))'; mkfifo asked answered
        "$martlet" score '\(run)' --jsonl - < asked > answered & scorer=$!
        (sleep 60; kill $scorer) > /dev/null 2>&1 & watch=$!
        exec 3> asked 4< answered
        for word in over sea and stone; do
          echo "{\\"text\\": \\"$word\\"}" >&3; read -r answer <&4; echo "$answer"
        done
        exec 3>&-; wait $scorer; status=$?; kill $watch; exit $status
        """)
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
      let expected = try score(run, ["over", "sea", "and", "stone"].map { "{\"text\": \"\($0)\"}" })
      #expect(try result.jsonLines == expected)
    }
  }
}
