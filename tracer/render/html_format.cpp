// See html_format.hpp.
#include "tracer/render/html_format.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "datasets/download.hpp"
#include "tracer/grade/foreseen.hpp"
#include "tracer/json_text.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/render/html_script.hpp"
#include "tracer/render/html_style.hpp"
#include "tracer/render/marking_page.hpp"
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

/// The value as it is, "1/3", or rounded to four digits; nothing where that says no more than what
/// the page has.
enum class View { exact, rounded };
std::optional<Link> value_in(View view, const Value& value) {
  constexpr int digits = 4;
  constexpr std::size_t most_characters = 60;  // of a fraction
  std::vector<Notation> entries;
  bool is_exact = true, says_more = false;
  for (Eigen::Index k = 0; k < value.numbers.size(); ++k) {
    const Exact& number = value.numbers(k / value.numbers.cols(), k % value.numbers.cols());
    const Decimal& shown = value.decimals[static_cast<std::size_t>(k)];
    std::string text = exact_text(number);
    if (view == View::exact && (text.empty() || text.size() > most_characters)) return std::nullopt;
    if (view == View::rounded) {
      const Decimal rounded = to_decimal(number, digits, true);
      is_exact = is_exact && rounded.exact;
      text = rounded.text;
    } else if (shown.exact && shown.text.find('e') == std::string::npos) {
      text = shown.text;
    }
    says_more = says_more || text != shown.text;
    entries.push_back(notation::number(std::move(text)));
  }
  if (!says_more) return std::nullopt;
  if (value.scalar()) return Link{is_exact, std::move(entries.front())};
  return Link{is_exact,
              notation::matrix(static_cast<int>(value.numbers.rows()),
                               static_cast<int>(value.numbers.cols()), std::move(entries))};
}

/// The result, and hidden beside it how else it can be shown: a key of the page chooses.
std::string html_value(const Equation& equation, const Value* value, bool arrow) {
  const std::string decimal = html_links(equation.value, arrow);
  constexpr Eigen::Index most_shown = 64;
  if (value == nullptr || value->empty() || value->numbers.size() > most_shown) return decimal;
  std::string views;
  for (const auto& [view, name] : {std::pair{View::exact, "exact"}, {View::rounded, "rounded"}}) {
    if (const auto link = value_in(view, *value))
      views += fmt::format("<span data-view=\"{}\" hidden=\"hidden\">{}</span>", name,
                           mathml(*link, arrow));
  }
  if (views.empty()) return decimal;
  return "<span data-view=\"decimal\">" + decimal + "</span>" + views;
}

// More digits than are shown, where a pointer rests.
std::string full_value(const Value* value) {
  if (value == nullptr || value->empty() || !value->scalar() || value->decimals.front().exact)
    return "";
  constexpr int digits = 30;
  return fmt::format(" title=\"{}\"",
                     text_number(to_decimal(value->numbers(0, 0), digits, true).text));
}

/// left = rule = numbers = value, in the cells of a line.
std::string html_equation(const Equation& equation, const Value* value = nullptr) {
  std::string set = "<span class=\"left\">" + mathml(equation.left) + "</span>";
  bool arrow = equation.arrow;
  const std::array<std::pair<const char*, const std::vector<Link>*>, 3> parts{
      {{"rule", &equation.rule}, {"numbers", &equation.numbers}, {"value", &equation.value}}};
  for (const auto& [part, links] : parts) {
    if (links->empty()) continue;
    const bool is_value = links == &equation.value;
    set += fmt::format("<span class=\"{}\"{}>{}</span>", part, is_value ? full_value(value) : "",
                       is_value ? html_value(equation, value, arrow) : html_links(*links, arrow));
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

std::string id_attribute(const HtmlAnchors::Line* line) {
  return line == nullptr ? "" : fmt::format(" id=\"{}\"", line->id);
}

// "z1 = w1·x + b1 = 2.06", and the reason: for who does not see the page.
std::string words_of_line(const Equation& equation) {
  std::string text = text_line(equation.left);
  bool arrow = equation.arrow;
  for (const auto* links : {&equation.rule, &equation.numbers, &equation.value})
    for (const Link& link : *links) {
      text += (arrow ? " ← " : link.exact ? " = " : " ≈ ") + text_line(link.what);
      arrow = false;
    }
  const std::vector<std::string> remarks = joined_remarks(equation.remarks);
  if (!remarks.empty()) text += fmt::format(" ({})", fmt::join(remarks, "; "));
  return text;
}

// What a prediction is held against, row by row.
std::string value_attribute(const Value* value) {
  constexpr Eigen::Index most = 16;  // entries that anybody types in
  if (value == nullptr || value->empty() || value->numbers.size() > most) return "";
  constexpr int digits = 17;
  std::vector<std::string> entries;
  for (const Exact& number : value->numbers.reshaped<Eigen::RowMajor>())
    entries.push_back(to_decimal(number, digits, true).text);
  const std::string columns =
      value->scalar() ? "" : fmt::format(" data-columns=\"{}\"", value->numbers.cols());
  return fmt::format(" data-value=\"{}\"{}", fmt::join(entries, " "), columns);
}

// An address that is the text itself: it can be saved without a server and without a script.
std::string text_address(std::string_view text) {
  std::string address = "data:text/plain;charset=utf-8,";
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
        std::string_view("-._~").find(c) != std::string_view::npos)
      address += c;
    else
      address += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return address;
}

std::vector<unsigned char> bytes_of_hexadecimal(std::string_view digits) {
  std::vector<unsigned char> bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    bytes.push_back(
        static_cast<unsigned char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  return bytes;
}

// What a Content-Security-Policy lets run: this script and no other.
std::string script_hash() {
  static const std::string hash = base64(bytes_of_hexadecimal(sha256_of_text(html_script)));
  return hash;
}

std::string html_title(const Document& document) {
  for (const Block& block : document)
    if (const auto* heading = std::get_if<PageHeading>(&block.what); heading && heading->level == 1)
      return heading->text;
  return "tracer";
}

}  // namespace

std::string HtmlFormat::write(const Document& document, const Style&, Extent extent) {
  HtmlFormat page(document);
  for (const Block& block : document)
    std::visit([&](const auto& what) { page.set(what); }, block.what);
  if (extent == Extent::fragment) return std::move(page.text_);
  const bool steps = page.has_working_;
  return fmt::format(R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; {}base-uri 'none'; form-action 'none'"/>
<title>{}</title>
<style>{}</style>
</head>
<body>
<main>
{}</main>
{}{}</body>
</html>
)",
                     steps ? fmt::format("script-src 'sha256-{}'; ", script_hash()) : "",
                     html_escaped(html_title(document)), html_style, page.text_,
                     steps ? page.slips_data() : "",
                     steps ? fmt::format("<script>{}</script>\n", html_script) : "");
}

void HtmlFormat::set(const PageHeading& heading) {
  if (heading.level == 2) ++parts_;
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
  // weights as an update leaves them are what is asked for on a sheet without answers
  const bool carried = !givens.label.empty() && parts_ > 1;
  text_ += fmt::format("<div class=\"given{}\">", carried ? " carried" : "");
  if (!givens.label.empty()) text_ += "<span>" + html_escaped(givens.label) + ":</span>";
  for (const Given* given : givens.values)
    text_ +=
        fmt::format("<span class=\"eq\"{}>{}</span>", id_attribute(anchors_.of(given->equation)),
                    html_equation(given->equation));
  text_ += "</div>\n";
}

void HtmlFormat::set(const WorkingLines& working) {
  if (!working.label.empty()) text_ += "<p>" + html_escaped(working.label) + ":</p>\n";
  const bool back = working.half == WorkingLines::Half::backward;
  text_ += fmt::format("<div class=\"work{}{}\">\n", back ? " back" : "",
                       working.sides                    ? " sides"
                       : fits_in_columns(working.lines) ? " columns"
                                                        : "");
  for (const WorkingLine& line : working.lines) add_line(line, working.reasons);
  text_ += "</div>\n";
}

void HtmlFormat::add_line(const WorkingLine& line, bool reasons) {
  const HtmlAnchors::Line* const anchor = anchors_.of(*line.equation);
  constexpr std::array sides{"", " right", " wrong"};
  has_working_ = true;
  text_ += fmt::format(
      "<div class=\"line{}\"{} data-name=\"{}\" data-say=\"{}\"{}><div class=\"eq\">{}</div>",
      sides[static_cast<std::size_t>(line.side)], id_attribute(anchor),
      html_escaped(text_line(line.equation->left)), html_escaped(words_of_line(*line.equation)),
      value_attribute(line.value), html_equation(*line.equation, line.value));
  const std::vector<std::string> remarks = joined_remarks(line.equation->remarks);
  text_ += "<div class=\"why\">";
  if (reasons && !remarks.empty())
    text_ += "<span>" + html_escaped(fmt::format("{}", fmt::join(remarks, "; "))) + "</span>";
  if (reasons && anchor != nullptr) add_links(*anchor);
  text_ += "</div>";
  if (reasons && line.explanation != nullptr && !line.explanation->empty()) {
    text_ += "<details><summary>why this rule</summary>\n";
    for (const Equation& each : *line.explanation) add_line({&each}, true);
    text_ += "</details>";
  }
  text_ += "</div>\n";
  if (anchor != nullptr && line.slips != nullptr) add_slips(anchor->id, *line.slips);
}

// [[what it gives, the sentence, 1 where it is weak], ...]; of a matrix all entries, row by row.
void HtmlFormat::add_slips(const std::string& id, const std::vector<ForeseenSlip>& slips) {
  std::vector<std::string> set;
  for (const ForeseenSlip& slip : slips) {
    std::vector<std::string> entries;
    for (const Exact& number : slip.gives.reshaped<Eigen::RowMajor>()) {
      const double value = number.to_double();
      if (std::isfinite(value)) entries.push_back(fmt::format("{:.12g}", value));
    }
    if (static_cast<Eigen::Index>(entries.size()) != slip.gives.size()) continue;
    const auto [known, is_new] =
        sentence_numbers_.try_emplace(text_of(slip.says), sentences_.size());
    if (is_new) sentences_.push_back(known->first);
    const std::string gives = fmt::format("{}", fmt::join(entries, ","));
    set.push_back(fmt::format("[{},{}{}]", entries.size() == 1 ? gives : "[" + gives + "]",
                              known->second, slip.weak ? ",1" : ""));
  }
  if (!set.empty()) slips_.push_back(fmt::format("\"{}\":[{}]", id, fmt::join(set, ",")));
}

std::string HtmlFormat::slips_data() const {
  if (slips_.empty()) return "";
  std::vector<std::string> sentences;
  for (const std::string& sentence : sentences_) {
    std::string quoted;
    for (const char c : json_quoted(sentence)) quoted += c == '<' ? "\\u003c" : std::string(1, c);
    sentences.push_back(std::move(quoted));
  }
  return fmt::format(
      "<script type=\"application/json\" id=\"slips\">{{\"says\":[{}],\"of\":{{{}}}}}</script>\n",
      fmt::join(sentences, ","), fmt::join(slips_, ","));
}

// Where the factors come from, and where the result goes.
void HtmlFormat::add_links(const HtmlAnchors::Line& line) {
  const auto links = [&](const std::vector<std::size_t>& lines) {
    std::string set;
    for (const std::size_t number : lines) {
      const HtmlAnchors::Line& other = anchors_.line(number);
      set += fmt::format(" <a href=\"#{}\">{}</a>", other.id, html_escaped(other.what));
    }
    return set;
  };
  if (line.from.empty() && line.used_in.empty()) return;
  text_ += "<span class=\"links\">";
  if (!line.from.empty()) text_ += "from" + links(line.from);
  if (!line.used_in.empty())
    text_ += (line.from.empty() ? "used in" : "; used in") + links(line.used_in);
  text_ += "</span>";
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
  const std::string save =
      listing.file.empty()
          ? ""
          : fmt::format("<p class=\"noprint\"><a download=\"{}\" href=\"{}\">save as {}</a></p>",
                        html_escaped(listing.file), text_address(listing.text),
                        html_escaped(listing.file));
  text_ += fmt::format("<details><summary>{}</summary><pre>{}</pre>{}</details>\n",
                       html_escaped(listing.title), html_escaped(listing.text), save);
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
