import MartletKernels

/// The backend of the host's processor: every primitive is one call of a kernel.
struct CPUBackend: Backend {
  static let shared = CPUBackend()
}

// MARK: Values in and out

extension CPUBackend {
  func tensor(_ scalars: [Float], shape: [Int]) -> Tensor {
    let y = Tensor.uninitialized(shape)
    scalars.withUnsafeBufferPointer {
      if let base = $0.baseAddress { y.pointer.update(from: base, count: scalars.count) }
    }
    return y
  }

  func filled(_ value: Float, shape: [Int]) -> Tensor {
    let y = Tensor.uninitialized(shape)
    y.pointer.update(repeating: value, count: y.count)
    return y
  }

  func scalars(of x: Tensor) -> [Float] {
    defer { keep(x) }
    return Array(UnsafeBufferPointer(start: x.pointer, count: x.count))
  }

  func randomWords(count: Int, first: UInt64, _ stream: RandomStream) -> [UInt32] {
    [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
      mk_random_words(count, stream.seed, stream.stream, first, buffer.baseAddress)
      filled = count
    }
  }

  func uniform(_ shape: [Int], _ stream: RandomStream) -> Tensor {
    let y = Tensor.uninitialized(shape)
    mk_random_uniform(y.count, stream.seed, stream.stream, 0, y.pointer)
    return y
  }

  func normal(_ shape: [Int], _ stream: RandomStream) -> Tensor {
    let y = Tensor.uninitialized(shape)
    mk_random_normal(y.count, stream.seed, stream.stream, 0, y.pointer)
    return y
  }
}
