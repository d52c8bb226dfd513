// The JSON of a derivation, walked field by field against its format.
#include <regex>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/render/example_documents.hpp"
#include "tracer/render/derivation_page.hpp"

namespace tracer {
namespace {

using Json = nlohmann::ordered_json;

/// What is wrong with a scalar or matrix value; "" if nothing is.
std::string fault_of_value(const Json& value) {
  if (value.is_null()) return "";
  if (!value.is_object()) return "a value is no object";
  if (value.contains("shape")) {
    if (value.size() != 2 || value["shape"].size() != 2) return "a matrix has shape and data";
    if (value["data"].size() != value["shape"][0].get<std::size_t>())
      return "rows differ from shape";
    for (const Json& row : value["data"]) {
      if (row.size() != value["shape"][1].get<std::size_t>()) return "columns differ from shape";
      for (const Json& entry : row) {
        if (entry.contains("shape")) return "a matrix in a matrix";
        if (const std::string fault = fault_of_value(entry); !fault.empty()) return fault;
      }
    }
    return "";
  }
  if (!value.contains("decimal") || !value["decimal"].is_string()) return "no decimal";
  if (!value.contains("exact")) return "no exact";
  if (!value["exact"].is_null() && !value["exact"].is_string()) return "exact is no text";
  static const std::regex fraction("-?[0-9]+(/[0-9]+)?");
  if (value["exact"].is_string() && !std::regex_match(value["exact"].get<std::string>(), fraction))
    return "exact is no fraction";
  if (value.contains("proved") && (value["proved"] != false || value["decimal"] != "0"))
    return "proved is there only to be false, of a 0";
  return "";
}

/// What breaks the format; "" if nothing does.
std::string fault_of(const Json& json) {
  const auto is_text = [](const Json& j, const char* key) {
    return j.contains(key) && j[key].is_string();
  };
  if (json.begin().key() != "schema" || json["schema"] != 1) return "schema 1 comes first";
  if (!is_text(json, "title")) return "title";
  if (!json["parameters"].is_array()) return "parameters";
  if (!json["steps"].is_array()) return "steps";
  if (!json["remaining"].is_number_integer()) return "remaining";
  for (const Json& step : json["steps"]) {
    if (!step["step"].is_number_integer() || !step["epoch"].is_number_integer())
      return "step, epoch";
    for (const Json& sample : step["samples"])
      if (!sample.is_number_integer()) return "samples";
    for (const Json& line : step["forward"]) {
      if (!is_text(line, "name") || !is_text(line, "expression")) return "forward";
      if (const std::string fault = fault_of_value(line["value"]); !fault.empty()) return fault;
    }
    for (const Json& line : step["gradients"]) {
      if (!is_text(line, "of") || !is_text(line, "wrt") || !is_text(line, "rule"))
        return "gradients";
      if (!line["terms"].is_array()) return "terms";
      if (const std::string fault = fault_of_value(line["value"]); !fault.empty()) return fault;
    }
    if (!step.contains("updates")) continue;
    for (const Json& line : step["updates"]) {
      if (!is_text(line, "name")) return "updates";
      for (const char* key : {"before", "after"})
        if (const std::string fault = fault_of_value(line[key]); !fault.empty()) return fault;
    }
  }
  return "";
}

TEST_CASE("json: every example keeps to the format", "[render]") {
  for (const Derivation& derivation :
       {examples::relu_sample_2(), examples::softmax_batch(), examples::symbolic(), Derivation{}}) {
    const std::string text = to_json(derivation);
    CHECK(text.ends_with("}\n"));
    CHECK(fault_of(Json::parse(text)).empty());
  }
}

TEST_CASE("json: the check of the format finds a missing field", "[render]") {
  Json json = Json::parse(to_json(examples::relu_sample_2()));
  json["steps"][0]["forward"][0]["value"].erase("exact");
  CHECK(fault_of(json) == "no exact");
}

TEST_CASE("json: a scalar has its decimal and its fraction", "[render]") {
  const Json step = Json::parse(to_json(examples::relu_sample_2()))["steps"][0];
  CHECK(step["step"] == 2);
  CHECK(step["samples"] == Json::array({2}));
  CHECK(step["forward"][0]["expression"] == "w1*x + b1");
  CHECK(step["gradients"].size() == 7);
  CHECK(step["gradients"][5]["wrt"] == "w1");
  CHECK(step["gradients"][5]["terms"] == Json::array({"∂L/∂z1 · x"}));
  CHECK(step["updates"][0]["after"].dump() ==
        R"({"decimal":"1.05832752","exact":"6614547/6250000"})");
}

TEST_CASE("json: a matrix has its shape and its rows, and no training has no updates", "[render]") {
  const Json step = Json::parse(to_json(examples::softmax_batch()))["steps"][0];
  const Json& z = step["forward"][0]["value"];
  CHECK(z["shape"] == Json::array({2, 2}));
  CHECK(z["data"][1][0].dump() == R"({"decimal":"1.5","exact":"3/2"})");
  CHECK(!step.contains("updates"));
}

TEST_CASE("json: intervals have no fraction, and an unproved 0 says so", "[render]") {
  Derivation derivation = examples::symbolic();
  Value& value = derivation.steps[0].forward[0].value;
  value = examples::scalar("1");
  value.numbers(0, 0) = exp(Exact(1));
  value.decimals[0] = {"2.718", false, true, ""};
  const auto written = [&] {
    return Json::parse(to_json(derivation))["steps"][0]["forward"][0]["value"].dump();
  };
  CHECK(written() == R"({"decimal":"2.718","exact":null})");
  value.decimals[0] = {"0", false, false, "1e-300"};
  CHECK(written() == R"({"decimal":"0","exact":null,"proved":false})");
}

TEST_CASE("json: a title in no UTF-8 costs the title, not the numbers", "[render]") {
  Derivation derivation = examples::relu_sample_2();
  derivation.title = "M\xfcller";
  CHECK(fault_of(Json::parse(to_json(derivation))).empty());
}

}  // namespace
}  // namespace tracer
