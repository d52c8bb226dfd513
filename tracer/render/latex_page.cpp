// See latex_page.hpp. One member function a section, in the order of the page.
#include "tracer/render/latex_page.hpp"

#include <algorithm>

#include "tracer/render/latex_rows.hpp"
#include "tracer/render/latex_text.hpp"
#include "tracer/render/phrases.hpp"
#include "tracer/render/text_layout.hpp"

namespace tracer {
namespace {

constexpr double room =
    90;  // digits at 10 pt on 170 mm of text are 96; some air for align's columns

std::string chain_of(const std::vector<std::string>& names) {
  std::string chain;
  for (const std::string& name : names) chain += (chain.empty() ? "" : " \\to ") + latex_name(name);
  return chain.empty() ? "" : "$" + chain + "$";
}

/// A line of working with all that belongs to it, before it is known which remarks fit beside it.
struct Set {
  LatexRows lines;
  std::vector<std::string> remarks;
  std::vector<LatexRow> explanation;
};

class Page {
 public:
  explicit Page(const PageOptions& options) : options_(options) {}

  std::string write(const Derivation& derivation) {
    if (!derivation.title.empty()) add("\\section*{" + latex_text(derivation.title) + "}");
    for (const std::string& paragraph : derivation.introduction)
      paragraph_of(latex_text(paragraph));
    if (!derivation.working.empty()) paragraph_of(latex_text(working_phrase(derivation) + "."));
    for (const std::string& remark : derivation.remarks)
      paragraph_of("\\emph{Remark:} " + latex_text(remark));
    for (const DerivationStep& step : derivation.steps) write_step(step);
    if (derivation.remaining > 0)
      paragraph_of("\\ldots{} " + remaining_phrase(derivation) +
                   " (\\texttt{-{}-steps all} shows " +
                   (derivation.remaining == 1 ? "it)" : "them)"));
    if (!derivation.expectations.empty()) {
      add("\\begin{itemize}");
      for (const std::string& line : derivation.expectations) add("\\item[] " + latex_text(line));
      add("\\end{itemize}");
    }
    return std::move(text_);
  }

 private:
  void write_step(const DerivationStep& step) {
    shapes_ = shapes_of(step);
    latex_ = LatexStyle{};
    latex_.shapes = &shapes_;
    if (const std::string heading = step_heading(step); !heading.empty())
      add("\\subsection*{" + latex_text(heading) + "}");
    std::vector<Given> unlabelled = step.data;
    if (step.weights_label.empty())
      unlabelled.insert(unlabelled.end(), step.weights.begin(), step.weights.end());
    write_given("", unlabelled);
    if (!step.weights_label.empty()) write_given(step.weights_label, step.weights);
    if (options_.forward && !step.forward.empty()) write_forward(step);
    if (options_.backward && !step.gradients.empty()) write_backward(step);
    if (options_.update) write_update(step);
    for (const std::string& line : step.drift) paragraph_of(latex_text(line));
    for (const std::string& line : step.notes) paragraph_of(latex_text(line));
  }

  void write_given(const std::string& label, const std::vector<Given>& given) {
    if (given.empty()) return;
    std::string line = label.empty() ? "" : latex_text(label) + ":\\quad ";
    for (std::size_t i = 0; i < given.size(); ++i) {
      std::string math = "$" + latex_line(given[i].equation) + "$";
      if (latex_width(math) > room) math = "\\resizebox{\\linewidth}{!}{" + math + "}";
      line += math + (i + 1 < given.size() ? "\\qquad\n" : "");
    }
    paragraph_of("\\raggedright " + line);
  }

  void write_forward(const DerivationStep& step) {
    heading("Forward", chain_of(step.path));
    std::vector<WorkingLine> working;
    for (const ForwardLine& line : step.forward) working.push_back({&line.equation});
    align(working, false);
  }

  void write_backward(const DerivationStep& step) {
    std::string way = chain_of(step.way_back);
    if (!way.empty() && options_.reasons) way += ": what came from above $\\times$ the local slope";
    heading("Backward", way);
    std::vector<WorkingLine> working;
    for (const GradientLine& line : step.gradients) {
      for (const Equation& path : line.paths) working.push_back({&path});
      working.push_back({&line.equation, &line.explanation});
    }
    align(working, true);
    if (step.chains.empty()) return;
    paragraph_of(step.chains_label + ":");
    working.clear();
    for (const Equation& chain : step.chains) working.push_back({&chain});
    align(working, true);
  }

  void write_update(const DerivationStep& step) {
    std::vector<WorkingLine> working;
    for (const UpdateLine& line : step.updates)
      for (const Equation& equation : line.working) working.push_back({&equation});
    if (!working.empty()) {
      heading("Update", latex_text(step.update_rule));
      align(working, false);
    }
    if (step.effect.empty()) return;
    std::string line = latex_text(effect_phrase(step)) + ":";
    for (const Equation& equation : step.effect) {
      line += " $" + latex_line(equation) + "$";
      for (const std::string& remark : equation.remarks) line += " (" + latex_text(remark) + ")";
    }
    paragraph_of(line);
  }

  /// Lines of working, their relations under each other, their reasons on the right or, where there
  /// is no room for that, below.
  void align(const std::vector<WorkingLine>& working, bool name_factors) {
    std::vector<Set> sets;
    double widest = 0;
    const RowStyle style{latex_, name_factors, room};
    for (const WorkingLine& line : working) {
      const bool explained = options_.reasons && line.explanation && !line.explanation->empty();
      Set set;
      set.lines = latex_rows(*line.equation, style, explained);
      if (options_.reasons) set.remarks = line.equation->remarks;
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

  void explain(const Equation& equation, std::vector<LatexRow>& rows) {
    RowStyle style{latex_, false, room - 8};
    style.latex.shapes = nullptr;
    for (LatexRow& row : latex_rows(equation, style).rows) {
      const std::size_t relation =
          row.math.find('&');  // aligned among themselves would pull the page apart
      row.math.erase(relation, 1);
      rows.push_back({"&\\qquad " + row.math, row.width + 4});
    }
    for (const std::string& remark : equation.remarks) {
      const std::string set = "\\quad\\text{\\small (" + latex_text(remark) + ")}";
      const double width = latex_width(set);
      if (rows.back().width + width <= room) {
        rows.back().math += set;
        rows.back().width += width;
      } else {
        for (const std::string& line : wrapped(remark)) rows.push_back({"&\\qquad" + line, room});
      }
    }
  }

  void append(const Set& set, double widest, std::vector<std::string>& rows) {
    constexpr double gap = 6;
    std::vector<std::string> beside, below;
    bool fits = true;
    for (const std::string& remark : set.remarks) {
      const std::string math = "\\text{" + latex_text(remark) + "}";
      beside.push_back("&&" + math);
      fits = fits && widest + gap + latex_width(math) <= room;
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
  static std::vector<std::string> wrapped(const std::string& remark) {
    std::vector<std::string> lines;
    for (const std::string& line : wrap_words(bracketed(remark), 88))
      lines.push_back("\\quad\\text{\\small " + latex_text(line) + "}");
    return lines;
  }

  void heading(const std::string& name, const std::string& after) {
    add("\n\\medskip\\noindent\\textbf{" + name + "}\\quad " + after);
  }

  void paragraph_of(const std::string& text) { add("\n{" + text + "\\par}\n"); }

  void add(const std::string& line) { text_ += line + "\n"; }

  const PageOptions& options_;
  Shapes shapes_;
  LatexStyle latex_;
  std::string text_;
};

}  // namespace

std::string to_latex_fragment(const Derivation& derivation, const PageOptions& options) {
  return Page(options).write(derivation);
}

std::string to_latex(const Derivation& derivation, const PageOptions& options) {
  return "\\documentclass[a4paper,10pt]{article}\n"
         "\\usepackage[margin=20mm]{geometry}\n"
         "\\usepackage{amsmath,amssymb,graphicx}\n"
         "\\allowdisplaybreaks\n"
         "\\setlength{\\parindent}{0pt}\n"
         "\\setlength{\\parskip}{3pt}\n"
         "\\begin{document}\n" +
         to_latex_fragment(derivation, options) + "\\end{document}\n";
}

}  // namespace tracer
