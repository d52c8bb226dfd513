// See walk_screen.hpp.
#include "tracer/step/walk_screen.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/render/graph_page.hpp"
#include "tracer/step/line_working.hpp"
#include "tracer/step/walk_graph.hpp"
#include "tracer/step/walk_help.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

using ScreenRows = std::vector<ScreenRow>;

int height_of(const ScreenRows& rows) { return static_cast<int>(rows.size()); }

// Exactly so many rows, with that one in the middle where there are more.
ScreenRows window(ScreenRows rows, int height, int centre = 0) {
  const int first = std::clamp(centre - height / 2, 0, std::max(height_of(rows) - height, 0));
  rows.erase(rows.begin(), rows.begin() + first);
  rows.resize(static_cast<std::size_t>(height));
  return rows;
}

Screen notice(ScreenSize size) {
  Screen screen;
  const std::string text = fmt::format(
      "This window has {} columns and {} rows; {} and {} are needed. Enlarge it, or "
      "press q.",
      size.columns, size.rows, least_screen.columns, least_screen.rows);
  for (const std::string& line : wrap_words(text, size.columns))
    if (height_of(screen.rows) < size.rows)
      screen.rows.push_back(cropped({{line}}, 0, size.columns));
  return screen;
}

std::string in_capital(std::string_view word) {
  std::string made(word);
  if (!made.empty() && made[0] >= 'a' && made[0] <= 'z')
    made[0] = static_cast<char>(made[0] - 'a' + 'A');
  return made;
}

class WalkScreen {
 public:
  WalkScreen(const Walk& walk, ScreenSize size, const Style& style)
      : walk_(walk), size_(size), style_(style) {
    for (const StepLine& line : walk.page().lines)
      label_width_ = std::max(label_width_, display_width(line.label));
  }

  Screen screen() {
    screen_.rows.push_back(top_bar());
    ScreenRows below = bottom();
    const int body = size_.rows - 1 - height_of(below);
    for (ScreenRow& row : walk_.helping() ? help(body) : page(body))
      screen_.rows.push_back(filled(std::move(row), size_.columns));
    for (ScreenRow& row : below) screen_.rows.push_back(std::move(row));
    if (walk_.prompt()) screen_.cursor = {size_.rows - 1, cursor_column_};
    return std::move(screen_);
  }

 private:
  // ---- the bars

  ScreenRow top_bar() const {
    const auto [number, all] = place_in_phase();
    std::string left =
        fmt::format(" {}: {}", in_capital(walk_.page().name()), name_of(walk_.active().phase));
    if (all > 1) left += fmt::format(" {} of {}", number, all);
    if (const auto changes = walk_.steps().changes(); !changes.empty())
      left += fmt::format("   with {}", fmt::join(changes, ", "));
    const std::string right = right_of_bar(size_.columns - width_of_text(left) - 2);
    const std::string title = "   " + walk_.steps().title();
    const int room = size_.columns - width_of_text(left) - width_of_text(right) - 2;
    if (room >= 20) left += fit(title, room, {.unicode = true});
    const int left_room = std::max(size_.columns - width_of_text(right) - 1, 1);
    ScreenRow row{{fit_left(left, left_room, {.unicode = true}), Stress::bar},
                  {" " + right, Stress::bar}};
    return filled(std::move(row), size_.columns, Stress::bar);
  }
  // How far prediction has come and what numbers look like, as far as there is room for it.
  std::string right_of_bar(int room) const {
    const auto has_number = [](const StepLine& line) { return line.value && !line.value->empty(); };
    if (std::ranges::none_of(walk_.page().lines, has_number)) return "";  // in symbols
    const std::string form(name_of(walk_.numbers()));
    std::vector<std::string> choices{form + " ", ""};
    if (walk_.predicting()) {
      const auto [good, asked] = walk_.score();
      const std::string predicted =
          asked == 0 ? "predict first" : fmt::format("predicted {} of {}", good, asked);
      choices = {fmt::format("{}   {} ", predicted, form), predicted + " ",
                 fmt::format("{}/{} ", good, asked), ""};
    }
    for (const std::string& choice : choices)
      if (width_of_text(choice) <= room) return choice;
    return "";
  }
  static int width_of_text(const std::string& text) { return display_width(text); }

  std::pair<int, int> place_in_phase() const {
    int number = 0, all = 0;
    const std::vector<StepLine>& lines = walk_.page().lines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i].phase != walk_.active().phase) continue;
      ++all;
      if (i <= walk_.line()) ++number;
    }
    return {number, all};
  }

  // What is being typed, what there is to say, or what keys there are.
  ScreenRows bottom() {
    if (walk_.prompt()) return {prompt_row(*walk_.prompt())};
    const Walk::Message& message = walk_.message();
    if (message.text.empty())
      return {
          filled({{" " + walk_hints(size_.columns - 2), Stress::bar}}, size_.columns, Stress::bar)};
    ScreenRows rows;
    const int most = std::max(size_.rows / 3, 1);
    for (const std::string& line :
         wrap_words(clean(message.text, {.unicode = true}), size_.columns - 2)) {
      if (height_of(rows) == most) break;
      rows.push_back(filled({{" " + line, message.stress}}, size_.columns));
    }
    return rows;
  }

  ScreenRow prompt_row(const Walk::Prompt& prompt) {
    const std::string before = " " + words_before(prompt.kind);
    // of a long text its end, which is where the cursor is
    const int room = std::max(size_.columns - width_of_text(before) - 2, 1);
    const int hidden = std::max(width_of_text(prompt.text) - room, 0);
    ScreenRow row{{before, Stress::bold}};
    row += cropped({{prompt.text}}, hidden, room + 1);
    cursor_column_ =
        std::min(width_of_text(before) + width_of_text(prompt.text) - hidden, size_.columns - 1);
    return filled(std::move(row), size_.columns);
  }

  std::string words_before(Walk::Prompt::Kind kind) const {
    using enum Walk::Prompt::Kind;
    switch (kind) {
      case go_to:
        return "go to (z1, dL/dw1): ";
      case step:
        return walk_.page().step.samples.size() == 1 ? "to sample: " : "to step: ";
      case change:
        return "change (w1 = 0.7): ";
      case predict:
        break;
    }
    return walk_.active().label + " = ";
  }

  // ---- the page

  ScreenRows page(int height) {
    if (walk_.view() == Walk::View::graph) return graph_and_working(height);
    constexpr int least_beside = 72;
    return size_.columns >= least_beside ? beside(height) : below(height);
  }

  ScreenRows beside(int height) {
    constexpr int most = 44;
    const int left = std::min({list_width(), most, size_.columns * 2 / 5});
    const int right = size_.columns - left - 3;
    const ScreenRows list = list_rows(left, height);
    const ScreenRows working = working_rows(right, height);
    ScreenRows rows;
    for (int i = 0; i < height; ++i) {
      const auto at = static_cast<std::size_t>(i);
      ScreenRow row =
          filled(list[at], left, list[at].empty() ? Stress::plain : list[at].back().stress);
      row.push_back({" │ ", Stress::faint});
      row += working[at];
      rows.push_back(std::move(row));
    }
    return rows;
  }

  ScreenRows below(int height) {
    const int upper = std::clamp(height / 3, 2, 10);
    ScreenRows rows = list_rows(size_.columns, upper);
    return with_working(std::move(rows), height);
  }

  ScreenRows graph_and_working(int height) {
    const int most = std::max(height / 2, 3);
    return with_working(graph_rows(walk_, size_.columns, most, style_), height);
  }

  ScreenRows with_working(ScreenRows rows, int height) {
    std::string rule;
    for (int i = 0; i < size_.columns; ++i) rule += "─";
    rows.push_back({{rule, Stress::faint}});
    const int left = height - height_of(rows);
    for (ScreenRow& row : working_rows(size_.columns, left)) rows.push_back(std::move(row));
    return rows;
  }

  // ---- the list

  int list_width() const {
    constexpr int marks = 2, gap = 2, value = 11;
    return marks + label_width_ + gap + value;
  }

  ScreenRows list_rows(int columns, int height) const {
    ScreenRows rows;
    int centre = 0;
    const std::vector<StepLine>& lines = walk_.page().lines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool begins =
          i == 0 || lines[i].phase != lines[i - 1].phase || lines[i].pass != lines[i - 1].pass;
      if (begins && lines[i].phase != Phase::given)
        rows.push_back({{" " + heading_of(lines[i]), Stress::bold}});
      if (i == walk_.line()) centre = height_of(rows);
      rows.push_back(list_row(i, columns));
    }
    return window(std::move(rows), height, centre);
  }

  std::string heading_of(const StepLine& line) const {
    std::string heading = in_capital(name_of(line.phase));
    if (line.phase != Phase::backward) return heading;
    const DerivationStep& step = walk_.page().step;
    const std::string& from = line.pass == 0 ? step.from : step.further[line.pass - 1].from;
    return from.empty() ? heading : heading + " from " + from;
  }

  ScreenRow list_row(std::size_t i, int columns) const {
    const StepLine& line = walk_.page().lines[i];
    const bool active = i == walk_.line();
    const bool changed = walk_.is_changed(i);
    std::string text = active ? ">" : " ";
    text += changed && !walk_.is_hidden(i) ? "•" : " ";
    text += line.phase == Phase::given ? in_capital(line.label) : line.label;
    const std::string result = list_result(i, changed);
    if (!result.empty()) text = pad_right(std::move(text), label_width_ + 4) + result;
    const Stress stress = active                         ? Stress::active
                          : i > walk_.line() && !changed ? Stress::faint
                                                         : Stress::plain;
    return filled({{std::move(text), stress}}, columns, stress);
  }

  // What is still to come has no result yet; but what a change has moved shows where to.
  std::string list_result(std::size_t i, bool changed) const {
    const StepLine& line = walk_.page().lines[i];
    if (line.value == nullptr || line.value->empty()) return "";
    if (walk_.is_hidden(i)) return i <= walk_.line() ? "?" : "";
    if (i > walk_.line() && !changed) return "";
    return short_text(*line.value);
  }

  // ---- the working

  ScreenRows working_rows(int columns, int height) {
    const std::size_t at = walk_.line();
    const bool hidden = walk_.is_hidden(at);
    ScreenRows rows;
    constexpr int roomy = 12;  // rows
    const Style style{.colour = true, .width = columns, .unicode = style_.unicode};
    const WorkingLook look{walk_.numbers(), hidden, height >= roomy};
    for (const std::string& line : working_of(walk_.page(), walk_.active(), look, style))
      rows.push_back(cropped(pieces_of(line), 0, columns));
    if (hidden) {
      rows.emplace_back();
      add_words(rows, fmt::format("  What is {}? Type it, then Enter.", walk_.active().label),
                columns, Stress::bold);
    } else if (walk_.is_changed(at)) {
      rows.emplace_back();
      add_before_the_change(rows, at, columns);
    }
    add_ingredients(rows, columns, height);
    return scrolled(std::move(rows), height);
  }

  void add_before_the_change(ScreenRows& rows, std::size_t line, int columns) const {
    std::string text = "  • before the change:";
    for (const auto& [name, before] : before_the_change(line)) {
      const std::string one = fmt::format(" {} {}", name, result_text(*before, walk_.numbers()));
      if (display_width(text) + display_width(one) > columns) {
        rows.push_back({{text, Stress::faint}});
        text = "   ";
      }
      text += one + "  ";
    }
    rows.push_back({{trimmed(std::move(text)), Stress::faint}});
  }

  // The result, or all that is given and was another.
  std::vector<std::pair<std::string, const Value*>> before_the_change(std::size_t line) const {
    const StepPage& before = *walk_.page_before();
    const StepLine& now = walk_.page().lines[line];
    if (now.phase != Phase::given) return {{now.label, before.lines[line].value}};
    std::vector<std::pair<std::string, const Value*>> changed;
    const auto add = [&](const std::vector<Given>& given, const std::vector<Given>& then) {
      for (std::size_t i = 0; i < std::min(given.size(), then.size()); ++i)
        if (differ(given[i].value, then[i].value))
          changed.emplace_back(then[i].name, &then[i].value);
    };
    add(walk_.page().step.data, before.step.data);
    add(walk_.page().step.weights, before.step.weights);
    return changed;
  }

  // Where there is room, where the numbers come from.
  void add_ingredients(ScreenRows& rows, int columns, int height) const {
    const std::vector<Ingredient> all = ingredients_of(walk_.page(), walk_.active());
    if (all.empty() || height_of(rows) + 2 + static_cast<int>(all.size()) > height) return;
    int names = 0, values = 0;
    std::vector<std::string> results;
    for (const Ingredient& one : all) {
      // also of lines that were passed unpredicted: they stand in the numbers too
      results.push_back(result_text(*one.value, walk_.numbers()));
      names = std::max(names, display_width(one.name));
      values = std::max(values, display_width(results.back()));
    }
    rows.emplace_back();
    rows.push_back({{"  Made of", Stress::bold}});
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::string from =
          all[i].line ? std::string(name_of(walk_.page().lines[*all[i].line].phase)) : "given";
      ScreenRow row{{"    " + pad_right(all[i].name, names)},
                    {values == 0 ? "" : " " + pad_right(results[i], values), Stress::value},
                    {"   " + from, Stress::faint}};
      rows.push_back(cropped(row, 0, columns));
    }
  }

  static void add_words(ScreenRows& rows, const std::string& text, int columns, Stress stress) {
    for (const std::string& line : wrap_words(text, columns)) rows.push_back({{line, stress}});
  }

  ScreenRows scrolled(ScreenRows rows, int height) {
    const int most = std::max(height_of(rows) - height, 0);
    screen_.scrolled = std::min(walk_.scrolled(), most);
    rows.erase(rows.begin(), rows.begin() + screen_.scrolled);
    const int more = height_of(rows) - height;
    rows.resize(static_cast<std::size_t>(height));
    if (more > 0) rows.back() = {{fmt::format("  … {} more rows: J", more + 1), Stress::faint}};
    return rows;
  }

  // ---- the help

  ScreenRows help(int height) {
    constexpr int column = 16;
    ScreenRows rows;
    for (const KeyHelp& one : walk_help()) {
      if (one.keys.empty()) {
        if (!rows.empty()) rows.emplace_back();
        rows.push_back({{" " + one.says, Stress::bold}});
        continue;
      }
      bool first = true;
      for (const std::string& line : wrap_words(one.says, size_.columns - column)) {
        rows.push_back({{pad_right(first ? "  " + one.keys : "", column), Stress::value}, {line}});
        first = false;
      }
    }
    return scrolled(std::move(rows), height);
  }

  const Walk& walk_;
  ScreenSize size_;
  const Style& style_;
  Screen screen_;
  int label_width_ = 0;  // of the widest label
  int cursor_column_ = 0;
};

}  // namespace

Screen screen_of(const Walk& walk, ScreenSize size, const Style& style) {
  const bool fits = size.columns >= least_screen.columns && size.rows >= least_screen.rows;
  Screen screen = fits ? WalkScreen(walk, size, style).screen() : notice(size);
  if (!style.unicode) make_ascii(screen, size.columns);
  return screen;
}

Screen with_note(Screen screen, ScreenSize size, const std::string& note) {
  if (screen.rows.empty()) return screen;
  screen.rows.back() = filled({{" " + note, Stress::bar}}, size.columns, Stress::bar);
  screen.cursor.reset();
  return screen;
}

}  // namespace tracer
