import MartletKernels

/// How kernels run on this machine. Results are the same bits whatever is chosen.
public enum CPUExecution {
  /// A set of instructions that kernels are written for.
  public enum InstructionSet: UInt32, Sendable, CaseIterable {
    /// Plain C, for any machine.
    case portable
    /// AVX2 with fused multiply-add, on x86-64.
    case avx2
    /// AVX-512F, on x86-64.
    case avx512
    /// NEON, on AArch64.
    case neon
    /// AVX-512F with AVX512_BF16, on x86-64.
    case avx512bf16

    /// Whether this machine has it.
    public var isAvailable: Bool { mk_isa_available(mk_isa(rawValue)) != 0 }

    /// The name as `MARTLET_ISA` spells it.
    public var name: String { String(cString: mk_isa_name(mk_isa(rawValue))) }
  }

  /// The instruction set in use: what `MARTLET_ISA` asks for, or the best one available.
  public static var instructionSet: InstructionSet {
    InstructionSet(rawValue: mk_isa_current().rawValue)!
  }

  /// The number of threads in use: what `MARTLET_THREADS` asks for, or one a core.
  public static var threads: Int { Int(mk_threads_current()) }

  /// What is wrong with `MARTLET_ISA` or `MARTLET_THREADS`, as one sentence; nil when nothing is.
  public static var configurationError: String? { mk_configuration_error().map { String(cString: $0) } }

  /// Runs `body` with kernels forced to a path, on this thread alone.
  public static func with<Result>(
    instructionSet: InstructionSet? = nil, threads: Int? = nil, _ body: () throws -> Result
  ) rethrows -> Result {
    precondition(
      instructionSet?.isAvailable ?? true, "CPUExecution: this machine has no \(instructionSet?.name ?? "")")
    let instructionSetBefore = instructionSet.map { mk_override_isa(Int32($0.rawValue)) }
    let threadsBefore = threads.map { mk_override_threads(Int32($0)) }
    defer {
      if let instructionSetBefore { _ = mk_override_isa(instructionSetBefore) }
      if let threadsBefore { _ = mk_override_threads(threadsBefore) }
    }
    return try body()
  }

  /// The most memory that tensors have held at once, in bytes.
  public static var peakMemory: Int { MemoryPool.shared.statistics.peak }
}
