// Blocks as a LaTeX document, ready for pdflatex. Needs no more than texlive-latex-base and
// texlive-latex-recommended: article, geometry, amsmath, amssymb, graphicx. Next: latex_rows.hpp,
// how lines of working are set.
#pragma once

#include <algorithm>
#include <string>

#include "tracer/render/blocks.hpp"
#include "tracer/render/latex_notation.hpp"
#include "tracer/render/latex_rows.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {

class LatexFormat {
 public:
  static constexpr std::string_view name = "latex", ending = ".tex";

  static std::string write(const Document& document, const Style&, Extent extent) {
    const bool whole = extent == Extent::whole;
    LatexFormat page(whole ? page_room : column_room);
    for (const Block& block : document)
      std::visit([&](const auto& what) { page.set(what); }, block.what);
    const std::string spacing =
        "\\allowdisplaybreaks\n"
        "\\sloppy\n"  // words that can't be parted: what is typed, names of files
        "\\setlength{\\parindent}{0pt}\n"
        "\\setlength{\\parskip}{3pt}\n";
    if (!whole) {
      return "% for \\input into a document with \\usepackage{amsmath,amssymb,graphicx}\n"
             "\\begingroup\n" +
             spacing + page.text_ + "\\endgroup\n";
    }
    return "\\documentclass[a4paper,10pt]{article}\n"
           "\\usepackage[margin=20mm]{geometry}\n"
           "\\usepackage{amsmath,amssymb,graphicx}\n" +
           spacing + "\\begin{document}\n" + page.text_ + "\\end{document}\n";
  }

 private:
  // Digits in a row. At 10 pt on 170 mm of text there are 96, on the page of article at 10, 11 or
  // 12 pt 66 and more; some air for align's columns.
  static constexpr double page_room = 90, column_room = 61;

  explicit LatexFormat(double room) : room_(room) {}

  /// A line of working with all that belongs to it, before it is known which remarks fit beside it.
  struct Set {
    LatexRows lines;
    std::vector<std::string> remarks;
    std::vector<LatexRow> explanation;
  };

  void set(const PageHeading& heading) {
    if (heading.level == 3)
      return add("\n\\medskip\\noindent\\textbf{" + latex_text(heading.text) + "}\\quad " +
                 text_of(heading.after));
    add((heading.level == 1 ? "\\section*{" : "\\subsection*{") + latex_text(heading.text) + "}");
  }

  void set(const Paragraph& paragraph) {
    std::string text = text_of(paragraph.text);
    if (paragraph.look == Look::aside) text += ".";
    if (paragraph.look == Look::bold) text = "\\textbf{" + text + "}";
    set_paragraph(text);
  }

  void set(const Bullets& bullets) {
    add("\\begin{itemize}");
    for (const std::string& item : bullets.items) add("\\item[] " + latex_text(item));
    add("\\end{itemize}");
  }

  void set(const Givens& givens) {
    std::string line = givens.label.empty() ? "" : latex_text(givens.label) + ":\\quad ";
    for (std::size_t i = 0; i < givens.values.size(); ++i) {
      std::string math = "$" + latex_line(givens.values[i]->equation) + "$";
      if (latex_width(math) > room_) math = "\\resizebox{\\linewidth}{!}{" + math + "}";
      line += math + (i + 1 < givens.values.size() ? "\\qquad\n" : "");
    }
    set_paragraph("\\raggedright " + line);
  }

  void set(const UpdateLines& updates) { set(updates.working); }

  void set(const TableBlock& table) {
    std::string columns, headings;
    for (const TableColumn& column : table.columns) {
      columns += column.numbers ? 'r' : 'l';
      headings += (headings.empty() ? "" : " & ") + latex_text(column.heading);
    }
    add("\n\\begin{tabular}{" + columns + "}\n" + headings + " \\\\ \\hline");
    for (const std::vector<TableCell>& row : table.rows) {
      std::string line;
      for (const TableCell& cell : row)
        line += (&cell == &row[0] ? "" : " & ") + latex_text(cell.text);
      add(line + " \\\\");
    }
    add("\\end{tabular}\n");
  }

  void set(const Annotations& entries) {
    add("\\begin{description}");
    for (const Annotations::Line& line : entries.lines)
      add("\\item[{\\mdseries " + latex_text(line.what) + "}] " + latex_text(line.said));
    add("\\end{description}");
  }

  void set(const Listing& listing) {
    std::string text;
    for (const std::string& line : lines_of(listing.text))
      text += clean(line, {.unicode = false}) + "\n";
    for (std::size_t at; (at = text.find("\\end{")) != std::string::npos;) text.insert(at + 1, " ");
    add(latex_text(listing.title) + ":\n\\begin{small}\\begin{verbatim}\n" + text +
        "\\end{verbatim}\\end{small}");
  }

  /// pdflatex has no letters for shades and dots: it is drawn with ASCII.
  void set(const Drawing& drawing) {
    add("\\begin{small}\\begin{verbatim}\n" + drawing.draw({.width = 90, .unicode = false}) +
        "\\end{verbatim}\\end{small}");
  }

  static std::string text_of(const Prose& prose) {
    return set_pieces(prose, [](const auto& each) { return piece_text(each); });
  }
  static std::string piece_text(const std::string& words) { return latex_text(words); }
  static std::string piece_text(const Notation& notation) { return "$" + latex(notation) + "$"; }
  static std::string piece_text(const Equation& equation) {
    return "$" + latex_line(equation) + "$";
  }
  static std::string piece_text(const Typed& typed) {
    std::string text = latex_text(typed.text);
    for (std::size_t at = text.find("--"); at != std::string::npos; at = text.find("--", at + 4))
      text.insert(at + 1, "{}");  // or TeX makes a dash of them
    return "\\texttt{" + text + "}";
  }
  static std::string piece_text(const Way& way) {
    std::string chain;
    for (const std::string& name : way.names)
      chain += (chain.empty() ? "" : " \\to ") + latex_name(name);
    return "$" + chain + "$";
  }

  /// Lines of working, their relations under each other, their reasons on the right or, where there
  /// is no room for that, below.
  void set(const WorkingLines& working) {
    if (!working.label.empty()) set_paragraph(working.label + ":");
    std::vector<Set> sets;
    double widest = 0;
    RowStyle style{
        {.shapes = working.shapes.get()}, working.half == WorkingLines::Half::backward, room_};
    for (const WorkingLine& line : working.lines)  // their relations stand below each other
      style.left = std::max(style.left, latex_width(latex(line.equation->left, style.latex)));
    for (const WorkingLine& line : working.lines) {
      const bool explained = working.reasons && line.explanation && !line.explanation->empty();
      Set set;
      set.lines = latex_rows(*line.equation, style, explained);
      if (working.reasons) set.remarks = line.equation->remarks;
      if (explained)
        for (const Equation& each : *line.explanation) explain(each, set.explanation);
      for (const LatexRow& row : set.lines.rows) widest = std::max(widest, row.width);
      for (const LatexRow& row : set.explanation) widest = std::max(widest, row.width);
      sets.push_back(std::move(set));
    }
    std::vector<std::string> rows;
    for (const Set& set : sets) {
      if (!rows.empty()) rows.back() += " \\\\[3pt]";
      append(set, widest, rows);
    }
    add("\\begin{align*}");
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool ended = i + 1 == rows.size() || rows[i].ends_with("pt]");
      add("  " + rows[i] + (ended ? "" : " \\\\"));
    }
    add("\\end{align*}");
  }

  void explain(const Equation& equation, std::vector<LatexRow>& rows) const {
    for (LatexRow& row : latex_rows(equation, {{}, false, room_ - 8}).rows) {
      const std::size_t relation =
          row.math.find('&');  // aligned among themselves would pull the page apart
      row.math.erase(relation, 1);
      rows.push_back({"&\\qquad " + row.math, row.width + 4});
    }
    for (const std::string& remark : equation.remarks) {
      const std::string set = "\\quad\\text{\\small (" + latex_text(remark) + ")}";
      const double width = latex_width(set);
      if (rows.back().width + width <= room_) {
        rows.back().math += set;
        rows.back().width += width;
      } else {
        for (const std::string& line : wrapped(remark)) rows.push_back({"&\\qquad" + line, room_});
      }
    }
  }

  void append(const Set& set, double widest, std::vector<std::string>& rows) const {
    constexpr double gap = 6;
    std::vector<std::string> beside, below;
    bool fits = true;
    for (const std::string& remark : set.remarks) {
      const std::string math = "\\text{" + latex_text(remark) + "}";
      beside.push_back("&&" + math);
      fits = fits && widest + gap + latex_width(math) <= room_;
    }
    if (!fits) {
      beside.clear();
      for (const std::string& remark : joined_remarks(set.remarks))
        for (std::string& line : wrapped(remark)) below.push_back("&" + std::move(line));
    }
    const std::vector<LatexRow>& lines = set.lines.rows;
    std::size_t next = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      rows.push_back(lines[i].math);
      if (next < beside.size()) rows.back() += " " + beside[next++];
      if (i + 1 == set.lines.rule_rows)
        for (const LatexRow& row : set.explanation) rows.push_back(row.math);
    }
    for (; next < beside.size(); ++next) rows.push_back("&" + beside[next]);
    for (std::string& line : below) rows.push_back(std::move(line));
  }

  /// A remark in brackets, in lines that fit the equation column.
  std::vector<std::string> wrapped(const std::string& remark) const {
    std::vector<std::string> lines;
    for (const std::string& line : wrap_words(bracketed(remark), static_cast<int>(room_) - 2))
      lines.push_back("\\quad\\text{\\small " + latex_text(line) + "}");
    return lines;
  }

  void set_paragraph(const std::string& text) { add("\n{" + text + "\\par}\n"); }

  void add(const std::string& line) { text_ += line + "\n"; }

  double room_;
  std::string text_;
};

}  // namespace tracer
