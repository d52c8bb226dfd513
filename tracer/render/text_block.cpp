// See text_block.hpp.
#include "tracer/render/text_block.hpp"

#include <algorithm>
#include <array>

#include "tracer/render/precedence.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {

TextBlock::TextBlock(std::string line) : width(display_width(line)) { lines[0] = std::move(line); }

TextBlock::TextBlock(std::vector<std::string> all_lines) : lines(std::move(all_lines)) {
  if (lines.empty()) lines.emplace_back();
  for (const std::string& line : lines) width = std::max(width, display_width(line));
  for (std::string& line : lines) line = pad_right(std::move(line), width);
}

TextBlock beside(const TextBlock& left, const TextBlock& right) {
  if (left.one_line() && right.one_line()) return {left.lines[0] + right.lines[0]};
  std::vector<std::string> lines;
  for (int i = 0; i < std::max(left.height(), right.height()); ++i) {
    const auto at = static_cast<std::size_t>(i);
    lines.push_back((i < left.height() ? left.lines[at] : blanks(left.width)) +
                    (i < right.height() ? right.lines[at] : blanks(right.width)));
  }
  return TextBlock(std::move(lines));
}

namespace {

using Kind = Notation::Kind;

/// Brackets as tall as what they hold.
struct Brackets {
  const char *one, *top, *middle, *bottom;
};
constexpr Brackets left_round{"(", "⎛", "⎜", "⎝"};
constexpr Brackets right_round{")", "⎞", "⎟", "⎠"};
constexpr Brackets left_square{"[", "⎡", "⎢", "⎣"};
constexpr Brackets right_square{"]", "⎤", "⎥", "⎦"};
constexpr Brackets norm_bars{"‖", "‖", "‖", "‖"};

TextBlock bracket(const Brackets& shape, int height) {
  if (height == 1) return {std::string(shape.one)};
  std::vector<std::string> lines(static_cast<std::size_t>(height), shape.middle);
  lines.front() = shape.top;
  lines.back() = shape.bottom;
  return TextBlock(std::move(lines));
}

TextBlock enclosed(const Brackets& left, const TextBlock& inner, const Brackets& right) {
  return beside(beside(bracket(left, inner.height()), inner), bracket(right, inner.height()));
}

/// Blocks beside each other; joins lines in one go, since a sum may have a thousand terms.
class Row {
 public:
  void add(const TextBlock& block) {
    if (row_.one_line() && block.one_line()) {
      row_.lines[0] += block.lines[0];
      row_.width += block.width;
    } else {
      row_ = beside(row_, block);
    }
  }
  TextBlock take() { return std::move(row_); }

 private:
  TextBlock row_;
};

TextBlock row_of(std::initializer_list<TextBlock> blocks) {
  Row row;
  for (const TextBlock& block : blocks) row.add(block);
  return row.take();
}

/// A box to be filled in; a narrow one, an entry of a matrix, has brackets around it already.
std::string text_blank(int columns) {
  constexpr int narrow = 8;
  const auto inner = static_cast<std::size_t>(std::max(columns, 2));
  return columns <= narrow ? std::string(inner, '_') : "[" + std::string(inner - 2, ' ') + "]";
}

/// Beside a part of a matrix: here it goes on.
TextBlock dots(const char* sign, int height) {
  return TextBlock(std::vector<std::string>(static_cast<std::size_t>(height), sign));
}

const char* text_of(Joint joint) {
  constexpr std::array all{"", " ", "·", " · ", " ⊙ "};
  return all[static_cast<std::size_t>(joint)];
}

enum class Matrices { blocks, inline_rows };

class TextWriter {
 public:
  explicit TextWriter(Matrices matrices) : matrices_(matrices) {}

  TextBlock write(const Notation& n, Slot slot) const {
    TextBlock block = body(n, slot);
    if (needs_brackets(n, slot, Fractions::linear)) return enclosed(left_round, block, right_round);
    return block;
  }

  /// Child `i` of a sum, without its sign, or of a product.
  TextBlock part(const Notation& n, std::size_t i) const {
    return n.kind == Kind::sum ? term(n, i) : factor(n, i);
  }

  /// Of `columns` columns from `first` on, the whole matrix where those are all.
  TextBlock matrix(const Notation& n, std::size_t first, std::size_t columns) const {
    const auto rows = static_cast<std::size_t>(n.rows);
    const auto all = static_cast<std::size_t>(n.columns);
    const bool blocks = matrices_ == Matrices::blocks;
    std::vector<std::string> lines(rows);
    for (std::size_t j = first; j < first + columns; ++j) {
      std::vector<std::string> entries(rows);
      int width = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        if (i * all + j < n.children.size()) entries[i] = text_line(n.children[i * all + j]);
        width = std::max(width, display_width(entries[i]));
      }
      for (std::size_t i = 0; i < rows; ++i) {
        if (j > first) lines[i] += blocks ? "  " : ", ";
        lines[i] += blocks ? pad_left(entries[i], width) : entries[i];
      }
    }
    if (blocks) {
      const bool begins = first == 0, ends = first + columns == all;
      const TextBlock inner(std::move(lines));
      const int height = inner.height();
      return beside(beside(begins ? bracket(left_square, height) : dots("⋯ ", height), inner),
                    ends ? bracket(right_square, height) : dots(" ⋯", height));
    }
    std::string joined;
    for (const std::string& line : lines) joined += (joined.empty() ? "" : "; ") + line;
    return {"[" + joined + "]"};
  }

 private:
  TextBlock body(const Notation& n, Slot slot) const {
    switch (n.kind) {
      case Kind::hole:
        return {};
      case Kind::blank:
        return {text_blank(n.columns)};
      case Kind::name:
        return {n.text};
      case Kind::number:
        return {text_number(n.text)};
      case Kind::words:
        return words(n);
      case Kind::sum:
        return sum(n);
      case Kind::negate:
        return beside({"−"}, write(n.children[0], Slot::negated));
      case Kind::product:
        return product(n);
      case Kind::quotient: {
        const bool entrywise = n.product == Notation::Product::hadamard;
        return row_of({write(n.children[0], Slot::numerator),
                       {entrywise ? " ⊘ " : "/"},
                       write(n.children[1], Slot::denominator)});
      }
      case Kind::power:
        return power(n);
      case Kind::call:
        return call(n, slot);
      case Kind::transpose:
        return beside(write(n.children[0], Slot::base), {"ᵀ"});
      case Kind::index:
        return beside(write(n.children[0], Slot::base), {"[" + n.text + "]"});
      case Kind::partial:
        return partial(n);
      case Kind::matrix:
        return matrix(n);
      case Kind::elided:
        if (n.children.empty()) return {n.text};
        return beside({n.text + ", corner "}, matrix(n));
    }
    return {};
  }

  TextBlock words(const Notation& n) const {
    Row row;
    row.add({n.text});
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      if (has_blank_before(n, i)) row.add({" "});
      row.add(write(n.children[i], slot_of_child(n)));
    }
    return row.take();
  }

  TextBlock sum(const Notation& n) const {
    Row row;
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      if (i > 0) row.add({text_joint(n, i - 1)});
      row.add(term(n, i));
    }
    return row.take();
  }

  TextBlock term(const Notation& n, std::size_t i) const {
    const Notation& term = n.children[i];
    const bool minus = i > 0 && term.kind == Kind::negate;
    Slot slot = i == 0 ? Slot::first_term : minus ? Slot::negated : Slot::later_term;
    if (i + 1 < n.children.size() && ends_in_words(term)) slot = Slot::inner_term;
    return write(minus ? term.children[0] : term, slot);
  }

  TextBlock product(const Notation& n) const {
    Row row;
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      if (i > 0) row.add({text_joint(n, i - 1)});
      row.add(factor(n, i));
    }
    return row.take();
  }

  TextBlock factor(const Notation& n, std::size_t i) const {
    const bool last = i + 1 == n.children.size();
    TextBlock factor = is_leading_half(n, i)
                           ? TextBlock{"½"}
                           : body(n.children[i], last ? Slot::last_factor : Slot::factor);
    if (factor_needs_brackets(n, i, Fractions::linear))
      factor = enclosed(left_round, factor, right_round);
    return factor;
  }

  TextBlock partial(const Notation& n) const {
    const TextBlock of = write(n.children[0], Slot::denominator);
    const TextBlock by = write(n.children[1], Slot::denominator);
    if (n.children.size() == 2) return row_of({{"∂"}, of, {"/∂"}, by});
    if (n.children[1].text == n.children[2].text) return row_of({{"∂²"}, of, {"/∂"}, by, {"²"}});
    return row_of({{"∂²"}, of, {"/∂"}, by, {"∂"}, write(n.children[2], Slot::denominator)});
  }

  TextBlock power(const Notation& n) const {
    const TextBlock base = write(n.children[0], Slot::base);
    const Notation& exponent = n.children[1];
    if (exponent.kind == Kind::number || exponent.kind == Kind::name)
      if (const auto raised = superscript(exponent.text)) return beside(base, {*raised});
    const TextBlock inner = write(exponent, Slot::whole);
    return beside(beside(base, {"^"}), enclosed(left_round, inner, right_round));
  }

  TextBlock call(const Notation& n, Slot slot) const {
    if (is_prefix(n)) return words(n);
    Row arguments;
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      if (i > 0) arguments.add({", "});
      arguments.add(write(n.children[i], Slot::whole));
    }
    const TextBlock inner = arguments.take();
    if (is_norm(n)) return enclosed(norm_bars, inner, norm_bars);
    if (spares_brackets(n, slot)) return beside({n.text + " "}, inner);
    return beside({n.text}, enclosed(left_round, inner, right_round));
  }

  TextBlock matrix(const Notation& n) const {
    return matrix(n, 0, static_cast<std::size_t>(n.columns));
  }

  Matrices matrices_;
};

}  // namespace

TextBlock text_block(const Notation& n) {
  return TextWriter(Matrices::blocks).write(normal(n), Slot::whole);
}

TextBlock text_part(const Notation& n, std::size_t i) {
  return TextWriter(Matrices::blocks).part(n, i);
}

std::string text_joint(const Notation& n, std::size_t i) {
  if (n.kind == Kind::sum) return n.children[i + 1].kind == Kind::negate ? " − " : " + ";
  return text_of(joint(n, i, Fractions::linear));
}

std::vector<TextBlock> text_columns(const Notation& matrix, int room) {
  const TextWriter writer(Matrices::blocks);
  const auto all = static_cast<std::size_t>(matrix.columns);
  std::vector<TextBlock> parts;
  for (std::size_t first = 0; first < all;) {
    std::size_t columns = 1;
    TextBlock part = writer.matrix(matrix, first, columns);
    while (first + columns < all) {
      TextBlock more = writer.matrix(matrix, first, columns + 1);
      if (more.width > room) break;
      part = std::move(more);
      ++columns;
    }
    parts.push_back(std::move(part));
    first += columns;
  }
  return parts;
}

std::string text_line(const Notation& n) {
  return TextWriter(Matrices::inline_rows).write(normal(n), Slot::whole).lines[0];
}

void collect_values_named(const Notation& formula, std::vector<std::string>& names) {
  if (formula.kind == Notation::Kind::name || formula.kind == Notation::Kind::partial) {
    std::string name = text_line(formula);
    if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    return;
  }
  for (const Notation& child : formula.children) collect_values_named(child, names);
}

}  // namespace tracer
