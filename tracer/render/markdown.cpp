// See markdown.hpp. One member function a section, in the order of the page.
#include "tracer/render/markdown.hpp"

#include <algorithm>

#include "tracer/render/latex_rows.hpp"
#include "tracer/render/latex_text.hpp"
#include "tracer/render/phrases.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/render/text_layout.hpp"

namespace tracer {
namespace {

constexpr double room = 100;  // digits; a notebook's page scrolls where that is too much

/// GitHub does not know \operatorname.
std::string for_mathjax(std::string math) {
  constexpr std::string_view unknown = "\\operatorname{", known = "\\mathrm{";
  for (std::size_t at = math.find(unknown); at != std::string::npos; at = math.find(unknown, at))
    math.replace(at, unknown.size(), known);
  return math;
}

std::string chain_of(const std::vector<std::string>& names) {
  std::string chain;
  for (const std::string& name : names) chain += (chain.empty() ? "" : " → ") + markdown_text(name);
  return chain;
}

/// A value that a table has room for.
std::string table_value(const Value& value) {
  const std::string& decimal = value.decimals[0].text;
  return (value.decimals[0].exact ? "" : "≈ ") + text_number(decimal);
}

std::string left_text(const Equation& equation) { return markdown_text(text_line(equation.left)); }

class Page {
 public:
  explicit Page(const PageOptions& options) : options_(options) {}

  std::string write(const Derivation& derivation) {
    if (!derivation.title.empty()) paragraph("# " + markdown_text(derivation.title));
    for (const std::string& text : derivation.introduction) paragraph(markdown_text(text));
    if (!derivation.working.empty())
      paragraph("*" + markdown_text(working_phrase(derivation)) + ".*");
    for (const std::string& remark : derivation.remarks)
      paragraph("*Remark:* " + markdown_text(remark));
    for (const DerivationStep& step : derivation.steps) write_step(step);
    if (derivation.remaining > 0)
      paragraph("… " + remaining_phrase(derivation) + " (`--steps all` shows " +
                (derivation.remaining == 1 ? "it)" : "them)"));
    list(derivation.expectations);
    while (text_.ends_with("\n\n")) text_.pop_back();
    return std::move(text_);
  }

 private:
  void write_step(const DerivationStep& step) {
    shapes_ = shapes_of(step);
    style_ = RowStyle{};
    style_.latex.shapes = &shapes_;
    style_.latex.unicode_words = true;
    style_.room = room;
    if (const std::string heading = step_heading(step); !heading.empty())
      paragraph("## " + markdown_text(heading));
    write_given("", step.data);
    write_given(step.weights_label, step.weights);
    if (options_.forward && !step.forward.empty()) {
      heading("Forward", chain_of(step.path));
      std::vector<WorkingLine> working;
      for (const ForwardLine& line : step.forward) working.push_back({&line.equation});
      formulas(working, false);
    }
    if (options_.backward && !step.gradients.empty()) write_backward(step);
    if (options_.update) write_update(step);
    for (const std::string& line : step.drift) paragraph(markdown_text(line));
    for (const std::string& line : step.notes) paragraph(markdown_text(line));
  }

  void write_given(const std::string& label, const std::vector<Given>& given) {
    if (given.empty()) return;
    if (!label.empty()) paragraph(markdown_text(label) + ":");
    const bool scalar = std::all_of(given.begin(), given.end(),
                                    [](const Given& each) { return each.value.scalar(); });
    if (scalar) {
      std::string names = "|", rule = "|", values = "|";
      for (const Given& each : given) {
        names += " " + markdown_text(each.name) + " |";
        rule += " ---: |";
        values += " " + table_value(each.value) + " |";
      }
      paragraph(names + "\n" + rule + "\n" + values);
      return;
    }
    std::vector<WorkingLine> working;
    for (const Given& each : given) working.push_back({&each.equation});
    formulas(working, false);
  }

  void write_backward(const DerivationStep& step) {
    std::string way = chain_of(step.way_back);
    if (!way.empty() && options_.reasons) way += ": what came from above × the local slope";
    heading("Backward", way);
    std::vector<WorkingLine> working;
    for (const GradientLine& line : step.gradients) {
      for (const Equation& path : line.paths) working.push_back({&path});
      working.push_back({&line.equation, &line.explanation});
    }
    formulas(working, true);
    if (step.chains.empty()) return;
    paragraph(step.chains_label + ":");
    working.clear();
    for (const Equation& chain : step.chains) working.push_back({&chain});
    formulas(working, true);
  }

  void write_update(const DerivationStep& step) {
    if (!step.updates.empty()) {
      heading("Update", markdown_text(step.update_rule));
      const bool scalar =
          std::all_of(step.updates.begin(), step.updates.end(), [](const UpdateLine& u) {
            return u.before.scalar() && u.after.scalar() && u.working.size() == 1;
          });
      if (scalar)
        update_table(step);
      else {
        std::vector<WorkingLine> working;
        for (const UpdateLine& line : step.updates)
          for (const Equation& equation : line.working) working.push_back({&equation});
        formulas(working, false);
      }
    }
    if (step.effect.empty()) return;
    std::string line = markdown_text(effect_phrase(step)) + ":";
    for (const Equation& equation : step.effect) {
      line += " $" + for_mathjax(latex_line(equation, style_.latex)) + "$";
      for (const std::string& remark : equation.remarks) line += " (" + markdown_text(remark) + ")";
    }
    paragraph(line);
  }

  void update_table(const DerivationStep& step) {
    std::string table = "| weight | before | working | after |\n| :--- | ---: | :--- | ---: |";
    for (const UpdateLine& line : step.updates) {
      std::string working;
      for (const auto* links : {&line.working[0].rule, &line.working[0].numbers})
        for (const Link& link : *links)
          working += (working.empty() ? "" : link.exact ? " = " : " ≈ ") + text_line(link.what);
      table += "\n| " + markdown_text(line.name) + " | " + table_value(line.before) + " | " +
               markdown_text(working) + " | " + table_value(line.after) + " |";
    }
    paragraph(table);
  }

  /// Lines of working between $$, then their reasons as a list.
  void formulas(const std::vector<WorkingLine>& working, bool name_factors) {
    std::vector<std::string> rows, reasons;
    RowStyle style = style_;
    style.name_factors = name_factors;
    for (const WorkingLine& line : working) {
      const bool explained = options_.reasons && line.explanation && !line.explanation->empty();
      const LatexRows set = latex_rows(*line.equation, style, explained);
      for (std::size_t i = 0; i < set.rows.size(); ++i) {
        rows.push_back(set.rows[i].math);
        if (explained && i + 1 == set.rule_rows)
          for (const Equation& each : *line.explanation) explain(each, rows, reasons);
      }
      if (!options_.reasons) continue;
      std::string reason;
      for (const std::string& remark : joined_remarks(line.equation->remarks))
        reason += (reason.empty() ? ": " : "; ") + markdown_text(remark);
      if (!reason.empty()) reasons.push_back(left_text(*line.equation) + reason);
    }
    std::string text = "$$\n\\begin{aligned}\n";
    for (std::size_t i = 0; i < rows.size(); ++i)
      text += for_mathjax(rows[i]) + (i + 1 < rows.size() ? " \\\\" : "") + "\n";
    paragraph(text + "\\end{aligned}\n$$");
    std::string bullets;
    for (const std::string& reason : reasons) bullets += (bullets.empty() ? "- " : "\n- ") + reason;
    if (!bullets.empty()) paragraph(bullets);
  }

  void explain(const Equation& equation, std::vector<std::string>& rows,
               std::vector<std::string>& reasons) {
    RowStyle style = style_;
    style.latex.shapes = nullptr;
    for (const LatexRow& row : latex_rows(equation, style).rows) {
      std::string math = row.math;
      math.erase(math.find('&'), 1);
      rows.push_back("&\\qquad " + math);
    }
    for (const std::string& remark : equation.remarks)
      reasons.push_back(left_text(equation) + ": " + markdown_text(remark));
  }

  void heading(const std::string& name, const std::string& after) {
    paragraph("### " + name);
    if (!after.empty()) paragraph(after);
  }

  void list(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines)
      text += (text.empty() ? "- " : "\n- ") + markdown_text(line);
    if (!text.empty()) paragraph(text);
  }

  void paragraph(const std::string& text) { text_ += text + "\n\n"; }

  const PageOptions& options_;
  Shapes shapes_;
  RowStyle style_;
  std::string text_;
};

}  // namespace

std::string markdown_text(std::string_view text) {
  std::string set;
  for (const char c : text) {
    if (std::string_view("\\`*_<>|$#~").find(c) != std::string_view::npos) set += '\\';
    set += c;
  }
  return set;
}

std::string to_markdown(const Derivation& derivation, const PageOptions& options) {
  return Page(options).write(derivation);
}

}  // namespace tracer
