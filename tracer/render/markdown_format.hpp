// Blocks as Markdown for GitHub and Jupyter: headings, formulas between $$, tables for scalar
// weights and updates. Formulas are those of latex_rows.hpp.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/render/blocks.hpp"
#include "tracer/render/latex_rows.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {

class MarkdownFormat {
 public:
  static constexpr std::string_view name = "markdown", ending = ".md";

  static std::string write(const Document& document, const Style&, Extent extent) {
    MarkdownFormat page;
    for (const Block& block : document) {
      const auto* heading = std::get_if<PageHeading>(&block.what);
      const bool title = heading != nullptr && heading->level == 1;
      if (!title || extent == Extent::whole)
        std::visit([&](const auto& what) { page.set(what); }, block.what);
    }
    while (page.text_.ends_with("\n\n")) page.text_.pop_back();
    return std::move(page.text_);
  }

 private:
  static constexpr double room = 100;  // digits; a notebook's page scrolls where that is too much
  static constexpr std::string_view box = "____";  // to be filled in

  void set(const PageHeading& heading) {
    paragraph(std::string(static_cast<std::size_t>(heading.level), '#') + " " +
              escaped(heading.text));
    if (!heading.after.empty()) paragraph(text_of(heading.after));
  }

  void set(const Paragraph& block) {
    std::string text = text_of(block.text);
    if (block.look == Look::aside) text = "*" + text + ".*";
    if (block.look == Look::bold) text = "**" + text + "**";
    paragraph(text);
  }

  void set(const Bullets& bullets) {
    paragraph("- " + escaped(fmt::format("{}", fmt::join(bullets.items, "\n- "))));
  }

  void set(const Givens& givens) {
    if (!givens.label.empty()) paragraph(escaped(givens.label) + ":");
    const bool scalars = std::ranges::all_of(givens.values, [](const Given* given) {
      return given->value.scalar() || is_box(given->equation);
    });
    if (scalars) {
      TableBlock table{{}, {{}}};
      for (const Given* given : givens.values) {
        table.columns.push_back({given->name, true});
        table.rows[0].push_back(table_value(given->value));
      }
      return set(table);
    }
    WorkingLines working;
    for (const Given* given : givens.values) working.lines.push_back({&given->equation});
    set(working);
  }

  void set(const UpdateLines& block) {
    const std::vector<UpdateLine>& updates = *block.updates;
    const bool scalars = std::ranges::all_of(updates, [](const UpdateLine& line) {
      const bool one = line.working.size() == 1;
      return one && (is_box(line.working[0]) || (line.before.scalar() && line.after.scalar()));
    });
    if (!scalars) return set(block.working);
    TableBlock table{{{"weight"}, {"before", true}, {"working"}, {"after", true}}, {}};
    for (const UpdateLine& line : updates)
      table.rows.push_back({line.name, table_value(line.before), links_of(line.working[0]),
                            table_value(line.after)});
    set(table);
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

  void set(const Listing& listing) {
    paragraph(escaped(listing.title) + ":");
    const std::string fence = listing.text.find("```") == std::string::npos ? "```" : "`````";
    paragraph(fence + "text\n" + listing.text + (listing.text.ends_with('\n') ? "" : "\n") + fence);
  }

  void set(const Drawing& drawing) {
    paragraph("```text\n" + drawing.draw({.width = 100}) + "```");
  }

  static std::string text_of(const Prose& prose) {
    return set_pieces(prose, [](const auto& each) { return piece_text(each); });
  }
  static std::string piece_text(const std::string& words) { return escaped(words); }
  static std::string piece_text(const Typed& typed) { return "`" + typed.text + "`"; }
  static std::string piece_text(const Notation& notation) { return escaped(text_line(notation)); }
  static std::string piece_text(const Equation& equation) {
    if (is_box(equation)) return line_to_fill_in(equation, {.unicode_words = true});
    return "$" + for_mathjax(latex_line(equation, {.unicode_words = true})) + "$";
  }
  static std::string piece_text(const Way& way) {
    return escaped(fmt::format("{}", fmt::join(way.names, " → ")));
  }

  /// Prose with the characters escaped that Markdown or its mathematics would take for their own.
  static std::string escaped(std::string_view text) {
    if (text == box) return std::string(text);
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

  /// Is its value a single box to be filled in?
  static bool is_box(const Equation& equation) {
    return equation.value.size() == 1 && equation.value[0].what.kind == Notation::Kind::blank;
  }

  /// A value that a table has room for.
  static std::string table_value(const Value& value) {
    if (value.empty()) return std::string(box);
    const std::string& decimal = value.decimals[0].text;
    return (value.decimals[0].exact ? "" : "≈ ") + text_number(decimal);
  }

  static std::string links_of(const Equation& equation) {
    std::string text;
    if (is_box(equation)) return std::string(box);
    for (const auto* links : {&equation.rule, &equation.numbers})
      for (const Link& link : *links)
        text += (text.empty() ? "" : link.exact ? " = " : " ≈ ") + text_line(link.what);
    return text;
  }

  static RowStyle row_style(const Shapes* shapes, bool name_factors) {
    return {{.shapes = shapes, .unicode_words = true}, name_factors, room};
  }

  /// A line with boxes in it: mathematics as far as them.
  static std::string line_to_fill_in(const Equation& equation, const LatexStyle& style) {
    std::string line, math = latex(equation.left, style);
    const auto close = [&] {
      if (!math.empty()) line += "$" + math + "$";
      math.clear();
    };
    bool first = true;
    for (const auto* links : {&equation.rule, &equation.numbers, &equation.value})
      for (const Link& link : *links) {
        const bool is_blank = link.what.kind == Notation::Kind::blank;
        if (!math.empty()) math += " ";
        math += equation.arrow && first ? "\\leftarrow" : link.exact ? "=" : "\\approx";
        first = false;
        if (!is_blank) math += " " + latex(link.what, style);
        if (!is_blank) continue;
        close();
        line += " " + std::string(box) + " ";
      }
    close();
    return for_mathjax(trimmed(std::move(line)));
  }

  static bool has_box(const Notation& n) {
    return n.kind == Notation::Kind::blank || std::ranges::any_of(n.children, has_box);
  }
  static bool is_to_fill_in(const WorkingLine& line) {
    const auto any = [](const std::vector<Link>& links) {
      return std::ranges::any_of(links, [](const Link& link) { return has_box(link.what); });
    };
    return any(line.equation->rule) || any(line.equation->value);
  }

  /// Lines of working between $$, then their reasons as a list; on a sheet to be filled in, a list.
  void set(const WorkingLines& working) {
    if (!working.label.empty()) paragraph(working.label + ":");
    if (std::ranges::any_of(working.lines, is_to_fill_in)) {
      std::string lines;
      for (const WorkingLine& line : working.lines)
        lines += (lines.empty() ? "- " : "\n- ") +
                 line_to_fill_in(*line.equation, {.unicode_words = true});
      return paragraph(lines);
    }
    const RowStyle style =
        row_style(working.shapes.get(), working.half == WorkingLines::Half::backward);
    std::vector<std::string> rows, reasons;
    for (const WorkingLine& line : working.lines) {
      const bool explained = working.reasons && line.explanation && !line.explanation->empty();
      const LatexRows set = latex_rows(*line.equation, style, explained);
      for (std::size_t i = 0; i < set.rows.size(); ++i) {
        rows.push_back(set.rows[i].math);
        if (explained && i + 1 == set.rule_rows)
          for (const Equation& each : *line.explanation) explain(each, rows, reasons);
      }
      const std::vector<std::string> remarks = joined_remarks(line.equation->remarks);
      if (working.reasons && !remarks.empty())
        reasons.push_back(left_text(*line.equation) + ": " +
                          escaped(fmt::format("{}", fmt::join(remarks, "; "))));
    }
    paragraph(for_mathjax(fmt::format("$$\n\\begin{{aligned}}\n{}\n\\end{{aligned}}\n$$",
                                      fmt::join(rows, " \\\\\n"))));
    if (!reasons.empty()) paragraph(fmt::format("- {}", fmt::join(reasons, "\n- ")));
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

  std::string text_;
};

}  // namespace tracer
