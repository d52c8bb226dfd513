#include "tracer/cli/check_steps.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/json_text.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/text/table.hpp"
#include "tracer/view/curves.hpp"

namespace tracer::cli {
namespace {

std::string error_text(double error) {
  return std::isnan(error) ? "no value" : error == 0 ? "0" : fmt::format("{:.1e}", error);
}

std::string table_of(const StepErrorsTable& steps, const Style& style) {
  std::vector<TableColumn> columns{{"h", true}};
  for (const StepErrors& way : steps.ways) columns.push_back({way.name, true});
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < steps.ways.front().errors.size(); ++i) {
    std::vector<std::string> row{fmt::format("1e-{}", i + 1)};
    for (const StepErrors& way : steps.ways)
      row.push_back((i == way.best() ? "* " : "") + error_text(way.errors[i]));
    rows.push_back(std::move(row));
  }
  return table(columns, rows, style);
}

std::string plot_of(const StepErrorsTable& steps, const Style& style) {
  std::vector<Series> series;
  for (const StepErrors& way : steps.ways) {
    Series one{way.name, {}};
    // an error of 0 has no logarithm: a gap
    for (const double error : way.errors)
      one.values.push_back(error > 0 ? std::log10(error)
                                     : std::numeric_limits<double>::quiet_NaN());
    series.push_back(std::move(one));
  }
  return line_chart("log10 of the error", series, 17, style, "h = 1e-");
}

}  // namespace

std::string to_text(const StepErrorsTable& steps, int digits, const Style& style) {
  std::string out = steps.title.empty() ? "" : steps.title + "\n";
  out += fmt::format(
      "  {} = {}{}\n  {} error of its differences, by their step h (* the best):\n\n", steps.entry,
      to_decimal(steps.gradient, digits, true).text, steps.at.empty() ? "" : ", " + steps.at,
      steps.relative ? "The relative" : "The gradient is 0; the absolute");
  out += table_of(steps, style) + "\n" + plot_of(steps, style) + "\n";
  for (const StepErrors& way : steps.ways) {
    const std::size_t best = way.best();
    out += fmt::format("  {:<20} at its best with h = 1e-{}: {}\n", way.name, best + 1,
                       error_text(way.errors[best]));
  }
  return out;
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

}  // namespace tracer::cli
