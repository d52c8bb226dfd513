// What happens at each step, and the graphs that it happens on.
#include <algorithm>
#include <iterator>
#include <thread>

#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"
#include "tracer/number/random.hpp"
#include "tracer/run/plan.hpp"

using namespace tracer;
using test::lesson;

namespace {

using SampleNumbers = std::vector<int>;

SampleNumbers samples(Plan& plan, long long step) {
  const std::span<const int> taken = plan.samples(step);
  return {taken.begin(), taken.end()};
}

Program ten_samples(const std::string& train) {
  return lesson("param w = 1\ndata x in 1, 2, 3, 4, 5, 6, 7, 8, 9, 10\nL = (w*x)**2\n" + train);
}

std::string shape_in(const Program& program, int batch_size, const std::string& name) {
  const auto batch = program.graph(batch_size);
  return to_string(batch->graph[batch->graph.find(name)].shape);
}

}  // namespace

TEST_CASE("a plan takes the samples in their order, the last batch of an epoch has the rest",
          "[run]") {
  const Program program = ten_samples("train L with sgd(lr=0.1), batch_size=4, epochs=2");
  Plan plan(program);
  CHECK(plan.count() == 10);
  CHECK(plan.batch_size() == 4);
  CHECK(plan.rest() == 2);
  CHECK(plan.steps_per_epoch() == 3);
  CHECK(plan.steps() == 6);
  CHECK(samples(plan, 1) == SampleNumbers{0, 1, 2, 3});
  CHECK(samples(plan, 3) == SampleNumbers{8, 9});
  CHECK(samples(plan, 4) == SampleNumbers{0, 1, 2, 3});
  CHECK(plan.epoch(3) == 1);
  CHECK(plan.epoch(4) == 2);
}

TEST_CASE("a plan shuffles each epoch by its own stream, whichever step is asked for first",
          "[run]") {
  const Program program =
      ten_samples("seed 3\ntrain L with sgd(lr=0.1), batch_size=4, epochs=3, shuffle=true");
  Plan plan(program);
  const SampleNumbers second = RandomStream(3, "shuffle 2").permutation(10);
  CHECK(samples(plan, 6) == SampleNumbers(second.begin() + 8, second.end()));
  CHECK(samples(plan, 4) == SampleNumbers(second.begin(), second.begin() + 4));
  const SampleNumbers first = RandomStream(3, "shuffle 1").permutation(10);
  CHECK(samples(plan, 1) == SampleNumbers(first.begin(), first.begin() + 4));
}

TEST_CASE("a plan leaves out what is held out", "[run]") {
  const Program program = ten_samples(
      "train L with sgd(lr=0.1), batch_size=4, epochs=1, shuffle=true, validation=0.2, test=0.1");
  Plan plan(program);
  CHECK(plan.count() == 7);
  CHECK(plan.rest() == 3);
  SampleNumbers taken = samples(plan, 1);
  std::ranges::copy(plan.samples(2), std::back_inserter(taken));
  std::ranges::sort(taken);
  SampleNumbers trained = plan.parts().train;
  std::ranges::sort(trained);
  CHECK(taken == trained);
}

TEST_CASE("without a train line each sample is a step; without data a step has none", "[run]") {
  const Program untrained = ten_samples("");
  Plan plan(untrained);
  CHECK(plan.steps() == 10);
  CHECK(samples(plan, 7) == SampleNumbers{6});
  const Program no_data = lesson("param w = 1\nL = w**2\ntrain L with sgd(lr=0.1), epochs=3");
  Plan other(no_data);
  CHECK(other.steps() == 3);
  CHECK(other.steps_per_epoch() == 1);
  CHECK(other.samples(2).empty());
}

TEST_CASE("a plan gives the rate of a step over double and exactly", "[run]") {
  const Program program = ten_samples(
      "train L with sgd(lr=0.1), batch_size=5, epochs=3, schedule=exponential(gamma=0.5), "
      "warmup=1");
  const Plan plan(program);
  CHECK(plan.has_schedule());
  CHECK(plan.rate(1, Rational(1, 10)) == Rational(1, 20));  // the first of two steps of warm-up
  CHECK(plan.rate(2, Rational(1, 10)) == Rational(1, 10));
  CHECK(plan.rate(3, Rational(1, 10)) == Rational(1, 20));  // halved after the first epoch
  CHECK(plan.rate(5, 0.1) == 0.025);
  const Program constant = ten_samples("train L with sgd(lr=0.1)");
  CHECK_FALSE(Plan(constant).has_schedule());
}

TEST_CASE("a graph is built once and shared, also with a copy of the program", "[run][graphs]") {
  const Program program = ten_samples("");
  const auto graph = program.graph(2);
  CHECK(program.graph(2) == graph);
  const Program copy = program;
  CHECK(copy.graph(2) == graph);
  CHECK(program.graph(3) != graph);
  CHECK(program.graph(2, true) != graph);
}

TEST_CASE("a program whose leaves get other sizes does not get the old graph", "[run][graphs]") {
  const Program program = lesson("param W: (m, n)\ninput x: (n)\ny = W @ x\nL = sum(y**2)");
  const auto symbols = program.graph(1);
  Program sized = program;
  sized.shapes.at("W") = shape_of(2, 3);
  sized.shapes.at("x") = shape_of(3, 1);
  CHECK(shape_in(sized, 1, "y") == "2×1");
  CHECK(shape_in(program, 1, "y") == "m×1");
  CHECK(program.graph(1) == symbols);

  // samples with other features, as somebody hands them over
  const Program narrow = lesson("data X = [[1, 2], [3, 4]]\nparam w = 1\nL = mean((w*X)**2)");
  CHECK(shape_in(narrow, 2, "X") == "2×2");
  Program wide = narrow;
  wide.data->values[0] = Array<float>(Array<float>::Ones(5, 2));
  CHECK(shape_in(wide, 2, "X") == "5×2");
}

TEST_CASE("threads that ask for one graph at once get the same one", "[run][graphs]") {
  const Program program = ten_samples("");
  std::vector<std::shared_ptr<const BatchGraph>> got(4);
  std::vector<std::thread> threads;
  for (auto& graph : got) threads.emplace_back([&program, &graph] { graph = program.graph(7); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& graph : got) CHECK(graph == got.front());
}
