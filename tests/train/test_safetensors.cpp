// The file format itself: layout, types, and what a damaged file says.
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "tests/catch.hpp"
#include "tests/train/training.hpp"
#include "tracer/error.hpp"
#include "tracer/train/safetensors.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

std::string bytes_of(std::uint64_t number, std::size_t bytes = 8) {
  std::string text(bytes, '\0');
  std::memcpy(text.data(), &number, bytes);  // little-endian, as this machine is
  return text;
}

std::string file(const std::string& header, const std::string& numbers) {
  return bytes_of(header.size()) + header + numbers;
}

Safetensors parsed(const std::string& header, const std::string& numbers) {
  return parse_safetensors(file(header, numbers), "f");
}

// One tensor of one type: header and numbers.
const Tensor& one(const Safetensors& file) { return file.tensors.at("a").values; }
std::string header_of(const std::string& dtype, const std::string& shape, std::size_t bytes) {
  return R"({"a":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":[0,)" +
         std::to_string(bytes) + "]}}";
}

std::string refusal(const std::string& header, const std::string& numbers) {
  return error_of([&] { parsed(header, numbers); });
}

}  // namespace

TEST_CASE("a file is laid out as the format says, row by row", "[safetensors]") {
  Array<float> w(2, 3);
  w << 1, 2, 3, 4, 5, 6;
  Array<double> d(1, 1);
  d << 0.1;
  Safetensors made;
  made.metadata["note"] = "text";
  made.tensors["W"] = stored(w);
  made.tensors["z"] = stored(d);
  const std::string bytes = safetensors_bytes(made);
  // the wider first; the header is padded with spaces to a multiple of 8
  std::string header =
      R"({"__metadata__":{"note":"text"},"z":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]},)"
      R"("W":{"dtype":"F32","shape":[2,3],"data_offsets":[8,32]}})";
  header.resize((header.size() + 7) / 8 * 8, ' ');
  std::string numbers = bytes_of(std::bit_cast<std::uint64_t>(0.1));
  for (const float x : {1.F, 2.F, 3.F, 4.F, 5.F, 6.F})
    numbers += bytes_of(std::bit_cast<std::uint32_t>(x), 4);
  CHECK(bytes == file(header, numbers));

  const Safetensors back = parse_safetensors(bytes, "f");
  CHECK(back.metadata == made.metadata);
  CHECK(same_bits(back.tensors.at("W").values, Tensor(w)));
  CHECK(same_bits(back.tensors.at("z").values, Tensor(d)));
  CHECK(back.tensors.at("W").shape == std::vector<std::int64_t>{2, 3});
}

TEST_CASE("every type of number is read", "[safetensors]") {
  const auto floats = [](const std::string& dtype, const std::string& numbers) {
    const auto f =
        std::get<Array<float>>(one(parsed(header_of(dtype, "[2]", numbers.size()), numbers)));
    return std::pair(f(0), f(1));
  };
  const auto doubles = [](const std::string& dtype, const std::string& numbers) {
    const auto f =
        std::get<Array<double>>(one(parsed(header_of(dtype, "[2]", numbers.size()), numbers)));
    return std::pair(f(0), f(1));
  };
  const auto two = [](std::uint64_t a, std::uint64_t b, std::size_t bytes) {
    return bytes_of(a, bytes) + bytes_of(b, bytes);
  };
  // IEEE 754 binary16: 1 is 0x3c00, the largest 65504 is 0x7bff, the smallest 2⁻²⁴ is 1
  CHECK(floats("F16", two(0x3c00, 0xfbff, 2)) == std::pair(1.0F, -65504.0F));
  CHECK(floats("F16", two(0x0001, 0x83ff, 2)) == std::pair(0x1p-24F, -1023 * 0x1p-24F));
  CHECK(floats("F16", two(0x3555, 0x0400, 2)) == std::pair(1365 * 0x1p-12F, 0x1p-14F));
  const auto [inf, nan] = floats("F16", two(0xfc00, 0x7e00, 2));
  CHECK((std::isinf(inf) && inf < 0));
  CHECK(std::isnan(nan));
  CHECK(std::signbit(floats("F16", two(0x8000, 0, 2)).first));
  // bfloat16 is the upper half of a float
  CHECK(floats("BF16", two(0x3f80, 0xc049, 2)) == std::pair(1.0F, -3.140625F));
  CHECK(floats("F32", two(0x3f800000, 0x80000001, 4)) ==
        std::pair(1.0F, -std::numeric_limits<float>::denorm_min()));
  CHECK(doubles("F64", two(std::bit_cast<std::uint64_t>(0.1), 1, 8)) ==
        std::pair(0.1, std::numeric_limits<double>::denorm_min()));
  CHECK(doubles("I8", two(0xff, 0x7f, 1)) == std::pair(-1.0, 127.0));
  CHECK(doubles("U8", two(0xff, 0, 1)) == std::pair(255.0, 0.0));
  CHECK(doubles("BOOL", two(1, 0, 1)) == std::pair(1.0, 0.0));
  CHECK(doubles("I16", two(0x8000, 1, 2)) == std::pair(-32768.0, 1.0));
  CHECK(doubles("U16", two(0x8000, 1, 2)) == std::pair(32768.0, 1.0));
  CHECK(doubles("I32", two(0xffffffff, 1, 4)) == std::pair(-1.0, 1.0));
  CHECK(doubles("U32", two(0xffffffff, 1, 4)) == std::pair(4294967295.0, 1.0));
  CHECK(doubles("I64", two(~std::uint64_t{0}, 1, 8)) == std::pair(-1.0, 1.0));
  CHECK(doubles("U64", two(std::uint64_t{1} << 63U, 1, 8)) == std::pair(0x1p63, 1.0));
}

TEST_CASE("shapes of any number of sides become a matrix", "[safetensors]") {
  const auto sides = [](const std::string& shape, std::size_t entries) {
    const std::string numbers(entries, '\1');
    const auto m = std::get<Array<double>>(one(parsed(header_of("U8", shape, entries), numbers)));
    return std::pair(static_cast<int>(m.rows()), static_cast<int>(m.cols()));
  };
  CHECK(sides("[]", 1) == std::pair(1, 1));
  CHECK(sides("[3]", 3) == std::pair(3, 1));
  CHECK(sides("[2,3]", 6) == std::pair(2, 3));
  CHECK(sides("[2,3,4]", 24) == std::pair(2, 12));
  CHECK(sides("[0]", 0) == std::pair(0, 0));
  CHECK(sides("[9223372036854775807,0,9223372036854775807]", 0) == std::pair(0, 0));
}

TEST_CASE("a header that does not fit its bytes is refused", "[safetensors]") {
  const std::string four(4, '\0');
  const std::string whole = "f: not a whole safetensors file: ";
  CHECK(error_of([] { parse_safetensors("", "f"); }) ==
        whole + "it has 0 bytes, and its header needs more");
  CHECK(error_of([] { parse_safetensors(std::string(8, '\xff') + "{}", "f"); }) ==
        whole + "its first 8 bytes are not the length of a header");
  CHECK(error_of([] { parse_safetensors(bytes_of(3) + "{}", "f"); }) ==
        whole + "its header has 3 bytes, but 2 are there");
  CHECK(refusal(" {}", "") == whole + "its header does not begin with {");
  CHECK(refusal("{", "") == whole + "its header is not the JSON of this format");
  CHECK(refusal("{} x", "") == whole + "its header is not the JSON of this format");
  CHECK(refusal(R"({"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}", "") ==
        whole + "its header is not the JSON of this format");
  CHECK(refusal(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},)"
                R"("a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})",
                four) == whole + "'a' is twice in its header");
  CHECK(refusal(R"({"a":{"dtype":"F32","dtype":"F64","shape":[1],"data_offsets":[0,4]}})", four) ==
        whole + "'dtype' is twice in its header");
  CHECK(refusal(R"({"a":3})", four) == whole + "the tensor 'a' has no dtype");
  CHECK(refusal(R"({"a":{"dtype":"F32","shape":[1]}})", four) ==
        whole + "the tensor 'a' has no data_offsets");
  CHECK(refusal(header_of("C64", "[1]", 4), four) ==
        "f: the tensor 'a' has numbers of type \"C64\", which are not read here; save it as F32 or "
        "F64");
  CHECK(refusal(header_of("F32", "[-1]", 4), four) ==
        whole + "the shape or place of the tensor 'a' is no list of counts");
  CHECK(refusal(header_of("F32", "[1.0]", 4), four) ==
        whole + "the shape or place of the tensor 'a' is no list of counts");
  CHECK(refusal(header_of("F32", "[18446744073709551615]", 4), four) ==
        whole + "the shape or place of the tensor 'a' is no list of counts");
  CHECK(refusal(header_of("F32", "[2]", 8), four) ==
        whole + "the tensor 'a' lies at bytes [0, 8], but there are 4");
  CHECK(refusal(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", four) ==
        whole + "the tensor 'a' lies at bytes [4, 0], but there are 4");
  CHECK(refusal(header_of("F32", "[2]", 4), four) ==
        whole + "the tensor 'a' of shape [2] in F32 does not fit its 4 bytes");
  // 2³² · 2³² entries would be 0 where the product overflows
  CHECK(refusal(header_of("U8", "[4294967296,4294967296]", 0), "") ==
        whole + "the tensor 'a' of shape [4294967296, 4294967296] in U8 does not fit its 0 bytes");
  CHECK(refusal(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},)"
                R"("b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})",
                four) == whole + "two of its tensors share the byte 2");
  CHECK(refusal(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                R"("b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})",
                four) == whole + "no tensor owns the bytes 1 to 2");
  CHECK(refusal(header_of("U8", "[3]", 3), four) ==
        whole + "its tensors have 3 bytes, but 4 are there");
  CHECK(refusal(R"({"__metadata__":[]})", "") ==
        whole + "__metadata__ in its header is not an object");
  CHECK(refusal(R"({"__metadata__":{"a":1}})", "") == whole + "'a' in its metadata is not text");
}

TEST_CASE("a name that is not UTF-8 is mended, not thrown over", "[safetensors]") {
  Safetensors made;
  made.metadata["lesson_name"] = "caf\xe9.lesson";
  CHECK(parse_safetensors(safetensors_bytes(made), "f").metadata.at("lesson_name") ==
        "caf\xef\xbf\xbd.lesson");  // U+FFFD
}
