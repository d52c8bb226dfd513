// grad, train, predict and expect.
#include "tests/catch.hpp"
#include "tests/language/elaborated.hpp"

using namespace tracer;

namespace {

const std::string net =
    "data x, y in (1, 3), (2, 4), (3, 5)\nparam w = 1\nparam b = [1, 2]\nz = w*x\nL = (z - y)**2 + "
    "0*sum(b)\n";

std::vector<Expectation> expectations(const std::string& lines) {
  return lesson(net + lines).expectations;
}

struct Case {
  std::string_view lesson;
  std::string_view says;
};

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(c.lesson);
    CHECK(mistake(net + std::string(c.lesson)) == c.says);
  }
}

}  // namespace

TEST_CASE("the loss is what train or grad names, else the last line", "[elaborate]") {
  CHECK(lesson("param w = 1\nL = w*2\nM = w*3").loss == "M");
  CHECK(lesson("param w = 1\nL = w*2\nM = w*3\ngrad L").loss == "L");
  CHECK(lesson("param w = 1\nL = w*2\nM = w*3\ntrain L with sgd(1)").loss == "L");
  CHECK(lesson("param w = 1\nL = w*2\nn = 3").loss == "L");
}

TEST_CASE("grad names what to differentiate for, else it is every param, else every input",
          "[elaborate]") {
  using Names = std::vector<std::string>;
  CHECK(lesson("param w = 1\ninput x = 2\nL = w*x").wrt == Names{"w"});
  CHECK(lesson("param w = 1\ninput x = 2\nL = w*x\ngrad L wrt x, w").wrt == Names{"x", "w"});
  CHECK(lesson("input w = 1\ninput x = 2\nL = w*x").wrt == Names{"w", "x"});
  CHECK(lesson("param w = 1\nz = w*2\nL = z*3\ngrad L wrt z").wrt == Names{"z"});
  const Program seeded = lesson(
      "param W = ones(2, 3)\ninput x = [1, 2, 3]\ninput dY = [1, -1]\nY = W @ x\ngrad Y wrt W with "
      "dY");
  CHECK(seeded.seed_name == "dY");
  const BatchGraph built = *seeded.graph(1);
  CHECK(built.graph[built.loss].name == "Y");
}

TEST_CASE("several losses: derive asks for them, and all others need one", "[elaborate]") {
  const std::string two = "param w = 1\nA = w**2\nB = 3*w\n";
  ElaborateOptions several;
  several.several_losses = true;
  const Program program = lesson(two + "grad A, B", several);
  CHECK(program.losses == std::vector<std::string>{"A", "B"});
  CHECK(program.loss == "A");
  CHECK(of_loss(program, "B").loss == "B");
  CHECK(lesson(two).losses == std::vector<std::string>{"B"});
  CHECK(mistakes(two + "grad A, B") ==
        "test.lesson:4:9: error: these are 2 losses, and only derive takes more than one\n"
        "  4 | grad A, B\n"
        "    |         ^\n"
        "  make one of them, L = A + B and grad L, or name one: grad A");
  CHECK(mistake(two + "L = A + B\ngrad A, B") ==
        "these are 2 losses, and only derive takes more than one\n"
        "make one of them, total = A + B and grad total, or name one: grad A");
  CHECK(
      mistake(two + "grad A, B\ntrain A with sgd(1)", several) ==
      "train makes A small, and grad differentiates A, B\nname the same line in both, e.g. grad A");
  CHECK(mistake(two + "grad A, C", several).starts_with("there is no value called C"));
  CHECK(mistake("param W = [[1], [2]]\nA = sum(W)\nB = 2*W\ngrad A, B", several) ==
        "B is 2×1; a loss must be a single number\n"
        "average it, e.g. mean(B) or mse(...); or name another line: grad NAME");
  CHECK(mistake("param W = [[1], [2]]\ninput d = 1\nA = sum(W)\nB = 2*W\ngrad A, B with d",
                several) == "an upstream gradient belongs to one value\nname one: grad A with d");
}

TEST_CASE("a loss that is a matrix is answered with what was meant", "[elaborate]") {
  const std::string leaves = "param W = [[1, 2], [3, 4]]\ninput z = [1, 2]\n";
  CHECK(mistake(leaves + "p = W @ z\ngrad p wrt z") ==
        "p is 2×1; a loss must be a single number\n"
        "for a gradient make a single number of it, e.g. L = mean(p), and differentiate that: "
        "derive --jacobians then shows ∂p/∂z too; or give what comes from above: "
        "grad p wrt z with dp");
  const char* inner =
      "L is 2×2; a loss must be a single number\n"
      "a row times a column, entry by entry, is a matrix; the inner product is "
      "z.T @ z";
  CHECK(mistake(leaves + "L = z.T * z") == inner);
  CHECK(mistake(leaves + "L = z * z.T") == inner);
  CHECK(mistake(leaves + "L = W * W").find("average it") != std::string::npos);
}

TEST_CASE("the train line is read with its numbers exact", "[elaborate]") {
  const Program program =
      lesson(net +
             "train L with adam(lr=0.01, betas=(0.9, 0.99)), batch_size=2, epochs=3, "
             "shuffle=true, validation=0.1, patience=5");
  const Training& t = program.training.value();
  CHECK(t.optimizer.name == "adam");
  CHECK(t.optimizer.numbers == std::map<std::string, Rational>{{"lr", Rational(1, 100)},
                                                               {"beta1", Rational(9, 10)},
                                                               {"beta2", Rational(99, 100)}});
  CHECK(lesson(net + "train L with sgd(0.1, momentum=0.9, nesterov=True)")
            .training->optimizer.flags == std::map<std::string, bool>{{"nesterov", true}});
  CHECK(t.batch_size == 2);
  CHECK(t.epochs == 3);
  CHECK(t.shuffle);
  CHECK(t.validation.value() == Rational(1, 10));
  CHECK(t.patience == 5);
  CHECK(lesson(net + "train L with sgd(0.1), batch_size=100").training->batch_size == 3);
  CHECK(lesson(net + "train L with sgd(0.1), batch_size=all").training->batch_size == 0);
  CHECK(lesson(net + "train L with sgd(learning_rate=1/3)").training->optimizer.numbers.at("lr") ==
        Rational(1, 3));
}

TEST_CASE("expectations are read with the decimals that were written", "[elaborate]") {
  const auto e = expectations(
      "train L with sgd(0.1), epochs=2\n"
      "expect sample 2: dL/dw = -3.870328, z = 3\n"
      "expect after epoch 2 sample 1: w = 1.0583 within 0.0005\n"
      "expect finally: loss <= 1e-3, b[1] >= 1/3\n"
      "expect b = [1.0, 2], z = 1.50e2, w = -1e-2\n"
      "expect step 6: z = 0");
  REQUIRE(e.size() == 9);
  CHECK(e[0].gradient);
  CHECK(e[0].of == "L");
  CHECK(e[0].name == "w");
  CHECK(e[0].when == Expectation::When::sample);
  CHECK(e[0].number == 2);
  CHECK(e[0].decimals == 6);
  CHECK(text_of(e[0].wanted) == "-483791/125000");
  CHECK(e[0].text == "dL/dw = -3.870328");
  CHECK(e[1].decimals == 0);
  CHECK(e[2].after);
  CHECK(e[2].epoch == 2);
  CHECK(e[2].number == 1);
  CHECK(e[2].when == Expectation::When::sample);
  CHECK(e[2].within.value() == Rational(1, 2000));
  CHECK(e[3].metric);
  CHECK(e[3].when == Expectation::When::finally);
  CHECK(e[3].relation == Expectation::Relation::at_most);
  CHECK(e[4].index.value() == std::pair(1, 0));
  CHECK(e[4].relation == Expectation::Relation::at_least);
  CHECK(e[4].decimals == -1);
  CHECK(text_of(e[5].wanted) == "[[1], [2]]");
  CHECK(e[5].decimals == 0);
  CHECK(e[5].entry_decimals == std::vector<int>{1, 0});
  CHECK(e[6].decimals == 0);
  CHECK(e[7].decimals == 2);
  CHECK(e[8].when == Expectation::When::step);
}

TEST_CASE("of a matrix every entry keeps its decimals, column by column", "[elaborate]") {
  const Program program = lesson(
      "param W = [[1, 2], [3, 4]]\nL = sum(W)\nexpect W = [[1.0, 2], [-3.25, 1e2]], L = 1_0.50\n");
  const Expectation& whole = program.expectations.at(0);
  CHECK(whole.entry_decimals == std::vector<int>{1, 2, 0, 0});
  CHECK(whole.decimals == 0);
  CHECK(text_of(whole.wanted) == "[[1, 2], [-13/4, 100]]");
  CHECK(program.expectations.at(1).decimals == 2);
}

TEST_CASE("a purpose that makes no sense is answered with one that does", "[elaborate]") {
  check({
      {"train M with sgd(1)", "there is no value called M\nthe lesson defines L, b, w, x, y, z"},
      {"train w with sgd(1)",
       "w is given, not computed, so it can't be differentiated\nname a line, e.g. L of L = (w*x - "
       "y)**2"},
      {"train L with sdg(1)", "there is no optimizer called sdg\ndid you mean sgd?"},
      {"train L with sgd(0.1, 0.2)",
       "only the learning rate may stand without a name\nwrite sgd(lr=0.01, ...)"},
      {"train L with sgd(1), epoch=3", "train has no option epoch\ndid you mean epochs?"},
      {"train L with sgd(1), batch_size=0", "batch_size must be at least 1, not 0"},
      {"train L with sgd(1), batch_size=1.5", "batch_size must be a whole number, not 3/2"},
      {"train L with sgd(1), shuffle=1", "shuffle is true or false"},
      {"train L with sgd(1), validation=1",
       "the share held out for validation is 1\nit must be above 0 and below 1, e.g. "
       "validation=0.1"},
      {"train L with sgd(1)\ntrain L with sgd(1)",
       "there is a train line already, in line 6\na lesson has one"},
      {"train L with sgd(1)\ngrad z",
       "train makes L small, and grad differentiates z\nname the same line in both, e.g. grad L"},
      {"let c = 3\ngrad L wrt c",
       "c is a constant: there is no gradient with respect to it\ndeclare it as input c"},
      {"grad z wrt w with b",
       "b is 2×1, but z is 1×1\nan upstream gradient has the shape of the value that it belongs "
       "to"},
      {"grad z wrt w with z",
       "the upstream gradient z must be an input\ndeclare it with numbers: input z = [[1, 0]]"},
      {"predict w",
       "w is given, not computed, so it can't be predicted\nname a line, e.g. L of L = (w*x - "
       "y)**2"},
  });
  CHECK(mistake("x = 3\nL = x**2") ==
        "all lines here only hold numbers: there is nothing to differentiate\n"
        "declare what may vary: param x = 3");
  CHECK(mistake("param w = 1") ==
        "there is no line to differentiate\nwrite one, e.g. L = (w*x - y)**2");
}

TEST_CASE("an expectation of what is not there is an error", "[elaborate]") {
  check({
      {"expect M = 3", "there is no value called M\nthe lesson defines L, b, w, x, y, z"},
      {"expect b[2] = 3", "b is 2×1 and has no entry [2, 0]\nrows and columns count from 0"},
      {"expect b = 3",
       "b is 2×1, but what is expected of it is 1×1\nname an entry, b[0, 0], or write the whole "
       "matrix"},
      {"expect b = [1, 2, 3]", "b is 2×1, but what is expected of it is 3×1"},
      {"expect dz/dw = 3", "the gradients here are of L, not of z\nwrite dL/dw"},
      {"expect after step 1: w = 3",
       "nothing is updated in a lesson without a train line\nwrite train L with sgd(lr=0.01), or "
       "leave after out"},
      {"expect sample 4: w = 3", "there is no sample 4\nthe last is sample 3"},
      {"train L with sgd(1), batch_size=2\nexpect sample 1: w = 3",
       "a step is a batch of 2 here, not one sample\nsay step 1"},
      {"train L with sgd(1), batch_size=2\nexpect step 3: w = 3",
       "there is no step 3\nthe last is step 2"},
      {"train L with sgd(1), batch_size=2\nexpect L = 3",
       "L is 1×2, but what is expected of it is 1×1\nwrite loss = ... for the mean over the batch"},
      {"train L with sgd(1), epochs=2\nexpect epoch 3: w = 3",
       "there is no epoch 3\nthe last is epoch 2"},
      {"expect accuracy >= 0.5 on test",
       "there are no test data\nadd test X, Y = ..., or hold some out: train ..., test=0.2"},
      {"expect accuracy >= 0.5 on validation",
       "nothing is held out for validation\nadd validation=0.1 to the train line"},
      {"expect w >= 0.5 on train",
       "w is no metric, and only a metric is taken on a data set\nthe metrics are accuracy, loss "
       "and f1"},
      {"expect w = 1/0", "this divides by 0"},
      {"expect w = 1 within -1", "a tolerance must not be negative"},
  });
}

TEST_CASE("what has no effect gets a remark", "[elaborate]") {
  const Program unused = lesson("param w = 1\nparam v = 1\nL = w*2");
  REQUIRE(unused.remarks.size() == 1);
  CHECK(unused.remarks[0] ==
        "test.lesson:2:7: remark: v is never used\n  2 | param v = 1\n    |       ^\n  use it in a "
        "line, or take it away\n");
  const Program aside = lesson("param w = 1\nparam v = 1\nM = v*3\nL = w*2");
  REQUIRE(aside.remarks.size() == 1);
  CHECK(aside.remarks[0] ==
        "test.lesson:2:7: remark: L does not depend on v\n  2 | param v = 1\n    |       ^\n  its "
        "gradient is 0\n");
  const Program single = lesson("data x = [1, 2]\nparam w = 3\nL = sum(softmax(w*x))");
  REQUIRE(single.remarks.size() == 1);
  CHECK(single.remarks[0] ==
        "test.lesson:3:9: remark: softmax of a single entry is always 1: w*x (1×1) has one row a "
        "sample\n"
        "  3 | L = sum(softmax(w*x))\n    |         ^~~~~~~~~~~~\n"
        "  for one output there is sigmoid; for the other direction say axis=0 or axis=1\n");
}

TEST_CASE("where no axis is said, a product of inputs and parameters says how samples lie",
          "[elaborate]") {
  const auto softmax_axis = [](const std::string& text) {
    const Program program = lesson(text);
    const BatchGraph built = *program.graph(1);
    for (NodeId id = 0; id < built.graph.size(); ++id) {
      const Node& node = built.graph[id];
      if (node.operation != nullptr && node.operation->name == "softmax") return node.with.axis;
    }
    return -1;
  };
  const std::string net =
      "param W = [[1, 2], [3, 4]]\ninput X = [[1, 2], [3, 4], [5, 6]]\n"
      "input Y = [[1, 0], [0, 1], [1, 0]]\n";
  const Program rows = lesson(net + "Z = X @ W\nP = softmax(Z)\nL = cross_entropy(P, Y)\n");
  REQUIRE(rows.remarks.size() == 1);  // the loss follows its softmax and says nothing of its own
  CHECK(rows.remarks[0].find(
            "Z (3×2) has a sample in each row by the product that it is made of: softmax works "
            "along each row (axis=1)\n") != std::string::npos);
  const BatchGraph built = *rows.graph(1);
  CHECK(built.graph[built.graph.find("P")].with.axis == 1);
  CHECK(built.graph[built.graph.find("L")].with.axis == 1);
  CHECK(
      lesson(net + "Z = X @ W\nP = softmax(Z, axis=1)\nL = cross_entropy(P, Y)\n").remarks.empty());
  CHECK(softmax_axis(net +
                     "param b = [[1, 1]]\nP = softmax(tanh(X @ W + b) @ W)\nL = sum(P*Y)\n") == 1);
  CHECK(softmax_axis(net + "P = softmax(W @ X.T)\nL = sum(P)\n") == 0);
  CHECK(softmax_axis(net + "P = softmax((W @ X.T).T)\nL = sum(P)\n") == 1);
  CHECK(softmax_axis("param z = [[1, 2, 3]]\nL = sum(softmax(z)**2)\n") == 1);
  CHECK(softmax_axis("param z = [[1, 2], [3, 4]]\nL = sum(softmax(z)**2)\n") == 0);
  CHECK(softmax_axis("param W = [[1, 2], [3, 4]]\ndata x in [1, 2], [3, 4]\n"
                     "L = sum(softmax(x.T @ W)**2)\n") == 1);
}

TEST_CASE("flat lists have the inner product that NumPy gives them", "[elaborate][numpy]") {
  const Program program = lesson("param w = [1, 2]\ninput x = [3, 4]\nL = w @ x\n");
  CHECK(text_of(forward(program).at("L")) == "11");
  REQUIRE(program.remarks.size() == 1);
  CHECK(program.remarks[0].find("as matrices it is w.T @ x") != std::string::npos);
  CHECK(mistake("param w = [[1], [2]]\ninput x = [3, 4]\nL = w @ x\n") ==
        "w (2×1) and x (2×1) can't be multiplied as matrices: 1 column against 2 rows\n"
        "for the inner product write w.T @ x; entry by entry it is w * x");
  CHECK(mistake("param w = [[1, 2]]\ninput x = [[3, 4]]\nL = w @ x\n") ==
        "w (1×2) and x (1×2) can't be multiplied as matrices: 2 columns against 1 row\n"
        "for the inner product write w @ x.T; entry by entry it is w * x");
  CHECK(mistake("param w = [1, 2, 3]\ninput x = [3, 4]\nL = w @ x\n") ==
        "w (3×1) and x (2×1) can't be multiplied as matrices: 1 column against 2 rows\n"
        "an inner product takes two of the same size; the outer one is w @ x.T");
}

TEST_CASE("samples that were written as rows are found out where they are multiplied",
          "[elaborate]") {
  CHECK(
      mistake("param W = [[1, 2], [3, 4]]\ndata X = [[1, 2], [3, 4], [5, 6]]\nL = sum(X @ W)\n") ==
      "X (3×1) and W (2×2) can't be multiplied as matrices: 1 column against 2 rows\n"
      "where each row is a sample write samples=\"rows\" at the end of the data line");
  CHECK(mistakes("param W = [[1, 2], [3, 4]]\ndata X = [[1, 2], [3, 4], [5, 6]], samples=\"rows\"\n"
                 "L = sum(X @ W)\n")
            .empty());
}
