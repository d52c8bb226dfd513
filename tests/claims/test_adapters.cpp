// The programs in lessons/adapters answer with the right gradients, at the lesson's numbers and at
// others. What is not installed is skipped, and that is said.
#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/claims/program.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

std::string adapter(const std::string& name) {
  return (lessons_folder() / "adapters" / name).string();
}

bool succeeds(const std::string& command) {
  try {
    run_program(command, "", 60);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The largest difference between what the program answers and what the lesson has there.
double worst_difference(const std::string& command, std::uint64_t seed) {
  Program program = load_program(Source("net.lesson", read_text(adapter("net.lesson"))));
  const BatchGraph batch = *program.graph(4);
  Point point = point_of(program, batch, {0, 1, 2, 3});
  if (seed > 0) point = random_point(program, batch, point, seed);
  program = at_point(program, batch, point);
  const ProgramAnswer answer = run_program(command, problem_json(program, batch, point), 60);
  const Claims claims =
      claims_from(arrays_in_answer(answer, command), program, batch, {command, {}});
  CHECK(names_in(claims).find("L") != std::string::npos);
  CHECK(claims.missing.empty());
  CHECK(claims.ignored.empty());
  Run run(program, {});
  const StepRecord step = run.next();
  double worst = 0;
  for (const Claim& claim : claims.claims) {
    const NodeId id = step.batch->graph.find(claim.name);
    const Array<Exact>& truth = claim.gradient ? step.adjoints.at(id) : step.values.at(id);
    for (Eigen::Index k = 0; k < truth.size(); ++k) {
      worst =
          std::max(worst, std::abs(truth(k).to_double() - static_cast<double>(claim.values(k))));
    }
  }
  return worst;
}

void check(const std::string& command) {
  for (const std::uint64_t seed : {0U, 1U, 2U, 3U}) {
    CAPTURE(command, seed);
    CHECK(worst_difference(command, seed) < 1e-14);
  }
}

}  // namespace

TEST_CASE("every adapter that is shipped is described beside it", "[adapters]") {
  const std::string described = read_text(adapter("README.md"));
  int shipped = 0;
  for (const auto& file : std::filesystem::directory_iterator(lessons_folder() / "adapters")) {
    const std::string name = file.path().filename().string();
    CAPTURE(name);
    CHECK((name == "README.md" || described.find(name) != std::string::npos));
    ++shipped;
  }
  CHECK(shipped >= 5);
}

TEST_CASE("the adapter for NumPy gives the right gradients", "[adapters][needs-numpy]") {
  for (const std::string python : {"python3", "/usr/bin/python3"}) {
    if (succeeds(python + " -c 'import numpy'"))
      return check(python + " " + adapter("numpy_net.py"));
  }
  WARN("skipped: there is no python3 with numpy");
}

TEST_CASE("the adapter in C++ gives the right gradients", "[adapters][needs-c++]") {
  if (!succeeds("c++ --version")) {
    WARN("skipped: there is no c++");
    return;
  }
  const TemporaryFolder folder;
  const std::string program = (folder.path() / "net").string();
  run_program("c++ -std=c++17 -Wall -Wextra -Werror " + adapter("net.cpp") + " -o " + program, "",
              120);
  check(program);
}

TEST_CASE("the adapter for plain numbers gives the right gradients, in awk",
          "[adapters][needs-awk]") {
  if (!succeeds("python3 --version") || !succeeds("awk 'BEGIN { exit 0 }'")) {
    WARN("skipped: there is no python3, or no awk");
    return;
  }
  check("python3 " + adapter("plain.py") + " awk -f " + adapter("net.awk"));
}
