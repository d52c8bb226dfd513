// The diagnosis for programs:
//
//   {"schema": 1, "title": TEXT, "source": "grads.npz", "at": "step 1, 4 of 4 samples", "loss":
//   "L",
//    "verdict": "right" | "disturbed" | "subgradient" | "factor" | "named" | "unnamed" |
//               "wrong forward pass" | "undecided",
//    "arrays": [{"name": "W1", "claimed as": "W1.grad", "gradient": true, "shape": [3, 2],
//                "precision": "float64", "written with": null | "4 decimals",
//                "verdict": "right" | "disturbed" | "valid" | "wrong" | "open",
//                "digits": 15, "norm ratio": 0, "cosine": 1, "factor": null | 2.0,
//                "wrong": "row 3 only", "worst": {"at": [0, 1], "claimed": 0.5, "right": 0.25}},
//               ...],
//    "accounts": [{"mistakes": [{"id": "activation_for_slope", "says": TEXT,
//                                "lines": [{"name": "A1", "line": 9}, ...], "everywhere": false,
//                                "of": TEXT, "claimed": TEXT, "right": TEXT, "factor": null}, ...],
//                  "entries": 31, "digits": 15, "unexplained": []}, ...],   the best first
//    "apart": null | {"seed": 7, "gradient": "W1", "entry": [0, 1], "first": 0.5, "another": 0.25},
//                                                 numbers that would tell the first account from
//                                                 another
//    "suspects": [{"name": "Z1", "line": 8}],     where the first error lies, if none is named
//    "first wrong value": null | NAME,            of a wrong forward pass
//    "not finite": null | {"name": "P", "line": 9},   where ours overflows or comes to 0/0
//    "missing": [NAME, ...], "ignored": [NAME, ...],
//    "unmatched": [NAME, ...], "remarks": [TEXT, ...]}
#include <cmath>

#include "tracer/render/diagnosis_page.hpp"

#include <nlohmann/json.hpp>

#include "tracer/json_text.hpp"
#include "tracer/render/diagnosis_tables.hpp"
#include "tracer/render/text_block.hpp"

namespace tracer {
namespace {

using Json = nlohmann::ordered_json;

Json number(long double x) { return static_cast<double>(x); }
Json optional_number(const std::optional<long double>& x) {
  return x ? Json(static_cast<double>(*x)) : Json(nullptr);
}

Json place(const LinePlace& line, const Program& program) {
  return {{"name", line.name},
          {"line", line.span ? Json(program.source->place(line.span->begin).line) : Json(nullptr)}};
}

Json of_array(const JudgedClaim& array, Verdict whole) {
  const std::string_view word = word_of(array, whole);
  Json made{{"name", array.claim.name},
            {"claimed as", array.claim.called},
            {"gradient", array.claim.gradient},
            {"shape", {array.claim.values.rows(), array.claim.values.cols()}},
            {"precision", array.claim.precision.name},
            {"verdict", word},
            {"digits", std::floor(array.nearness.digits)},
            {"norm ratio", array.norm_ratio},
            {"cosine", array.cosine ? Json(*array.cosine) : Json(nullptr)},
            {"factor", optional_number(array.factor)},
            {"wrong", array.pattern}};
  made["written with"] = array.claim.written.empty() ? Json(nullptr) : Json(array.claim.written);
  const bool differs = word == "wrong" || word == "valid";
  if (differs && array.claim.values.size() > 0) {
    const auto [i, j] = array.nearness.worst;
    made["worst"] = {{"at", {i, j}},
                     {"claimed", number(array.claim.values(i, j))},
                     {"right", number(array.truth.values(i, j))}};
  }
  return made;
}

Json of_finding(const Finding& finding, const Program& program) {
  Json lines = Json::array();
  for (const LinePlace& line : finding.lines) lines.push_back(place(line, program));
  Json made{{"id", finding.id},
            {"says", finding.says},
            {"lines", lines},
            {"everywhere", finding.everywhere && finding.lines.size() > 1}};
  if (finding.wrong && finding.right) {
    made["of"] = text_line(finding.left);
    made["claimed"] = text_line(*finding.wrong);
    made["right"] = text_line(*finding.right);
  }
  made["factor"] = optional_number(finding.factor);
  return made;
}

Json of_separation(const Separation& apart) {
  return {{"seed", apart.seed},
          {"gradient", apart.gradient},
          {"entry", {apart.entry.first, apart.entry.second}},
          {"first", number(apart.first)},
          {"another", number(apart.second)}};
}

}  // namespace

std::string to_json(const Diagnosis& diagnosis, const ReportHead& head, const Program& program,
                    int /*digits*/) {
  Json arrays = Json::array();
  for (const JudgedClaim& array : diagnosis.arrays)
    arrays.push_back(of_array(array, diagnosis.verdict));
  Json accounts = Json::array();
  for (const Account& account : diagnosis.accounts) {
    Json mistakes = Json::array();
    for (const Finding& finding : account.findings)
      mistakes.push_back(of_finding(finding, program));
    accounts.push_back({{"mistakes", mistakes},
                        {"entries", account.entries},
                        {"digits", std::floor(account.digits)},
                        {"unexplained", account.unexplained}});
  }
  Json suspects = Json::array();
  for (const LinePlace& line : diagnosis.suspects) suspects.push_back(place(line, program));
  std::vector<std::string> remarks = head.remarks;
  remarks.insert(remarks.end(), diagnosis.remarks.begin(), diagnosis.remarks.end());
  const Json made{
      {"schema", 1},
      {"title", head.title},
      {"source", head.source},
      {"at", head.at},
      {"loss", head.loss},
      {"verdict", word_of(diagnosis.verdict)},
      {"arrays", arrays},
      {"accounts", accounts},
      {"apart", diagnosis.apart ? of_separation(*diagnosis.apart) : Json(nullptr)},
      {"suspects", suspects},
      {"first wrong value",
       diagnosis.first_wrong_value.empty() ? Json(nullptr) : Json(diagnosis.first_wrong_value)},
      {"not finite", diagnosis.not_finite ? place(*diagnosis.not_finite, program) : Json(nullptr)},
      {"missing", head.missing},
      {"ignored", head.ignored},
      {"unmatched", head.unmatched},
      {"remarks", remarks}};
  return json_text(made, 1) + "\n";
}

}  // namespace tracer
