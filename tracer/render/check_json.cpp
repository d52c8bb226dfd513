// A gradient check as JSON: to_json of check_page.hpp.
#include <array>
#include <cmath>

#include "tracer/render/check_page.hpp"

#include <nlohmann/json.hpp>

#include "tracer/json_text.hpp"
#include "tracer/number/decimal.hpp"

namespace tracer {
namespace {

using Json = nlohmann::ordered_json;

std::string number_text(const Exact& value, int digits) {
  return to_decimal(value, digits, true).text;
}

// In the order of Agreement, and of Outcome.
constexpr std::array<std::string_view, 7> agreements{
    "equal", "agrees", "corner", "corner in the step", "edge", "undecided", "wrong"};
constexpr std::array<std::string_view, 3> outcomes{"right", "undecided", "wrong"};

Json number_or_null(double x) { return std::isfinite(x) ? Json(x) : Json(nullptr); }

Json entry_json(const CheckedEntry& entry, int digits) {
  Json json{{"row", entry.row},
            {"column", entry.column},
            {"result", agreements[static_cast<std::size_t>(entry.agreement)]}};
  json["gradient"] = entry.finite ? Json(number_text(entry.gradient, digits)) : Json(nullptr);
  json["difference"] = number_text(entry.reference, digits);
  json["error"] = number_or_null(entry.error);
  json["allowed"] = number_or_null(entry.allowed);
  if (entry.slopes) {
    json["left"] = number_text(entry.slopes->first, digits);
    json["right"] = number_text(entry.slopes->second, digits);
  }
  return json;
}

}  // namespace

std::string to_json(const GradientReport& report, int digits) {
  Json json{{"schema", 1},           {"title", report.title},     {"of", report.result},
            {"order", report.order}, {"checked", report.checked}, {"against", report.against}};
  json["at"] = report.at;
  json["verdict"] = outcomes[static_cast<std::size_t>(report.outcome())];
  json["gradients"] = Json::array();
  for (const CheckedParameter& parameter : report.parameters) {
    Json one{{"wrt", parameter.name},
             {"shape", {parameter.shape.rows.count, parameter.shape.columns.count}},
             {"entries", parameter.entries},
             {"checked", parameter.checked.size()},
             {"right", parameter.right()},
             {"wrong", parameter.count(Agreement::wrong)},
             {"equal", parameter.count(Agreement::equal)},
             {"on_corner", parameter.count(Agreement::corner)},
             {"corner_in_step", parameter.count(Agreement::no_choice)},
             {"undecided", parameter.count(Agreement::undecided)}};
    one["largest_error"] = number_or_null(parameter.largest_error());
    one["largest_relative_error"] = number_or_null(parameter.largest_relative());
    const auto agreed = parameter.digits();
    one["digits"] = agreed ? Json(*agreed) : Json(nullptr);
    if (const CheckedEntry* worst = parameter.worst()) one["worst"] = entry_json(*worst, digits);
    one["not_right"] = Json::array();
    for (const CheckedEntry& entry : parameter.checked) {
      if (entry.agreement != Agreement::equal && entry.agreement != Agreement::agrees)
        one["not_right"].push_back(entry_json(entry, digits));
    }
    json["gradients"].push_back(std::move(one));
  }
  json["corners"] = Json::array();
  for (const CornerReport& corner : report.corners)
    json["corners"].push_back(
        {{"place", corner.place}, {"on", corner.on}, {"unsure", corner.unsure}});
  json["no_corner_proved"] = report.corners_known && report.corners.empty();
  json["smaller_steps"] = report.narrowed();
  json["remarks"] = report.remarks;
  return json_text(json, 2) + "\n";
}

}  // namespace tracer
