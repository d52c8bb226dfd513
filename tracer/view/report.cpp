// See report.hpp.
#include "tracer/view/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "tracer/text/cells.hpp"
#include "tracer/text/table.hpp"
#include "tracer/view/canvas.hpp"

namespace tracer {
namespace {

constexpr std::array headings{"precision", "recall", "f1-score", "support"};
constexpr std::array narrow_headings{"prec.", "recall", "f1", "count"};
constexpr int score_column = 9;  // of a score, after a blank
constexpr int narrow_score_column = 6;

bool occurs(const Metrics& metrics, std::size_t which) {
  int count = 0;
  for (std::size_t other = 0; other < metrics.confusion.size(); ++other)
    count += metrics.confusion[which][other] + metrics.confusion[other][which];
  return count > 0;
}

}  // namespace

std::string classification_report(const Metrics& metrics, const Style& style, int digits) {
  if (metrics.confusion.empty()) return "";
  const std::vector<ClassScore> scores = metrics.scores();
  const auto name_of = [&](std::size_t i) {
    return i < metrics.classes.size() ? clean(metrics.classes[i], style) : std::to_string(i);
  };
  int name_width = std::max(static_cast<int>(std::string("weighted avg").size()), digits);
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (occurs(metrics, i)) name_width = std::max(name_width, display_width(name_of(i)));
  const int room = usable_width(style);
  const bool narrow = room < 12 + 1 + 4 * (score_column + 1);
  const int score = narrow ? narrow_score_column : score_column;
  const std::string gap = narrow ? "" : " ";
  name_width = std::min(name_width, room - 4 * (score + 1) - (narrow ? 0 : 1));

  std::string out;
  const auto row = [&](const std::string& name, const std::array<std::string, 4>& cells) {
    out += fit_right(name, name_width, style) + gap;
    for (const std::string& cell : cells) out += " " + pad_left(cell, score);
    out += "\n";
  };
  const auto number = [&](double x) { return fmt::format("{:.{}f}", x, digits); };
  const auto score_row = [&](const std::string& name, const ClassScore& s) {
    row(name, {number(s.precision), number(s.recall), number(s.f1), std::to_string(s.support)});
  };
  const auto& heads = narrow ? narrow_headings : headings;
  row("", {heads[0], heads[1], heads[2], heads[3]});
  out += "\n";
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (occurs(metrics, i)) score_row(name_of(i), scores[i]);
  out += "\n";
  row("accuracy", {"", "", number(metrics.accuracy()), std::to_string(metrics.weighted().support)});
  score_row("macro avg", metrics.macro());
  score_row("weighted avg", metrics.weighted());
  return out;
}

std::vector<std::vector<std::string>> classification_rows(const Metrics& metrics, int digits) {
  std::vector<std::vector<std::string>> rows;
  const auto number = [&](double x) { return fmt::format("{:.{}f}", x, digits); };
  const auto add = [&](const std::string& name, const ClassScore& s) {
    rows.push_back({name, number(s.precision), number(s.recall), number(s.f1), grouped(s.support)});
  };
  const std::vector<ClassScore> scores = metrics.scores();
  for (std::size_t i = 0; i < scores.size(); ++i)
    if (occurs(metrics, i))
      add(i < metrics.classes.size() ? metrics.classes[i] : std::to_string(i), scores[i]);
  rows.push_back(
      {"accuracy", "", "", number(metrics.accuracy()), grouped(metrics.weighted().support)});
  add("macro avg", metrics.macro());
  add("weighted avg", metrics.weighted());
  return rows;
}

namespace {

// Of a prediction that is far from all targets it is a large negative number: four digits of it.
std::string r2_text(double r2) {
  if (!std::isfinite(r2)) return "n/a";
  if (r2 > -1000) return fmt::format("{:.4f}", r2);
  return fmt::format("{:.4g} (worse than the mean)", r2);
}

}  // namespace

std::vector<std::string> metrics_texts(const Metrics& metrics, const Style& style) {
  std::vector<std::string> parts;
  if (!metrics.confusion.empty()) {
    parts.push_back("accuracy " + percent(metrics.accuracy()));
    parts.push_back(fmt::format("macro F1 {:.4f}", metrics.macro().f1));
    parts.push_back(fmt::format("weighted F1 {:.4f}", metrics.weighted().f1));
  } else if (metrics.r2) {
    const std::string name = style.unicode ? "R²" : "R2";
    parts.push_back(name + " " + r2_text(*metrics.r2));
    if (metrics.r2_by_variance)
      parts.push_back(name + " by variance " + r2_text(*metrics.r2_by_variance));
  }
  if (metrics.mae) parts.push_back("MAE " + short_number(*metrics.mae));
  if (metrics.rmse) parts.push_back("RMSE " + short_number(*metrics.rmse));
  parts.push_back("loss " + short_number(metrics.loss));
  parts.push_back(grouped(metrics.count) + (metrics.count == 1 ? " sample" : " samples"));
  return parts;
}

std::string metrics_line(const Metrics& metrics, const Style& style) {
  std::string line;
  for (const std::string& part : metrics_texts(metrics, style)) {
    const std::string longer = line + (line.empty() ? "" : "   ") + part;
    if (display_width(longer) > usable_width(style)) break;
    line = longer;
  }
  return line;
}

// ---- the confusion matrix

std::string whole_percent(double share) {
  if (share > 0 && share <= 0.005) return "<1";  // half a per cent would be rounded to 0
  if (share < 1 && share >= 0.995) return "99";
  return fmt::format("{:.0f}", share * 100);
}

Metrics::SharesOf shares_of(Cells cells) {
  return cells == Cells::columns ? Metrics::SharesOf::columns : Metrics::SharesOf::rows;
}

namespace {

/// Where counts are read, a smaller share of the row is not shaded, or all would be.
constexpr double faint = 0.01;

/// Papers from a small share to a whole row, and the ink that is read on them.
struct Paper {
  int colour;
  int ink;
};
constexpr std::array right_papers{Paper{17, 231}, Paper{18, 231}, Paper{24, 231}, Paper{25, 231},
                                  Paper{26, 231}, Paper{32, 231}, Paper{33, 231}};
constexpr std::array wrong_papers{Paper{52, 231}, Paper{88, 231}, Paper{124, 231}, Paper{160, 231},
                                  Paper{196, 231}};

enum class Content { counts, shares, shades };

/// How a matrix is laid out.
struct Layout {
  Content content;
  int cell;      ///< columns of one
  bool numbers;  ///< columns are numbered, not named
};

struct Counted {
  const Metrics& metrics;
  const Style& style;
  std::vector<std::vector<double>> shares;
  const char* whole;  // what they are shares of

  std::size_t size() const { return metrics.confusion.size(); }
  std::string name(std::size_t i) const {
    return i < metrics.classes.size() ? clean(metrics.classes[i], style) : std::to_string(i);
  }
  double share(std::size_t truth, std::size_t predicted) const { return shares[truth][predicted]; }
};

int digits(long long n) { return static_cast<int>(std::to_string(n).size()); }

std::string content_of(const Counted& m, Content content, std::size_t truth,
                       std::size_t predicted) {
  const int count = m.metrics.confusion[truth][predicted];
  if (content == Content::shades) return "";
  if (count == 0) return m.style.unicode ? "·" : ".";
  return content == Content::counts ? std::to_string(count)
                                    : whole_percent(m.share(truth, predicted));
}

/// Nothing is light, and even one sample gets the lightest shade above that.
char32_t shade_of(double share, const Style& style) {
  const auto ramp = shades(style);
  const auto steps = static_cast<double>(ramp.size() - 1);
  return ramp[static_cast<std::size_t>(std::ceil(std::clamp(share, 0.0, 1.0) * steps - 1e-9))];
}

Paper paper_of(double share, bool right) {
  const auto pick = [](const auto& papers, double level) {
    const auto last = static_cast<double>(papers.size() - 1);
    return papers[static_cast<std::size_t>(std::lround(level * last))];
  };
  // The root, because a few per cent of errors are what one looks for.
  return right ? pick(right_papers, share) : pick(wrong_papers, std::sqrt(share));
}

std::string draw(const Counted& m, const Layout& layout, int name_width) {
  const Style& style = m.style;
  const auto n = static_cast<int>(m.size());
  const int left = name_width + 1;
  // Numbers that are wider than a cell stand upright, a digit a line.
  const int number_digits = digits(n - 1);
  const bool upright = layout.numbers && number_digits > layout.cell - (layout.cell > 1 ? 1 : 0);
  const int heading_rows = upright ? number_digits : 1;
  Canvas canvas(left + n * layout.cell, 1 + heading_rows + n);
  canvas.write(0, 0, fit("true", name_width, style), grey);
  canvas.write(left, 0, fit("predicted", n * layout.cell, style), grey);
  for (int j = 0; j < n; ++j) {
    const auto which = static_cast<std::size_t>(j);
    const std::string heading = layout.numbers ? std::to_string(j) : m.name(which);
    const int end = left + (j + 1) * layout.cell;
    // Content ends one column before the cell does: there stands the shade, or the paper's margin.
    const int margin = layout.cell > 2 ? 1 : 0;
    if (upright) {
      for (int i = 0; i < static_cast<int>(heading.size()); ++i)
        canvas.write(end - 1 - margin, 1 + heading_rows - static_cast<int>(heading.size()) + i,
                     heading.substr(static_cast<std::size_t>(i), 1), grey);
    } else {
      canvas.write(end - margin - display_width(heading), 1, heading, grey);
    }
  }
  for (int i = 0; i < n; ++i) {
    const auto truth = static_cast<std::size_t>(i);
    const int row = 1 + heading_rows + i;
    const std::string number =
        layout.numbers && !m.metrics.classes.empty() && m.name(truth) != std::to_string(i)
            ? fmt::format("{:>{}} ", i, number_digits)
            : "";
    canvas.write(0, row, fit_left(number + m.name(truth), name_width, style));
    for (int j = 0; j < n; ++j) {
      const auto predicted = static_cast<std::size_t>(j);
      const double share = m.share(truth, predicted);
      const int start = left + j * layout.cell;
      const int end = start + layout.cell;
      const std::string text = content_of(m, layout.content, truth, predicted);
      const bool shaded = share >= (layout.content == Content::shades ? 1e-9 : faint);
      const Paper paper = shaded ? paper_of(share, i == j) : Paper{-1, share > 0 ? -1 : grey};
      const int margin = layout.cell > 2 ? 1 : 0;
      canvas.write(end - margin - display_width(text), row, text, paper.ink);
      if (style.colour) {
        for (int column = start; column < end; ++column)
          canvas.at(column, row).paper = paper.colour;
      } else if (layout.content == Content::shades) {
        for (int column = start; column < end; ++column)
          canvas.at(column, row).c = shade_of(share, style);
      } else {
        canvas.at(end - 1, row).c = shade_of(shaded ? share : 0, style);
      }
    }
  }
  return canvas.text(style);
}

/// Within 40 columns.
std::string legend(Content content, const char* whole, const Style& style) {
  std::string text;
  if (!style.colour) {
    const char* least = content == Content::shades ? "0" : "1";
    text = style.unicode ? fmt::format("% of the {}: ░ {}–25 ▒ –50 ▓ –75 █ –100", whole, least)
                         : fmt::format("% of the {}: . : - = + * # % @ {}-100", whole, least);
  } else if (content == Content::shares) {
    text = fmt::format("% of the {}", whole);
  } else if (content == Content::shades) {
    text = fmt::format("share of the {}; blue right, red wrong", whole);
  }
  return text.empty() ? "" : fit(text, usable_width(style), style) + "\n";
}

}  // namespace

std::string confusion_matrix(const Metrics& metrics, const Style& style, Cells cells) {
  if (metrics.confusion.empty()) return "";
  const Counted m{metrics, style, metrics.confusion_shares(shares_of(cells)),
                  cells == Cells::columns ? "column" : "row"};
  long long largest = 0;
  for (const auto& row : metrics.confusion)
    for (const int count : row) largest = std::max<long long>(largest, count);
  const auto n = static_cast<int>(m.size());
  int longest = 0;
  for (std::size_t i = 0; i < m.size(); ++i) longest = std::max(longest, display_width(m.name(i)));
  const int number_digits = digits(n - 1);
  const int room = usable_width(style);

  constexpr int longest_heading = 12;
  std::vector<Layout> layouts;
  const bool counts = cells == Cells::counts;
  const int count_digits = counts ? digits(largest) : 3;  // "100"
  const Content written = counts ? Content::counts : Content::shares;
  if (longest <= longest_heading)
    layouts.push_back({written, std::max(count_digits, longest) + 2, false});
  if (counts)
    layouts.push_back({Content::counts, std::max(digits(largest), number_digits) + 2, longest > 1});
  layouts.push_back({Content::shares, 5, longest > 3});
  layouts.push_back({Content::shares, 4, longest > 2});
  layouts.push_back({Content::shades, 2, longest > 1});
  layouts.push_back({Content::shades, 1, longest > 1});
  for (const Layout& layout : layouts) {
    const int numbered = layout.numbers ? longest + number_digits + 1 : longest;
    const int name_width = std::min(std::max(numbered, 4), std::max(room / 4, 8));
    if (name_width + 1 + n * layout.cell <= room)
      return draw(m, layout, name_width) + legend(layout.content, m.whole, style);
  }
  constexpr std::size_t most = 20;
  return fit(fmt::format("a matrix of {} classes needs more than {} columns; most often mistaken:",
                         n, room),
             room, style) +
         "\n" + confusion_list(metrics, most, style);
}

ConfusionTable confusion_table(const Metrics& metrics, std::size_t most) {
  ConfusionTable made{{{"true"}, {"predicted"}, {"samples", true}, {"of the class", true}}, {}};
  const auto name = [&](std::size_t i) {
    return i < metrics.classes.size() ? metrics.classes[i] : std::to_string(i);
  };
  for (const auto& pair : metrics.most_confused(most)) {
    const auto truth = static_cast<std::size_t>(pair.truth);
    long long sum = 0;
    for (const int count : metrics.confusion[truth]) sum += count;
    made.rows.push_back({name(truth), name(static_cast<std::size_t>(pair.predicted)),
                         grouped(pair.count),
                         percent(static_cast<double>(pair.count) / static_cast<double>(sum))});
  }
  return made;
}

std::string confusion_list(const Metrics& metrics, std::size_t most, const Style& style) {
  const ConfusionTable made = confusion_table(metrics, most);
  if (made.rows.empty()) return fit("no sample was mistaken", usable_width(style), style) + "\n";
  return table(made.columns, made.rows, style);
}

}  // namespace tracer
