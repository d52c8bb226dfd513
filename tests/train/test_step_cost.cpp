// The model behind --plan.
#include "tests/catch.hpp"
#include "tests/train/training.hpp"
#include "tracer/train/step_cost.hpp"

namespace tracer::test {

TEST_CASE("adding up costs latency for short sums and bandwidth for long ones", "[train][ranks]") {
  const LinkCost link{1e-5, 1e9};
  CHECK(sum_seconds(1, 1'000'000, link) == 0);
  CHECK(sum_seconds(2, 1000, link) == Approx(1e-5 + 1e-6));
  CHECK(sum_seconds(8, 1000, link) == Approx(3e-5 + 7e-6));
  CHECK(sum_seconds(4, 4'000'000, link) == Approx(2 * (2e-5 + 3e-3)));
}

TEST_CASE("more processes pay as long as twice as many are a tenth faster", "[train][ranks]") {
  const std::vector<StepCost> rows{{1, 8, 0}, {2, 4, 1}, {4, 2, 2}, {8, 1, 2.9}, {16, 1, 4}};
  const Worthwhile found = worthwhile(rows);
  CHECK(rows[found.fastest].processes == 8);
  CHECK(rows[found.last_that_pays].processes == 4);
  CHECK(worthwhile({{1, 1, 0}, {2, 1, 1}}).fastest == 0);
}

TEST_CASE("a step of a share is measured, and what is exchanged is counted", "[train][ranks]") {
  const Program program = lesson(rich_lesson("adam(lr=0.05), batch_size=16, shuffle=true", 3));
  TrainerOptions options;
  options.threads = 1;
  CHECK(measured_step(program, options, 4, 2) > 0);
  // W1, gamma1, beta1, W2, b2; running mean and variance; three numbers; who has a gradient
  const Exchange exchange = exchange_of(program, options);
  CHECK(exchange.bytes == (16 + 8 + 8 + 8 + 1 + 16 + 3 + 5) * sizeof(float));
  CHECK(exchange.short_sums == 0);
  options.joint_statistics = true;
  CHECK(exchange_of(program, options).short_sums == 3);
}

}  // namespace tracer::test
