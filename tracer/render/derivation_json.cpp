// A derivation as JSON, for programs. The format is stable: what is here stays, fields may be
// added.
//
//   {"schema": 1, "title": TEXT, "parameters": [NAME, ...],
//    "working": TEXT,                  how the lines are rounded; only there for rounded working
//    "layout": "numerator",            only there where --layout asks for it: gradients are rows
//    "steps": [
//      {"step": 2, "epoch": 1,
//       "samples": [2],                from 1, in the order of the data; empty without data
//       "forward":   [{"name": "z1", "expression": "w1*x + b1", "value": V}, ...],
//       "gradients": [{"of": "L", "wrt": "w1", "rule": TEXT,
//                      "terms": [TEXT, ...],   one for each line that uses wrt
//                      "value": V}, ...],      in backward order
//       "updates":   [{"name": "w1", "before": V, "after": V}, ...]},
//                                      only there in lessons that train
//       "jacobians": [{"name": "∂z/∂x", "rule": TEXT}, ...],          with --jacobians
//       "paths":     [{"wrt": "x", "count": "3", "sum": TEXT,
//                      "listed": [{"through": ["E", "y", "x"], "rule": TEXT}, ...]}, ...]
//                                      with --paths; count is of all paths
//       "second":    [{"name": "∂²L/∂w²", "rule": TEXT, "value": TEXT}, ...],  with --order 2
//       "checks":    [{"wrt": "w1", "says": TEXT, "agrees": true}, ...],   with --check; of several
//                                      losses each has "of", too
//      ...],
//    "remaining": 0}                   steps of the lesson that are not among "steps"
//
// V is, of a scalar,  {"decimal": "1.05832752", "exact": "6614547/6250000"}
//      decimal: proven digits only; exact: null where the value is known as an interval; "proved":
//      false is added where a value could not be told from 0, and then the decimal is "0"
//   of a matrix,      {"shape": [rows, columns], "data": [[V, ...], ...]}  row by row
//   of a line without numbers (a lesson in symbols), null
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "tracer/json_text.hpp"
#include "tracer/render/derivation_page.hpp"
#include "tracer/render/text_block.hpp"

namespace tracer {
namespace {

using Json = nlohmann::ordered_json;

Json scalar_json(const Exact& number, const Decimal& decimal) {
  Json json{{"decimal", decimal.text}};
  const std::string exact = exact_text(number);
  json["exact"] = exact.empty() ? Json(nullptr) : Json(exact);
  if (!decimal.proved) json["proved"] = false;
  return json;
}

Json value_json(const Value& value) {
  if (value.empty()) return nullptr;
  if (value.scalar()) return scalar_json(value.numbers(0, 0), value.decimals[0]);
  Json data = Json::array();
  for (Eigen::Index i = 0; i < value.numbers.rows(); ++i) {
    Json row = Json::array();
    for (Eigen::Index j = 0; j < value.numbers.cols(); ++j) {
      const auto at = static_cast<std::size_t>(i * value.numbers.cols() + j);
      row.push_back(scalar_json(value.numbers(i, j), value.decimals[at]));
    }
    data.push_back(std::move(row));
  }
  return {{"shape", {value.numbers.rows(), value.numbers.cols()}}, {"data", std::move(data)}};
}

// The rule as one line of text: the last of its links, which has the most put into it.
std::string rule_text(const Equation& equation) {
  return equation.rule.empty() ? "" : text_line(equation.rule.back().what);
}

Json terms_json(const GradientLine& line) {
  if (line.paths.empty()) return Json::array({rule_text(line.equation)});
  Json terms = Json::array();
  for (const Equation& path : line.paths) terms.push_back(rule_text(path));
  return terms;
}

// The fields of a backward pass; what another has added is there already.
void add_pass(Json& json, const BackwardPass& pass) {
  const auto list = [&](const char* name) -> Json& {
    if (!json.contains(name)) json[name] = Json::array();
    return json[name];
  };
  Json& gradients = list("gradients");
  for (const GradientLine& line : pass.gradients)
    gradients.push_back({{"of", line.of},
                         {"wrt", line.wrt},
                         {"rule", rule_text(line.equation)},
                         {"terms", terms_json(line)},
                         {"value", value_json(line.value)}});
  for (const Equation& line : pass.jacobians)
    list("jacobians").push_back({{"name", text_line(line.left)}, {"rule", rule_text(line)}});
  for (const PathsTo& to : pass.paths) {
    Json lines = Json::array();
    for (const PathsTo::Line& line : to.lines)
      lines.push_back({{"through", line.through}, {"rule", rule_text(line.equation)}});
    list("paths").push_back({{"wrt", to.wrt},
                             {"count", to.count},
                             {"listed", std::move(lines)},
                             {"sum", rule_text(to.sum)}});
  }
  for (const Equation& line : pass.second)
    list("second").push_back(
        {{"name", text_line(line.left)},
         {"rule", rule_text(line)},
         {"value", line.value.empty() ? "" : text_line(line.value.back().what)}});
  for (const DifferenceLine& line : pass.checks) {
    Json check{{"wrt", line.wrt},
               {"says", fmt::format("{}", fmt::join(line.equation.remarks, "; "))},
               {"agrees", line.agrees}};
    if (!pass.from.empty()) check["of"] = pass.from;
    list("checks").push_back(std::move(check));
  }
}

Json step_json(const DerivationStep& step) {
  Json json{{"step", step.step}, {"epoch", step.epoch}, {"samples", step.samples}};
  json["forward"] = Json::array();
  for (const ForwardLine& line : step.forward)
    json["forward"].push_back(
        {{"name", line.name}, {"expression", line.expression}, {"value", value_json(line.value)}});
  add_pass(json, step);
  for (const BackwardPass& pass : step.further) add_pass(json, pass);
  if (step.updates.empty()) return json;
  json["updates"] = Json::array();
  for (const UpdateLine& line : step.updates) {
    Json update{{"name", line.name}, {"before", value_json(line.before)}};
    if (!line.clipped.empty()) update["clipped"] = value_json(line.clipped);
    update["after"] = value_json(line.after);
    json["updates"].push_back(std::move(update));
  }
  return json;
}

}  // namespace

std::string to_json(const Derivation& derivation) {
  Json json{{"schema", 1}, {"title", derivation.title}, {"parameters", derivation.parameters}};
  if (derivation.in_rows) json["layout"] = "numerator";
  if (!derivation.working.empty()) json["working"] = derivation.working;
  json["steps"] = Json::array();
  for (const DerivationStep& step : derivation.steps) json["steps"].push_back(step_json(step));
  json["remaining"] = derivation.remaining;
  // a title in another encoding must not cost the numbers: what is no UTF-8 becomes U+FFFD
  return json_text(json, 1) + "\n";
}

}  // namespace tracer
