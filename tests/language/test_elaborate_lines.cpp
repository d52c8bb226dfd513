// Lines as a graph: folding, broadcasting, layouts, layers, and which node is the loss.
#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/language/elaborated.hpp"

using namespace tracer;

namespace {

// the constants of a graph that stand without a name
std::string constants_of(std::string_view text) {
  const BatchGraph built = *lesson(text).graph(1);
  std::string constants;
  for (NodeId id = 0; id < built.graph.size(); ++id) {
    const Node& node = built.graph[id];
    if (node.constant && !node.is_named())
      constants += (constants.empty() ? "" : " ") + text_of(*node.constant);
  }
  return constants;
}

}  // namespace

TEST_CASE("arithmetic of literals is folded exactly into one constant", "[elaborate]") {
  CHECK(constants_of("param w = 1\nL = 1/2*w") == "1/2");
  CHECK(constants_of("param w = 1\nL = w*3*(1/4)") == "3 1/4");
  CHECK(constants_of("param w = 1\nL = 3*(1/4)*w") == "3/4");
  CHECK(constants_of("param w = 1\nL = -1*w + 2**3 - 2**-1") == "-1 8 1/2");
  CHECK(constants_of("param w = 1\nL = w**-2") == "-2");
  CHECK(constants_of("param w = 1\nL = w*4**0.5") == "2");
  CHECK(constants_of("param w = 1\nL = w*2**0.5") == "2 1/2");  // irrational: computed when it runs
  CHECK(constants_of("param w = 1\nL = w*float(1 + 1)") == "2");
}

TEST_CASE("constants keep their names in formulas and are numbers where a number is wanted",
          "[elaborate]") {
  const Program program = lesson("let h = 2\nn = h + 1\nparam W = ones(h, n)\nL = sum(W)/n + h");
  const BatchGraph built = *program.graph(1);
  CHECK(built.graph[built.graph.find("n")].leaf == LeafKind::constant);
  CHECK(shape_in(built, "W") == "2×3");
  CHECK(built.lines.size() == 1);  // n is no step of the derivation
  CHECK(text_of(forward(program).at("L")) == "4");
}

TEST_CASE("shapes are broadcast as in NumPy", "[elaborate]") {
  const std::string leaves =
      "param s = 2\nparam r = [[1, 2, 3]]\nparam c = [[1], [2]]\nparam M = [[1, 2, 3], [4, 5, "
      "6]]\n";
  struct Row {
    const char* formula;
    const char* shape;
    int all, columns,
        rows;  // broadcasts of a number, of a row down the columns, of a column along the rows
    const char* total;
  };
  const Row table[] = {
      {"s + s", "1×1", 0, 0, 0, "4"},          {"s + r", "1×3", 1, 0, 0, "12"},
      {"c + s", "2×1", 1, 0, 0, "7"},          {"s * M", "2×3", 1, 0, 0, "42"},
      {"r + r", "1×3", 0, 0, 0, "12"},         {"r + c", "2×3", 0, 1, 1, "21"},
      {"c + r", "2×3", 0, 1, 1, "21"},         {"M + r", "2×3", 0, 1, 0, "33"},
      {"r - M", "2×3", 0, 1, 0, "-9"},         {"M + c", "2×3", 0, 0, 1, "30"},
      {"c * M", "2×3", 0, 0, 1, "36"},         {"M + M", "2×3", 0, 0, 0, "42"},
      {"M + 1", "2×3", 1, 0, 0, "27"},         {"1 - M", "2×3", 1, 0, 0, "-15"},
      {"M**2", "2×3", 1, 0, 0, "91"},          {"M/s", "2×3", 1, 0, 0, "21/2"},
      {"maximum(M, r)", "2×3", 0, 1, 0, "21"},
  };
  for (const Row& row : table) {
    CAPTURE(row.formula);
    const Program program = lesson(leaves + "Z = " + row.formula + "\nL = sum(Z)");
    const BatchGraph built = *program.graph(1);
    CHECK(shape_in(built, "Z") == row.shape);
    CHECK(count_of(built, "broadcast") == row.all);
    CHECK(count_of(built, "broadcast of a row") == row.columns);
    CHECK(count_of(built, "broadcast of a column") == row.rows);
    CHECK(text_of(forward(program).at("L")) == row.total);
  }
}

TEST_CASE("a leaf that is used twice stays one leaf", "[elaborate]") {
  const BatchGraph built = *lesson("param w = 1\nL = w*w + w").graph(1);
  int leaves = 0;
  for (NodeId id = 0; id < built.graph.size(); ++id)
    leaves += built.graph[id].leaf == LeafKind::parameter ? 1 : 0;
  CHECK(leaves == 1);
}

TEST_CASE("a flat list that NumPy would have read as a row gets a remark where both fit",
          "[elaborate]") {
  const std::string text = "param W = [[1, 0], [0, 1]]\nparam b = [1, 2]\nL = sum(W @ W + b)";
  const Program program = lesson(text);
  REQUIRE(program.remarks.size() == 1);
  CHECK(
      program.remarks[0] ==
      "test.lesson:3:17: remark: b is a flat list, read as a column: it goes to each column of the "
      "2×2 matrix\n"
      "  3 | L = sum(W @ W + b)\n"
      "    |                 ^\n"
      "  NumPy would read a row, which fits too; for that write b.T\n");
  CHECK(lesson("param W = [[1, 0], [0, 1]]\nparam b = [[1], [2]]\nL = sum(W @ W + b)")
            .remarks.empty());
  CHECK(lesson("param W = ones(2, 3)\nparam b = [1, 2]\nL = sum(W + b)").remarks.empty());
}

TEST_CASE("entries and windows are taken as Python counts", "[elaborate]") {
  const std::string leaves = "param M = [[1, 2, 3], [4, 5, 6]]\nparam v = [7, 8, 9]\n";
  const auto value = [&](const std::string& formula) {
    return text_of(forward(lesson(leaves + "Z = " + formula + "\nL = sum(Z)")).at("Z"));
  };
  CHECK(value("M[1, 2]") == "6");
  CHECK(value("M[-1, -3]") == "4");
  CHECK(value("M[0]") == "[[1, 2, 3]]");
  CHECK(value("M[:, 1]") == "[[2], [5]]");
  CHECK(value("M[0, :]") == "[[1, 2, 3]]");
  CHECK(value("M[0:1, 1:3]") == "[[2, 3]]");
  CHECK(value("M[:, -2:]") == "[[2, 3], [5, 6]]");
  CHECK(value("M[:, :100]") == "[[1, 2, 3], [4, 5, 6]]");
  CHECK(value("v[1]") == "8");
  CHECK(value("v[None, :]") == "[[7, 8, 9]]");
  CHECK(value("v[:, None]") == "[[7], [8], [9]]");
  CHECK(value("M.T") == "[[1, 4], [2, 5], [3, 6]]");
  CHECK(value("M.reshape(3, -1)") == "[[1, 2], [3, 4], [5, 6]]");
  CHECK(value("reshape(M, (6, 1)).T") == "[[1, 2, 3, 4, 5, 6]]");
  CHECK(value("np.concatenate([M, v.T])") == "[[1, 2, 3], [4, 5, 6], [7, 8, 9]]");
  CHECK(value("hstack((M, M[:, 0]))") == "[[1, 2, 3, 1], [4, 5, 6, 4]]");
  CHECK(value("zeros_like(M) + ones(2, 1)") == "[[1, 1, 1], [1, 1, 1]]");
  CHECK(value("M * [[1, 0, -1]]") == "[[1, 0, -3], [4, 0, -6]]");
}

TEST_CASE("reductions keep both dimensions", "[elaborate]") {
  const std::string leaves = "param M = [[1, 2, 3], [4, 5, 6]]\n";
  const auto value = [&](const std::string& formula) {
    return text_of(forward(lesson(leaves + "Z = " + formula + "\nL = sum(Z)")).at("Z"));
  };
  CHECK(value("sum(M)") == "21");
  CHECK(value("np.sum(M, axis=0, keepdims=True)") == "[[5, 7, 9]]");
  CHECK(value("M.sum(1)") == "[[6], [15]]");
  CHECK(value("M.mean(axis=-1)") == "[[2], [5]]");
  CHECK(value("max(M, axis=0)") == "[[4, 5, 6]]");
  CHECK(value("max(M)") == "6");
  CHECK(value("max(M, 3)") == "[[3, 3, 3], [4, 5, 6]]");
  CHECK(value("min(M)") == "1");
  CHECK(value("min(M, axis=1)") == "[[1], [4]]");
  CHECK(value("norm([3, 4])") == "5");
  CHECK(value("M.dot([1, 1, 1])") == "[[6], [15]]");
  CHECK(value("np.dot([1, 2], [3, 4])") == "11");
  CHECK(value("np.dot([[1, 2]], [[3, 4]])") == "11");
  CHECK(value("outer([1, 2], [3, 4])") == "[[3, 4], [6, 8]]");
  CHECK(value("leaky_relu(-M, slope=1/2)[0, 0]") == "-1/2");
  CHECK(value("leaky_relu(-M)[0, 0]") == "-1/100");
}

TEST_CASE("the number of samples stands in formulas as m", "[elaborate]") {
  const Program program =
      lesson("data x = [1, 2, 3]\nparam w = 1\nm = x.shape[1]\nL = 1/m*np.sum((w*x)**2)\ngrad L");
  const BatchGraph built = *program.graph(3);
  CHECK(built.lines.size() == 1);
  CHECK(text_of(*built.graph[built.graph.find("m")].constant) == "3");
  CHECK(text_of(forward(program, 3).at("L")) == "14/3");
  CHECK(text_of(
            forward(lesson("data x = [1, 2, 3]\nparam w = 1\nL = w*sum(x)/x.size + len(x)\ngrad L"),
                    3)
                .at("L")) == "3");
}

TEST_CASE("the batch has another name where the lesson uses m for something else", "[elaborate]") {
  const BatchGraph built =
      *lesson("data x = [1, 2, 3]\nparam m = 1\nL = m*sum(x)\ngrad L").graph(3);
  CHECK(built.graph[built.leaves.at("x")].shape.columns.name == "N");
}

TEST_CASE("a loss with one entry a sample is averaged over the batch", "[elaborate]") {
  const Program program = lesson(
      "data x, y in (1, 3), (2, 4), (3, 5)\nparam w = 1\nL = (w*x - y)**2\ntrain L with sgd(1), "
      "batch_size=all");
  const BatchGraph one = *program.graph(1);
  CHECK(one.graph[one.loss].name == "L");
  const BatchGraph all = *program.graph(3);
  CHECK(all.graph[all.loss].name == "mean(L)");
  CHECK(all.graph[all.loss].called() == "L");
  CHECK(all.lines.back() == all.loss);
  CHECK(text_of(forward(program, 3).at("mean(L)")) == "4");
  CHECK(program.loss == "L");
  const Program rows = lesson(
      "data x = [[1, 2], [3, 4]], samples=\"rows\"\nparam w = [1, 1]\nL = x @ w.T\ntrain L with "
      "sgd(1), batch_size=2");
  CHECK(text_of(forward(rows, 2).at("mean(L)")) == "5");
}

TEST_CASE("what works per sample follows the layout, unless an axis is said", "[elaborate]") {
  const auto axis = [](std::string_view text, std::string_view operation) {
    const BatchGraph built = *lesson(text).graph(2);
    for (NodeId id = 0; id < built.graph.size(); ++id) {
      if (built.graph[id].operation != nullptr && built.graph[id].operation->name == operation)
        return built.graph[id].with.axis;
    }
    return -1;
  };
  const std::string columns = "data X = [[1, 2], [3, 4]]\nparam w = 1\n";
  const std::string rows = "data X = [[1, 2], [3, 4]], samples=\"rows\"\nparam w = 1\n";
  CHECK(axis(columns + "L = sum(softmax(w*X))\ngrad L", "softmax") == 0);
  CHECK(axis(rows + "L = sum(softmax(w*X))\ngrad L", "softmax") == 1);
  CHECK(axis(columns + "L = sum(softmax(w*X, axis=1))\ngrad L", "softmax") == 1);
  CHECK(axis(rows + "L = sum(F.log_softmax(w*X, dim=0))\ngrad L", "log_softmax") == 0);
  CHECK(axis(rows + "L = softmax_cross_entropy(w*X, X)\ngrad L", "softmax_cross_entropy") == 1);
  CHECK(axis(columns + "L = cross_entropy(softmax(w*X), X)\ngrad L", "cross_entropy") == 0);
}

TEST_CASE("batch_norm keeps running statistics as states of its own", "[elaborate]") {
  const std::string text =
      "data X = [[1, 3], [2, 6]]\nparam g = [1, 1]\nparam c = [0, 0]\nZ = batch_norm(X, g, c)\nL = "
      "sum(Z)\ntrain L with sgd(1), batch_size=2";
  const Program program = lesson(text);
  CHECK(text_of(exact_value(program.values.at("Z.running_mean"))) == "[[0], [0]]");
  CHECK(text_of(exact_value(program.values.at("Z.running_var"))) == "[[1], [1]]");
  const BatchGraph built = *program.graph(2);
  REQUIRE(built.state_updates.size() == 2);

  Tape<Exact> tape(built.graph, {}, Working{.bits = 128});
  for (const auto& [name, id] : built.leaves) {
    if (program.values.contains(name)) tape.own_value(id) = exact_value(program.values.at(name));
  }
  tape.own_value(built.leaves.at("X")) =
      exact_value(program.data->batch(0, std::vector<int>{0, 1}));
  tape.forward();
  // means 2 and 4, unbiased variances 2 and 8; a tenth of the way
  CHECK(text_of(tape.value(built.state_updates[0].second)) == "[[1/5], [2/5]]");
  CHECK(text_of(tape.value(built.state_updates[1].second)) == "[[11/10], [17/10]]");

  ElaborateOptions evaluation;
  evaluation.evaluation_mode = true;
  const BatchGraph fixed = *lesson(text, evaluation).graph(1);
  CHECK(fixed.state_updates.empty());
  CHECK(count_of(fixed, "batch_norm (evaluation)") == 1);
}

TEST_CASE("dropout has a mask of its own, or the one that is given", "[elaborate]") {
  const BatchGraph drawn =
      *lesson("param A = ones(2, 2)\nB = dropout(A, p=0.2)\nL = sum(B)").graph(1);
  REQUIRE(drawn.masks.size() == 1);
  CHECK(drawn.masks.begin()->first == drawn.leaves.at("B.mask"));
  CHECK(drawn.masks.begin()->second == Rational(1, 5));
  const Program given =
      lesson("param A = ones(2, 2)\ninput M = [[1, 0], [0, 1]]\nL = sum(dropout(A, 1/2, mask=M))");
  CHECK(given.graph(1)->masks.empty());
  CHECK(text_of(forward(given).at("L")) == "4");
  CHECK(text_of(forward(lesson("param A = ones(2, 2)\nL = sum(dropout(A, mask=[[1, 1], [1, 0]]))"))
                    .at("L")) == "6");
  ElaborateOptions evaluation;
  evaluation.evaluation_mode = true;
  CHECK(text_of(forward(lesson("param A = ones(2, 2)\nL = sum(dropout(A, 0.5))", evaluation))
                    .at("L")) == "4");
}

TEST_CASE("the prediction is what predict names, or the first argument of the loss",
          "[elaborate]") {
  const auto prediction = [](std::string_view text) {
    const BatchGraph built = *lesson(text).graph(1);
    return built.prediction < 0 ? std::string("none") : built.graph[built.prediction].name;
  };
  const std::string net = "param w = 1\nz = w*2\np = sigmoid(z)\n";
  CHECK(prediction(net + "L = bce(p, 1)") == "p");
  CHECK(prediction(net + "L = bce(p, 1) + l2(w)/2") == "p");
  CHECK(prediction(net + "C = mse(p, 1)\nR = l2(w)\nL = R + C") == "p");
  CHECK(prediction(net + "L = bce(p, 1)\npredict z") == "z");
  CHECK(prediction(net + "L = (p - 1)**2") == "none");
}

TEST_CASE("each node knows its place and each line its text", "[elaborate]") {
  const Program program = lesson("param w = 1\nL = (w +\n     2)**2  # squared");
  const BatchGraph built = *program.graph(1);
  CHECK(built.texts.at(built.loss) == "(w + 2)**2");
  CHECK(program.source->text(built.places.at(built.graph.find("w"))) == "w");
  CHECK(program.source->text(built.places.at(built.loss)) == "L = (w +\n     2)**2");
}

TEST_CASE("a name for a second time is a node of its own", "[elaborate]") {
  const BatchGraph built = *lesson("param w = 1\nv = w\nL = v").graph(1);
  CHECK(built.lines.size() == 2);
  CHECK(count_of(built, "identity") == 2);
}

TEST_CASE("a long chain of lines is no burden", "[elaborate]") {
  std::string text = "param a0 = 1\n";
  for (int i = 0; i < 20000; ++i)
    text += "a" + std::to_string(i + 1) + " = a" + std::to_string(i) + " + 1\n";
  CHECK(lesson(text).graph(1)->lines.size() == 20000);
  std::string sum = "param w = 1\nL = w";
  for (int i = 0; i < 1900; ++i) sum += " + w";
  CHECK(text_of(forward(lesson(sum)).at("L")) == "1901");
}

TEST_CASE("the arguments of a loss that stand the other way round are said", "[elaborate]") {
  const auto remarks = [](const std::string& loss) {
    return lesson("param z = [1, 2]\ninput y = [1, 0]\np = softmax(z)\nL = " + loss).remarks;
  };
  // of a leaf it is sure, and an error: test_elaborate_functions.cpp
  REQUIRE(remarks("cross_entropy(softmax(y), p)").size() == 1);
  CHECK(has(remarks("cross_entropy(softmax(y), p)")[0],
            "cross_entropy takes what was computed, then the targets"));
  CHECK(remarks("softmax_cross_entropy(2*y, z)").size() == 1);
  CHECK(remarks("cross_entropy(p, y)").empty());
  CHECK(remarks("mse(y, p)").empty());  // the same either way
}

TEST_CASE("a constant has at most a million bits", "[elaborate]") {
  std::string text = "let a0 = 3\n";
  for (int i = 0; i < 40; ++i) text += fmt::format("let a{0} = a{1}*a{1}\n", i + 1, i);
  CHECK(
      has(mistake(text + "param w = 1\nL = w*a40\n"), "this number has more than a million bits"));
}
