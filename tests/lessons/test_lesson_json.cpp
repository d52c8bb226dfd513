// derive --format json of whole lessons: the documented fields, all of them, and the right numbers.
#include <set>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

// Checked as texts: Catch2 takes a JSON value for a range, and a number in it for a range of
// itself.
using Json = nlohmann::json;

std::set<std::string> keys(const Json& object) {
  std::set<std::string> names;
  for (const auto& [name, value] : object.items()) names.insert(name);
  return names;
}

using Names = std::set<std::string>;

void check_scalar(const Json& value) {
  REQUIRE(value.is_object());
  CHECK((keys(value) == Names{"decimal", "exact"} ||
         keys(value) == Names{"decimal", "exact", "proved"}));
  CHECK(value.at("decimal").is_string());
  CHECK((value.at("exact").is_string() || value.at("exact").is_null()));
  if (value.contains("proved")) CHECK(value.at("proved").dump() == "false");
}

void check_value(const Json& value) {
  REQUIRE(value.is_object());
  if (!value.contains("shape")) return check_scalar(value);
  CHECK(keys(value) == Names{"shape", "data"});
  REQUIRE(value.at("shape").size() == 2);
  REQUIRE(value.at("data").size() == value.at("shape").at(0).get<std::size_t>());
  for (const Json& row : value.at("data")) {
    REQUIRE(row.size() == value.at("shape").at(1).get<std::size_t>());
    for (const Json& entry : row) check_scalar(entry);
  }
}

void check_step(const Json& step, bool trains) {
  Names wanted{"step", "epoch", "samples", "forward", "gradients"};
  if (trains) wanted.insert("updates");
  CHECK(keys(step) == wanted);
  CHECK(step.at("step").is_number_integer());
  CHECK(step.at("epoch").is_number_integer());
  for (const Json& sample : step.at("samples")) CHECK(sample.is_number_integer());
  REQUIRE(!step.at("forward").empty());
  for (const Json& line : step.at("forward")) {
    CHECK(keys(line) == Names{"name", "expression", "value"});
    CHECK(!line.at("expression").get<std::string>().empty());
    check_value(line.at("value"));
  }
  for (const Json& line : step.at("gradients")) {
    CHECK(keys(line) == Names{"of", "wrt", "rule", "terms", "value"});
    CHECK(!line.at("rule").get<std::string>().empty());
    CHECK(!line.at("terms").empty());
    check_value(line.at("value"));
  }
  if (!trains) return;
  for (const Json& line : step.at("updates")) {
    CHECK(keys(line) == Names{"name", "before", "after"});
    check_value(line.at("before"));
    check_value(line.at("after"));
  }
}

Json derived(const std::string& lesson) {
  const ProgramRun run = run_program({"derive", lesson, "--format", "json", "--steps", "all"});
  INFO(run.errors);
  REQUIRE(run.status == 0);
  REQUIRE(run.output.rfind("{\n \"schema\": 1,", 0) == 0);  // first, so that readers can look there
  return Json::parse(run.output);
}

TEST_CASE("lesson json: every lesson with numbers keeps to schema 1", "[lessons][json]") {
  for (const auto& lesson : derived_lessons()) {
    const std::string name = lesson.stem().string();
    if (name == "skip-connection") continue;  // has no numbers: null values
    DYNAMIC_SECTION(name) {
      const Json json = derived(name);
      CHECK(json.at("schema").dump() == "1");
      CHECK(json.at("title").get<std::string>() == lines_of(read_text(lesson))[0].substr(2));
      CHECK(json.at("parameters").is_array());
      REQUIRE(!json.at("steps").empty());
      const bool trains = has("\n" + read_text(lesson), "\ntrain ");
      int step = 0;
      for (const Json& one : json.at("steps")) {
        check_step(one, trains);
        CHECK(one.at("step").get<int>() == ++step);
      }
    }
  }
}

TEST_CASE("lesson json: a lesson in symbols has rules, and null for every value",
          "[lessons][json]") {
  const Json json = derived("skip-connection");
  REQUIRE(json.at("steps").size() == 1);
  const Json& step = json.at("steps").at(0);
  for (const Json& line : step.at("forward")) CHECK(line.at("value").is_null());
  REQUIRE(!step.at("gradients").empty());
  for (const Json& line : step.at("gradients")) {
    CHECK(line.at("value").is_null());
    CHECK(!line.at("rule").get<std::string>().empty());
  }
  CHECK(!step.contains("updates"));
}

TEST_CASE("lesson json: sample 2 of relu-1-1-1 has the exact numbers, in backward order",
          "[lessons][json]") {
  const Json step = derived("relu-1-1-1").at("steps").at(1);
  CHECK(step.at("samples").dump() == "[2]");
  std::vector<std::string> order;
  for (const Json& line : step.at("gradients")) order.push_back(line.at("wrt"));
  CHECK(order == std::vector<std::string>{"z2", "w2", "b2", "a1", "z1", "w1", "b1"});
  CHECK(step.at("gradients").at(1).at("value").dump() ==
        R"({"decimal":"-3.870328","exact":"-483791/125000"})");
  CHECK(step.at("gradients").at(5).at("terms").dump() == R"(["∂L/∂z1 · x"])");
  const Json& update = step.at("updates").at(0);
  CHECK(update.at("name").dump() == R"("w1")");
  CHECK(update.at("before").dump() == R"({"decimal":"1.02","exact":"51/50"})");
  CHECK(update.at("after").dump() == R"({"decimal":"1.05832752","exact":"6614547/6250000"})");
}

TEST_CASE("lesson json: a value that is no fraction has proved digits and no exact text",
          "[lessons][json]") {
  const Json step = derived("softmax-layer").at("steps").at(0);
  const Json& p = step.at("forward").at(1).at("value");
  CHECK(p.at("shape").dump() == "[2,2]");
  CHECK(p.at("data").at(0).at(0).dump() == R"({"decimal":"0.1192029220","exact":null})");
  const Json& z = step.at("forward").at(0).at("value");
  CHECK(z.at("data").at(1).at(0).dump() == R"({"decimal":"1.5","exact":"3/2"})");
}

}  // namespace
}  // namespace tracer
