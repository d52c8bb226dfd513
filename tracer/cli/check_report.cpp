#include "tracer/cli/check_report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tracer/number/decimal.hpp"
#include "tracer/text/table.hpp"

namespace tracer::cli {
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
  if (const long long n = count(Agreement::equal); n > 0)
    parts.push_back(fmt::format("{} equal", n));
  if (const long long n = count(Agreement::agrees); n > 0)
    parts.push_back(n == all ? "agrees" : fmt::format("{} agree", n));
  if (const long long n = count(Agreement::corner); n > 0)
    parts.push_back(plural(n, "on a corner", "on corners"));
  if (const long long n = count(Agreement::no_choice); n > 0)
    parts.push_back(order == 2 ? plural(n, "on a corner", "on corners")
                               : fmt::format("{} too near a corner", n));
  if (const long long n = count(Agreement::edge); n > 0)
    parts.push_back(fmt::format("{} at the edge of the domain", n));
  if (const long long n = count(Agreement::undecided); n > 0)
    parts.push_back(fmt::format("{} undecided", n));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string parameters_table(const GradientReport& report, const Style& style) {
  std::vector<TableColumn> columns{{"gradient"},       {"checked", true},
                                   {"result"},         {"largest error", true},
                                   {"relative", true}, {"at"}};
  columns.push_back({report.rounded ? "rounding" : "digits", true});
  std::vector<std::vector<std::string>> rows;
  for (const CheckedParameter& parameter : report.parameters) {
    const auto checked = static_cast<long long>(parameter.checked.size());
    std::vector<std::string> row{name_of(report, parameter),
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
    rows.push_back(std::move(row));
  }
  return table(columns, rows, style);
}

// Indented by two, as everything on the page.
std::string indented(const std::string& text) {
  std::string out;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    if (end > begin) out += "  " + text.substr(begin, end - begin);
    out += "\n";
    begin = end + 1;
  }
  return out;
}

constexpr std::size_t most_rows = 10;

struct Row {
  const CheckedParameter* parameter;
  const CheckedEntry* entry;
};

std::vector<Row> rows_with(const GradientReport& report, Agreement agreement) {
  std::vector<Row> rows;
  for (const CheckedParameter& parameter : report.parameters) {
    for (const CheckedEntry& entry : parameter.checked) {
      if (entry.agreement == agreement) rows.push_back({&parameter, &entry});
    }
  }
  return rows;
}

std::string and_more(std::size_t all) {
  return all > most_rows ? fmt::format("  and {} more\n", all - most_rows) : "";
}

std::string wrong_entries(const GradientReport& report, int digits, const Style& style) {
  std::vector<Row> wrong = rows_with(report, Agreement::wrong);
  if (wrong.empty()) return "";
  std::ranges::stable_sort(wrong, [](const Row& a, const Row& b) {
    if (a.entry->finite != b.entry->finite) return !a.entry->finite;
    return a.entry->relative() > b.entry->relative();
  });
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < std::min(wrong.size(), most_rows); ++i) {
    const auto& [parameter, entry] = wrong[i];
    rows.push_back({name_of(report, *parameter) + place_of(*parameter, *entry),
                    gradient_text(*entry, digits),
                    entry->finite ? value_text(entry->reference, digits) : "",
                    entry->finite ? size_text(entry->error) : "",
                    entry->finite ? size_text(entry->allowed) : ""});
  }
  return "\n  Wrong, the worst first\n" +
         indented(table({{"gradient"},
                         {"checked value", true},
                         {"difference", true},
                         {"error", true},
                         {"allowed", true}},
                        rows, style)) +
         and_more(wrong.size());
}

std::string corner_entries(const GradientReport& report, int digits, const Style& style) {
  const std::vector<Row> on = rows_with(report, Agreement::corner);
  if (on.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < std::min(on.size(), most_rows); ++i) {
    const auto& [parameter, entry] = on[i];
    rows.push_back({name_of(report, *parameter) + place_of(*parameter, *entry),
                    value_text(entry->slopes->first, digits),
                    value_text(entry->slopes->second, digits), gradient_text(*entry, digits)});
  }
  return "\n  On a corner there is a slope from each side, and a choice between them:\n" +
         indented(table({{"gradient"},
                         {"from the left", true},
                         {"from the right", true},
                         {"the engine's choice", true}},
                        rows, style)) +
         and_more(on.size());
}

std::string corner_lines(const GradientReport& report) {
  if (!report.corners_known) return "";
  if (report.corners.empty()) return "\n  No value is at a corner (proved).\n";
  std::string out = "\n";
  for (const CornerReport& corner : report.corners) {
    if (corner.on > 0)
      out += fmt::format("  {}: {} exactly on the corner\n", corner.place,
                         plural(corner.on, "argument is", "arguments are"));
    if (corner.unsure > 0)
      out += fmt::format("  {}: {} can't be told from the corner\n", corner.place,
                         plural(corner.unsure, "argument", "arguments"));
  }
  return out;
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
    return fmt::format("{} of the {} {} are right; wrong: {} ({} wrong of {} entries checked).\n",
                       right, all, what, fmt::join(wrong, ", "), report.count(Agreement::wrong),
                       report.checked_entries());
  }
  if (report.compared() == 0) return "Nothing could be compared.\n";
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
  return text + ".\n";
}

}  // namespace

std::string to_text(const GradientReport& report, int digits, const Style& style) {
  std::string out = report.title.empty() ? "" : report.title + "\n";
  out += fmt::format("  Checked:  {}{}\n", report.checked,
                     report.at.empty() ? "" : fmt::format(", {}", report.at));
  out += fmt::format("  Against:  {}\n\n", report.against);
  out += indented(parameters_table(report, style));
  out += wrong_entries(report, digits, style);
  out += corner_lines(report);
  out += corner_entries(report, digits, style);
  if (const long long n = report.narrowed(); n > 0) {
    out += fmt::format("\n  {} a smaller step: a corner was within the first.\n",
                       plural(n, "entry took", "entries took"));
  }
  for (const std::string& remark : report.remarks) out += fmt::format("\n  {}\n", remark);
  return out + "\n" + verdict(report);
}

}  // namespace tracer::cli
