// What can happen to any number: a turned sign, a slipped point, a constant factor; and to two of
// them, that they stand in each other's place.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/evaluate.hpp"
#include "tracer/grade/slips.hpp"
#include "tracer/mistake/catalogue.hpp"

namespace tracer {
namespace {

using notation::words;

Array<Exact> times(const Array<Exact>& value, const Rational& factor) {
  Array<Exact> made = value;
  for (Eigen::Index k = 0; k < made.size(); ++k) made(k) = value(k) * Exact(factor);
  return made;
}

// The mistakes that any line can have, of that turn.
std::vector<Hypothesis> of_any_line(PageWorking& working, const Answer& answer, Turn turn) {
  const Array<Exact>& value = working.pages().computed.at(answer.line);
  const Shape shape{{static_cast<int>(value.rows()), ""}, {static_cast<int>(value.cols()), ""}};
  std::optional<Rational> rate;
  const auto& optimizer = working.lesson().run().optimizer();
  if (optimizer && answer.line.kind == PageLine::Kind::gradient) rate = optimizer->number("lr");
  std::vector<Hypothesis> made;
  const int samples = working.record(answer.line.step).batch->batch_size;
  for (const Mistake& mistake : mistakes_of_any_line(shape, samples, rate)) {
    if (mistake.on_sheet.turn != turn) continue;
    made.push_back({slip(mistake.on_sheet.words()),
                    evaluate(
                        mistake.edit->formula, [&](const Symbol&) { return value; },
                        working.lesson().working())});
    made.back().slip.weak = turn == Turn::last;
  }
  return made;
}

}  // namespace

std::vector<Hypothesis> sign_slips(PageWorking& working, const Answer& answer) {
  return of_any_line(working, answer, Turn::whole);
}

std::vector<Hypothesis> factor_slips(PageWorking& working, const Answer& answer) {
  return of_any_line(working, answer, Turn::last);
}

namespace {

std::string digits_of(const std::string& number) {
  std::string digits;
  for (const char c : number) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

// 1.7694 for 1.7649
bool neighbours_swapped(const std::string& a, const std::string& b) {
  if (a.size() != b.size()) return false;
  const auto [left, right] = std::ranges::mismatch(a, b);
  if (left == a.end() || left + 1 == a.end()) return false;
  return left[0] == right[1] && left[1] == right[0] &&
         std::equal(left + 2, a.end(), right + 2, b.end());
}

}  // namespace

std::vector<Hypothesis> copy_slips(PageWorking& working, const Answer& answer) {
  const Array<Exact>& value = working.pages().computed.at(answer.line);
  std::vector<Hypothesis> made;
  for (const int places : {1, -1, 2, -2, 3, -3}) {
    const int count = places < 0 ? -places : places;
    made.push_back(
        {slip("decimal point",
              {words(fmt::format("the decimal point is {} place{} too far to the {}", count,
                                 count == 1 ? "" : "s", places > 0 ? "right" : "left"))},
              "look at the decimal point"),
         times(value, power_of_ten(places))});
  }
  if (answer.value.scalar() && value.size() == 1) {
    const WrittenNumber& number = answer.value.numbers[0];
    const std::string right = in_its_place(value(0, 0), number, working.sheet().precision);
    const bool same_sign = (number.value < 0) == (value(0, 0).to_double() < 0);
    if (same_sign && neighbours_swapped(digits_of(number.text), digits_of(right))) {
      made.push_back({slip("digits swapped", {words("two digits have changed places")},
                           "look at the order of the digits"),
                      Array<Exact>::Constant(1, 1, Exact(number.value))});
    }
  }
  return made;
}

std::vector<Hypothesis> line_slips(PageWorking& working, const Answer& answer) {
  const PageLine& line = answer.line;
  const Array<Exact>& value = working.pages().computed.at(line);
  std::vector<Hypothesis> made;
  for (const auto& [other, computed] : working.pages().computed) {
    const bool fits = working.has(other.step) && same_shape(computed, value);
    const bool same_line =
        other.kind == line.kind && other.name == line.name && other.part == line.part;
    if (!fits || (other.step == line.step) == same_line || !working.comes_before(other, line))
      continue;
    const Notation name = working.lesson().display(other);
    if (same_line) {
      std::string heading = working.lesson().heading(other.step);
      if (!heading.empty() && heading[0] >= 'A' && heading[0] <= 'Z')
        heading[0] = static_cast<char>(heading[0] - 'A' + 'a');
      made.push_back({slip("another sample's", {words("this is"), name, words("of " + heading)},
                           "look at which sample this belongs to"),
                      computed});
    } else {
      made.push_back(
          {slip("another line's", {words("this is"), name}, "look at which line this belongs to"),
           computed});
      made.back().slip.weak = true;
    }
  }
  return made;
}

}  // namespace tracer
