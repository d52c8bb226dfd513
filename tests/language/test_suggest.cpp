#include <array>

#include "tests/catch.hpp"
#include "tracer/language/suggest.hpp"

using namespace tracer;

TEST_CASE("edit_distance counts insertions, deletions, replacements and swaps",
          "[language][suggest]") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("param", "param") == 0);
  CHECK(edit_distance("parm", "param") == 1);
  CHECK(edit_distance("parram", "param") == 1);
  CHECK(edit_distance("perem", "param") == 2);
  CHECK(edit_distance("praam", "param") == 1);
  CHECK(edit_distance("ca", "abc") == 3);  // a swapped pair is not edited again
  CHECK(edit_distance("σ1", "σ2") == 1);   // letters, not bytes
  CHECK(edit_distance("σ", "μ") == 1);
}

TEST_CASE("closest finds what was meant, and nothing where nothing is near",
          "[language][suggest]") {
  constexpr std::array<std::string_view, 6> words{"param", "input", "train",
                                                  "Train", "relu",  "sigmoid"};
  CHECK(closest("parm", words) == "param");
  CHECK(closest("inptu", words) == "input");
  CHECK(closest("tarin", words) == "train");
  CHECK(closest("TRAIN", words) == "train");  // the first of two that differ in case only
  CHECK(closest("Trains", words) == "Train");
  CHECK(closest("ReLU", words) == "relu");
  CHECK(closest("simgoid", words) == "sigmoid");
  CHECK(closest("trn", words) == "train");  // letters left out
  CHECK(closest("derv", std::array<std::string_view, 2>{"data", "derive"}) == "derive");
  CHECK_FALSE(closest("float", words));
  CHECK_FALSE(closest("", words));
}

TEST_CASE("closest does not take one short name for another", "[language][suggest]") {
  constexpr std::array<std::string_view, 3> names{"w1", "b", "x"};
  CHECK_FALSE(closest("w2", names));
  CHECK_FALSE(closest("y", names));
  CHECK(closest("W1", names) == "w1");
  CHECK(closest("X", names) == "x");
}
