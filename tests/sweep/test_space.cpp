// Options and their combinations.
#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/sweep/space.hpp"

namespace tracer {
namespace {

std::string failure(const char* option) {
  try {
    parse_sweep_option(option);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

using Values = std::vector<std::string>;

}  // namespace

TEST_CASE("--set: values between commas, but not within brackets", "[sweep]") {
  CHECK(parse_sweep_option("lr=0.2,0.02").values == Values{"0.2", "0.02"});
  CHECK(parse_sweep_option("schedule = cosine, step(step_size=10, gamma=0.1)").values ==
        Values{"cosine", "step(step_size=10, gamma=0.1)"});
  CHECK(parse_sweep_option("layers=\"784,10\",\"784,20,10\"").values.size() == 2);
  CHECK(parse_sweep_option("h=10..30 step 10").values == Values{"10", "20", "30"});
  CHECK(parse_sweep_option("h=2..4").values == Values{"2", "3", "4"});
  CHECK(parse_sweep_option("lr=0.1..0.3 step 0.1").values == Values{"0.1", "0.2", "0.3"});
  CHECK(parse_sweep_option("lr=log(1e-4, 1e-1, 4)").values ==
        Values{"0.0001", "0.001", "0.01", "0.1"});
}

TEST_CASE("--set: what is wrong with it", "[sweep]") {
  CHECK(failure("lr") == "--set lr: expected a name and its values, as in lr=0.2,0.02");
  CHECK(failure("=1") == "--set =1: expected a name and its values, as in lr=0.2,0.02");
  CHECK(failure("lr=0.1,,0.2") == "--set lr=0.1,,0.2: a value is missing; write lr=0.1,0.01");
  CHECK(failure("lr=") == "--set lr=: a value is missing; write lr=0.1,0.01");
  CHECK(failure("a=step(1") == "--set a=step(1: a bracket is not closed");
  CHECK(failure("h=3..1") ==
        "--set h=3..1: from 3 to 1 in steps of 1 there are no values, or too many");
  CHECK(failure("h=1..x") == "--set h=1..x: x is no number");
}

TEST_CASE("settings: each with each, side by side, or some of them", "[sweep]") {
  const std::vector<SweepOption> options{{"lr", {"1", "2"}}, {"h", {"3", "4"}}};
  CHECK(candidates_of(options, {}) ==
        std::vector<Candidate>{{"1", "3"}, {"1", "4"}, {"2", "3"}, {"2", "4"}});
  CHECK(candidates_of(options, {.zip = true}) == std::vector<Candidate>{{"1", "3"}, {"2", "4"}});
  const auto some = candidates_of(options, {.at_random = 3, .seed = 1});
  CHECK(some.size() == 3);
  CHECK(some == candidates_of(options, {.at_random = 3, .seed = 1}));
  CHECK(candidates_of(options, {.at_random = 9}).size() == 4);
  CHECK(candidates_of({}, {}) == std::vector<Candidate>{{}});
  CHECK(name_of(options, some.front()).starts_with("lr="));
  CHECK(candidates_of({{"lr", {"1", "1"}}, {"h", {"3", "4"}}}, {.zip = true}).size() == 2);
  CHECK_THROWS_WITH(candidates_of({{"lr", {"1", "1"}}}, {}), "--set lr: 1 stands there twice");
  CHECK_THROWS_WITH(candidates_of({{"lr", {"1", "2"}}, {"h", {"3"}}}, {.zip = true}),
                    "--zip takes the values side by side, but lr has 2 and h has 1");
}

}  // namespace tracer
