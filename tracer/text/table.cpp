#include "tracer/text/table.hpp"

#include <algorithm>

#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

constexpr int gap = 2;
constexpr int least = 8;  // a text column is not cut to less

int total(const std::vector<int>& widths) {
  int sum = widths.empty() ? 0 : -gap;
  for (const int width : widths) sum += width + gap;
  return sum;
}

}  // namespace

std::string table(const std::vector<TableColumn>& columns,
                  const std::vector<std::vector<TableCell>>& rows, const Style& style) {
  std::vector<int> widths;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    int width = display_width(clean(columns[j].heading, style));
    for (const auto& row : rows)
      if (j < row.size()) width = std::max(width, display_width(clean(row[j].text, style)));
    widths.push_back(width);
  }
  const std::vector<int> wanted = widths;
  const int room = usable_width(style);
  while (total(widths) > room) {
    std::size_t widest = columns.size();
    for (std::size_t j = 0; j < widths.size(); ++j)
      if (!columns[j].numbers && widths[j] > least &&
          (widest == columns.size() || widths[j] > widths[widest]))
        widest = j;
    if (widest < columns.size())
      --widths[widest];
    else if (widths.size() > 1)  // with one less the others may have room
      widths.assign(wanted.begin(),
                    wanted.begin() + static_cast<std::ptrdiff_t>(widths.size()) - 1);
    else
      widths.back() = room;
  }

  std::string out;
  const auto line = [&](const auto& cell, int colour) {
    std::string text;
    for (std::size_t j = 0; j < widths.size(); ++j) {
      const TableCell content = cell(j);
      const std::string set = columns[j].numbers ? fit_right(content.text, widths[j], style)
                                                 : fit_left(content.text, widths[j], style);
      text += (j == 0 ? "" : "  ") + coloured(set, content.colour, style);
    }
    out += coloured(trimmed(std::move(text)), colour, style) + "\n";
  };
  line([&](std::size_t j) { return TableCell(columns[j].heading); }, grey);
  line(
      [&](std::size_t j) {
        std::string rule;
        for (int i = 0; i < widths[j]; ++i) rule += style.unicode ? "─" : "-";
        return TableCell(rule);
      },
      grey);
  for (const auto& row : rows)
    line([&](std::size_t j) { return j < row.size() ? row[j] : TableCell(); }, -1);
  return out;
}

}  // namespace tracer
