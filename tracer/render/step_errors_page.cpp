// How good a difference is for which step: see check_page.hpp.
#include "tracer/render/check_page.hpp"

#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/json_text.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/view/curves.hpp"

namespace tracer {
namespace {

std::string error_text(double error) {
  return std::isnan(error) ? "no value" : error == 0 ? "0" : fmt::format("{:.1e}", error);
}

TableBlock table_of(const StepErrorsTable& steps) {
  TableBlock table{{{"h", true}}, {}};
  for (const StepErrors& way : steps.ways) table.columns.push_back({way.name, true});
  for (std::size_t i = 0; i < steps.ways.front().errors.size(); ++i) {
    std::vector<TableCell> row{fmt::format("1e-{}", i + 1)};
    for (const StepErrors& way : steps.ways)
      row.push_back((i == way.best() ? "* " : "") + error_text(way.errors[i]));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Drawing plot_of(const StepErrorsTable& steps) {
  std::vector<Series> series;
  for (const StepErrors& way : steps.ways) {
    Series one{way.name, {}};
    // an error of 0 has no logarithm: a gap
    for (const double error : way.errors)
      one.values.push_back(error > 0 ? std::log10(error)
                                     : std::numeric_limits<double>::quiet_NaN());
    series.push_back(std::move(one));
  }
  return {[series](const Style& style) {
    return line_chart("log10 of the error", series, 17, style, "h = 1e-");
  }};
}

}  // namespace

Document page_of(const StepErrorsTable& steps, int digits) {
  constexpr int indent = 2;
  Document page;
  const auto line = [&](const std::string& text, bool apart) {
    page.push_back({Paragraph{{text}, Paragraph::never}, apart, indent});
  };
  if (!steps.title.empty()) page.push_back({PageHeading{1, steps.title, {}, Look::plain}});
  line(fmt::format("{} = {}{}", steps.entry, to_decimal(steps.gradient, digits, true).text,
                   steps.at.empty() ? "" : ", " + steps.at),
       false);
  line(fmt::format("{} error of its differences, by their step h (* the best):",
                   steps.relative ? "The relative" : "The gradient is 0; the absolute"),
       false);
  page.push_back({table_of(steps)});
  page.push_back({plot_of(steps)});
  bool apart = true;
  for (const StepErrors& way : steps.ways) {
    const std::size_t best = way.best();
    line(fmt::format("{:<20} at its best with h = 1e-{}: {}", way.name, best + 1,
                     error_text(way.errors[best])),
         std::exchange(apart, false));
  }
  return page;
}

std::string to_json(const StepErrorsTable& steps, int digits) {
  using Json = nlohmann::ordered_json;
  Json json{{"schema", 1}, {"title", steps.title}, {"entry", steps.entry}, {"at", steps.at}};
  json["gradient"] = to_decimal(steps.gradient, digits, true).text;
  json["relative"] = steps.relative;
  json["differences"] = Json::array();
  for (const StepErrors& way : steps.ways) {
    Json errors = Json::array();
    for (std::size_t i = 0; i < way.errors.size(); ++i) {
      errors.push_back(
          {{"h", fmt::format("1e-{}", i + 1)},
           {"error", std::isnan(way.errors[i]) ? Json(nullptr) : Json(way.errors[i])}});
    }
    json["differences"].push_back(
        {{"name", way.name}, {"best_h", fmt::format("1e-{}", way.best() + 1)}, {"errors", errors}});
  }
  return json_text(json, 2) + "\n";
}

}  // namespace tracer
