#include "tracer/render/check_page.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/json_text.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/view/chart_svg.hpp"
#include "tracer/view/curves.hpp"

namespace tracer {
namespace {

// H·v of a second-order check has no ∂; it stands for itself
std::string name_of(const GradientReport& report, const CheckedParameter& parameter) {
  if (report.order == 2) {
    return parameter.name.find(' ') == std::string::npos
               ? fmt::format("(H·v) for {}", parameter.name)
               : parameter.name;
  }
  return fmt::format("∂{}/∂{}", report.result, parameter.name);
}

std::string place_of(const CheckedParameter& parameter, const CheckedEntry& entry) {
  return parameter.entries == 1 ? "" : fmt::format("[{}, {}]", entry.row, entry.column);
}

std::string value_text(const Exact& value, int digits) {
  return to_decimal(value, digits, true).text;
}

std::string gradient_text(const CheckedEntry& entry, int digits) {
  return entry.finite ? value_text(entry.gradient, digits) : "not finite";
}

// 2.1e-34; 0 is 0
std::string size_text(double x) {
  return x == 0 ? "0" : std::isfinite(x) ? fmt::format("{:.1e}", x) : "∞";
}

std::string plural(long long n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

// "equal, as fractions", "agrees", "2 wrong"
std::string outcome_of(const CheckedParameter& parameter, int order) {
  const auto count = [&](Agreement agreement) { return parameter.count(agreement); };
  const auto all = static_cast<long long>(parameter.checked.size());
  if (count(Agreement::wrong) > 0) return fmt::format("{} WRONG", count(Agreement::wrong));
  if (all == 0) return "nothing to check";
  std::vector<std::string> parts;
  if (count(Agreement::equal) == all) return "equal, as fractions";
  const auto add = [&](Agreement agreement, std::string_view one, std::string_view many) {
    if (const long long n = count(agreement); n > 0) parts.push_back(plural(n, one, many));
  };
  add(Agreement::equal, "equal", "equal");
  if (count(Agreement::agrees) == all)
    parts.emplace_back("agrees");
  else
    add(Agreement::agrees, "agree", "agree");
  add(Agreement::corner, "on a corner", "on corners");
  if (order == 2)
    add(Agreement::no_choice, "on a corner", "on corners");
  else
    add(Agreement::no_choice, "too near a corner", "too near a corner");
  add(Agreement::edge, "at the edge of the domain", "at the edge of the domain");
  add(Agreement::undecided, "undecided", "undecided");
  return fmt::format("{}", fmt::join(parts, ", "));
}

TableBlock parameters_table(const GradientReport& report) {
  TableBlock table{{{"gradient"},
                    {"checked", true},
                    {"result"},
                    {"largest error", true},
                    {"relative", true},
                    {"at"}},
                   {}};
  table.columns.push_back({report.rounded ? "rounding" : "digits", true});
  for (const CheckedParameter& parameter : report.parameters) {
    const auto checked = static_cast<long long>(parameter.checked.size());
    std::vector<TableCell> row{name_of(report, parameter),
                               checked == parameter.entries
                                   ? fmt::format("all {}", checked)
                                   : fmt::format("{} of {}", checked, parameter.entries),
                               outcome_of(parameter, report.order)};
    if (const CheckedEntry* worst = parameter.worst()) {
      row.push_back(size_text(parameter.largest_error()));
      row.push_back(size_text(parameter.largest_relative()));
      row.push_back(parameter.largest_error() > 0 ? place_of(parameter, *worst) : "");
      if (report.rounded) {
        row.push_back(fmt::format("{:.2g} u", parameter.largest_units()));
      } else if (const auto digits = parameter.digits()) {
        row.push_back(fmt::format("{:.0f}", std::floor(*digits)));
      } else {
        row.push_back(parameter.largest_error() == 0 ? "all" : "");
      }
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

struct CheckedRow {
  const CheckedParameter* parameter;
  const CheckedEntry* entry;
};

constexpr std::size_t most_rows = 10;

std::span<const CheckedRow> first_of(const std::vector<CheckedRow>& rows) {
  return std::span(rows).first(std::min(rows.size(), most_rows));
}

std::vector<CheckedRow> rows_with(const GradientReport& report, Agreement agreement) {
  std::vector<CheckedRow> rows;
  for (const CheckedParameter& parameter : report.parameters) {
    for (const CheckedEntry& entry : parameter.checked) {
      if (entry.agreement == agreement) rows.push_back({&parameter, &entry});
    }
  }
  return rows;
}

std::string line_name(const GradientReport& report, const CheckedRow& row) {
  return name_of(report, *row.parameter) + place_of(*row.parameter, *row.entry);
}

TableBlock wrong_entries(const GradientReport& report, std::vector<CheckedRow> wrong, int digits) {
  std::ranges::stable_sort(wrong, [](const CheckedRow& a, const CheckedRow& b) {
    if (a.entry->finite != b.entry->finite) return !a.entry->finite;
    return a.entry->relative() > b.entry->relative();
  });
  TableBlock table{{{"gradient"},
                    {"checked value", true},
                    {"difference", true},
                    {"error", true},
                    {"allowed", true}},
                   {}};
  for (const CheckedRow& row : first_of(wrong)) {
    const CheckedEntry& entry = *row.entry;
    table.rows.push_back({line_name(report, row), gradient_text(entry, digits),
                          entry.finite ? value_text(entry.reference, digits) : "",
                          entry.finite ? size_text(entry.error) : "",
                          entry.finite ? size_text(entry.allowed) : ""});
  }
  return table;
}

TableBlock corner_entries(const GradientReport& report, const std::vector<CheckedRow>& on,
                          int digits) {
  TableBlock table{{{"gradient"},
                    {"from the left", true},
                    {"from the right", true},
                    {"the engine's choice", true}},
                   {}};
  for (const CheckedRow& row : first_of(on))
    table.rows.push_back({line_name(report, row), value_text(row.entry->slopes->first, digits),
                          value_text(row.entry->slopes->second, digits),
                          gradient_text(*row.entry, digits)});
  return table;
}

std::vector<std::string> corner_lines(const GradientReport& report) {
  std::vector<std::string> lines;
  if (!report.corners_known) return lines;
  if (report.corners.empty()) lines.emplace_back("No value is at a corner (proved).");
  for (const CornerReport& corner : report.corners) {
    if (corner.on > 0)
      lines.push_back(fmt::format("{}: {} exactly on the corner", corner.place,
                                  plural(corner.on, "argument is", "arguments are")));
    if (corner.unsure > 0)
      lines.push_back(fmt::format("{}: {} can't be told from the corner", corner.place,
                                  plural(corner.unsure, "argument", "arguments")));
  }
  return lines;
}

std::string verdict(const GradientReport& report) {
  long long right = 0;
  std::vector<std::string> wrong;
  for (const CheckedParameter& parameter : report.parameters) {
    if (parameter.count(Agreement::wrong) == 0)
      ++right;
    else
      wrong.push_back(name_of(report, parameter));
  }
  const auto all = static_cast<long long>(report.parameters.size());
  const std::string_view what = report.order == 2 ? "second derivatives" : "gradients";
  if (!wrong.empty()) {
    return fmt::format("{} of the {} {} are right; wrong: {} ({} wrong of {} entries checked).",
                       right, all, what, fmt::join(wrong, ", "), report.count(Agreement::wrong),
                       report.checked_entries());
  }
  if (report.compared() == 0) return "Nothing could be compared.";
  const bool all_compared = report.compared() == report.checked_entries();
  std::string text = all == 1 ? fmt::format("The {} is right",
                                            report.order == 2 ? "second derivative" : "gradient")
                              : fmt::format("All {} {} are right", all, what);
  if (!all_compared) text += ", as far as they can be compared";
  if (report.count(Agreement::equal) == report.checked_entries()) {
    text += fmt::format(": {} equal, as fractions",
                        plural(report.checked_entries(), "entry is", "entries are"));
  } else {
    text += fmt::format(": {} of {} entries", report.compared(), report.checked_entries());
  }
  if (report.checked_entries() < report.entries())
    text += fmt::format(", a sample of {}", report.entries());
  if (const long long n = report.count(Agreement::undecided); n > 0)
    text += fmt::format("; {} could not be decided", n);
  return text + ".";
}

}  // namespace

Document page_of(const GradientReport& report, int digits) {
  constexpr int indent = 2;
  Document page;
  const auto line = [&](const std::string& text, bool apart) {
    page.push_back({Paragraph{{text}, Paragraph::never}, apart, indent});
  };
  const auto table = [&](const std::string& heading, const std::vector<CheckedRow>& rows,
                         TableBlock entries) {
    if (rows.empty()) return;
    page.push_back({PageHeading{2, heading, {}, Look::plain}, true, indent});
    page.push_back({std::move(entries), false, indent});
    if (rows.size() > most_rows) line(fmt::format("and {} more", rows.size() - most_rows), false);
  };
  if (!report.title.empty()) page.push_back({PageHeading{1, report.title, {}, Look::plain}});
  line(fmt::format("Checked:  {}{}", report.checked,
                   report.at.empty() ? "" : fmt::format(", {}", report.at)),
       false);
  line("Against:  " + report.against, false);
  page.push_back({parameters_table(report), true, indent});
  const std::vector<CheckedRow> wrong = rows_with(report, Agreement::wrong);
  table("Wrong, the worst first", wrong, wrong_entries(report, wrong, digits));
  bool apart = true;
  for (const std::string& text : corner_lines(report)) line(text, std::exchange(apart, false));
  const std::vector<CheckedRow> on = rows_with(report, Agreement::corner);
  table("On a corner there is a slope from each side, and a choice between them:", on,
        corner_entries(report, on, digits));
  if (const long long n = report.narrowed(); n > 0)
    line(fmt::format("{} a smaller step: a corner was within the first.",
                     plural(n, "entry took", "entries took")),
         true);
  for (const std::string& remark : report.remarks) line(remark, true);
  page.push_back({Paragraph{{verdict(report)}, Paragraph::never}});
  return page;
}

// How good a difference is for which step: see check_page.hpp.

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
          },
          [series] {
            Chart chart{.title = "log10 of the error", .x_name = "−log10 of the step h"};
            for (std::size_t k = 0; k < series.size(); ++k) {
              chart.lines.push_back(chart_line(series[k], k));
              chart.lines.back().kind = ChartLine::Kind::dots;
              chart.counted = std::max(chart.counted, static_cast<int>(series[k].values.size()));
            }
            return chart_svg(chart);
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
