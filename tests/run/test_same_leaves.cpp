// Whoever runs a lesson sees the same: samples and masks to the last bit, parameters and running
// statistics as exactly as the arithmetic allows.
#include <algorithm>
#include <numeric>

#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"
#include "tracer/check/lesson_check.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/run/plan.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/train/inspect.hpp"
#include "tracer/train/steps.hpp"

using namespace tracer;
using test::lesson;

namespace {

struct Seen {
  std::vector<int> samples;  // from 1
  std::map<std::string, Array<double>> leaves;
};

Array<double> doubles(const Array<Exact>& values) {
  return values.unaryExpr([](const Exact& x) { return x.to_double(); });
}

const std::string network = R"(
seed 5
param W1 = kaiming(3, 2)
param gamma1 = ones(3, 1)
param beta1 = zeros(3, 1)
param W2 = xavier(1, 3)
param b2 = zeros(1, 1)
data X, Y = circles(11, factor=0.4, noise=0.1)
Z1 = W1 @ X
N1 = batch_norm(Z1, gamma1, beta1)
D1 = dropout(N1, 0.25)
Z2 = W2 @ D1 + b2
L = bce_with_logits(Z2, Y)
train L with )";

const std::string in_rows = R"(
seed 2
param W = xavier(2, 1)
data X, Y = moons(9, noise=0.1), samples="rows"
P = dropout(X, 0.4) @ W
L = mse(P, Y)
train L with )";

// dropout, batch norm, a small last batch, and one after the other what else a train line may say
const std::vector<std::string>& lessons() {
  static const std::vector<std::string> all{
      network + "sgd(lr=0.5), batch_size=4, epochs=2",
      network + "sgd(lr=0.5), batch_size=4, epochs=2, shuffle=true",
      network + "sgd(lr=0.5), batch_size=3, epochs=2, validation=0.2",
      network + "sgd(lr=0.5), batch_size=3, epochs=2, validation=0.2, test=0.2, shuffle=true",
      network + "adam(lr=0.1), batch_size=all, epochs=3, shuffle=true",
      network + "sgd(lr=0.5), batch_size=4, epochs=2, schedule=exponential(gamma=0.5), warmup=1",
      network + "momentum(lr=0.5), batch_size=4, epochs=2, clip_norm=0.25",
      network + "sgd(lr=0.5), batch_size=4, epochs=2, clip_value=0.0625, shuffle=true",
      in_rows + "sgd(lr=0.5), batch_size=4, epochs=2, shuffle=true",
      in_rows + "sgd(lr=0.5), batch_size=4, epochs=2"};
  return all;
}

constexpr int steps = 4;

std::vector<Seen> seen_exactly(const Program& program) {
  std::vector<Seen> all;
  Run run(program, {});
  for (int step = 1; step <= steps && !run.done(); ++step) {
    const StepRecord record = run.next();
    Seen seen{record.samples, {}};
    for (const auto& [name, leaf] : record.batch->leaves)
      seen.leaves.emplace(name, doubles(record.values.at(leaf)));
    all.push_back(std::move(seen));
  }
  return all;
}

template <class S>
std::vector<Seen> seen_in_training(const Program& program) {
  std::vector<Seen> all;
  Plan plan(program);
  const auto training = make_steps<S>(program, plan, decision_of(program), {});
  for (int step = 1; step <= steps; ++step) training->look_at.push_back(step);
  training->on_look = [&](const StepLook& look) {
    if (!look.after.empty()) return;
    Seen seen;
    for (const int sample : look.samples) seen.samples.push_back(sample + 1);
    for (const auto& [name, leaf] : look.batch->leaves)
      seen.leaves.emplace(name, look.values.at(leaf));
    all.push_back(std::move(seen));
  };
  const OptimizerCall& call = program.training->optimizer;
  const Optimizer optimizer = Optimizer::make({call.name, call.numbers, call.flags});
  const double base = Exact(optimizer.number("lr")).to_double();
  for (long long step = 1; step <= std::min<long long>(steps, plan.steps()); ++step)
    training->step({step, plan.rate(step, base)});
  return all;
}

// samples and masks are the same numbers; what has been trained differs by its rounding
void check_same(const Program& program, const Seen& right, const Seen& other, double tolerance) {
  CHECK(other.samples == right.samples);
  REQUIRE(other.leaves.size() == right.leaves.size());
  for (const auto& [name, values] : right.leaves) {
    INFO(name);
    REQUIRE(other.leaves.contains(name));
    const Array<double>& here = other.leaves.at(name);
    REQUIRE(here.rows() == values.rows());
    REQUIRE(here.cols() == values.cols());
    const bool trained = program.values.contains(name);
    CHECK((here - values).abs().maxCoeff() <= (trained ? tolerance : 0));
  }
}

}  // namespace

TEST_CASE("all who run a lesson see the same leaves at every step", "[run][leaves]") {
  for (const std::string& text : lessons()) {
    INFO(text);
    const Program program = lesson(text);
    const std::vector<Seen> right = seen_exactly(program);
    const std::vector<Seen> in_double = seen_in_training<double>(program);
    const std::vector<Seen> in_float = seen_in_training<float>(program);
    REQUIRE(right.size() > 2);
    REQUIRE(in_double.size() == right.size());
    REQUIRE(in_float.size() == right.size());
    for (std::size_t i = 0; i < right.size(); ++i) {
      const auto step = static_cast<long long>(i + 1);
      INFO("step " << step);
      // 1e-12, 1e-4: some hundred units in the last place of numbers about 1, after four steps
      check_same(program, right[i], in_double[i], 1e-12);
      check_same(program, right[i], in_float[i], 1e-4);
      const StepPoint claimed = point_of_step(program, step);
      check_same(program, right[i], {claimed.samples, claimed.point}, 1e-15);
      LessonCheckOptions options;
      options.step = step;
      const ExactPoint checked = lesson_point(program, options, {});
      Seen at{checked.samples, {}};
      for (const auto& [name, leaf] : checked.batch->leaves)
        at.leaves.emplace(name, doubles(checked.checked.leaves.at(leaf)));
      check_same(program, right[i], at, 1e-15);
    }
  }
}

TEST_CASE("a forward run sees the lesson's parameters and the samples that it is given",
          "[run][leaves]") {
  for (const std::string& text : lessons()) {
    INFO(text);
    const Program program = lesson(text);
    const int m = program.data->count;
    // the same by hand: the graph of all samples, every leaf set by its name
    const std::shared_ptr<const BatchGraph> batch = program.graph(m, true);
    std::vector<int> all(static_cast<std::size_t>(m));
    std::iota(all.begin(), all.end(), 0);
    const Point point = point_of(program, *batch, all);
    Tape<double> tape(batch->graph, std::span<const NodeId>{});
    for (const auto& [name, leaf] : batch->leaves) tape.own_value(leaf) = point.at(name);
    tape.forward();
    const Array<double> wanted = tape.value(batch->prediction);

    const SampleSet<double> samples(*program.data);
    for (const int most : {1024, 4}) {
      const Array<double> outputs = ForwardRun<double>(program, {}, most).run(samples).outputs;
      CHECK((outputs - wanted).abs().maxCoeff() < 1e-14);
    }
  }
}
