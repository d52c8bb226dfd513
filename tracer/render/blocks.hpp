// What a page or a report is made of, before any format is chosen: headings, paragraphs, lines of
// working, tables, drawings, in order. Whoever has something to show makes blocks of it
// (derivation_page.cpp of a derivation), and each format sets every kind of them: text_format.hpp,
// latex_format.hpp, markdown_format.hpp. Next: formats.hpp.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "tracer/derive/document.hpp"
#include "tracer/text/style.hpp"
#include "tracer/text/table.hpp"

namespace tracer {

struct ForeseenSlip;

/// Names one after the other: x → z1 → a1.
struct Way {
  std::vector<std::string> names;
};

/// What is typed on a command line.
struct Typed {
  std::string text;
};

/// A sentence, in pieces that each format sets in its own way.
using Prose = std::vector<std::variant<std::string, Notation, Equation, Way, Typed>>;

/// How a line stands out; an aside is about the page itself.
enum class Look { plain, bold, faint, aside };

struct PageHeading {
  int level = 1;  ///< 1: of the whole page, 2: of a part of it, 3: of a section
  std::string text;
  Prose after = {};  ///< beside a section's heading
  Look look = Look::bold;
};

struct Paragraph {
  static constexpr int never = 0, at_page = 1 << 20;

  Prose text;
  int wrap = at_page;  ///< terminal columns at which it breaks: those of the page, fewer, or never
  Look look = Look::plain;
  int colour = -1;  ///< of xterm's 256; on a terminal only
};

/// Items without order.
struct Bullets {
  std::vector<std::string> items;
  bool marks = false;  ///< on a terminal: a mark before each of them
};

/// Shapes by name, "2×3"; matrix products may name the shapes of their factors.
using Shapes = std::map<std::string, std::string>;

/// Values that are known before a pass: data, weights now.
struct Givens {
  std::string label;  ///< "Weights now (after sample 1)", may be empty
  std::vector<const Given*> values;
};

/// Where a page has the right working and that with a mistake next to each other: whose line it is.
enum class PageSide { both, right, wrong };

/// An equation and the indented derivation of its rule, if it has one.
struct WorkingLine {
  const Equation* equation;
  const std::vector<Equation>* explanation = nullptr;
  const Value* value = nullptr;  ///< the result itself; a page may show it in other ways too
  const std::vector<ForeseenSlip>* slips = nullptr;  ///< what a wrong prediction of it may be
  PageSide side = PageSide::both;
};

/// Lines of working, of one half of a page. What they point to must live as long as the document.
struct WorkingLines {
  enum class Half { forward, backward } half = Half::forward;
  std::vector<WorkingLine> lines = {};
  bool reasons = true;
  std::shared_ptr<const Shapes> shapes = {};
  std::string label = {};  ///< "The whole chain: ∂L/∂w1 = …"
  bool sides = false;  ///< some lines are of one side; a page that is wide enough has two columns

  void add(const std::vector<Equation>& equations) {
    for (const Equation& equation : equations) lines.push_back({&equation});
  }
};

/// The updates of a step, and the working of all of them.
struct UpdateLines {
  const std::vector<UpdateLine>* updates;
  WorkingLines working;
};

/// See text/table.hpp.
struct TableBlock {
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;
};

/// What was written, and what is said of it, line by line.
struct Annotations {
  struct Line {
    std::string what, said;
    int colour = -1;
  };
  std::vector<Line> lines;
  int column = 0;  ///< terminal columns for `what`
};

/// What is drawn with characters: a chart, a matrix of shades, a report in columns.
struct Drawing {
  std::function<std::string(const Style&)> draw;
  /// The same as <svg> elements with a <title>, if any; "": it is not shown in a browser.
  std::function<std::string()> svg = {};
};

/// What somebody has written: a lesson. In HTML it is folded under its title.
struct Listing {
  std::string title, text;
  std::string file = {};  ///< in HTML: under which name it can be saved; empty: it can't
};

/// Where a block is to be seen: everywhere; not on a terminal, whose page is short; in a browser alone.
enum class Shown { everywhere, in_files, in_browser };

struct Block {
  std::variant<PageHeading, Paragraph, Bullets, Givens, WorkingLines, UpdateLines, TableBlock,
               Annotations, Drawing, Listing>
      what;
  bool apart = true;  ///< on a terminal: an empty line before it (but at the top)
  int indent = 0;     ///< on a terminal: columns
  Shown shown = Shown::everywhere;
};

using Document = std::vector<Block>;

/// A document of its own, or what goes into another one.
enum class Extent { whole, fragment };

inline Document& operator+=(Document& page, Document more) {
  for (Block& block : more) page.push_back(std::move(block));
  return page;
}

/// Those blocks, seen there and nowhere else.
inline Document shown_in(Shown where, Document blocks) {
  for (Block& block : blocks) block.shown = where;
  return blocks;
}

/// On a terminal: a line without anything in it, where even two parts that stand apart have none.
inline Block empty_line() { return {Paragraph{{""}, Paragraph::never}, false}; }

// ---- how prose and remarks are put together, in all formats

/// A sentence whose pieces are each set by `set`.
std::string set_pieces(const Prose& prose, const auto& set) {
  std::string text;
  for (const auto& piece : prose) text += std::visit(set, piece);
  return text;
}

/// Remarks one after the other: what ends in a colon goes on in the next.
inline std::vector<std::string> joined_remarks(const std::vector<std::string>& remarks) {
  std::vector<std::string> joined;
  for (const std::string& remark : remarks) {
    if (!joined.empty() && joined.back().ends_with(':'))
      joined.back() += " " + remark;
    else
      joined.push_back(remark);
  }
  return joined;
}

/// "(remark)", but no brackets around "(2×2)(2×1)".
inline std::string bracketed(const std::string& remark) {
  return remark.starts_with('(') ? remark : "(" + remark + ")";
}

}  // namespace tracer
