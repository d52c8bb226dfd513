// See text_working.hpp. First what both layouts need, then matrices; the columns are in
// text_scalar_working.cpp.
#include "tracer/render/text_working.hpp"

#include <algorithm>

#include "tracer/render/blocks.hpp"
#include "tracer/render/text_folding.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

/// All but the relation, or the blanks below it.
void paint_value(std::string& line, const std::string& sign, const Palette& palette) {
  const std::size_t at =
      line.starts_with(sign) ? sign.size() : std::min<std::size_t>(2, line.size());
  line = line.substr(0, at) + palette.value(line.substr(at));
}

}  // namespace

LinkBlocks link_blocks(const Equation& equation, const WorkingStyle& options, int room) {
  const Palette palette{options.colour};
  LinkBlocks made;
  const auto add = [&](const std::vector<Link>& links) {
    const bool result = &links == &equation.value;
    for (const Link& link : links) {
      std::string sign = link.exact ? "= " : "≈ ";
      if (equation.arrow && made.blocks.empty()) sign = "← ";  // the result says if it is rounded
      const TextBlock whole = text_block(link.what);
      std::vector<TextBlock> pieces{beside({sign}, whole)};
      if (pieces[0].width > room && has_matrix(link.what)) {
        if (auto fitting = folded(link.what, sign, room))
          pieces = std::move(*fitting);
        else if (result)
          pieces = folded_matrix(link.what, sign, room);
        else if (&links == &equation.numbers && !equation.value.empty())
          continue;
      }
      for (TextBlock& piece : pieces) {
        if (result)
          for (std::string& line : piece.lines) paint_value(line, sign, palette);
        made.blocks.push_back(std::move(piece));
      }
    }
  };
  add(equation.rule);
  made.rule = made.blocks.size();
  add(equation.numbers);
  add(equation.value);
  return made;
}

TextBlock equation_block(const Equation& equation, const WorkingStyle& options, int room) {
  const TextBlock left = text_block(equation.left);
  const auto joined = [&](const TextBlock& start, const TextBlock& link) {
    return beside(beside(start, {start.width > 0 ? " " : ""}), link);
  };
  TextBlock block = left;
  for (const TextBlock& link : link_blocks(equation, options).blocks) block = joined(block, link);
  if (block.width <= room) return block;
  const int column = left.width + (left.width > 0 ? 1 : 0);
  Lines lines;
  for (const TextBlock& link : link_blocks(equation, options, room - column).blocks) {
    const bool first = lines.empty();
    const TextBlock part = first ? joined(left, link) : beside({blanks(column)}, link);
    for (const std::string& line : part.lines) {
      const Lines wrapped = wrap_formula(line, room);  // what is too wide yet stands on one line
      lines.push_back(wrapped[0]);
      for (std::size_t i = 1; i < wrapped.size(); ++i)
        lines.push_back(blanks(column + 2) + wrapped[i]);
    }
  }
  return TextBlock(std::move(lines));
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

namespace {

constexpr int least_room = 24;  // columns that a line which goes on has at least

}  // namespace

Lines set_bracketed(const std::string& remark, int column, int leftmost,
                    const WorkingStyle& options) {
  const std::string text = bracketed(remark);
  leftmost = std::max(0, std::min(leftmost, options.width - least_room));
  const int room = options.width - leftmost;
  const int length = display_width(text);
  if (length <= room)
    column = std::max(leftmost, std::min(column, options.width - length));
  else
    column = leftmost;
  Lines lines;
  for (const std::string& line : wrap_words(text, room))
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
  constexpr int further = 2;  // in: what goes on in a line of its own
  int relation = indent + display_width(left) + (left.empty() ? 0 : 1);
  Lines lines;
  std::string line = trimmed(blanks(indent) + left);
  bool first = true;                                             // of its line
  if (!left.empty() && options.width - relation < least_room) {  // a long name has its own line
    relation = indent + further;
    lines.push_back(line);
    line.clear();
  }
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
    // a link that is wider than the page breaks where its operators are
    if (display_width(line) > options.width) {
      std::string head = line.substr(0, line.find(text));
      Lines parts = wrap_formula(text, options.width - relation - further);
      for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        lines.push_back(head + parts[i]);
        head = blanks(relation + further);
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
      lines = set_broken(text_block(equation.left).lines[0], link_blocks(equation, options).blocks,
                         indent + 2, options);
      lines.insert(lines.begin(), trimmed(blanks(indent) + label));
    } else {
      lines = set_broken(left, link_blocks(equation, options).blocks, indent, options);
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
                    ? set_in_rows({equation_block(equation, options, options.width - indent)}, 0,
                                  indent, options.width)
                    : set_broken(left, link_blocks(equation, options).blocks, indent, options);
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
    const LinkBlocks links = link_blocks(*line_.equation, options_, room_ - continued);
    std::vector<TextBlock> groups{text_block(line_.equation->left)};
    bool new_group = true;
    for (std::size_t i = 0; i < links.blocks.size(); ++i) {
      const TextBlock& link = links.blocks[i];
      const int further = groups.size() > 1 ? continued : 0;
      const bool too_wide = groups.back().width + 1 + link.width + further > room_;
      const bool fits_below = link.width <= room_ - continued && groups.back().width > 0;
      if ((!new_group && (too_wide || i == links.rule)) || (too_wide && fits_below)) {
        groups.push_back(link);
      } else {
        groups.back() = beside(beside(groups.back(), {groups.back().width > 0 ? " " : ""}), link);
      }
      new_group = false;
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
    if (block.one_line() && block.width > room_ - further) {
      int in = further;  // a line that is wider than the page breaks where its operators are
      for (const std::string& part : wrap_formula(block.lines[0], room_ - further - continued)) {
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
