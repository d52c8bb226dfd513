// See html_format.hpp.
#include "tracer/render/html_format.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/render/html_style.hpp"
#include "tracer/render/mathml.hpp"
#include "tracer/render/precedence.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/markup.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {
namespace {

std::string html_links(const std::vector<Link>& links, bool arrow) {
  std::string set;
  for (const Link& link : links) {
    set += mathml(link, arrow);
    arrow = false;
  }
  return set;
}

/// left = rule = numbers = value, in the cells of a line.
std::string html_equation(const Equation& equation) {
  std::string set = "<span class=\"left\">" + mathml(equation.left) + "</span>";
  bool arrow = equation.arrow;
  const std::array<std::pair<const char*, const std::vector<Link>*>, 3> parts{
      {{"rule", &equation.rule}, {"numbers", &equation.numbers}, {"value", &equation.value}}};
  for (const auto& [part, links] : parts) {
    if (links->empty()) continue;
    set += fmt::format("<span class=\"{}\">{}</span>", part, html_links(*links, arrow));
    arrow = false;
  }
  return set;
}

std::string html_pieces(const Prose& prose) {
  struct {
    std::string operator()(const std::string& words) const { return html_escaped(words); }
    std::string operator()(const Typed& typed) const {
      return "<code>" + html_escaped(typed.text) + "</code>";
    }
    std::string operator()(const Notation& notation) const { return mathml(notation); }
    std::string operator()(const Equation& equation) const {
      std::string set = mathml(equation.left);
      bool arrow = equation.arrow;
      for (const auto* links : {&equation.rule, &equation.numbers, &equation.value}) {
        set += html_links(*links, arrow);
        arrow = arrow && links->empty();
      }
      return set;
    }
    std::string operator()(const Way& way) const {
      return html_escaped(fmt::format("{}", fmt::join(way.names, " → ")));
    }
  } const piece;
  return set_pieces(prose, piece);
}

/// Do the lines fit under each other in columns, on a page that is wide enough for that?
bool fits_in_columns(const std::vector<WorkingLine>& lines) {
  constexpr int room = 84;  // characters, beside the reasons
  std::array<int, 4> widths{};

  for (const WorkingLine& line : lines) {
    const Equation& equation = *line.equation;
    widths[0] = std::max(widths[0], display_width(text_line(equation.left)));
    std::size_t column = 1;
    for (const auto* links : {&equation.rule, &equation.numbers, &equation.value}) {
      int width = 0;
      for (const Link& link : *links) {
        if (is_block(link.what)) return false;
        width += display_width(text_line(link.what)) + 3;
      }
      widths[column] = std::max(widths[column], width);
      ++column;
    }
  }
  return widths[0] + widths[1] + widths[2] + widths[3] <= room;
}

/// Colours of a terminal that stand for a judgement; the others say nothing by themselves.
std::string_view class_of_colour(int colour) {
  constexpr std::array greens{2, 35}, reds{1, 166};
  if (std::ranges::find(greens, colour) != greens.end()) return " good";
  if (std::ranges::find(reds, colour) != reds.end()) return " bad";
  return "";
}

std::string html_title(const Document& document) {
  for (const Block& block : document)
    if (const auto* heading = std::get_if<PageHeading>(&block.what); heading && heading->level == 1)
      return heading->text;
  return "tracer";
}

}  // namespace

std::string HtmlFormat::write(const Document& document, const Style&, Extent extent) {
  HtmlFormat page;
  for (const Block& block : document)
    std::visit([&](const auto& what) { page.set(what); }, block.what);
  if (extent == Extent::fragment) return std::move(page.text_);
  return fmt::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"/>
<title>{}</title>
<style>{}</style>
</head>
<body>
<main>
{}</main>
</body>
</html>
)",
                     html_escaped(html_title(document)), html_style, page.text_);
}

void HtmlFormat::set(const PageHeading& heading) {
  const std::string after =
      heading.after.empty() ? "" : " <span>" + html_pieces(heading.after) + "</span>";
  text_ += fmt::format("<h{0}>{1}{2}</h{0}>\n", heading.level, html_escaped(heading.text), after);
}

void HtmlFormat::set(const Paragraph& block) {
  constexpr std::array looks{"", " class=\"bold\"", " class=\"faint\"", " class=\"aside\""};
  const std::string text = html_pieces(block.text);
  if (!text.empty())
    text_ += fmt::format("<p{}>{}</p>\n", looks[static_cast<std::size_t>(block.look)], text);
}

void HtmlFormat::set(const Bullets& bullets) {
  text_ += "<ul>\n";
  for (const std::string& item : bullets.items) text_ += "<li>" + html_escaped(item) + "</li>\n";
  text_ += "</ul>\n";
}

void HtmlFormat::set(const Givens& givens) {
  text_ += "<div class=\"given\">";
  if (!givens.label.empty()) text_ += "<span>" + html_escaped(givens.label) + ":</span>";
  for (const Given* given : givens.values)
    text_ += "<span class=\"eq\">" + html_equation(given->equation) + "</span>";
  text_ += "</div>\n";
}

void HtmlFormat::set(const WorkingLines& working) {
  if (!working.label.empty()) text_ += "<p>" + html_escaped(working.label) + ":</p>\n";
  text_ +=
      fits_in_columns(working.lines) ? "<div class=\"work columns\">\n" : "<div class=\"work\">\n";
  for (const WorkingLine& line : working.lines) add_line(line, working.reasons);
  text_ += "</div>\n";
}

void HtmlFormat::add_line(const WorkingLine& line, bool reasons) {
  text_ += "<div class=\"line\"><div class=\"eq\">" + html_equation(*line.equation) + "</div>";
  const std::vector<std::string> remarks = joined_remarks(line.equation->remarks);
  if (reasons && !remarks.empty())
    text_ += fmt::format("<div class=\"why\">{}</div>",
                         html_escaped(fmt::format("{}", fmt::join(remarks, "; "))));
  if (reasons && line.explanation != nullptr && !line.explanation->empty()) {
    text_ += "<details><summary>why this rule</summary>\n";
    for (const Equation& each : *line.explanation) add_line({&each}, true);
    text_ += "</details>";
  }
  text_ += "</div>\n";
}

void HtmlFormat::set(const TableBlock& table) {
  const auto number = [&](std::size_t column) {
    return column < table.columns.size() && table.columns[column].numbers ? "n" : "";
  };
  text_ += "<div class=\"scroll\"><table class=\"list\">\n<thead><tr>";
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    text_ += fmt::format("<th scope=\"col\" class=\"{}\">{}</th>", number(i),
                         html_escaped(table.columns[i].heading));
  text_ += "</tr></thead>\n<tbody>\n";
  for (const std::vector<TableCell>& row : table.rows) {
    text_ += "<tr>";
    for (std::size_t i = 0; i < std::max(row.size(), table.columns.size()); ++i) {
      const TableCell cell = i < row.size() ? row[i] : TableCell();
      text_ += fmt::format("<td class=\"{}{}\">{}</td>", number(i), class_of_colour(cell.colour),
                           html_escaped(cell.text));
    }
    text_ += "</tr>\n";
  }
  text_ += "</tbody></table></div>\n";
}

void HtmlFormat::set(const Annotations& entries) {
  text_ += "<dl class=\"said\">\n";
  for (const Annotations::Line& line : entries.lines)
    text_ +=
        fmt::format("<dt>{}</dt><dd class=\"{}\">{}</dd>\n", html_escaped(line.what),
                    trimmed(std::string(class_of_colour(line.colour))), html_escaped(line.said));
  text_ += "</dl>\n";
}

void HtmlFormat::set(const Listing& listing) {
  text_ += fmt::format("<details><summary>{}</summary><pre>{}</pre></details>\n",
                       html_escaped(listing.title), html_escaped(listing.text));
}

void HtmlFormat::set(const Drawing& drawing) {
  if (drawing.svg) {
    if (const std::string svg = drawing.svg(); !svg.empty())
      text_ += "<figure>" + svg + "</figure>\n";
    return;
  }
  text_ += "<pre>" + html_escaped(drawing.draw({.width = 100})) + "</pre>\n";
}

}  // namespace tracer
