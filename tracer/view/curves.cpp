// See curves.hpp.
#include "tracer/view/curves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tracer/text/cells.hpp"
#include "tracer/text/utf8.hpp"
#include "tracer/view/canvas.hpp"

namespace tracer {
namespace {

constexpr int widest_chart = 100;  // wider ones only get flatter

/// Without colour: solid, dotted, dashed, sparse; in dots.
constexpr std::array<Braille::Dashes, 4> dashes{Braille::Dashes{1, 1}, Braille::Dashes{1, 3},
                                                Braille::Dashes{4, 7}, Braille::Dashes{1, 6}};
constexpr std::array<const char*, 4> samples_of_dashes{"⠤⠤⠤", "⠄⠠⠀", "⠤⠄⠤", "⠄⠀⠄"};

bool is_there(const Series& series) {
  return std::any_of(series.values.begin(), series.values.end(),
                     [](double x) { return fits_axis(x); });
}

std::size_t epochs_of(const std::vector<Series>& series) {
  std::size_t epochs = 0;
  for (const Series& s : series) epochs = std::max(epochs, s.values.size());
  return epochs;
}

/// Which dot or cell of `count` a share of the axis falls on.
int place(double share, int count) { return static_cast<int>(std::lround(share * (count - 1))); }

struct Plot {
  int columns;
  int rows;
  Axis y;
  std::size_t epochs;

  double across(std::size_t epoch) const {
    return epochs < 2 ? 0 : static_cast<double>(epoch) / static_cast<double>(epochs - 1);
  }
};

void draw_braille(Canvas& canvas, int left, int top, const Plot& plot, const Series& series,
                  std::size_t which, const Style& style) {
  Braille sheet(plot.columns, plot.rows);
  const Braille::Dashes pattern = style.colour ? Braille::Dashes{} : dashes[which % dashes.size()];
  int phase = 0;
  bool joined = false;  // is there a value before this one?
  int x0 = 0;
  int y0 = 0;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const double value = series.values[i];
    if (!fits_axis(value)) {
      joined = false;
      continue;
    }
    const int x = place(plot.across(i), sheet.dots_across());
    const int y = sheet.dots_down() - 1 - place(plot.y.share(value), sheet.dots_down());
    const bool alone =
        !joined && (i + 1 == series.values.size() || !fits_axis(series.values[i + 1]));
    if (joined) {
      sheet.line(x0, y0, x, y, pattern, phase);
    } else if (alone) {  // one dot is easily overlooked
      for (const int dx : {0, 1})
        for (const int dy : {0, 1}) sheet.dot((x & ~1) + dx, (y & ~1) + dy);
    }
    joined = true;
    x0 = x;
    y0 = y;
  }
  for (int row = 0; row < plot.rows; ++row)
    for (int column = 0; column < plot.columns; ++column) {
      const char32_t c = sheet.character(column, row);
      if (c == U' ') continue;
      Canvas::Cell& cell = canvas.at(left + column, top + row);
      // Where two lines meet in a cell both keep their dots, and the later one its colour.
      const bool braille = cell.c >= 0x2800 && cell.c < 0x2900;
      cell.c = braille ? (cell.c | c) : c;
      cell.ink = class_colour(which);
    }
}

void draw_marks(Canvas& canvas, int left, int top, const Plot& plot, const Series& series,
                std::size_t which, const Style& style) {
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    const double value = series.values[i];
    if (!fits_axis(value)) continue;
    Canvas::Cell& cell = canvas.at(left + place(plot.across(i), plot.columns),
                                   top + plot.rows - 1 - place(plot.y.share(value), plot.rows));
    cell.c = class_mark(which, style);
    cell.ink = class_colour(which);
  }
}

/// The mark by which a line is known without colour, at its last value; where another line's stands
/// there already, one cell to the left.
void mark_end(Canvas& canvas, int left, int top, const Plot& plot, const Series& series,
              std::size_t which, const Style& style) {
  for (std::size_t i = series.values.size(); i-- > 0;) {
    if (!fits_axis(series.values[i])) continue;
    const int row = top + plot.rows - 1 - place(plot.y.share(series.values[i]), plot.rows);
    int column = left + place(plot.across(i), plot.columns);
    const auto is_mark = [&](char32_t c) { return c != U' ' && !(c >= 0x2800 && c < 0x2900); };
    while (column > left && is_mark(canvas.at(column, row).c)) --column;
    canvas.at(column, row).c = class_mark(which, style);
    return;
  }
}

std::string legend(const std::vector<Series>& series, int room, const Style& style) {
  std::string out;
  for (std::size_t i = 0; i < series.size(); ++i) {
    if (!is_there(series[i])) continue;
    std::string sample;
    if (!style.unicode) {
      sample = utf8::encode(class_mark(i, style));
    } else if (style.colour) {
      sample = "━━";
    } else {
      sample = samples_of_dashes[i % samples_of_dashes.size()] + utf8::encode(class_mark(i, style));
    }
    const std::string gap = out.empty() ? "" : "   ";
    const int left = room - display_width(out) - display_width(gap) - display_width(sample) - 1;
    if (left < std::min(4, display_width(clean(series[i].name, style)))) break;
    out += gap + coloured(sample, class_colour(i), style) + " " + fit(series[i].name, left, style);
  }
  return out;
}

}  // namespace

std::string line_chart(const std::string& title, const std::vector<Series>& series, int rows,
                       const Style& style, const std::string& unit, int marked) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const Series& s : series)
    for (const double value : s.values)
      if (fits_axis(value)) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
  if (low > high) return "";

  const int width = std::min(usable_width(style), widest_chart);
  const Axis y = make_axis(low, high, std::max(2, rows / 2));
  // As many lines between one tick and the next, everywhere.
  const int steps = static_cast<int>(y.ticks().size()) - 1;
  rows = steps * std::max(1, (rows - 1 + steps / 2) / steps) + 1;
  int label_width = display_width(unit) - 1;
  for (const double tick : y.ticks())
    label_width = std::max(label_width, display_width(y.label(tick)));
  const int left = label_width + 2;  // of the plot; the axis stands before it
  const Plot plot{width - left, rows, y, epochs_of(series)};

  Canvas canvas(width, rows + 2);
  const auto axis_character = [&](const char* line, char plain) {
    return style.unicode ? std::string(line) : std::string(1, plain);
  };
  for (int row = 0; row < rows; ++row) canvas.write(left - 1, row, axis_character("│", '|'), grey);
  for (const double tick : y.ticks()) {
    const int row = rows - 1 - place(y.share(tick), rows);
    canvas.write(0, row, pad_left(y.label(tick), label_width), grey);
    canvas.write(left - 1, row, axis_character("┤", '+'), grey);
  }
  canvas.write(left - 1, rows, axis_character("└", '+'), grey);
  for (int column = left; column < width; ++column)
    canvas.write(column, rows, axis_character("─", '-'), grey);
  int free_from = 0;
  for (const int epoch :
       count_ticks(static_cast<int>(plot.epochs), std::max(2, plot.columns / 8))) {
    const int column = left + place(plot.across(static_cast<std::size_t>(epoch - 1)), plot.columns);
    const std::string text = std::to_string(epoch);
    const int start = std::min(column, width - static_cast<int>(text.size()));
    if (start < free_from) continue;
    canvas.write(column, rows, axis_character("┬", '+'), grey);
    canvas.write(start, rows + 1, text, grey);
    free_from = start + static_cast<int>(text.size()) + 1;
  }
  canvas.write(0, rows + 1, unit, grey);

  for (std::size_t i = 0; i < series.size(); ++i) {
    if (style.unicode)
      draw_braille(canvas, left, 0, plot, series[i], i, style);
    else
      draw_marks(canvas, left, 0, plot, series[i], i, style);
  }
  if (style.unicode && !style.colour)
    for (std::size_t i = 0; i < series.size(); ++i)
      mark_end(canvas, left, 0, plot, series[i], i, style);
  if (marked > 0) {
    const int column =
        left + place(plot.across(static_cast<std::size_t>(marked - 1)), plot.columns);
    for (int row = 0; row < rows; ++row)
      if (canvas.at(column, row).c == U' ')
        canvas.write(column, row, axis_character("┊", ':'), grey);
  }

  std::string head = fit(title, width, style);
  const int room = width - display_width(head) - 3;
  const std::string names = legend(series, room, style);
  if (!names.empty()) head += "   " + names;
  return head + "\n" + canvas.text(style);
}

CurveSeries curve_series(const History& history) {
  constexpr double gap = std::numeric_limits<double>::quiet_NaN();
  CurveSeries all{{{"training", {}}, {"validation", {}}}, {{"training", {}}, {"validation", {}}}};
  const auto in_percent = [=](const std::optional<double>& share) {
    return share.value_or(gap) * 100;
  };
  for (const EpochRecord& record : history) {
    all.loss[0].values.push_back(record.loss);
    all.loss[1].values.push_back(record.validation_loss.value_or(gap));
    all.accuracy[0].values.push_back(in_percent(record.accuracy));
    all.accuracy[1].values.push_back(in_percent(record.validation_accuracy));
  }
  if (std::ranges::none_of(all.accuracy, is_there)) all.accuracy.clear();
  return all;
}

std::string kept_words(int epoch) {
  return fmt::format("epoch {}: the weights that are kept", epoch);
}

std::string curves(const History& history, const Style& style, int kept) {
  if (history.empty()) return "";
  const CurveSeries all = curve_series(history);
  constexpr int rows = 11;
  constexpr int space = 4;
  const int marked = kept < static_cast<int>(history.size()) ? kept : 0;
  Style narrow = style;
  const bool has_accuracy = !all.accuracy.empty();
  if (has_accuracy && style.width >= 100) narrow.width = (style.width - space) / 2;
  std::vector<std::string> charts;
  charts.push_back(line_chart("loss", all.loss, rows, narrow, "epoch", marked));
  if (has_accuracy)
    charts.push_back(line_chart("accuracy, %", all.accuracy, rows, narrow, "epoch", marked));
  std::erase(charts, "");
  std::string drawn = beside(charts, space, style);
  if (marked > 0 && !charts.empty())
    drawn += fit(fmt::format("{} {}", style.unicode ? "┊" : ":", kept_words(marked)),
                 usable_width(style), style) +
             "\n";
  return drawn;
}

}  // namespace tracer
