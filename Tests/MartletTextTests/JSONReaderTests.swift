import MartletText
import Testing

struct JSONReaderTests {
  private func reader(_ text: String) throws -> JSONReader {
    try JSONReader(try JSON(parsing: text, file: "config.json"), file: "config.json")
  }

  @Test func readsMembers() throws {
    let reader = try reader(
      #"{"n": 3, "x": 1, "s": "a", "b": true, "l": [1, 2], "o": {"k": 4}, "p": [{"k": 5}], "z": null}"#)
    #expect(try reader.required("n") == 3)
    #expect(try reader.required("x", as: Double.self) == 1)
    #expect(try reader.required("x", as: Float.self) == 1)
    #expect(try reader.required("s") == "a")
    #expect(try reader.required("b") == true)
    #expect(try reader.required("l") == [1, 2])
    #expect(try reader.required("n", as: UInt64.self) == 3)
    #expect(try reader.reader("o").required("k") == 4)
    #expect(try reader.readers("p").map { try $0.required("k", as: Int.self) } == [5])
    #expect(try reader.optional("z", as: Int.self) == nil)
    #expect(try reader.optional("missing", as: Int.self) == nil)
    #expect(try reader.optionalReader("missing") == nil)
    #expect(try reader.readers("missing").isEmpty)
  }

  @Test func errorsNameFileAndKey() throws {
    let reader = try reader(#"{"n": "three", "o": {"k": [1]}, "l": [1, "a"]}"#)
    #expect(
      errorMessage { _ = try reader.required("n", as: Int.self) }
        == "config.json: the key \"n\" must be an integer, found \"three\"")
    #expect(
      errorMessage { _ = try reader.required("width", as: Int.self) }
        == "config.json: the key \"width\" is missing; expected an integer")
    #expect(
      errorMessage { _ = try reader.reader("o").required("k", as: String.self) }
        == "config.json: the key \"o.k\" must be a string, found an array")
    #expect(
      errorMessage { _ = try reader.required("l", as: [Int].self) }
        == "config.json: the key \"l\" must be an array of values, each an integer, found an array")
    #expect(
      errorMessage { _ = try reader.reader("n") } == "config.json: \"n\" must be an object, found a string")
    #expect(
      errorMessage { _ = try JSONReader([1], file: "config.json") }
        == "config.json: expected an object, found an array")
  }
}
