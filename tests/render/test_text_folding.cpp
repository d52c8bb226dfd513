// What is too wide for a page, below each other.
#include "tests/catch.hpp"
#include "tests/render/example_documents.hpp"
#include "tracer/render/text_folding.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

using namespace notation;

/// 2 × columns, each entry its place: 11, 12 ...
Notation counted(int columns) {
  std::vector<Notation> entries;
  for (int i = 1; i <= 2; ++i)
    for (int j = 1; j <= columns; ++j) entries.push_back(number(std::to_string(10 * i + j)));
  return matrix(2, columns, entries);
}

std::string below_each_other(const std::vector<TextBlock>& pieces) {
  std::string all;
  for (const TextBlock& piece : pieces)
    for (const std::string& line : piece.lines) all += trimmed(line) + "\n";
  return all;
}

TEST_CASE("folding: sums break before a sign, products between factors", "[render]") {
  const Notation line =
      sum({product({counted(3), counted(4)}, Notation::Product::matrix), counted(1)});
  REQUIRE(folded(line, "= ", 40));
  CHECK(below_each_other(*folded(line, "= ", 40)) ==
        "= ⎡11  12  13⎤ ⎡11  12  13  14⎤ + ⎡11⎤\n"
        "  ⎣21  22  23⎦ ⎣21  22  23  24⎦   ⎣21⎦\n");
  CHECK(below_each_other(*folded(line, "= ", 30)) ==
        "= ⎡11  12  13⎤\n"
        "  ⎣21  22  23⎦\n"
        "· ⎡11  12  13  14⎤ + ⎡11⎤\n"
        "  ⎣21  22  23  24⎦   ⎣21⎦\n");
}

TEST_CASE("folding: a wide matrix goes on below, with dots where its rows do", "[render]") {
  CHECK(below_each_other(folded_matrix(counted(5), "≈ ", 16)) ==
        "≈ ⎡11  12  13 ⋯\n"
        "  ⎣21  22  23 ⋯\n"
        "  ⋯ 14  15⎤\n"
        "  ⋯ 24  25⎦\n");
  Notation corner = counted(3);
  corner.kind = Notation::Kind::elided;
  corner.text = "2×50, norm 4.1";
  CHECK(below_each_other(folded_matrix(corner, "≈ ", 24)) ==
        "≈ 2×50, norm 4.1, corner\n"
        "  ⎡11  12  13⎤\n"
        "  ⎣21  22  23⎦\n");
}

TEST_CASE("folding: a line breaks before an operator, outside of brackets where that goes",
          "[render]") {
  const auto wrapped = [](const std::string& line, int width) {
    std::string all;
    for (const std::string& part : wrap_formula(line, width)) all += part + "\n";
    return all;
  };
  CHECK(wrapped("a + b", 10) == "a + b\n");
  CHECK(wrapped("a·b + (c − d)·e + f", 16) == "a·b + (c − d)·e\n+ f\n");
  CHECK(wrapped("(0.123)(0.456)(0.789)", 16) == "(0.123)(0.456)\n(0.789)\n");
  CHECK(wrapped("0.01·0.5/(sqrt(0.25) + 1)", 14) == "0.01·0.5\n/(sqrt(0.25)\n+ 1)\n");
  CHECK(wrapped("unbreakable", 4) == "unbreakable\n");
  // between terms rather than between factors
  CHECK(wrapped("f(aaaa − bbbb ⊙ cccc)", 19) == "f(aaaa\n− bbbb ⊙ cccc)\n");
  // of several brackets the outer, and what has left one is outside of it
  CHECK(wrapped("(a + b·(c − d·(e + f)))", 17) == "(a + b·(c\n− d·(e + f)))\n");
  CHECK(wrapped("s(a + b·(cc − dd) + eee)", 21) == "s(a + b·(cc − dd)\n+ eee)\n");
  // colour ends with its line, and goes on in the next one
  CHECK(wrapped("\x1b[36m1 + 22\x1b[0m", 4) == "\x1b[36m1\x1b[0m\n\x1b[36m+ 22\x1b[0m\n");
}

TEST_CASE("folding: what can't be had in the room is not folded", "[render]") {
  const Notation line = call("tanh", {counted(6)});
  CHECK(folded(line, "= ", 40));
  CHECK_FALSE(folded(line, "= ", 20));
}

}  // namespace
}  // namespace tracer
