// See text_working.hpp. First what both layouts need, then matrices; the columns are in
// text_scalar_working.cpp.
#include "tracer/render/text_working.hpp"

#include <algorithm>

#include "tracer/render/blocks.hpp"
#include "tracer/render/precedence.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {

namespace {

// A sum of matrices that is wider than the room, in pieces that fit as far as its terms do: the
// first with its relation, the others with the sign of their first term.
std::vector<TextBlock> folded(const Notation& what, const std::string& sign, int room) {
  const Notation n = normal(what);
  std::vector<TextBlock> pieces;
  TextBlock piece({sign + " "});
  bool empty = true;
  for (std::size_t i = 0; i < n.children.size(); ++i) {
    const bool minus = i > 0 && n.children[i].kind == Notation::Kind::negate;
    TextBlock term = text_block(minus ? n.children[i].children[0] : n.children[i]);
    if (i > 0) term = beside({minus ? "− " : "+ "}, term);
    if (!empty && piece.width + 1 + term.width > room) {
      pieces.push_back(std::move(piece));
      piece = std::move(term);
    } else {
      piece = beside(beside(piece, {empty ? "" : " "}), term);
    }
    empty = false;
  }
  pieces.push_back(std::move(piece));
  return pieces;
}

}  // namespace

std::vector<TextBlock> link_blocks(const Equation& equation, const WorkingStyle& options,
                                   int room) {
  const Palette palette{options.colour};
  std::vector<TextBlock> blocks;
  const auto add = [&](const std::vector<Link>& links, bool result) {
    for (const Link& link : links) {
      TextBlock block = text_block(link.what);
      if (result)
        for (std::string& line : block.lines) line = palette.value(line);
      std::string sign = link.exact ? "=" : "≈";
      if (equation.arrow && blocks.empty()) sign = "←";  // that it is rounded, the result says
      const bool folds = !result && link.what.kind == Notation::Kind::sum &&
                         block.width + 2 > room && has_matrix(link.what);
      if (folds && &links != &equation.rule) {
        for (TextBlock& piece : folded(link.what, sign, room)) blocks.push_back(std::move(piece));
        continue;
      }
      // nothing folds a product of matrices: one that runs off the page is left out
      const bool runs_off = &links == &equation.numbers && block.width + 2 > room;
      if (runs_off && !block.one_line() && !equation.value.empty()) continue;
      blocks.push_back(beside({sign + " "}, block));
    }
  };
  add(equation.rule, false);
  add(equation.numbers, false);
  add(equation.value, true);
  return blocks;
}

TextBlock equation_block(const Equation& equation, const WorkingStyle& options) {
  TextBlock block = text_block(equation.left);
  for (const TextBlock& link : link_blocks(equation, options))
    block = beside(beside(block, {block.width > 0 ? " " : ""}), link);
  return block;
}

bool is_tall(const Equation& equation) {
  const auto tall = [](const std::vector<Link>& links) {
    return std::any_of(links.begin(), links.end(),
                       [](const Link& link) { return has_matrix(link.what); });
  };
  return tall(equation.rule) || tall(equation.numbers) || tall(equation.value);
}

bool has_matrix(const Notation& n) {
  if (n.kind == Notation::Kind::elided) return true;
  if (n.kind == Notation::Kind::matrix) return n.rows > 1;
  return std::any_of(n.children.begin(), n.children.end(), has_matrix);
}

Lines set_bracketed(const std::string& remark, int column, int leftmost,
                    const WorkingStyle& options) {
  const std::string text = bracketed(remark);
  const int room = options.width - leftmost;
  const int length = display_width(text);
  if (length <= room)
    column = std::max(leftmost, std::min(column, options.width - length));
  else
    column = leftmost;
  Lines lines;
  for (const std::string& line : wrap_words(text, std::max(room, 20)))
    lines.push_back(blanks(column) + Palette{options.colour}.remark(line));
  return lines;
}

Lines set_in_rows(const std::vector<TextBlock>& blocks, int gap, int indent, int width) {
  Lines lines;
  TextBlock row;
  const auto finish = [&] {
    for (const std::string& line : row.lines) lines.push_back(trimmed(blanks(indent) + line));
    row = {};
  };
  for (const TextBlock& block : blocks) {
    if (row.width > 0 && indent + row.width + gap + block.width > width) finish();
    row = row.width == 0 ? block : beside(beside(row, {blanks(gap)}), block);
  }
  if (row.width > 0) finish();
  return lines;
}

Lines set_broken(const std::string& left, const std::vector<TextBlock>& links, int indent,
                 const WorkingStyle& options) {
  const int relation = indent + display_width(left) + (left.empty() ? 0 : 1);
  Lines lines;
  std::string line = trimmed(blanks(indent) + left);
  bool first = true;  // of its line
  for (const TextBlock& link : links) {
    const std::string& text = link.lines[0];
    const int end = first ? relation : display_width(line) + 1;
    if (!first && end + link.width > options.width) {
      lines.push_back(line);
      line = blanks(relation) + text;
    } else {
      line = (first ? pad_right(line, relation) : line + " ") + text;
    }
    first = false;
    // a link that is wider than the page breaks at its blanks, where the operators are
    if (display_width(line) > options.width && options.width - relation > 20) {
      const Lines parts = wrap_words(line.substr(line.find(text)), options.width - relation - 2);
      std::string head = line.substr(0, line.find(text));
      for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        lines.push_back(head + parts[i]);
        head = blanks(relation + 2);
      }
      line = head + parts.back();
    }
  }
  lines.push_back(line);
  return lines;
}

Lines set_labelled(const std::string& label, const Equation& equation, int indent,
                   const WorkingStyle& options) {
  const std::string left = label + text_block(equation.left).lines[0];
  if (!is_tall(equation)) {
    const TextBlock whole = equation_block(equation, options);
    constexpr int narrow = 40;  // what a broken equation should have at least
    Lines lines;
    if (indent + display_width(label) + whole.width > options.width &&
        indent + display_width(left) + narrow > options.width) {
      lines = set_broken(text_block(equation.left).lines[0], link_blocks(equation, options),
                         indent + 2, options);
      lines.insert(lines.begin(), trimmed(blanks(indent) + label));
    } else {
      lines = set_broken(left, link_blocks(equation, options), indent, options);
    }
    if (options.reasons)
      for (const std::string& remark : equation.remarks)
        append(lines, set_bracketed(remark, indent + display_width(label), indent, options));
    return lines;
  }
  const int column = indent + display_width(label);
  Lines lines = set_working({{&equation}}, {}, column, options);
  lines[0].replace(0, static_cast<std::size_t>(column), blanks(indent) + label);
  return lines;
}

Lines set_explanation(const std::vector<Equation>& explanation, int indent,
                      const WorkingStyle& options) {
  constexpr int gap = 6;
  int left_width = 0;
  for (const Equation& equation : explanation)
    left_width = std::max(left_width, text_block(equation.left).width);
  Lines lines;
  for (const Equation& equation : explanation) {
    const std::string left = pad_right(text_block(equation.left).lines[0], left_width);
    Lines set = is_tall(equation)
                    ? set_in_rows({equation_block(equation, options)}, 0, indent, options.width)
                    : set_broken(left, link_blocks(equation, options), indent, options);
    for (const std::string& remark : equation.remarks) {
      const std::string text = bracketed(remark);
      if (display_width(set.back()) + gap + display_width(text) <= options.width) {
        set.back() += blanks(gap) + Palette{options.colour}.remark(text);
      } else {
        append(set, set_bracketed(remark, indent + left_width + 1, indent, options));
      }
    }
    for (std::string& line : set) lines.push_back(trimmed(std::move(line)));
  }
  return lines;
}

namespace {

constexpr int continued = 2;  // further in: a line that goes on below
constexpr int gap = 4;        // before a remark

int widest(const Lines& lines) {
  int width = 0;
  for (const std::string& line : lines) width = std::max(width, display_width(line));
  return width;
}

/// `remarks` in successive rows from `column` on, beside `block` and where need be below it.
TextBlock with_remarks(const TextBlock& block, const Lines& remarks, int column,
                       const Palette& palette) {
  if (remarks.empty()) return block;
  Lines painted;
  for (const std::string& remark : remarks) painted.push_back(palette.remark(remark));
  return beside(beside(block, {blanks(column - block.width)}), TextBlock(painted));
}

/// One equation with matrices in it, or one that stands among such.
class TallEquation {
 public:
  TallEquation(const WorkingLine& line, int indent, const WorkingStyle& options)
      : line_(line), indent_(indent), options_(options), room_(options.width - indent) {
    if (options.reasons) remarks_ = line.equation->remarks;
  }

  Lines set() {
    const TextBlock whole = equation_block(*line_.equation, options_);
    const bool explained = options_.reasons && line_.explanation && !line_.explanation->empty();
    if (!explained && whole.width <= room_) {
      if (fits_beside(whole.width + gap, remarks_)) {
        add(with_remarks(whole, remarks_, whole.width + gap, palette_), 0);
        return std::move(lines_);
      }
      if (whole.one_line()) {
        add(whole, 0);
        for (const std::string& remark : joined_remarks(remarks_))
          append(lines_, set_bracketed(remark, remark_column(), indent_ + continued, options_));
        return std::move(lines_);
      }
    }
    broken(explained);
    return std::move(lines_);
  }

 private:
  void broken(bool explained) {
    const std::vector<TextBlock> links = link_blocks(*line_.equation, options_, room_ - continued);
    const std::size_t rule = line_.equation->rule.size();
    std::vector<TextBlock> groups{text_block(line_.equation->left)};
    std::size_t in_group = 0;
    for (std::size_t i = 0; i < links.size(); ++i) {
      const int further = groups.size() > 1 ? continued : 0;
      const bool too_wide = groups.back().width + 1 + links[i].width + further > room_;
      if (in_group > 0 && (too_wide || i == rule)) {
        groups.push_back(links[i]);
        in_group = 0;
      } else {
        groups.back() =
            beside(beside(groups.back(), {groups.back().width > 0 ? " " : ""}), links[i]);
      }
      ++in_group;
    }

    Lines rest = remarks_;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      TextBlock group = groups[i];
      const int further = i > 0 ? continued : 0;
      if (i == 0 && (groups.size() > 1 || explained) && !rest.empty()) {
        const int column = std::max(group.width + gap, remark_column() - indent_);
        if (fits_beside(column, {rest[0]})) {
          group = with_remarks(group, {rest[0]}, column, palette_);
          rest.erase(rest.begin());
        }
      } else if (i > 0 && i + 1 == groups.size() && !rest.empty() &&
                 fits_beside(further + group.width + gap, rest)) {
        group = with_remarks(group, rest, group.width + gap, palette_);
        rest.clear();
      }
      add(group, further);
      if (i == 0 && explained)
        append(lines_, set_explanation(*line_.explanation, indent_ + 2 * continued, options_));
    }
    for (const std::string& remark : joined_remarks(rest))
      for (const std::string& line : wrap_words(remark, room_ - continued))
        lines_.push_back(blanks(indent_ + continued) + palette_.remark(line));
  }

  /// Where remarks that stand free begin, so that they do not wander about: at 45 of 100 columns.
  int remark_column() const { return options_.width * 45 / 100; }

  bool fits_beside(int column, const Lines& remarks) const {
    return remarks.empty() || column + widest(remarks) <= room_;
  }

  void add(const TextBlock& block, int further) {
    if (block.one_line() && block.width > room_ - further && room_ - further > 20 &&
        !options_.colour) {
      int in = further;  // a line that is wider than the page breaks at its blanks
      for (const std::string& part : wrap_words(block.lines[0], room_ - further - continued)) {
        lines_.push_back(trimmed(blanks(indent_ + in) + part));
        in = further + continued;
      }
      return;
    }
    for (const std::string& line : block.lines)
      lines_.push_back(trimmed(blanks(indent_ + further) + line));
  }

  const WorkingLine& line_;
  int indent_;
  const WorkingStyle& options_;
  int room_;
  Palette palette_{options_.colour};
  Lines remarks_;
  Lines lines_;
};

}  // namespace

Lines set_tall(const std::vector<WorkingLine>& working, int indent, const WorkingStyle& options) {
  Lines lines;
  for (const WorkingLine& line : working) append(lines, TallEquation(line, indent, options).set());
  return lines;
}

}  // namespace tracer
