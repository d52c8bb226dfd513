// See text_page.hpp. One member function a section, in the order of the page.
#include "tracer/render/text_page.hpp"

#include <algorithm>

#include "tracer/render/phrases.hpp"
#include "tracer/render/text_layout.hpp"
#include "tracer/text/width.hpp"

namespace tracer {
namespace {

constexpr int section_indent = 2;
constexpr int line_indent = 4;

std::string chain_of(const std::vector<std::string>& names) {
  std::string chain;
  for (const std::string& name : names) chain += (chain.empty() ? "" : " ─→ ") + name;
  return chain;
}

class Page {
 public:
  explicit Page(const PageOptions& options) : options_(options) {}

  std::string write(const Derivation& derivation) {
    if (!derivation.title.empty()) add(palette_.heading(derivation.title));
    for (const std::string& paragraph : derivation.introduction) {
      blank();
      wrapped(paragraph, 0);
    }
    if (!derivation.working.empty()) {
      blank();
      wrapped(working_phrase(derivation), 0);
    }
    if (!derivation.remarks.empty()) blank();
    for (const std::string& remark : derivation.remarks) wrapped("Remark: " + remark, 0);
    for (const DerivationStep& step : derivation.steps) {
      blank();
      write_step(step);
    }
    if (derivation.remaining > 0) {
      blank();
      const bool one = derivation.remaining == 1;
      add("… " + remaining_phrase(derivation) + " (--steps all shows " + (one ? "it)" : "them)"));
    }
    if (!derivation.expectations.empty()) blank();
    for (const std::string& line : derivation.expectations) wrapped(line, 0);
    std::string text;
    for (const std::string& line : lines_) text += line + "\n";
    return text;
  }

 private:
  void write_step(const DerivationStep& step) {
    if (const std::string heading = step_heading(step); !heading.empty()) {
      const Lines set = wrap_words(heading, options_.width - line_indent);
      for (std::size_t i = 0; i < set.size(); ++i)
        add(blanks(i == 0 ? 0 : line_indent) + palette_.heading(set[i]));
    }
    write_given(step);
    if (options_.forward && !step.forward.empty()) write_forward(step);
    if (options_.backward && !step.gradients.empty()) write_backward(step);
    if (options_.update && !step.updates.empty()) write_update(step);
    if (options_.update) write_effect(step);
    if (!step.drift.empty() || !step.notes.empty()) blank();
    for (const std::string& line : step.drift) wrapped(line, section_indent);
    for (const std::string& line : step.notes) wrapped(line, section_indent);
  }

  /// Data and weights: under their label where they have one, else all in one row.
  void write_given(const DerivationStep& step) {
    std::vector<Block> data, weights;
    bool tall = false;
    for (const Given& given : step.data) data.push_back(equation_block(given.equation, options_));
    for (const Given& given : step.weights) {
      weights.push_back(equation_block(given.equation, options_));
      tall = tall || !weights.back().one_line();
    }
    if (step.weights_label.empty()) {
      for (Block& block : weights) data.push_back(std::move(block));
      weights.clear();
    }
    append(set_in_rows(data, 4, section_indent, options_.width));
    if (weights.empty()) return;
    const std::string label = blanks(section_indent) + step.weights_label + ":";
    if (tall) {
      add(label);
      append(set_in_rows(weights, 4, line_indent, options_.width));
      return;
    }
    const int column = display_width(label) + 2;
    int widest = 0;
    for (const Block& block : weights) widest = std::max(widest, block.width);
    if (column + widest > options_.width) {
      add(label);
      return append(set_in_rows(weights, 3, line_indent, options_.width));
    }
    Lines rows = set_in_rows(weights, 3, column, options_.width);
    if (!rows.empty()) rows[0].replace(0, static_cast<std::size_t>(column), label + "  ");
    append(std::move(rows));
  }

  void write_forward(const DerivationStep& step) {
    section("Forward", chain_of(step.path));
    std::vector<WorkingLine> working;
    for (const ForwardLine& line : step.forward) working.push_back({&line.equation});
    append(set_working(working, {4, 4, 4, Gaps::Remarks::beside}, line_indent, options_));
  }

  void write_backward(const DerivationStep& step) {
    std::string way = chain_of(step.way_back);
    if (!way.empty() && options_.reasons) way += ": what came from above × the local slope";
    section("Backward", way);
    std::vector<WorkingLine> working;
    for (const GradientLine& line : step.gradients) {
      for (const Equation& path : line.paths) working.push_back({&path});
      working.push_back({&line.equation, &line.explanation});
    }
    append(set_working(working, {3, 2, 4, Gaps::Remarks::below}, line_indent, options_));
    if (step.chains.empty()) return;
    blank();
    std::string label = step.chains_label + ": ";
    for (const Equation& chain : step.chains) {
      append(set_labelled(label, chain, line_indent, options_));
      label = blanks(display_width(label));
    }
  }

  void write_update(const DerivationStep& step) {
    section("Update", step.update_rule);
    std::vector<WorkingLine> working;
    bool short_lines = true;
    for (const UpdateLine& line : step.updates) {
      short_lines = short_lines && line.working.size() == 1;
      for (const Equation& equation : line.working) {
        short_lines = short_lines && !is_tall(equation) && equation.remarks.empty();
        working.push_back({&equation});
      }
    }
    if (short_lines && working.size() > 1 && write_pairs(working)) return;
    append(set_working(working, {2, 2, 4, Gaps::Remarks::beside}, line_indent, options_));
  }

  /// Two updates a row; false where the page is too narrow for that.
  bool write_pairs(const std::vector<WorkingLine>& working) {
    constexpr int gap = 8;
    std::vector<WorkingLine> left, right;
    for (std::size_t i = 0; i < working.size(); ++i)
      (i % 2 == 0 ? left : right).push_back(working[i]);
    PageOptions unbounded = options_;
    unbounded.width = 1 << 20;
    const Gaps tight{1, 1, 1, Gaps::Remarks::beside};
    const Block first(set_working(left, tight, line_indent, unbounded));
    const Block second(set_working(right, tight, 0, unbounded));
    if (first.width + gap + second.width > options_.width) return false;
    for (const std::string& line : beside(beside(first, {blanks(gap)}), second).lines)
      add(trimmed(line));
    return true;
  }

  void write_effect(const DerivationStep& step) {
    if (step.effect.empty()) return;
    blank();
    std::string text = effect_phrase(step) + ":";
    for (const Equation& equation : step.effect) {
      text += " " + equation_block(equation, options_).lines[0];
      for (const std::string& remark : equation.remarks) text += " (" + remark + ")";
    }
    wrapped(text, section_indent);
  }

  void section(const std::string& name, const std::string& after) {
    blank();
    std::string line = blanks(section_indent) + palette_.heading(name);
    if (after.empty()) return add(line);
    constexpr int column = 12;
    Lines set = wrap_words(after, options_.width - column);
    add(pad_right(line, column) + set[0]);
    for (std::size_t i = 1; i < set.size(); ++i) add(blanks(column) + set[i]);
  }

  void add(std::string line) { lines_.push_back(std::move(line)); }

  void append(Lines lines) {
    for (std::string& line : lines) lines_.push_back(std::move(line));
  }

  void wrapped(const std::string& text, int indent) {
    for (const std::string& line : wrap_words(text, options_.width - indent))
      add(blanks(indent) + line);
  }

  /// An empty line, but not at the top and never two.
  void blank() {
    if (!lines_.empty() && !lines_.back().empty()) lines_.emplace_back();
  }

  const PageOptions& options_;
  Palette palette_{options_.colour};
  Lines lines_;
};

}  // namespace

std::string to_text(const Derivation& derivation, const PageOptions& options) {
  return Page(options).write(derivation);
}

}  // namespace tracer
