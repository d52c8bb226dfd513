// What people write for the slope of a line that is one formula where a value is above 0 and another
// where it is not (sides.hpp): the sign of the wrong value is looked at, the halves are swapped or
// one of them stands for both, a number of one of them is left out, or the formula in terms of the
// result is not quite that.
#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "tracer/mistake/catalogue.hpp"
#include "tracer/mistake/sides.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

// not counted; before slope_at_activation and slope_missing, which give the same where both sides are
// straight, or every slope below is negative
constexpr MistakeKind sign_of_result{"sign_of_result", 15};
constexpr MistakeKind sides_swapped{"sides_swapped", 0};
constexpr MistakeKind one_side_everywhere{"one_side_everywhere", 0};

/// The mistakes in what the line sends back to one of the values that it uses.
class SideMistakes {
 public:
  SideMistakes(Catalogue& catalogue, const TwoSides& sides, NodeId operand, Edit base,
               std::vector<Mistake>& mistakes)
      : graph_(catalogue.graph()),
        sides_(sides),
        operand_(operand),
        base_(std::move(base)),
        mistakes_(mistakes),
        y_(reads::value(sides.y, shape())),
        x_(reads::value(sides.x, shape())),
        right_(sent(sides.both)),
        name_x_(graph_[sides.x].name),
        name_y_(graph_[sides.y].name) {}

  void add_all() {
    conditions();
    numbers_left_out();
    if (operand_ != sides_.x) return;
    above_ = sent(sides_.above);
    below_ = sent(sides_.below);
    halves();
    results();
  }

 private:
  const Shape& shape() const { return graph_[sides_.y].shape; }

  // What the line would send back if that were its formula; 0 where the operand is not in it.
  Symbol sent(const Symbol& formula) const {
    const auto all = sent_back_by(formula, shape());
    const auto found = all.find(Quantity(graph_[operand_].name));
    return found == all.end() ? Symbol(0) : found->second;
  }

  // With the gradient of the line, the values of the lesson, and a condition in their places.
  Symbol placed(const Symbol& formula, const Symbol& condition) const {
    return substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
      const Quantity& what = leaf.stands_for();
      if (what == Quantity::above) return reads::gradient(sides_.y, shape());
      if (what == sides_.condition.stands_for()) return condition;
      const NodeId node = graph_.node_of(what);
      return node < 0 ? std::nullopt : std::optional(reads::value(node, leaf.shape()));
    });
  }

  void add(const MistakeKind& kind, const std::string& variant, std::string says,
           const Symbol& formula, const Symbol& condition) {
    if (is_nothing(formula)) return;
    Mistake mistake = mistake_of(kind, std::move(says));
    mistake.family = fmt::format("{} of the sides: {}", kind.id, variant);
    mistake.line = sides_.y;
    mistake.of = operand_;
    add_mistake(mistakes_, std::move(mistake), base_, graph_[operand_].shape,
                [&] { return placed(formula, condition); });
  }
  void add(const MistakeKind& kind, const std::string& variant, std::string says,
           const Symbol& formula) {
    add(kind, variant, std::move(says), formula, above_zero(x_));
  }
  // That nothing comes back is known of every value.
  static bool is_nothing(const Symbol& formula) { return formula.is_number(0); }

  void conditions() {
    if (!mentions(right_, sides_.condition.stands_for())) return;
    const std::string to =
        operand_ == sides_.x ? "" : fmt::format(" on the way back to {}", graph_[operand_].name);
    add(sign_of_result, "",
        fmt::format("the sign of {}, the result, is looked at{}, where that of {} belongs", name_y_,
                    to, name_x_),
        right_, above_zero(y_));
    add(sides_swapped, "",
        fmt::format("the two sides are swapped{}: each is taken where {} has the other sign", to,
                    name_x_),
        right_, other_side(above_zero(x_)));
    for (const bool above : {true, false}) {
      const Symbol whole = sent(above ? sides_.above : sides_.below);
      if (whole == reads::from_above(shape())) continue;  // slope_missing says it
      const std::string here = fmt::format("{} {} 0", name_x_, above ? ">" : "≤");
      add(one_side_everywhere, above ? "above" : "below",
          operand_ == sides_.x
              ? fmt::format("the slope where {} is taken everywhere", here)
              : fmt::format("in the gradient of {}, the entries where {} {} 0 are not left out",
                            graph_[operand_].name, name_x_, above ? "≤" : ">"),
          whole);
    }
  }

  // In the whole line.
  void numbers_left_out() {
    for (const TwoSides::Number& number : sides_.numbers) {
      if (!is_setting(number.value))
        add(mistake_kinds::slope_formula, fmt::format("without {}", number.text),
            fmt::format("the factor {} is left out of the slope of {}", number.text, name_y_),
            sent(without_number(sides_.both, number.value)));
    }
    if (sides_.numbers.size() < 2) return;
    add(mistake_kinds::slope_formula, "without numbers",
        fmt::format("the factors {} are left out of the slope of {}", all_numbers(), name_y_),
        sent(without_numbers(sides_.both)));
  }

  // In one half alone.
  void halves() {
    const Symbol above = sides_.above, below = sides_.below;
    for (const TwoSides::Number& number : sides_.numbers) {
      const Symbol in_above = without_number(above, number.value);
      const Symbol in_below = without_number(below, number.value);
      if (in_above == above || in_below == below) continue;  // in all that there is
      add(mistake_kinds::slope_formula, fmt::format("without {} above", number.text),
          fmt::format("the factor {} is left out of the slope where {} > 0", number.text, name_x_),
          both(sent(in_above), below_));
      add(mistake_kinds::slope_formula, fmt::format("without {} below", number.text),
          fmt::format("the factor {} is left out of the slope where {} ≤ 0", number.text, name_x_),
          both(above_, sent(in_below)));
    }
    const Symbol plain = without_numbers(below);
    if (!(plain == below) && sides_.numbers.size() > 1 && !(without_numbers(above) == above))
      add(mistake_kinds::slope_formula, "without numbers below",
          fmt::format("the factors {} are left out of the slope where {} ≤ 0", all_numbers(),
                      name_x_),
          both(above_, sent(plain)));
    if (!is_nothing(below_)) {
      add(mistake_kinds::slope_formula, "0 below",
          fmt::format("nothing is passed on where {} ≤ 0, as if {} were 0 there", name_x_, name_y_),
          both(above_, Symbol(0)));
      add(mistake_kinds::slope_formula, "sign below",
          fmt::format("the slope where {} ≤ 0 has its sign turned", name_x_),
          both(above_, -below_));
    }
    if (const Symbol straight = without_exp(below); !(straight == below))
      add(mistake_kinds::slope_formula, "without exp",
          fmt::format("the factor exp {0} is left out of the slope where {0} ≤ 0", name_x_),
          both(above_, sent(straight)));
  }

  // Where the half below is an exponential, people write its slope by the result, y + λα.
  void results() {
    const auto add_result = [&](const std::string& variant, const std::string& text,
                                const Symbol& slope) {
      add(mistake_kinds::slope_formula, "by result, " + variant,
          fmt::format("{} stands where the slope belongs, where {} ≤ 0", text, name_x_),
          both(above_, reads::from_above(shape()) * slope));
    };
    const Symbol y = Symbol::leaf(Quantity(name_y_), shape());
    add_result("y", name_y_, y);
    if (without_exp(sides_.below) == sides_.below) return;
    std::vector<TwoSides::Number> numbers = sides_.numbers;
    std::erase_if(numbers, [](const TwoSides::Number& number) { return number.value <= 0; });
    const auto is_one = [](const TwoSides::Number& number) { return number.value == 1; };
    if (std::ranges::none_of(numbers, is_one)) numbers.push_back({1, "1"});
    for (const TwoSides::Number& added : numbers) {
      add_result("y + " + added.text, fmt::format("{} + {}", name_y_, added.text),
                 y + Symbol(added.value));
      for (const TwoSides::Number& times : numbers) {
        if (is_one(times) || times.value == added.value) continue;
        add_result(fmt::format("{}·(y + {})", times.text, added.text),
                   fmt::format("{}·({} + {})", times.text, name_y_, added.text),
                   Symbol(times.value) * (y + Symbol(added.value)));
      }
    }
  }

  Symbol both(const Symbol& above, const Symbol& below) const {
    const Symbol& c = sides_.condition;
    if (is_nothing(below)) return above * c;
    if (is_nothing(above)) return below * other_side(c);
    return above * c + below * other_side(c);
  }

  bool is_setting(const Rational& value) const {
    return std::ranges::find(sides_.settings, value) != sides_.settings.end();
  }
  std::string all_numbers() const {
    std::string text;
    for (const TwoSides::Number& number : sides_.numbers)
      text += (text.empty() ? "" : " and ") + number.text;
    return text;
  }

  const Graph& graph_;
  const TwoSides& sides_;
  NodeId operand_;
  Edit base_;
  std::vector<Mistake>& mistakes_;
  Symbol y_, x_;
  Symbol right_, above_{0}, below_{0};  // what it sends: with the condition; of one half alone
  std::string name_x_, name_y_;
};

}  // namespace

void add_side_mistakes(Catalogue& catalogue, NodeId user, int operand,
                       std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const TwoSides* sides = catalogue.sides(catalogue.line_of(user));
  if (sides == nullptr) return;
  const NodeId value = graph[user].operands[static_cast<std::size_t>(operand)];
  if (!graph[value].is_named() || graph[value].leaf == LeafKind::constant) return;
  // the line's first use of a value speaks for the line; its other uses are silent then
  std::vector<std::pair<NodeId, int>> uses;
  for (const auto& use : catalogue.back().uses(value)) {
    if (catalogue.line_of(use.first) == sides->y) uses.push_back(use);
  }
  if (uses.empty() || uses.front() != std::pair(user, operand)) return;
  Edit base{user, operand};
  base.silenced.assign(uses.begin() + 1, uses.end());
  SideMistakes(catalogue, *sides, value, std::move(base), mistakes).add_all();
}

}  // namespace tracer
