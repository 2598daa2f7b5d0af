import MartletTensor

/// The type of a tensor's elements in a safetensors file, by the name that the format gives it.
enum SafetensorsType: String, CaseIterable {
  case bool = "BOOL"
  case unsigned8 = "U8"
  case signed8 = "I8"
  case unsigned16 = "U16"
  case signed16 = "I16"
  case unsigned32 = "U32"
  case signed32 = "I32"
  case unsigned64 = "U64"
  case signed64 = "I64"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case float32 = "F32"
  case float64 = "F64"
  case complex64 = "C64"
  case float8Exponent4 = "F8_E4M3"
  case float8Exponent5 = "F8_E5M2"
  case float8Exponent8 = "F8_E8M0"
  case float8Exponent4Unsigned = "F8_E4M3FNUZ"
  case float8Exponent5Unsigned = "F8_E5M2FNUZ"
  case float6Exponent2 = "F6_E2M3"
  case float6Exponent3 = "F6_E3M2"
  case float4 = "F4"

  /// The bits of one element.
  var bits: Int {
    switch self {
    case .float4: 4
    case .float6Exponent2, .float6Exponent3: 6
    case .bool, .unsigned8, .signed8, .float8Exponent4, .float8Exponent5, .float8Exponent8,
      .float8Exponent4Unsigned, .float8Exponent5Unsigned:
      8
    case .unsigned16, .signed16, .float16, .bfloat16: 16
    case .unsigned32, .signed32, .float32: 32
    case .unsigned64, .signed64, .float64, .complex64: 64
    }
  }

  /// How a tensor of the type is read; nil when Martlet has no such numbers.
  var elementType: ElementType? {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float16: .float16
    default: nil
    }
  }

  /// The type that numbers are written as.
  init(_ elementType: ElementType) {
    switch elementType {
    case .float32: self = .float32
    case .bfloat16: self = .bfloat16
    case .float16: self = .float16
    }
  }

  /// The bytes of a tensor; nil when there can be none of the shape.
  func byteCount(of shape: [Int]) -> Int? {
    var size = bits
    for dimension in shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflow else { return nil }
      size = product
    }
    return size % 8 == 0 ? size / 8 : nil
  }
}
