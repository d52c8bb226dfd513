// Somebody's own values in place of the lesson's.
#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"
#include "tracer/claims/replace_leaves.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

using Remarks = std::vector<std::string>;

std::vector<NamedArray> arrays(std::string_view json) { return parse_named_arrays(json, "c", "c"); }

Remarks params(Program& program, std::string_view json) {
  return replace_values(program, arrays(json), "c.json");
}
Remarks data(Program& program, std::string_view json) {
  return replace_samples(program, arrays(json), "c.json");
}

std::string value(const Program& program, const std::string& name) {
  return text_of(exact_value(program.values.at(name)));
}
std::string samples(const Program& program, std::size_t i) {
  return text_of(exact_value(program.data->values.at(i)));
}

}  // namespace

TEST_CASE("params: values change, shapes are recognised, what is not there stays", "[claims]") {
  Program program = lesson(small_net);
  CHECK(params(program,
               R"({"w1": [[1, 2, 3], [4, 5, 6]], "b2": [0.1, 2], "params": {"b1": [7, 8, 9]}})") ==
        Remarks{"w1: stored as 2×3, the transpose"});
  CHECK(value(program, "W1") == "[[1, 4], [2, 5], [3, 6]]");
  CHECK(value(program, "b2") == "[[1/10], [2]]");  // as written: a tenth
  CHECK(value(program, "b1") == "[[7], [8], [9]]");
  CHECK(value(program, "W2") == "[[1, 0, 2], [-1, 1, 1/2]]");
  CHECK(params(program, R"({"fc.weight": [[1, 2], [3, 4], [5, 6]]})").size() == 1);
  CHECK(value(program, "W1") == "[[1, 2], [3, 4], [5, 6]]");
}

TEST_CASE("params: float64 numbers are taken exactly, float32 numbers as such", "[claims]") {
  Program program = lesson("param w = 1\nparam v = [1, 2]\nL = w*sum(v)\n");
  params(program, R"({"w": 0.30000000000000004, "v": [0.5, 0.25]})");
  CHECK(exact_value(program.values.at("w"))(0, 0) == Exact::from_double(0.1 + 0.2));
  CHECK(std::holds_alternative<Array<float>>(program.values.at("v")));
}

TEST_CASE("params: leaves without a number get their sizes from the arrays", "[claims]") {
  Program program =
      lesson("param W: (m, n)\ninput x: (n)\nparam b: (m)\nY = W @ x + b\nL = sum(Y)\n");
  CHECK(program.symbolic);
  params(program, R"({"W": [[1, 2, 3], [4, 5, 6]], "x": [1, 1, 1], "b": [0, 1]})");
  CHECK_FALSE(program.symbolic);
  Run run(program, {});
  const StepRecord step = run.next();
  CHECK(text_of(step.values.at(step.batch->graph.find("L"))) == "22");
  Program other = lesson("param W: (m, n)\ninput x: (n)\nL = sum(W @ x)\n");
  CHECK_THROWS_WITH(params(other, R"({"W": [[1, 2, 3], [4, 5, 6]], "x": [1, 2]})"),
                    "x is a list of 2 in c.json, x is 3×1 in the lesson; change its shape there, "
                    "or here");
}

TEST_CASE("params: what can't be replaced says why", "[claims]") {
  Program program = lesson(std::string("let k = 2\n") + std::string(small_net));
  const auto fails = [&](std::string_view json, const std::string& why) {
    CHECK_THROWS_WITH(params(program, json), why);
  };
  fails(R"({"weight": 1})",
        "c.json: test.lesson has no parameter or input 'weight'; there are W1, W2, b1, b2");
  fails(R"({"b11": 1})", "c.json: test.lesson has no parameter or input 'b11'; did you mean b1?");
  fails(R"({"X": 1})", "c.json: X holds the samples in test.lesson; hand it over with --data");
  fails(R"({"Z1": 1})", "c.json: Z1 is computed in test.lesson, and can't be given");
  fails(R"({"k": 1})",
        "c.json: k is a constant in test.lesson; write input k = ... there, and it can be given");
  fails(R"({"b1": [1, 2]})",
        "b1 is a list of 2 in c.json, b1 is 3×1 in the lesson; change its shape there, or here");
  fails(R"({"b1": [1, 2, 3], "B_1": [1, 2, 3]})",
        "c.json: has two arrays for b1; leave one of them out");
  fails(R"({"grads": {"b1": [1, 2, 3]}})",
        "c.json: has no value of a parameter or an input; there are W1, W2, b1, b2");
}

TEST_CASE("params: a mask that is given is used in place of a drawn one", "[claims]") {
  const std::string text =
      "param w = [1, 2, 3]\ndata X in [1, 1, 1], [1, 2, 4]\nA = dropout(w*X, p=0.5)\nL = sum(A)\n";
  const auto losses = [](const Program& program) {
    Run run(program, {});
    std::vector<std::string> all;
    while (!run.done()) {
      const StepRecord step = run.next();
      all.push_back(text_of(step.values.at(step.batch->graph.find("L"))));
    }
    return all;
  };
  Program by_sample = lesson(text);
  params(by_sample, R"({"A.mask": [[1, 0], [0, 1], [1, 1]]})");  // of both samples
  CHECK(losses(by_sample) == std::vector<std::string>{"8", "32"});
  params(by_sample, R"({"A_mask": [1, 0, 0]})");  // of any one sample
  CHECK(losses(by_sample) == std::vector<std::string>{"2", "2"});
  Program whole = lesson(text + "train L with sgd(lr=0.1), batch_size=all\n");
  params(whole, R"({"masks": {"A": [[1, 0], [0, 1], [1, 1]]}})");
  CHECK(losses(whole) == std::vector<std::string>{"40"});
  CHECK_THROWS_WITH(
      params(whole, R"({"A.mask": [[2, 0], [0, 2], [2, 2]]})"),
      "A.mask in c.json has entries other than 0 and 1; where your mask has its scale "
      "in it, hand over mask > 0");
  CHECK_THROWS_WITH(params(whole, R"({"A.mask": [1, 0]})"),
                    "A.mask is a list of 2 in c.json, the mask is 3×2 in the lesson; a mask has an "
                    "entry for each one of the batch, or of all 2 samples");
}

TEST_CASE("data: as many samples as there are, either way round", "[claims]") {
  Program program = lesson(small_net);
  CHECK(data(program, R"({"X": [[1, 2, 3], [4, 5, 6]], "Y": [[1, 0, 1], [0, 1, 0]]})") ==
        Remarks{});
  CHECK(program.data->count == 3);
  CHECK(samples(program, 0) == "[[1, 2, 3], [4, 5, 6]]");
  CHECK(data(program, R"({"X": [[1, 4], [2, 5], [3, 6]], "Y": [[1, 0], [0, 1], [1, 0]]})") ==
        Remarks{"X: stored as 3×2, samples are its rows there",
                "Y: stored as 3×2, samples are its rows there"});
  CHECK(samples(program, 0) == "[[1, 2, 3], [4, 5, 6]]");
  CHECK(samples(program, 1) == "[[1, 0, 1], [0, 1, 0]]");
  // both sides fit: the lesson's way
  data(program, R"({"X": [[1, 2], [3, 4]], "Y": [[1, 0], [0, 1]]})");
  CHECK(samples(program, 0) == "[[1, 2], [3, 4]]");
  // one sample
  data(program, R"({"X": [1, 2], "Y": [0, 1]})");
  CHECK(samples(program, 0) == "[[1], [2]]");
  CHECK(program.data->count == 1);
}

TEST_CASE("data: classes become one-hot", "[claims]") {
  Program program = lesson(small_net);
  const std::string x = R"({"X": [[1, 2, 3], [4, 5, 6]], "Y": )";
  CHECK(data(program, x + "[0, 1, 1]}") == Remarks{"Y: 3 classes counted from 0, made one-hot"});
  CHECK(samples(program, 1) == "[[1, 0, 0], [0, 1, 1]]");
  CHECK(data(program, x + "[[1, 2, 2]]}") == Remarks{"Y: 3 classes counted from 1, made one-hot"});
  CHECK(samples(program, 1) == "[[1, 0, 0], [0, 1, 1]]");
  // a list of two may be one sample's one-hot or two classes: the number of X's samples says
  data(program, R"({"X": [[1, 2], [4, 5]], "Y": [1, 0]})");
  CHECK(samples(program, 1) == "[[0, 1], [1, 0]]");
  CHECK_THROWS_AS(data(program, x + "[0, 3, 1]}"), Error);
}

TEST_CASE("data: numbers in a list, rows, pictures, and no more held out", "[claims]") {
  Program scalar = lesson(
      "param w = 1\ndata x, y in (1, 2), (3, 5), (2, 2), (1, 1)\nL = (w*x - y)**2\n"
      "train L with sgd(lr=0.1), batch_size=all, shuffle=true, validation=0.25\n");
  data(scalar, R"({"x": [1, 2, 3, 4, 5], "y": [[1], [2], [3], [4], [5]]})");
  CHECK(scalar.data->count == 5);
  CHECK_FALSE(scalar.training->validation);
  CHECK_FALSE(scalar.training->shuffle);
  Program rows = lesson(
      "param W = [[1], [2], [3], [4]]\ndata X, y = [[1, 2, 3, 4]], [[1]], samples=\"rows\"\n"
      "L = mse(X @ W, y)\n");
  data(rows, R"({"X": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "y": [1, 2]})");
  CHECK(samples(rows, 0) == "[[1, 2, 3, 4], [5, 6, 7, 8]]");
  CHECK(samples(rows, 1) == "[[1], [2]]");
}

TEST_CASE("data: sizes that don't fit say what would", "[claims]") {
  Program program = lesson(small_net);
  CHECK_THROWS_WITH(
      data(program, R"({"X": [[1, 2, 3], [1, 2, 3], [1, 2, 3]]})"),
      "X is 3×3 in c.json, but has 2 entries a sample in the lesson; give 2×m or m×2");
  CHECK_THROWS_WITH(data(program, R"({"Y": [0.5, 0.5, 1]})"),
                    "Y is a list of 3 in c.json, but has 2 entries a sample in the lesson; give "
                    "2×m or m×2, or m classes from 0 to 1");
  CHECK_THROWS_WITH(data(program, R"({"X": [[1, 2, 3], [4, 5, 6]]})"),
                    "c.json: the numbers of samples differ: X has 3, Y has 4 in the lesson; hand "
                    "over all names of the data line, for the same samples");
  CHECK_THROWS_WITH(
      data(program, R"({"W1": [[1, 2, 3], [4, 5, 6]]})"),
      "c.json: 'W1' is no name of the samples in test.lesson; hand it over with --params");
  CHECK_THROWS_WITH(data(program, R"({"images": [[1, 2, 3], [4, 5, 6]]})"),
                    "c.json: 'images' is no name of the samples in test.lesson; those are X, Y");
  CHECK_THROWS_WITH(data(program, R"({"params": {"X": 1}})"),
                    "c.json: has no samples; the lesson has X, Y");
  Program none = lesson("param w = 1\nL = w**2\n");
  CHECK_THROWS_WITH(data(none, R"({"X": 1})"),
                    "c.json: test.lesson has no data line that these samples could replace; values of "
                    "inputs are handed over with --params");
}

TEST_CASE("one file may hold both: each takes its own", "[claims]") {
  Program program = lesson(small_net);
  const std::string both =
      R"({"schema": 1, "params": {"b2": [3, 4]}, "data": {"X": [[1], [2]], "Y": [[0], [1]]}, "grads": {"b2": [1, 1]}})";
  data(program, both);
  params(program, both);
  CHECK(program.data->count == 1);
  CHECK(value(program, "b2") == "[[3], [4]]");
}

TEST_CASE("a leaf of which only the shape is known gets random numbers, no two sizes alike",
          "[claims]") {
  Program program = lesson("param X: (6, 4)\nparam W: (4, k)\nL = sum((X @ W)**2)\n");
  CHECK(draw_missing_values(program, 1) == Remarks{"W", "X"});
  CHECK_FALSE(program.symbolic);
  const Array<Exact> x = exact_value(program.values.at("X"));
  CHECK((x.rows() == 6 && x.cols() == 4));
  CHECK(exact_value(program.values.at("W")).cols() == 3);
  CHECK(draw_missing_values(program, 1).empty());
}
