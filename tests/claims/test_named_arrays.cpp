// Arrays by name from every kind of file that somebody may hand over.
#include "tracer/claims/named_arrays.hpp"

#include <chrono>
#include <cmath>

#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tests/datasets/numpy_files.hpp"
#include "tracer/error.hpp"
#include "tracer/train/safetensors.hpp"

using namespace tracer;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

using Entries = std::vector<long double>;
using Sides = std::vector<std::int64_t>;

std::vector<NamedArray> parsed(std::string_view text, const std::string& name = "c.json") {
  return parse_named_arrays(text, name, "c");
}

std::string_view text_in(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("JSON: arrays by name, of any depth, in the file's order", "[claims]") {
  const auto arrays = parsed(R"({"dL/dW1": [[1.5, -2], [0, 3]], "L": 0.5, "db1": [1, 2, 3],
                                 "note": "mine", "unused": null, "schema": 1})");
  REQUIRE(arrays.size() == 3);
  CHECK(arrays[0].name == "dL/dW1");
  CHECK(arrays[0].shape == Sides{2, 2});
  CHECK(arrays[0].values == Entries{1.5, -2, 0, 3});
  CHECK(arrays[1].name == "L");
  CHECK(arrays[1].shape.empty());
  CHECK(arrays[1].values == Entries{0.5});
  CHECK(arrays[2].shape == Sides{3});
  const auto deep = parsed("[[[1, 2]], [[3, 4]], [[5, 6]]]");
  CHECK(deep[0].name == "c");
  CHECK(deep[0].shape == Sides{3, 1, 2});
}

TEST_CASE("JSON: objects that group arrays are no part of a name, others are", "[claims]") {
  const auto arrays = parsed(
      R"({"grads": {"W1": 1, "fc": {"weight": [2]}}, "Params": {"W1": 3}, "fc2": {"bias": 4}})");
  REQUIRE(arrays.size() == 4);
  CHECK(arrays[0].name == "W1");
  CHECK(arrays[0].section == "grads");
  CHECK(arrays[1].name == "fc.weight");
  CHECK(arrays[2].section == "params");
  CHECK(arrays[3].name == "fc2.bias");
  CHECK(arrays[3].section.empty());
  CHECK(parsed(R"({"∂L/∂W1": 1})")[0].name == "∂L/∂W1");
  CHECK(parsed(R"({"\u2202L/\u2202W1": 1})")[0].name == "∂L/∂W1");
}

TEST_CASE("JSON: what is no list of lists of numbers is refused, with its name", "[claims]") {
  const auto fails = [](std::string_view text, const std::string& why) {
    CAPTURE(text);
    CHECK_THROWS_WITH(parsed(text), "c.json" + why);
  };
  fails("{\"W1\":\n[[1, 2], [3]]}", ":2: the rows of W1 have different lengths, 2 and 1");
  fails("{\"W1\": [[1],\n2]}", ":2: W1 has a number at [1], where a list stood before");
  fails("{\"W1\": [1,\n\n[2]]}", ":3: W1 has a list at [1], where a number stood before");
  fails(R"({"W1": []})", ":1: W1 has no entries");
  fails("{\"W1\": [1,\n\"two\"]}",
        ":2: W1 has the text 'two' at [1], where a number belongs; write numbers");
  fails(R"({"W1": [[1, 2], [3, "4.5"]]})",
        ":1: W1 has the text '4.5' at [1, 1], where a number belongs; write it without quotes");
  fails(R"({"W1": [[true, 2]]})",
        ":1: W1 has true at [0, 0], where a number belongs; write 1 or 0");
  fails("{\"b\": 1,\n\"dL/dW1\": \"none\"}",
        ":2: dL/dW1 is the text 'none', where numbers belong; write numbers");
  fails(R"({"grads": {"W1": false}})", ":1: W1 is false, where numbers belong; write 1 or 0");
  fails("{\"W1\": 1,\n\"W1\": 2}", ":2: 'W1' is there twice");
  fails(
      R"([{"W1": 1}])",
      ":1: c is a list of objects; give each array a name of its own, as in {\"dL/dW1\": [[1, 2], "
      "[3, 4]]}");
  fails("{}", ": holds no array; expected the gradients by name, as in {\"dL/dW1\": [[1, 2]]}");
  fails("{\"W1\": [[1,\n 2], [", " is cut short: it ends in line 2, in W1; write it again");
  fails("{", " is cut short: it ends in line 1; write it again");
  fails("{\"W1\": [1,\n 2; 3]}", ":2: is no JSON at '2;', in W1; in Python, json.dump writes it");
  fails("{\"W1\": 1e400}",
        ":1: 1e400 is more than a float64 can be, in W1; look for an exp that is too large");
  fails("  \n", ": is empty");
}

TEST_CASE("JSON: comments and what follows the end are errors with their line", "[claims]") {
  const auto fails = [](std::string_view text, const std::string& beginning,
                        const std::string& end) {
    CAPTURE(text);
    try {
      parsed(text);
      FAIL("was read");
    } catch (const Error& error) {
      const std::string said = error.what();
      CAPTURE(said);
      CHECK(said.starts_with("c.json:" + beginning));
      CHECK(said.ends_with(end));
    }
  };
  const std::string comments = "JSON has no comments: take it out";
  fails("{\"W1\": 1, // mine\n\"b\": 2}", "1: is no JSON at ", comments);
  fails("{\"W1\": 1,\n /* mine */ \"b\": 2}", "2: is no JSON at ", comments);
  fails("// mine\n{\"W1\": 1}", "1: is no JSON at ", comments);
  fails("# mine\n{\"W1\": 1}", "1: is no JSON at ", comments);
  const std::string over =
      "its JSON is over there: one object holds all arrays, and nothing follows it";
  fails("{\"W1\": 1}\n\nhello", "3: is no JSON at ", over);
  fails("{\"W1\": 1}\n{\"b\": 1}", "2: is no JSON at ", over);
  fails("[1, 2] 3", "1: is no JSON at ", over);
}

TEST_CASE("NaN and infinity are an error that says where, however they are written", "[claims]") {
  CHECK_THROWS_WITH(
      parsed("{\"W1\": [[1, 2],\n[3, null]]}"),
      "c.json:2: W1 has null at [1, 1], where a number belongs; JavaScript writes NaN "
      "so: look for a division by 0, the log of 0, or an exp that is too large");
  CHECK_THROWS_WITH(parsed("W1\n1,2\n3,nan\n", "c.csv"),
                    "c.csv:3: W1 has nan at [1, 1]; nothing can be said of a gradient that is no "
                    "number: look for a division by 0, the log of 0, or an exp that is too large");
  for (const std::string word : {"NaN", "nan", "-nan", "\"NaN\""}) {
    CAPTURE(word);
    CHECK_THROWS_WITH(
        parsed("{\"W1\": [[1, 2],\n[3, " + word + "\n]]}"),
        "c.json:2: W1 has nan at [1, 1]; nothing can be said of a gradient that is no "
        "number: look for a division by 0, the log of 0, or an exp that is too "
        "large");
  }
  CHECK_THROWS_WITH(
      parsed(R"({"ok": 1, "W1": [Infinity, 2, -Infinity, NaN]})"),
      "c.json:1: W1 has inf at [0] (and 2 other such entries); nothing can be said of "
      "a gradient that is no number: look for a division by 0, the log of 0, or an "
      "exp that is too large");
  for (const std::string word : {"-Infinity", "-inf", "\"-inf\""}) {
    CAPTURE(word);
    CHECK_THROWS_WITH(parsed("{\"W1\": [1, " + word + "]}"),
                      Catch::Matchers::StartsWith("c.json:1: W1 has -inf at [1]; "));
  }
  for (const std::string text : {"{\"L\": NaN}", "{\"L\": 1e400}", "L,nan", "L\nInf"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parsed(text), Error);
  }
  // words inside of text are left alone
  CHECK(parsed(R"({"nan \" NaN": 1})")[0].name == "nan \" NaN");
}

TEST_CASE("CSV: a line an entry, with or without a header", "[claims]") {
  const std::string entries = "dL/dW1,0,0,1.5\ndL/dW1,0,1,-2\nL,0.5\nb,0,7\nb,1,8\n";
  for (const std::string header : {"", "name,row,column,value\n"}) {
    const auto arrays = parsed(header + entries, "c.csv");
    REQUIRE(arrays.size() == 3);
    CHECK(arrays[0].name == "dL/dW1");
    CHECK(arrays[0].shape == Sides{1, 2});
    CHECK(arrays[0].values == Entries{1.5, -2});
    CHECK(arrays[1].shape.empty());
    CHECK(arrays[2].values == Entries{7, 8});
  }
  const auto from_one = parsed("W;1;1;1\nW;2;1;3\nW;1;2;2\nW;2;2;4\n", "c.csv");
  CHECK(from_one[0].shape == Sides{2, 2});
  CHECK(from_one[0].values == Entries{1, 2, 3, 4});
  CHECK(from_one[0].remarks == std::vector<std::string>{"W is counted from 1 in c.csv"});
  CHECK_THROWS_WITH(parsed("W,0,0,1\nW,0,0,2\n", "c.csv"), "c.csv:2: W[0, 0] is there twice");
  CHECK_THROWS_WITH(parsed("W,0,0,1\nW,1,1,2\n", "c.csv"),
                    "c.csv: W has 2 entries, too few for its last row and column (2×2)");
  CHECK_THROWS_WITH(parsed("W,0,0,1\nW,0.5,1,2\n", "c.csv"),
                    "c.csv:2: '0.5' is no row or column of W; expected name, row, column, value");
  CHECK_THROWS_WITH(parsed("W,0,0,1\nnothing\n", "c.csv"),
                    "c.csv:2: expected name, row, column, value, as in the lines above");
}

TEST_CASE("CSV: a name and its rows, or rows alone, separated by what is usual", "[claims]") {
  const auto arrays = parsed("dL/dW1\n1.5,-2\n0,3\n\n# grad b1\n7\n8\nL:\n0.5\n", "c.csv");
  REQUIRE(arrays.size() == 3);
  CHECK(arrays[0].shape == Sides{2, 2});
  CHECK(arrays[1].name == "grad b1");
  CHECK(arrays[1].shape == Sides{2, 1});
  CHECK(arrays[2].name == "L");
  CHECK(arrays[2].shape.empty());
  for (const std::string rows :
       {"1 -2\n0 3\n", "1,-2\n0,3", "  1   -2 \r\n  0\t3\r\n", "1;-2\n0;3\n"}) {
    CAPTURE(rows);
    const auto one = parsed(rows, "c.csv");
    CHECK(one[0].name == "c");
    CHECK(one[0].shape == Sides{2, 2});
    CHECK(one[0].values == Entries{1, -2, 0, 3});
  }
  CHECK_THROWS_WITH(parsed("W\n1,2\n3\n", "c.csv"),
                    "c.csv:3: this row of W has 1 numbers, those above have 2");
  CHECK_THROWS_WITH(parsed("W\nV\n1\n", "c.csv"), "c.csv: no numbers follow 'W'");
  CHECK_THROWS_WITH(parsed("W\n1,x\n", "c.csv"),
                    "c.csv:2: 'x' is no number; expected a row of numbers, or a line with a name "
                    "alone");
}

TEST_CASE("NumPy's files: every type and order, names from the archive or the file", "[claims]") {
  for (const std::string_view hex : {numpy_savez, numpy_savez_compressed}) {
    const auto arrays = parse_named_arrays(text_in(from_hex(hex)), "c.npz", "c");
    REQUIRE(arrays.size() == 2);
    CHECK(arrays[0].name == "X");
    CHECK(arrays[0].shape == Sides{3, 2});
    CHECK(arrays[0].values == Entries{1, 2, 3, 4, 5, 6});
    CHECK(arrays[0].half_units.empty());
    CHECK(arrays[0].precision.name == "float64");
  }
  Array<float> w(2, 3);
  w << 0.1F, 2, 3, 4, 5, 6;
  const auto one = parse_named_arrays(text_in(npy_bytes(npy_array(w))), "dW.npy", "dW");
  CHECK(one[0].name == "dW");
  CHECK(one[0].precision.name == "float32");
  CHECK(one[0].values[0] == static_cast<long double>(0.1F));
  CHECK(one[0].values[2] == 3);
}

namespace {

// a safetensors file of one tensor, its bytes in hexadecimal
std::string tensor_file(const std::string& dtype, const std::string& shape,
                        const std::string& hex) {
  const Bytes numbers = from_hex(hex);
  std::string header = "{\"W\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape +
                       ",\"data_offsets\":[0," + std::to_string(numbers.size()) + "]}}";
  std::string bytes(1, static_cast<char>(header.size()));
  bytes.append(7, '\0');
  return bytes + header + std::string(numbers.begin(), numbers.end());
}

}  // namespace

TEST_CASE("safetensors: the type says the precision", "[claims]") {
  // 1.5 and -2.25 in each of them
  const auto half = parsed(tensor_file("F16", "[2]", "003e80c0"), "c.safetensors");
  CHECK(half[0].values == Entries{1.5, -2.25});
  CHECK(half[0].precision.name == "float16");
  CHECK(half[0].shape == Sides{2});
  const auto brain = parsed(tensor_file("BF16", "[2,1]", "c03f10c0"), "c.safetensors");
  CHECK(brain[0].values == Entries{1.5, -2.25});
  CHECK(brain[0].precision.name == "bf16");
  CHECK(parsed(tensor_file("F32", "[]", "0000c03f"), "f")[0].precision.name == "float32");
  CHECK(parsed(tensor_file("F64", "[1]", "000000000000f83f"), "f")[0].precision.name == "float64");
  CHECK_THROWS_AS(parsed(tensor_file("F8_E4M3", "[1]", "00"), "f"), Error);
}

TEST_CASE("files that could run code, or are of another program, are refused", "[claims]") {
  const auto fails = [](std::string_view bytes, const std::string& name, const std::string& part) {
    CAPTURE(name);
    try {
      parsed(bytes, name);
      FAIL("was read");
    } catch (const Error& error) {
      CAPTURE(error.what());
      CHECK(std::string(error.what()).find(part) != std::string::npos);
      CHECK(std::string(error.what()).starts_with(name + ": "));
    }
  };
  fails("\x80\x04\x95\x0a"sv, "c.bin", "pickle");
  fails("(dp0\nS'W1'\n", "c.pkl", "pickle");
  fails("\x89HDF\r\n\x1a\n\0\0"sv, "c.h5", "h5py.File(\"c.h5\")");
  fails("MATLAB 5.0 MAT-file, Platform", "c.mat", "scipy.io.loadmat(\"c.mat\")");
  fails("\x01\x02\0\x03"sv, "c.bin", "is neither text nor");
  // an array of Python objects: np.save(file, np.array([{}, None], dtype=object))
  std::string objects = "\x93NUMPY";
  objects += "\x01"sv;
  objects += "\0\x76\0"sv;
  std::string header = "{'descr': '|O', 'fortran_order': False, 'shape': (2,), }";
  header.resize(0x75, ' ');
  fails(objects + header + "\n\x80\x04]"s, "c.npy", "holds Python objects, which are not read");
  // torch.save writes a zip archive that has a data.pkl
  const TemporaryFolder folder;
  write_npz(folder.path() / "c.pt",
            {{"archive/data.pkl", npy_array(Array<float>::Zero(1, 1).eval())}});
  Bytes zip = read_raw_bytes(folder.path() / "c.pt");
  for (std::size_t at = 0; at + 4 < zip.size(); ++at) {  // write_npz adds .npy to every name
    if (text_in(zip).substr(at, 4) == ".npy")
      std::copy_n(".pkl", 4, zip.begin() + static_cast<std::ptrdiff_t>(at));
  }
  fails(text_in(zip), "c.pt", "p.grad.numpy()");
}

TEST_CASE("a text that is too long to be a claim is refused before it is read", "[claims]") {
  std::string ones = "1\n";
  ones.resize(largest_text + 1, ' ');
  CHECK_THROWS_WITH(
      parsed(ones, "c.csv"),
      "c.csv: has 134217729 bytes, and is neither an .npz nor a safetensors file; text "
      "of more than 134217728 bytes is not read: np.savez(\"claims.npz\", "
      "**{\"dL/dW1\": dW1, \"dL/db1\": db1}) writes what is read here");
}

TEST_CASE("a file of very many arrays is refused, and in no time", "[claims]") {
  std::string csv;
  for (int i = 0; i < 300'000; ++i) csv += "bias" + std::to_string(i) + ",0.5\n";
  const auto begin = std::chrono::steady_clock::now();
  CHECK_THROWS_WITH(parse_named_arrays(csv, "c.csv", "c"),
                    "c.csv: holds 300000 arrays, more than the 10000 that are read; a matrix is "
                    "one array, not one for each of its entries");
  std::string json;
  for (int i = 0; i < 10'000; ++i)
    json += (i == 0 ? "{\"a" : ", \"a") + std::to_string(i) + "\": 0.5";
  CHECK(parse_named_arrays(json + "}", "c.json", "c").size() == 10'000);
  CHECK_THROWS(parse_named_arrays(json + ", \"b\": 1}", "c.json", "c"));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(20));
}

TEST_CASE("CSV: an index that no array has is an error, also the largest int", "[claims]") {
  CHECK_THROWS_WITH(parse_named_arrays("dL/dw,0,1\ndL/dw,2147483647,1\n", "c.csv", "c"),
                    "c.csv:2: '2147483647' is no row or column of dL/dw; expected name, row, "
                    "column, value");
}

TEST_CASE("an array that is there twice is an error", "[claims]") {
  CHECK_THROWS_WITH(parsed("W\n1\nW\n2\n", "c.csv"), "c.csv: has two arrays called 'W'");
}

TEST_CASE("files cut short or damaged are an error or an array, never anything else", "[claims]") {
  const auto read = [](const Bytes& bytes) {
    for (const NamedArray& array : parse_named_arrays(text_in(bytes), "f", "f")) {
      std::size_t entries = 1;
      for (const std::int64_t side : array.shape) entries *= static_cast<std::size_t>(side);
      if (array.values.size() != entries ||
          (!array.half_units.empty() && array.half_units.size() != entries))
        FAIL("an array that contradicts itself");
    }
  };
  const std::string json =
      R"({"grads": {"dL/dW1": [[1.5, -2e3], [0.25, 3]], "\u2202b": [1, NaN]}})";
  CHECK(damaged_in_every_way(bytes_of(json), read) > 200);
  CHECK(damaged_in_every_way(bytes_of("n,r,c,v\nW,0,0,1.5\nW,0,1,2\nb,0,\"3\"\n"), read) > 20);
  CHECK(damaged_in_every_way(bytes_of("W\n1.5,2\n3,4\n\nb\n1 2 3\n"), read) > 20);
  CHECK(damaged_in_every_way(from_hex(numpy_savez), read) > 100);
  CHECK(damaged_in_every_way(from_hex(numpy_savez_compressed), read) > 100);
  CHECK(damaged_in_every_way(bytes_of(tensor_file("F16", "[2]", "003e80c0")), read) > 50);
}

TEST_CASE("every beginning of a JSON file or of a binary one is an error", "[claims]") {
  const std::string json = R"({"dL/dW1": [[1.5, -2e3], [0.25, 3]], "L": 0.5})";
  for (std::size_t n = 0; n < json.size(); ++n)
    CHECK_THROWS_AS(parsed(std::string_view(json).substr(0, n), "c.json"), Error);
  const Bytes npz = from_hex(numpy_savez);
  for (std::size_t n = 0; n < npz.size(); ++n)
    CHECK_THROWS_AS(parsed(text_in(npz).substr(0, n), "c.npz"), Error);
}
