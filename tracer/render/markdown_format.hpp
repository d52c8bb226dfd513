// Blocks as Markdown for GitHub and Jupyter: headings, formulas between $$, tables for scalar
// weights and updates. Formulas are those of latex_rows.hpp.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "tracer/render/blocks.hpp"
#include "tracer/render/latex_rows.hpp"
#include "tracer/render/phrases.hpp"
#include "tracer/render/text_block.hpp"

namespace tracer {

class MarkdownFormat {
 public:
  static constexpr std::string_view name = "markdown", ending = ".md";

  static std::string write(const Document& document, const Style&) {
    MarkdownFormat page;
    for (const Block& block : document)
      std::visit([&](const auto& what) { page.set(what); }, block.what);
    while (page.text_.ends_with("\n\n")) page.text_.pop_back();
    return std::move(page.text_);
  }

 private:
  static constexpr double room = 100;  // digits; a notebook's page scrolls where that is too much

  void set(const PageHeading& heading) {
    paragraph(std::string(static_cast<std::size_t>(heading.level), '#') + " " +
              escaped(heading.text));
    if (!heading.after.empty()) paragraph(text_of(heading.after));
  }

  void set(const Paragraph& block) {
    std::string text = text_of(block.text);
    if (!block.label.empty()) text = "*" + escaped(block.label) + ":* " + text;
    if (block.look == Look::aside) text = "*" + text + ".*";
    if (block.look == Look::bold) text = "**" + text + "**";
    paragraph(text);
  }

  void set(const Bullets& bullets) {
    std::string text;
    for (const std::string& item : bullets.items)
      text += (text.empty() ? "- " : "\n- ") + escaped(item);
    paragraph(text);
  }

  void set(const Givens& givens) {
    if (!givens.label.empty()) paragraph(escaped(givens.label) + ":");
    const bool scalars = std::ranges::all_of(
        givens.values, [](const Given* given) { return given->value.scalar(); });
    if (scalars) {
      std::string names = "|", rule = "|", values = "|";
      for (const Given* given : givens.values) {
        names += " " + escaped(given->name) + " |";
        rule += " ---: |";
        values += " " + table_value(given->value) + " |";
      }
      return paragraph(names + "\n" + rule + "\n" + values);
    }
    std::vector<WorkingLine> working;
    for (const Given* given : givens.values) working.push_back({&given->equation});
    formulas(working, row_style(nullptr, false));
  }

  void set(const WorkingLines& working) {
    reasons_ = working.reasons;
    formulas(working.lines,
             row_style(working.shapes.get(), working.half == WorkingLines::Half::backward));
  }

  void set(const LabelledEquations& labelled) {
    reasons_ = labelled.reasons;
    paragraph(labelled.label + ":");
    std::vector<WorkingLine> working;
    for (const Equation& equation : *labelled.equations) working.push_back({&equation});
    formulas(working, row_style(labelled.shapes.get(), true));
  }

  void set(const UpdateLines& block) {
    reasons_ = block.reasons;
    const std::vector<UpdateLine>& updates = *block.updates;
    const bool scalars = std::ranges::all_of(updates, [](const UpdateLine& line) {
      return line.before.scalar() && line.after.scalar() && line.working.size() == 1;
    });
    std::vector<WorkingLine> working;
    std::string table = "| weight | before | working | after |\n| :--- | ---: | :--- | ---: |";
    for (const UpdateLine& line : updates) {
      for (const Equation& equation : line.working) working.push_back({&equation});
      if (scalars)
        table += "\n| " + escaped(line.name) + " | " + table_value(line.before) + " | " +
                 escaped(links_of(line.working[0])) + " | " + table_value(line.after) + " |";
    }
    if (scalars) return paragraph(table);
    formulas(working, row_style(block.shapes.get(), false));
  }

  void set(const TableBlock& table) {
    std::string names = "|", rule = "|";
    for (const TableColumn& column : table.columns) {
      names += " " + escaped(column.heading) + " |";
      rule += column.numbers ? " ---: |" : " :--- |";
    }
    std::string text = names + "\n" + rule;
    for (const std::vector<TableCell>& row : table.rows) {
      text += "\n|";
      for (const TableCell& cell : row) text += " " + escaped(cell.text) + " |";
    }
    paragraph(text);
  }

  void set(const Annotations& entries) {
    std::string text;
    for (const Annotations::Line& line : entries.lines)
      text += (text.empty() ? "- " : "\n- ") + escaped(line.what) + ": " + escaped(line.said);
    paragraph(text);
  }

  void set(const Drawing& drawing) {
    paragraph("```text\n" + drawing.draw({.width = 100}) + "```");
  }

  static std::string text_of(const Prose& prose) {
    std::string text;
    for (const auto& piece : prose)
      text += std::visit([](const auto& each) { return piece_text(each); }, piece);
    return text;
  }
  static std::string piece_text(const std::string& words) { return escaped(words); }
  static std::string piece_text(const Typed& typed) { return "`" + typed.text + "`"; }
  static std::string piece_text(const Notation& notation) { return escaped(text_line(notation)); }
  static std::string piece_text(const Equation& equation) {
    return "$" + for_mathjax(latex_line(equation, {.unicode_words = true})) + "$";
  }
  static std::string piece_text(const Way& way) {
    std::string chain;
    for (const std::string& name : way.names) chain += (chain.empty() ? "" : " → ") + escaped(name);
    return chain;
  }

  /// Prose with the characters escaped that Markdown or its mathematics would take for their own.
  static std::string escaped(std::string_view text) {
    std::string set;
    for (const char c : text) {
      if (std::string_view("\\`*_<>|$#~").find(c) != std::string_view::npos) set += '\\';
      set += c;
    }
    return set;
  }

  /// GitHub does not know \operatorname.
  static std::string for_mathjax(std::string math) {
    constexpr std::string_view unknown = "\\operatorname{", known = "\\mathrm{";
    for (std::size_t at = math.find(unknown); at != std::string::npos; at = math.find(unknown, at))
      math.replace(at, unknown.size(), known);
    return math;
  }

  /// A value that a table has room for.
  static std::string table_value(const Value& value) {
    const std::string& decimal = value.decimals[0].text;
    return (value.decimals[0].exact ? "" : "≈ ") + text_number(decimal);
  }

  static std::string links_of(const Equation& equation) {
    std::string text;
    for (const auto* links : {&equation.rule, &equation.numbers})
      for (const Link& link : *links)
        text += (text.empty() ? "" : link.exact ? " = " : " ≈ ") + text_line(link.what);
    return text;
  }

  static RowStyle row_style(const Shapes* shapes, bool name_factors) {
    return {{.shapes = shapes, .unicode_words = true}, name_factors, room};
  }

  /// Lines of working between $$, then their reasons as a list.
  void formulas(const std::vector<WorkingLine>& working, const RowStyle& style) {
    std::vector<std::string> rows, reasons;
    for (const WorkingLine& line : working) {
      const bool explained = reasons_ && line.explanation && !line.explanation->empty();
      const LatexRows set = latex_rows(*line.equation, style, explained);
      for (std::size_t i = 0; i < set.rows.size(); ++i) {
        rows.push_back(set.rows[i].math);
        if (explained && i + 1 == set.rule_rows)
          for (const Equation& each : *line.explanation) explain(each, rows, reasons);
      }
      if (!reasons_) continue;
      std::string reason;
      for (const std::string& remark : joined_remarks(line.equation->remarks))
        reason += (reason.empty() ? ": " : "; ") + escaped(remark);
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

  static void explain(const Equation& equation, std::vector<std::string>& rows,
                      std::vector<std::string>& reasons) {
    for (const LatexRow& row : latex_rows(equation, row_style(nullptr, false)).rows) {
      std::string math = row.math;
      math.erase(math.find('&'), 1);
      rows.push_back("&\\qquad " + math);
    }
    for (const std::string& remark : equation.remarks)
      reasons.push_back(left_text(equation) + ": " + escaped(remark));
  }

  static std::string left_text(const Equation& equation) {
    return escaped(text_line(equation.left));
  }

  void paragraph(const std::string& text) { text_ += text + "\n\n"; }

  bool reasons_ = true;  // of the block that is set
  std::string text_;
};

}  // namespace tracer
