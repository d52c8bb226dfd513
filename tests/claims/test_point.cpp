// Points: the lesson's own and random ones, and how a program reads them.
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"
#include "tracer/claims/leaf_values.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

const std::vector<int> all_four{0, 1, 2, 3};

}  // namespace

TEST_CASE("what the entries of a value are", "[program]") {
  Array<double> x(2, 3);
  x << 1, 0, 0, 0, 1, 1;
  CHECK(entries_of(x, false) == Entries::one_hot);
  CHECK(entries_of(x, true) == Entries::zeros_ones);
  CHECK(entries_of(x * 2 - 1, false) == Entries::signs);
  x << 0.25, 0.5, 0, 0.75, 0.5, 1;
  CHECK(entries_of(x, false) == Entries::shares);
  CHECK(entries_of(x.topRows(1), false) == Entries::probabilities);
  CHECK(entries_of(x + 1, false) == Entries::numbers);
  CHECK(entries_of(Array<double>::Ones(1, 2), false) == Entries::zeros_ones);
}

TEST_CASE("a random point is of the same kind, and the same for the same seed", "[program]") {
  const Program program = lesson(small_net);
  const BatchGraph batch = *program.graph(4);
  const Point own = point_of(program, batch, all_four);
  CHECK(own.at("W2")(1, 2) == 0.5);
  const Point one = random_point(program, batch, own, 1),
              again = random_point(program, batch, own, 1);
  const Point two = random_point(program, batch, own, 2);
  for (const auto& [name, value] : one) {
    CAPTURE(name);
    CHECK((value == again.at(name)).all());
    CHECK_FALSE((value == two.at(name)).all());
    CHECK((value == value.cast<float>().cast<double>()).all());
    CHECK(value.rows() == own.at(name).rows());
    CHECK(value.cols() == own.at(name).cols());
  }
  CHECK(entries_of(one.at("Y"), false) == Entries::one_hot);
  CHECK(entries_of(one.at("X"), false) == Entries::numbers);
}

TEST_CASE("targets of 0 and 1, of −1 and 1, and shares stay so; masks stay masks", "[program]") {
  const auto drawn = [](const std::string& text, int m) {
    const Program program = lesson(text);
    const BatchGraph batch = *program.graph(m);
    std::vector<int> samples;
    for (int k = 0; k < m; ++k) samples.push_back(k);
    return random_point(program, batch, point_of(program, batch, samples), 5);
  };
  const Point two = drawn(
      "param w = 1\ndata x, y in (0, 0), (1, 1), (0, 1)\nL = bce(sigmoid(w*x), y)\n"
      "train L with sgd(lr=1), batch_size=all\n",
      3);
  CHECK(entries_of(two.at("y"), false) == Entries::zeros_ones);
  CHECK(entries_of(two.at("x"), false) == Entries::numbers);
  const Point signs = drawn(
      "param w = 1\ndata x, y in (0, -1), (1, 1), (0, 1)\nL = hinge(w*x, y)\n"
      "train L with sgd(lr=1), batch_size=all\n",
      3);
  CHECK((signs.at("y").abs() == 1).all());
  const Point shares = drawn(
      "param w = [1, 2]\ndata x, Y in (0, [0.25, 0.75]), (1, [0.5, 0.5])\n"
      "L = cross_entropy(softmax(w*x), Y)\ntrain L with sgd(lr=1), batch_size=all\n",
      2);
  CHECK((shares.at("Y").colwise().sum() == 1).all());
  const Point mask = drawn(
      "param w = [1, 2, 3]\ninput m = [1, 0, 1]\ninput dY = [1, 2, 3]\nA = dropout(w, mask=m)\n"
      "B = dropout(A, p=0.25)\ngrad B wrt w with dY\n",
      1);
  CHECK(((mask.at("m") == 0) || (mask.at("m") == 1)).all());
  CHECK(((mask.at("B.mask") == 0) || (mask.at("B.mask") == 1)).all());
  CHECK(entries_of(mask.at("dY"), false) == Entries::numbers);
}

TEST_CASE("signs can be kept, where a lesson takes logarithms", "[program]") {
  const Program program = lesson("param w = [1, -2, 3, 4, 5, -6]\nL = sum(w**2)\n");
  const BatchGraph batch = *program.graph(1);
  const Point own = point_of(program, batch, {0});
  const Point kept = random_point(program, batch, own, 3, Draw::keeping_signs);
  CHECK((kept.at("w").sign() == own.at("w").sign()).all());
}

TEST_CASE("the lesson at a point runs there", "[program]") {
  const Program program = lesson(
      "param w = [1, 2]\ndata X, y in ([1, 2], 1), ([3, 4], 0)\nA = dropout(w*X, p=0.5)\n"
      "L = mean((sum(A, axis=0) - y)**2)\ntrain L with sgd(lr=1), batch_size=all\n");
  const BatchGraph batch = *program.graph(2);
  Point point = point_of(program, batch, {0, 1});
  point["A.mask"] << 1, 0, 1, 1;
  point["w"] << 0.5, 3;
  const Program there = at_point(program, batch, point);
  Run run(there, {});
  const StepRecord step = run.next();
  CHECK(text_of(step.values.at(step.batch->graph.find("A"))) == "[[1, 0], [12, 24]]");
}

TEST_CASE("the masks of a point are those that a run draws", "[program]") {
  const Program program =
      lesson("param w = [1, 2, 3, 4, 5, 6]\nA = dropout(w, p=0.5)\nL = sum(A)\nseed 4\n");
  Run run(program, {});
  const StepRecord step = run.next();
  const Point point = point_of(program, *step.batch, {0});
  const Array<Exact>& drawn = step.values.at(step.batch->graph.find("A.mask"));
  for (Eigen::Index k = 0; k < 6; ++k) CHECK(drawn(k).to_double() == point.at("A.mask")(k));
}

TEST_CASE("a problem is JSON that any program reads", "[program]") {
  const Program program = lesson(
      "param W = [[1, -0.1], [0.00001, 1/3]]\nparam b = 2\ninput s = [1, 2]\ndata x, y in ([1, 2], "
      "0), ([3, 4], 1)\n"
      "L = mean((dropout(W @ x, p=0.5) + b + s - y)**2)\ngrad L wrt W, s\n");
  const BatchGraph batch = *program.graph(2);
  const std::string text = problem_json(program, batch, point_of(program, batch, {0, 1}));
  CHECK(text.starts_with(
      "{\"schema\": 1, \"loss\": \"L\", \"batch_size\": 2, \"samples\": \"columns\",\n"
      " \"wanted\": [\"L\", \"dL/dW\", \"dL/ds\"],\n"));
  const auto json = nlohmann::json::parse(text);
  CHECK(json["params"].dump() == "{\"W\":[[1.0,-0.1],[1e-05,0.3333333333333333]],\"b\":2.0}");
  CHECK(json["data"].dump() == "{\"x\":[[1.0,3.0],[2.0,4.0]],\"y\":[[0.0,1.0]]}");
  CHECK(json["inputs"].dump() == "{\"s\":[[1.0],[2.0]]}");
  CHECK(json["masks"].size() == 1);
  const Program symbols = lesson("param W: (2, 3)\nL = sum(W)\n");
  CHECK_THROWS_WITH(point_of(symbols, *symbols.graph(1), {0}),
                    "W has no number in test.lesson; give it one, there or with --params");
}
