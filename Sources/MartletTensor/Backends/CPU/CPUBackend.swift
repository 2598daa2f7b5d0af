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
    let x = x.converted(to: .float32)
    defer { keep(x) }
    return Array(UnsafeBufferPointer(start: x.pointer, count: x.count))
  }

  func tensor(bytes: [UInt8], _ elementType: ElementType, shape: [Int]) -> Tensor {
    let y = Tensor.uninitialized(shape)
    bytes.withUnsafeBytes { source in
      guard let base = source.baseAddress, y.count > 0 else { return }
      switch elementType {
      case .float32: UnsafeMutableRawPointer(y.pointer).copyMemory(from: base, byteCount: bytes.count)
      case .bfloat16: mk_widen_bfloat16(y.count, base.assumingMemoryBound(to: UInt16.self), y.pointer)
      case .float16: mk_widen_float16(y.count, base.assumingMemoryBound(to: UInt16.self), y.pointer)
      }
    }
    return y
  }

  func tensor(mxfp4 halves: [UInt8], scales: [UInt8], shape: [Int]) -> Tensor {
    let y = Tensor.uninitialized(shape)
    mk_widen_mxfp4(scales.count, halves, scales, y.pointer)
    return y
  }

  func tensor(of file: MappedFile, at bytes: Range<Int>, _ elementType: ElementType, shape: [Int]) -> Tensor {
    let isAligned = bytes.lowerBound % elementType.size == 0  // a mapping starts at a page
    if elementType == .float16 || !isAligned || bytes.isEmpty {
      if elementType != .bfloat16 { return tensor(bytes: file.bytes(bytes), elementType, shape: shape) }
      let copy = Tensor.uninitialized(shape, .bfloat16)
      file.bytes(bytes).withUnsafeBytes { source in
        guard let base = source.baseAddress else { return }
        UnsafeMutableRawPointer(copy.bfloat16Pointer).copyMemory(from: base, byteCount: source.count)
      }
      return copy
    }
    return Tensor(shape: shape, storage: CPUStorage(file, from: bytes.lowerBound, elementType))
  }

  func converted(_ x: Tensor, to elementType: ElementType) -> Tensor {
    defer { keep(x) }
    let y = Tensor.uninitialized(x.shape, elementType)
    if elementType == .bfloat16 {
      mk_narrow_bfloat16(x.count, x.pointer, y.bfloat16Pointer)
    } else {
      mk_widen_bfloat16(x.count, x.bfloat16Pointer, y.pointer)
    }
    return y
  }

  func bytes(of x: Tensor, _ range: Range<Int>, as elementType: ElementType) -> [UInt8] {
    defer { keep(x) }
    let count = range.count
    return [UInt8](unsafeUninitializedCapacity: count * elementType.size) { buffer, filled in
      filled = count * elementType.size
      guard count > 0, let target = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
      let words = target.assumingMemoryBound(to: UInt16.self)
      switch (x.elementType, elementType) {
      case (.float32, .bfloat16): mk_narrow_bfloat16(count, x.pointer + range.lowerBound, words)
      case (.float32, .float16): mk_narrow_float16(count, x.pointer + range.lowerBound, words)
      case (.float32, .float32): target.copyMemory(from: x.pointer + range.lowerBound, byteCount: filled)
      case (_, .bfloat16): target.copyMemory(from: x.bfloat16Pointer + range.lowerBound, byteCount: filled)
      case (_, .float32):
        mk_widen_bfloat16(
          count, x.bfloat16Pointer + range.lowerBound, target.assumingMemoryBound(to: Float.self))
      case (_, .float16):
        let wide = Tensor.uninitialized([count])
        mk_widen_bfloat16(count, x.bfloat16Pointer + range.lowerBound, wide.pointer)
        mk_narrow_float16(count, wide.pointer, words)
        keep(wide)
      }
    }
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

  func normal(
    _ shape: [Int], standardDeviation: Float, _ stream: RandomStream, _ elementType: ElementType
  ) -> Tensor {
    let y = Tensor.uninitialized(shape, elementType)
    // A stretch after another, so that a large tensor needs no second one of its size.
    let length = 1 << 18
    let part = Tensor.uninitialized([min(length, y.count)])
    withUnsafePointer(to: standardDeviation) { factor in
      for first in stride(from: 0, to: y.count, by: length) {
        let count = min(length, y.count - first)
        let scaled = elementType == .bfloat16 ? part.pointer : y.pointer + first
        mk_random_normal(count, stream.seed, stream.stream, UInt64(first), scaled)
        mk_binary(MK_MULTIPLY, 1, count, scaled, count, 1, factor, 0, 0, scaled)
        if elementType == .bfloat16 { mk_narrow_bfloat16(count, scaled, y.bfloat16Pointer + first) }
      }
    }
    return y
  }
}
