// A program that answers the same wherever it is asked.
#include "tracer/diagnosis/judged_claims.hpp"

#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"
#include "tracer/claims/point.hpp"

using namespace tracer;

namespace {

// What the lesson's program answers at three points, each time this text.
bool same(const std::string& text, std::vector<std::string> answers) {
  const Program program = lesson(text);
  const BatchGraph batch = *program.graph(1);
  const Point here = point_of(program, batch, {});
  std::vector<Evidence> evidence;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const Point point = i == 0 ? here : random_point(program, batch, here, i);
    evidence.push_back({point, claimed(program, answers[i], 1).claims});
  }
  return always_the_same({program, batch, evidence});
}

const std::string squared_norm = "param w = [1, 2, 3]\nL = sum(w**2)\n";

}  // namespace

TEST_CASE("same answers: a program that does not read its parameters", "[program]") {
  const std::string fixed = R"({"dw": [2, 4, 6]})";
  CHECK(same(squared_norm, {fixed, fixed, fixed}));
  CHECK_FALSE(same(squared_norm, {fixed}));
  CHECK_FALSE(same(squared_norm, {fixed, R"({"dw": [2, 4, 5]})"}));
  // a value alone says nothing of gradients, and zeros may have been computed
  CHECK_FALSE(same(squared_norm, {R"({"L": 1})", R"({"L": 1})"}));
  CHECK_FALSE(same(squared_norm, {R"({"dw": [0, 0, 0]})", R"({"dw": [0, 0, 0]})"}));
}

TEST_CASE("same answers: right where the gradient is the same everywhere", "[program]") {
  const std::string linear = "param w = [1, 2, 3]\nL = 2*sum(w)\n";
  CHECK_FALSE(same(linear, {R"({"dw": [2, 2, 2]})", R"({"dw": [2, 2, 2]})"}));
  CHECK_FALSE(
      same(linear, {R"({"dw": [1, 1, 1]})", R"({"dw": [1, 1, 1]})"}));  // wrong, but computed
}

TEST_CASE("same answers: with a gradient from above", "[program]") {
  const std::string layer =
      "param W = [[1, 2], [3, 4]]\ninput X = [[1], [2]]\ninput dY = [[1], [3]]\nY = W @ X\n"
      "grad Y wrt W, X with dY\n";
  const std::string fixed = R"({"dL/dW": [[1, 2], [3, 6]], "dL/dX": [[10], [14]]})";
  CHECK(same(layer, {fixed, fixed}));
}
