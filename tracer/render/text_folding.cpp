// See text_folding.hpp.
#include "tracer/render/text_folding.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

#include "tracer/render/precedence.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

using Kind = Notation::Kind;

/// Pieces below each other, as few as there is room for.
class Pieces {
 public:
  explicit Pieces(int room) : room_(room) {}

  bool holds(int width) const { return width <= room_; }
  bool empty() const { return pieces_.empty(); }

  /// After `joint` in the row of the piece before, or else below it, after `sign`.
  void add(const TextBlock& block, const std::string& joint, const std::string& sign) {
    if (!pieces_.empty()) {
      const TextBlock both = beside(beside(pieces_.back(), {joint}), block);
      if (holds(both.width)) {
        pieces_.back() = both;
        return;
      }
    }
    pieces_.push_back(beside({sign}, block));
  }
  void add(std::vector<TextBlock> below) {
    for (TextBlock& piece : below) pieces_.push_back(std::move(piece));
  }

  std::vector<TextBlock> take() { return std::move(pieces_); }

 private:
  int room_;
  std::vector<TextBlock> pieces_;
};

std::string as_wide(const std::string& sign) { return blanks(display_width(sign)); }

/// What a factor on a line of its own begins with.
std::string sign_of(const std::string& joint) {
  return joint.find("⊙") != std::string::npos ? "⊙ " : "· ";
}

/// A sum or a product, term by term.
std::optional<std::vector<TextBlock>> folded_parts(const Notation& n, const std::string& sign,
                                                   int room) {
  Pieces pieces(room);
  for (std::size_t i = 0; i < n.children.size(); ++i) {
    const bool first = i == 0;
    const std::string joint = first ? "" : text_joint(n, i - 1);
    const bool sum = n.kind == Kind::sum;
    const std::string own = first ? sign : sum ? joint.substr(1) : sign_of(joint);
    const TextBlock part = text_part(n, i);
    if (pieces.holds(display_width(own) + part.width)) {
      pieces.add(part, joint, own);
      continue;
    }
    const Notation& child = n.children[i];
    const bool minus = sum && !first && child.kind == Kind::negate;
    if (!sum && factor_needs_brackets(n, i, Fractions::linear)) return std::nullopt;
    auto below = folded(minus ? child.children[0] : child, own, room);
    if (!below) return std::nullopt;
    pieces.add(std::move(*below));
  }
  return pieces.take();
}

/// Words, and what they are said of.
std::optional<std::vector<TextBlock>> folded_words(const Notation& n, const std::string& sign,
                                                   int room) {
  if (n.children.size() != 1 || needs_brackets(n.children[0], slot_of_child(n), Fractions::linear))
    return std::nullopt;
  std::vector<TextBlock> pieces{{sign + n.text}};
  auto below = folded(n.children[0], as_wide(sign), room);
  if (!below) return std::nullopt;
  std::ranges::move(*below, std::back_inserter(pieces));
  return pieces;
}

}  // namespace

std::vector<TextBlock> folded_matrix(const Notation& n, const std::string& sign, int room) {
  const int left = room - display_width(sign);
  std::vector<TextBlock> pieces;
  const auto add = [&](const TextBlock& block) {
    pieces.push_back(beside({pieces.empty() ? sign : as_wide(sign)}, block));
  };
  const bool elided = n.kind == Kind::elided;
  if (elided && n.children.empty()) {
    add({n.text});
    return pieces;
  }
  if (elided) add({n.text + ", corner"});
  std::vector<TextBlock> columns = text_columns(n, left);
  if (elided) columns.resize(1);  // of a corner the columns that there is room for
  for (const TextBlock& part : columns) add(part);
  return pieces;
}

std::optional<std::vector<TextBlock>> folded(const Notation& what, const std::string& sign,
                                             int room) {
  const Notation n = normal(what);
  const TextBlock whole = text_block(n);
  if (display_width(sign) + whole.width <= room) return std::vector{beside({sign}, whole)};
  switch (n.kind) {
    case Kind::sum:
    case Kind::product:
      return folded_parts(n, sign, room);
    case Kind::words:
      return folded_words(n, sign, room);
    case Kind::matrix:
    case Kind::elided: {
      std::vector<TextBlock> pieces = folded_matrix(n, sign, room);
      const bool fits =
          std::ranges::all_of(pieces, [&](const TextBlock& each) { return each.width <= room; });
      return fits ? std::optional(std::move(pieces)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

namespace {

/// A place where a line of mathematics may end.
struct Break {
  int depth;  ///< of brackets around it; a line that begins within some may leave them: below 0
  enum Kind { before_term, before_factor, at_blank, after_sign, within_product } kind;
  std::size_t at;

  /// Outside of brackets is better than inside; no sign is left behind, and 2·x is torn apart last.
  bool is_better_than(const Break& other) const {
    const auto rank = [](const Break& each) {
      return std::tuple(std::max(each.kind, at_blank), each.depth, each.kind);
    };
    return rank(*this) != rank(other) ? rank(*this) < rank(other) : at > other.at;
  }
};

std::optional<Break::Kind> break_before(std::string_view line, std::size_t at) {
  const std::string_view rest = line.substr(at);
  const bool after_blank = line[at - 1] == ' ' && rest[0] != ' ';
  const bool between_brackets = line[at - 1] == ')' && rest[0] == '(';
  if (!after_blank && (rest.starts_with("·") || rest.starts_with("/(")))
    return Break::within_product;
  if (!after_blank && !between_brackets) return std::nullopt;
  if (!after_blank) return Break::at_blank;
  constexpr std::array<std::string_view, 9> signs{"+ ", "− ", "= ", "≈ ", "← ",
                                                  "· ", "⊙ ", "⊘ ", "/ "};
  constexpr std::ptrdiff_t of_terms = 5;  // of these, the first
  const auto sign = std::ranges::find_if(signs, [&](auto each) { return rest.starts_with(each); });
  if (sign != signs.end())
    return sign - signs.begin() < of_terms ? Break::before_term : Break::before_factor;
  const std::string_view head = line.substr(0, at);
  const bool left_behind =
      std::ranges::any_of(signs, [&](auto each) { return head.ends_with(each); });
  return left_behind ? Break::after_sign : Break::at_blank;
}

/// Where the first of several lines ends; 0: nowhere.
std::size_t end_of_line(std::string_view line, int width) {
  std::optional<Break> best;
  std::size_t first = 0, furthest = 0;
  int depth = 0;
  for (std::size_t at = 1; at < line.size(); ++at) {
    const char before = line[at - 1];
    const bool colour = before == '[' && at > 1 && line[at - 2] == '\x1b';
    if ((before == '(' || before == '[') && !colour) ++depth;
    if (before == ')' || before == ']') --depth;
    const auto kind = break_before(line, at);
    if (!kind) continue;
    if (first == 0) first = at;
    const std::string_view head = line.substr(0, at);
    if (display_width(trimmed(std::string(head))) > width) break;
    furthest = at;
    const Break here{depth, *kind, at};
    // a good place is worth it where it does not leave most of the line empty
    if (display_width(head) * 3 > width && (!best || here.is_better_than(*best))) best = here;
  }
  return best ? best->at : furthest > 0 ? furthest : first;
}

/// The last colour that is still on at the end of `text`, or "".
std::string colour_at_end(std::string_view text) {
  const std::size_t at = text.rfind('\x1b');
  if (at == std::string_view::npos) return "";
  const std::string_view code = text.substr(at, text.find('m', at) + 1 - at);
  return code == "\x1b[0m" ? "" : std::string(code);
}

}  // namespace

std::vector<std::string> wrap_formula(const std::string& line, int width) {
  std::vector<std::string> lines;
  std::string rest = line;
  while (display_width(rest) > width) {
    const std::size_t end = end_of_line(rest, width);
    if (end == 0) break;
    std::string piece = trimmed(rest.substr(0, end));
    const std::string colour = colour_at_end(piece);
    rest = colour + rest.substr(end);
    lines.push_back(colour.empty() ? piece : piece + "\x1b[0m");
  }
  lines.push_back(rest);
  return lines;
}

}  // namespace tracer
