import MartletTensor
import MartletText
import Testing

/// The recorded bits come out of every path of this machine.
@Suite struct VerifyCommandTests {
  static let paths = CPUExecution.InstructionSet.allCases.filter(\.isAvailable).enumerated().map {
    number, set in
    (set.name, number % 3 + 1)
  }

  @Test(arguments: paths) func theRecordedBits(instructionSet: String, threads: Int) throws {
    let result = try BuiltProgram.shell(
      "MARTLET_ISA=\(instructionSet) MARTLET_THREADS=\(threads) \"$martlet\" verify --json")
    #expect(result.status == 0, "\(result.errors)")
    let json = try result.json
    #expect(json["verified"]?.bool == true)
    #expect(json["instruction_set"]?.string == instructionSet)
    #expect(json["threads"]?.int == threads)
    #expect(try #require(json["numbers"]?.int) > 100_000)
  }

  @Test func anInstructionSetThatIsNotThere() throws {
    let result = try BuiltProgram.shell("MARTLET_ISA=sse9 \"$martlet\" verify")
    #expect(result.status != 0 && result.output.isEmpty)
    #expect(result.errors.hasPrefix("error: MARTLET_ISA is \"sse9\""))
  }
}
