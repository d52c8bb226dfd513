// Blocks as terminal text. Next: text_working.hpp, how lines of working are set.
#pragma once

#include <algorithm>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/render/blocks.hpp"
#include "tracer/render/text_working.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {

class TextFormat {
 public:
  static constexpr std::string_view name = "text", ending = ".txt";

  static std::string write(const Document& document, const Style& style, Extent /*whole*/) {
    TextFormat page(style);
    for (const Block& block : document) {
      if (block.apart) page.blank();
      page.indent_ = block.indent;
      std::visit([&](const auto& what) { page.set(what); }, block.what);
    }
    std::string text;
    for (const std::string& line : page.lines_) text += line + "\n";
    return text;
  }

 private:
  explicit TextFormat(const Style& style) : style_(style), palette_{style.colour} {}

  void set(const PageHeading& heading) {
    if (heading.level == 1) {
      for (const std::string& line : wrap_words(heading.text, style_.width))
        add(looking(heading.look, line));
      return;
    }
    if (heading.level == 2) {
      constexpr int further = 4;
      const Lines lines = wrap_words(heading.text, style_.width - further);
      for (std::size_t i = 0; i < lines.size(); ++i)
        add(blanks(i == 0 ? 0 : further) + looking(heading.look, lines[i]));
      return;
    }
    const std::string line = looking(heading.look, heading.text);
    if (heading.after.empty()) return add(line);
    constexpr int column = 12;
    const Lines lines = wrap_words(text_of(heading.after), style_.width - column);
    add(pad_right(line, column - indent_) + lines[0]);
    for (std::size_t i = 1; i < lines.size(); ++i) add(blanks(column - indent_) + lines[i]);
  }

  void set(const Paragraph& paragraph) {
    const std::string text = text_of(paragraph.text);
    const Lines lines = paragraph.wrap == Paragraph::never
                            ? Lines{text}
                            : wrap_words(text, std::min(style_.width, paragraph.wrap) - indent_);
    for (const std::string& line : lines)
      add(coloured(looking(paragraph.look, line), paragraph.colour, style_));
  }

  void set(const Bullets& bullets) {
    const std::string mark = !bullets.marks ? "" : style_.unicode ? "· " : "- ";
    const int indent = display_width(mark);
    for (const std::string& item : bullets.items) {
      bool first = true;
      for (const std::string& line : wrap_words(item, style_.width - indent)) {
        add((first ? mark : pad_right("", indent)) + line);
        first = false;
      }
    }
  }

  /// Under their label where they are matrices, else in one row with it.
  void set(const Givens& givens) {
    constexpr int further = 2;  // in: what stands below the label
    std::vector<TextBlock> blocks;
    bool tall = false;
    int widest = 0;
    for (const Given* given : givens.values) {
      blocks.push_back(
          equation_block(given->equation, working_style(true), style_.width - indent_ - further));
      tall = tall || !blocks.back().one_line();
      widest = std::max(widest, blocks.back().width);
    }
    if (givens.label.empty()) return append(lines_, set_in_rows(blocks, 4, indent_, style_.width));
    const std::string label = blanks(indent_) + givens.label + ":";
    const int column = display_width(label) + 2;
    if (tall || column + widest > style_.width) {
      lines_.push_back(label);
      return append(lines_, set_in_rows(blocks, tall ? 4 : 3, indent_ + further, style_.width));
    }
    Lines rows = set_in_rows(blocks, 3, column, style_.width);
    rows[0].replace(0, static_cast<std::size_t>(column), label + "  ");
    append(lines_, std::move(rows));
  }

  void set(const WorkingLines& working) {
    if (!working.label.empty()) return set_labelled_lines(working);
    const bool forward = working.half == WorkingLines::Half::forward;
    const ColumnGaps gaps = forward ? ColumnGaps{4, 4, 4, ColumnGaps::Remarks::beside}
                                    : ColumnGaps{3, 2, 4, ColumnGaps::Remarks::below};
    append(lines_, set_working(working.lines, gaps, indent_, working_style(working.reasons)));
  }

  void set_labelled_lines(const WorkingLines& working) {
    std::string label = working.label + ": ";
    for (const WorkingLine& line : working.lines) {
      append(lines_, set_labelled(label, *line.equation, indent_, working_style(working.reasons)));
      label = blanks(display_width(label));
    }
  }

  void set(const UpdateLines& updates) {
    const std::vector<WorkingLine>& lines = updates.working.lines;
    const bool short_lines =
        lines.size() == updates.updates->size() && std::ranges::all_of(lines, [](const auto& line) {
          return !is_tall(*line.equation) && line.equation->remarks.empty();
        });
    if (short_lines && lines.size() > 1 && set_pairs(lines)) return;
    append(lines_, set_working(lines, {2, 2, 4, ColumnGaps::Remarks::beside}, indent_,
                               working_style(updates.working.reasons)));
  }

  /// Two updates a row; false where the page is too narrow for that.
  bool set_pairs(const std::vector<WorkingLine>& working) {
    constexpr int gap = 8;
    std::vector<WorkingLine> left, right;
    for (std::size_t i = 0; i < working.size(); ++i)
      (i % 2 == 0 ? left : right).push_back(working[i]);
    WorkingStyle unbounded = working_style(true);
    unbounded.width = 1 << 20;
    const ColumnGaps tight{1, 1, 1, ColumnGaps::Remarks::beside};
    const TextBlock first(set_working(left, tight, indent_, unbounded));
    const TextBlock second(set_working(right, tight, 0, unbounded));
    if (first.width + gap + second.width > style_.width) return false;
    for (const std::string& line : beside(beside(first, {blanks(gap)}), second).lines)
      lines_.push_back(trimmed(line));
    return true;
  }

  void set(const TableBlock& block) {
    for (const std::string& line : lines_of(table(block.columns, block.rows, style_))) add(line);
  }

  void set(const Annotations& entries) {
    const int column = indent_ + entries.column + 2;
    for (const Annotations::Line& line : entries.lines) {
      const std::string what = clean(line.what, {.unicode = true});
      Lines lines{line.said};
      if (style_.width > column + 20) lines = wrap_words(line.said, style_.width - column);
      for (std::size_t i = 0; i < lines.size(); ++i)
        add((i == 0 ? pad_right(what, entries.column) + "  " : blanks(entries.column + 2)) +
            coloured(lines[i], line.colour, style_));
    }
  }

  void set(const Listing& listing) {
    add(listing.title + ":");
    for (const std::string& line : lines_of(listing.text)) add("  " + clean(line, style_));
  }

  void set(const Drawing& drawing) {
    for (const std::string& line : lines_of(drawing.draw(style_))) add(line);
  }

  std::string text_of(const Prose& prose) const {
    return set_pieces(prose, [&](const auto& each) { return piece_text(each); });
  }
  static std::string piece_text(const std::string& words) { return words; }
  static std::string piece_text(const Typed& typed) { return typed.text; }
  static std::string piece_text(const Notation& notation) { return text_line(notation); }
  std::string piece_text(const Equation& equation) const {
    return equation_block(equation, working_style(true)).lines[0];
  }
  static std::string piece_text(const Way& way) {
    return fmt::format("{}", fmt::join(way.names, " ─→ "));
  }

  std::string looking(Look look, const std::string& text) const {
    return look == Look::bold    ? palette_.heading(text)
           : look == Look::faint ? coloured(text, grey, style_)
                                 : text;
  }

  WorkingStyle working_style(bool reasons) const { return {reasons, style_.colour, style_.width}; }

  void add(const std::string& line) {
    lines_.push_back(line.empty() ? line : blanks(indent_) + line);
  }

  /// An empty line, but not at the top and never two.
  void blank() {
    if (!lines_.empty() && !lines_.back().empty()) lines_.emplace_back();
  }

  const Style& style_;
  Palette palette_;
  int indent_ = 0;  // of the block that is set
  Lines lines_;
};

}  // namespace tracer
