// tracer check --claimed --format json: it says what the page and the exit status say.
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/cli/neuron_claims.hpp"

namespace tracer {
namespace {

using Json = nlohmann::json;

struct Answer {
  int status;
  std::string page;
  Json json;
};

// The page and the JSON of the same claim.
Answer answer(const std::string& lesson, const std::string& claim) {
  const NeuronFolder folder(lesson);
  folder.write("c.json", claim);
  const ProgramRun page = folder.check({"--claimed", "c.json"});
  const ProgramRun json = folder.check({"--claimed", "c.json", "--format", "json"});
  INFO(page.errors << json.errors);
  REQUIRE(json.status == page.status);
  return {page.status, page.output, Json::parse(json.output)};
}

}  // namespace

TEST_CASE("claims as JSON: another slope at a corner is valid there too", "[cli][claims]") {
  const Answer valid = answer("param w = 0\nL = 3*relu(w)\n", R"({"dL/dw": 3})");
  CHECK(valid.status == 0);
  CHECK(has(valid.page, "valid"));
  CHECK(valid.json.at("verdict") == "subgradient");
  const Json& array = valid.json.at("arrays").at(0);
  CHECK(array.at("verdict") == "valid");
  CHECK(array.at("worst") == Json{{"at", {0, 0}}, {"claimed", 3.0}, {"right", 0.0}});
}

TEST_CASE("claims as JSON: what is no number with us is open, and its line is named",
          "[cli][claims]") {
  const Answer open =
      answer("param w = 20000\nP = exp(w)/(exp(w) + 1)\nL = log(P)\n", R"({"dL/dw": 0.125})");
  CHECK(open.status == 3);
  CHECK(has(open.page, "ours is no number"));
  CHECK(open.json.at("verdict") == "undecided");
  CHECK(open.json.at("arrays").at(0).at("verdict") == "open");
  CHECK_FALSE(open.json.at("arrays").at(0).contains("worst"));
  CHECK(open.json.at("not finite").at("line").is_number());
}

TEST_CASE("claims as JSON: the first wrong value of another forward pass", "[cli][claims]") {
  const Answer forward = answer(neuron, R"({"dL/dw": [[1.5, 5]], "dL/db": 1, "L": 10})");
  CHECK(forward.status == 1);
  CHECK(forward.json.at("first wrong value") == "L");
  CHECK(forward.json.at("not finite").is_null());
  CHECK(forward.json.at("apart").is_null());
}

TEST_CASE("claims as JSON: numbers that would tell two explanations apart", "[cli][claims]") {
  // x = w: which of them the slope was multiplied by, one claim can't tell
  const Answer two = answer("param w = 2\nparam v = 2\nL = w*v\n", R"({"dL/dw": 4, "dL/dv": 2})");
  REQUIRE(two.json.at("accounts").size() > 1);
  REQUIRE(has(two.page, "These explanations fit as well:"));
  const bool page_has_numbers = has(two.page, "at the random point of");
  CHECK(page_has_numbers == !two.json.at("apart").is_null());
  REQUIRE(page_has_numbers);
  const Json& apart = two.json.at("apart");
  CHECK(apart.at("gradient") == "w");
  CHECK(apart.at("entry") == Json{0, 0});
  CHECK(apart.at("first") != apart.at("another"));
  CHECK(has(two.page, "seed " + std::to_string(apart.at("seed").get<long long>())));
}

TEST_CASE("claims as JSON: the page's remarks are there, also those of the diagnosis",
          "[cli][claims]") {
  const Answer remarked =
      answer("param w = [[0, 1]]\nparam v = [[1, 2]]\nL = sum(3*relu(w)*v) + sum(v)\n",
             R"({"dL/dw": [[7.31, 5.77]], "dL/dv": [[1, 4]]})");
  CHECK(remarked.status == 1);
  const std::string remark =
      "L has values on the corner of relu, where several slopes are right; but the claim is not "
      "between them";
  CHECK(has(remarked.page, remark));
  CHECK(remarked.json.at("remarks").back() == remark);
}

TEST_CASE("claims as JSON: a file's name need not be UTF-8", "[cli][claims]") {
  const NeuronFolder folder;
  folder.write("c\xff.json", right_claim);
  const ProgramRun run = folder.check({"--claimed", "c\xff.json", "--format", "json"});
  INFO(run.errors);
  REQUIRE(run.status == 0);
  CHECK(Json::parse(run.output).at("source") == "c\ufffd.json");
}

}  // namespace tracer
