// Values and arguments that a function does not take: the place, the reason, what to write.
#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

std::string said(const std::string& text) {
  try {
    derive(test::lesson(text), {});
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("targets of 0 under hinge and perceptron are refused", "[derive]") {
  CHECK(said("param s = [0.5, 2]\ninput y = [0, 1]\nL = hinge(s, y)\n") ==
        "test.lesson:3:1: error: hinge takes targets -1 and 1, and y has a 0, in step 1\n"
        "  3 | L = hinge(s, y)\n"
        "    | ^~~~~~~~~~~~~~~\n"
        "  where y is 0 and 1 write 2*y - 1 in its place");
  const std::string data = "param w = 1\ndata x, y in (1, 1), (2, 0)\n";
  CHECK(has(said(data + "L = perceptron(w*x, y)\n"),
            "perceptron takes targets -1 and 1, and y has a 0, in step 2"));
  CHECK(said(data + "L = perceptron(w*x, 2*y - 1)\n").empty());
  CHECK(said("param s = [0.5, 2]\ninput y = [-1, 1]\nL = hinge(s, y)\n").empty());
}

TEST_CASE("kl with its arguments the wrong way round says which comes first", "[derive]") {
  const std::string leaves = "param p = [0.5, 0.5]\ninput y = [0, 1]\n";
  const std::string turned = said(leaves + "L = kl(p, y)\n");
  CHECK(has(turned, "test.lesson:3:1: error: "));
  CHECK(has(turned, "kl(P, Q) takes the true probabilities first, then the model's"));
  CHECK(said(leaves + "L = kl(y, p)\n").empty());
  CHECK(has(said(leaves + "L = kl(y, p)\ngrad L wrt y\n"), "the slope in P needs P above 0"));
}

TEST_CASE("huber needs a delta above 0", "[derive]") {
  for (const std::string delta : {"0", "-1"}) {
    CAPTURE(delta);
    CHECK(has(said("param p = 1\nL = huber(p, 3, delta=" + delta + ")\n"),
              "where the square ends and the line begins is " + delta));
    CHECK(has(said("param p = 1\nL = huber(p, 3, delta=" + delta + ")\n"), "it must be above 0"));
  }
}
