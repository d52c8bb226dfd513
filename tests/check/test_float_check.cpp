// The gradients of training in float and double: right ones pass whatever the network, although
// nobody chose a tolerance, and wrong ones do not.
#include <limits>

#include "tests/catch.hpp"
#include "tests/check/points.hpp"
#include "tests/graph/random_graph.hpp"
#include "tests/language/elaborated.hpp"
#include "tracer/check/absolute_terms.hpp"
#include "tracer/check/float_check.hpp"
#include "tracer/error.hpp"
#include "tracer/train/batch_run.hpp"
#include "tracer/train/inspect.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

// Two layers with all that a large lesson has, small.
const std::string network = R"(
seed 5
param W1 = kaiming(6, 2)
param b1 = zeros(6, 1)
param gamma = ones(6, 1)
param beta = zeros(6, 1)
param W2 = xavier(3, 6)
param b2 = zeros(3, 1)
data X, Y = spirals(60, arms=3, noise=0.1)

Z1 = W1 @ X + b1
N1 = batch_norm(Z1, gamma, beta)
A1 = relu(N1)
D1 = dropout(A1, 0.25)
Z2 = W2 @ D1 + b2
P  = softmax(Z2)
L  = cross_entropy(P, Y)

train L with adam(lr=0.01), batch_size=16, epochs=2, shuffle=true
)";

// Leaf values that are numbers of S.
template <class S>
Values rounded(const Values& values) {
  Values made;
  for (const auto& [leaf, value] : values) {
    made[leaf] = value.unaryExpr(
        [](const Exact& x) { return Exact::from_double(static_cast<double>(static_cast<S>(x))); });
  }
  return made;
}

template <class S>
void check_random_graphs(bool by_doubles) {
  double largest = 0;
  int compared = 0;
  int not_told = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    const RandomGraph g(seed);
    INFO("seed " << seed << "\n" << g.told);
    const CheckedGraph checked = checked_graph(g.graph, rounded<S>(g.values), g.loss);
    try {
      const ExactPoint point = rounded_point<S>(checked, {}, !by_doubles);
      const ExactCheckOptions options{.entries = 2, .seed = seed};
      const GradientReport report = by_doubles
                                        ? check_by_doubles(point, options)
                                        : check_exactly([&](Working) { return point; }, options);
      for (const CheckedParameter& parameter : report.parameters) {
        const CheckedEntry* worst = parameter.worst();
        if (worst == nullptr) continue;
        INFO(parameter.name << ": " << text(worst->gradient) << " and " << text(worst->reference)
                            << ", allowed " << worst->allowed << ", unit " << worst->unit);
        CHECK(parameter.count(Agreement::wrong) == 0);
        largest = std::max(largest, parameter.largest_units());
        ++compared;
      }
      not_told += static_cast<int>(report.count(Agreement::undecided));
    } catch (const Undecided&) {
    }
  }
  INFO("largest error in units: " << largest << "; undecided " << not_told);
  CHECK(largest < rounding_units);
  CHECK(compared > 300);
  CHECK(not_told < compared / 10);
}

}  // namespace

TEST_CASE("float check: gradients over float are right on every random graph",
          "[check][float_check][random]") {
  check_random_graphs<float>(false);
}

TEST_CASE("float check: gradients over double are right on every random graph",
          "[check][float_check][random]") {
  check_random_graphs<double>(false);
}

TEST_CASE("float check: differences in double are good enough for float",
          "[check][float_check][random]") {
  check_random_graphs<float>(true);
}

TEST_CASE("float check: what is checked is what training computes, bit for bit",
          "[check][float_check]") {
  const Program program = lesson(network);
  WeightsOver<float> weights(program, *program.graph(16));
  const SampleSet<float> samples(*program.data);
  BatchRun<float> run(program, 16, {&weights, &samples, decision_of(program), {}});

  // the first step's samples and masks, as the trainer draws them
  StepLook seen;
  TrainerOptions options;
  options.look_step = 1;
  options.on_look = [&](const StepLook& look) {
    if (!seen.batch) seen = look;
  };
  options.stop = [] { return true; };
  Trainer trainer(program, options);
  trainer.epoch();
  run.take(seen.samples, 1);
  run.forward();
  run.backward();

  LessonCheckOptions all;
  all.exact.entries = 0;
  const GradientReport report = check_training(program, Dtype::float32, all);
  CHECK(report.passed());
  CHECK(report.count(Agreement::undecided) == 0);
  CHECK(report.checked_entries() == report.entries());
  for (std::size_t p = 0; p < weights.learned().size(); ++p) {
    const View<float> gradient = run.gradient(p);
    for (const CheckedEntry& entry : report.parameters[p].checked) {
      INFO(report.parameters[p].name << " " << entry.row << ", " << entry.column);
      CHECK(entry.gradient.to_double() == static_cast<double>(gradient(entry.row, entry.column)));
    }
  }
}

TEST_CASE("float check: batch norm, dropout and softmax pass in both arithmetics, at any step",
          "[check][float_check]") {
  const Program program = lesson(network);
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    for (const long long step : {1LL, 4LL, 7LL}) {  // of four steps an epoch; the last is smaller
      LessonCheckOptions options;
      options.step = step;
      const GradientReport report = check_training(program, dtype, options);
      INFO("step " << step);
      CHECK(report.passed());
      CHECK(report.compared() == report.checked_entries());
      for (const CheckedParameter& parameter : report.parameters) {
        INFO(parameter.name);
        CHECK(parameter.largest_units() < 8);
      }
    }
  }
  CHECK_THROWS_WITH(check_training(program, Dtype::float32, {.step = 9}),
                    "there is no step 9: the training is over before it");
}

TEST_CASE("float check: a gradient that is a thousandth off is wrong", "[check][float_check]") {
  Graph graph;
  const NodeId w = graph.leaf(LeafKind::parameter, "W", shape_of(3, 4));
  const NodeId x = graph.leaf(LeafKind::input, "X", shape_of(4, 5));
  const NodeId z = graph.apply(op::operation<op::Matmul>(), {w, x});
  const NodeId a = graph.apply(op::operation<op::Sigmoid>(), {z});
  const NodeId loss = graph.name(graph.apply(op::operation<op::Mean<Over::all>>(), {a}), "L");
  Values values;
  for (const NodeId id : {w, x}) {
    values[id] = filled(graph[id].shape, 0);
    int turn = id;
    for (Exact& entry : values[id].reshaped()) entry = Exact(Rational((++turn * 7) % 11 - 5, 4));
  }
  const CheckedGraph checked = checked_graph(graph, values, loss);
  for (const bool by_doubles : {false, true}) {
    CAPTURE(by_doubles);
    ExactPoint point = rounded_point<float>(checked, {}, !by_doubles);
    const auto report = [&] {
      return by_doubles ? check_by_doubles(point, {.entries = 0})
                        : check_exactly([&](Working) { return point; }, {.entries = 0});
    };
    CHECK(report().passed());
    CHECK(report().compared() == 32);
    point.gradients[w](1, 2) *= Exact(Rational(1001, 1000));
    CHECK(report().count(Agreement::wrong) == 1);
    CHECK(report().parameters[0].worst()->row == 1);
    point.rounding[x].finite(3, 4) = false;
    const GradientReport bad = report();
    CHECK(bad.count(Agreement::wrong) == 2);
    CHECK_FALSE(bad.parameters[1].worst()->finite);
    CHECK(bad.parameters[1].worst()->column == 4);
  }
}

TEST_CASE("float check: a wrong rule is found in the fused graph too", "[check][float_check]") {
  for (const Operation* f : {&op::operation<WrongSquare>(), &op::operation<LeakyBackwards>()}) {
    INFO(f->name);
    Graph graph;
    const NodeId w = graph.leaf(LeafKind::parameter, "w", shape_of(1, 4));
    const NodeId loss =
        graph.name(graph.apply(op::operation<op::Sum<Over::all>>(), {graph.apply(*f, {w})}), "L");
    Array<Exact> values(1, 4);
    values << 1, -2, 3, -4;
    const CheckedGraph checked = checked_graph(graph, {{w, values}}, loss);
    for (const bool by_doubles : {false, true}) {
      CAPTURE(by_doubles);
      const ExactPoint point = rounded_point<float>(checked, {}, !by_doubles);
      const GradientReport report = by_doubles ? check_by_doubles(point, {})
                                               : check_exactly([&](Working) { return point; }, {});
      // relu's rule is wrong only below 0
      CHECK(report.count(Agreement::wrong) == (f == &op::operation<WrongSquare>() ? 4 : 2));
    }
  }
}

TEST_CASE("float check: a true zero passes, although all of it is rounding",
          "[check][float_check]") {
  // batch_norm takes a bias away again
  const GradientReport report = check_training(lesson(network), Dtype::float32, {.wrt = {"b1"}});
  CHECK(report.passed());
  const CheckedParameter& b1 = report.parameters.at(0);
  CHECK(b1.largest_error() > 0);
  for (const CheckedEntry& entry : b1.checked) CHECK(entry.is_about_zero());
}

TEST_CASE("float check: absolute terms count what cancels", "[check][float_check]") {
  // L = w·x − w·y with x ≈ y: the gradient of w is x − y, its terms x and y
  Graph graph;
  const NodeId w = graph.leaf(LeafKind::parameter, "w", scalar_shape);
  const NodeId x = graph.leaf(LeafKind::input, "x", scalar_shape);
  const NodeId y = graph.leaf(LeafKind::input, "y", scalar_shape);
  const NodeId wx = graph.apply(op::operation<op::Multiply>(), {w, x});
  const NodeId wy = graph.apply(op::operation<op::Multiply>(), {w, y});
  const NodeId loss = graph.name(graph.apply(op::operation<op::Subtract>(), {wx, wy}), "L");
  const Values values{
      {w, filled(scalar_shape, 2)}, {x, filled(scalar_shape, 100)}, {y, filled(scalar_shape, 99)}};
  const auto terms = absolute_terms<float>(checked_graph(graph, values, loss), true);
  CHECK(terms.at(w).terms(0, 0) == 199);
  CHECK(terms.at(w).off(0, 0) == 199);  // these numbers are exact, so nothing else is off
  CHECK(terms.at(x).terms(0, 0) == 2);
}

TEST_CASE("float check: a forward pass that is off is not taken for rounding",
          "[check][float_check]") {
  Graph graph;
  const NodeId w = graph.leaf(LeafKind::parameter, "w", shape_of(1, 2));
  const NodeId a = graph.apply(op::operation<op::Tanh>(), {w});
  const NodeId loss = graph.name(graph.apply(op::operation<op::Sum<Over::all>>(), {a}), "L");
  const CheckedGraph checked =
      checked_graph(graph, {{w, filled(shape_of(1, 2), Exact(Rational(1, 2)))}}, loss);
  ExactPoint point = rounded_point<float>(checked, {}, true);
  const auto report = [&] { return check_exactly([&](Working) { return point; }, {}); };
  CHECK(report().count(Agreement::agrees) == 2);
  point.rounding[w].unit(0, 1) = 1e-3;  // as if the arithmetic's tanh were off by 10^4 units
  CHECK(report().count(Agreement::undecided) == 1);
  CHECK(report().outcome() == Outcome::undecided);
  point.rounding[w].unit(0, 0) = std::numeric_limits<double>::quiet_NaN();
  CHECK(report().count(Agreement::undecided) == 2);
}

TEST_CASE("float check: on a corner a choice between the slopes is right, in double as over Exact",
          "[check][float_check][corner]") {
  Graph graph;
  const NodeId w = graph.leaf(LeafKind::parameter, "w", shape_of(1, 3));
  const NodeId a = graph.name(graph.apply(op::operation<op::Relu>(), {w}), "a");
  const NodeId loss = graph.name(graph.apply(op::operation<op::Sum<Over::all>>(), {a}), "L");
  Array<Exact> values(1, 3);
  values << -1, 0, 1;
  const CheckedGraph checked = checked_graph(graph, {{w, values}}, loss);
  ExactPoint point = rounded_point<float>(checked, {}, false);
  for (const auto& [choice, right] : std::vector<std::pair<Rational, bool>>{
           {0, true}, {1, true}, {Rational(5, 4), false}, {Rational(-1, 4), false}}) {
    CAPTURE(choice);
    point.gradients[w](0, 1) = Exact(choice);
    const GradientReport report = check_by_doubles(point, {});
    CHECK(report.passed() == right);
    CHECK(report.count(Agreement::corner) == (right ? 1 : 0));
    CHECK(report.parameters[0].checked[1].slopes.has_value());
  }
}

TEST_CASE("float check: a slope that overflows leaves its entry undecided, and no other",
          "[check][float_check][corner]") {
  // two slopes of 1.5e308 add up to infinity on the right, while at 0 both are taken as 0
  Graph graph;
  const NodeId w = graph.leaf(LeafKind::parameter, "w", scalar_shape);
  const NodeId v = graph.leaf(LeafKind::parameter, "v", scalar_shape);
  const NodeId large = graph.constant(filled(scalar_shape, Exact(15 * power_of_ten(307))));
  NodeId sum = v;
  for (int i = 0; i < 2; ++i) {
    const NodeId a = graph.apply(op::operation<op::Relu>(), {w});
    const NodeId part = graph.apply(op::operation<op::Multiply>(), {a, large});
    sum = graph.apply(op::operation<op::Add>(), {sum, part});
  }
  const NodeId loss = graph.name(sum, "L");
  const CheckedGraph checked =
      checked_graph(graph, {{w, filled(scalar_shape, 0)}, {v, filled(scalar_shape, 1)}}, loss);
  const ExactPoint point = rounded_point<double>(checked, {}, false);
  const GradientReport report = check_by_doubles(point, {});
  CHECK(report.parameters[0].count(Agreement::undecided) == 1);
  CHECK(report.parameters[1].right() == 1);
}

TEST_CASE("float check: a lesson without training, and an upstream gradient",
          "[check][float_check]") {
  const Program program = lesson(
      "param W = [[0.5, -0.25], [1, 2]]\ninput X = [[1, 0.1], [3, -1]]\ninput dY = [[1, 2], [3, "
      "4]]\n"
      "Y = tanh(W @ X)\ngrad Y wrt W, X with dY\n");
  const GradientReport report = check_training(program, Dtype::float32, {});
  CHECK(report.passed());
  CHECK(report.result == "⟨dY, Y⟩");
  CHECK(report.compared() == 8);
}
