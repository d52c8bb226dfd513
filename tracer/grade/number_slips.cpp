// What can happen to any number: a turned sign, a slipped point, a constant factor; and to two of
// them, that they stand in each other's place.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/formulas.hpp"
#include "tracer/grade/slips.hpp"
#include "tracer/grade/wrong_update.hpp"
#include "tracer/mistake/catalogue.hpp"
#include "tracer/number/digit.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

using notation::words;

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
    made.push_back({Slip{mistake.on_sheet.words()},
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

std::string digits_of(std::string number) {
  std::erase_if(number, [](char c) { return !is_digit(c); });
  return number;
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
        {Slip{{"decimal point",
               {words(fmt::format("the decimal point is {} place{} too far to the {}", count,
                                  count == 1 ? "" : "s", places > 0 ? "right" : "left"))},
               "look at the decimal point"}},
         value * Exact(power_of_ten(places))});
  }
  if (answer.value.scalar() && value.size() == 1) {
    const WrittenNumber& number = answer.value.numbers[0];
    const std::string right = in_its_place(value(0, 0), number, working.sheet().precision);
    const bool same_sign = (number.value < 0) == (value(0, 0).to_double() < 0);
    if (same_sign && neighbours_swapped(digits_of(number.text), digits_of(right))) {
      made.push_back({Slip{{"digits swapped",
                            {words("two digits have changed places")},
                            "look at the order of the digits"}},
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
      const std::string heading = begun_small(working.lesson().heading(other.step));
      made.push_back({Slip{{"another sample's",
                            {words("this is"), name, words("of " + heading)},
                            "look at which sample this belongs to"}},
                      computed});
    } else {
      made.push_back(
          {Slip{{"another line's", {words("this is"), name}, "look at which line this belongs to"}},
           computed});
      made.back().slip.weak = true;
    }
  }
  return made;
}

namespace {

// Two lines in each other's place: the one is told by the other, so that this is the surest slip.

// What is written of another line agrees with `given`.
bool wrote(PageWorking& working, const PageLine& line, const Array<Exact>& given) {
  const auto found = working.written().find(line);
  if (found == working.written().end()) return false;
  return std::ranges::all_of(found->second, [&](const AnswerEntry& entry) {
    return fit_of(given(entry.row, entry.column), *entry.number, working.sheet().precision) !=
           Accord::no;
  });
}

// Two parameters updated with each other's gradients.
std::optional<Hypothesis> gradients_swapped(PageWorking& working, const Answer& answer,
                                            const PageLine& other) {
  const PageLine& line = answer.line;
  if (!is_update(working, line) || !is_update(working, other)) return std::nullopt;
  const WrongUpdate here(working, line);
  const WrongUpdate there(working, other);
  if (!same_shape(here.gradient(), there.gradient())) return std::nullopt;
  if (!wrote(working, other, there.with({{"g", here.gradient()}}))) return std::nullopt;
  LessonPages& lesson = working.lesson();
  Hypothesis made{Slip{{"swapped",
                        {words("swapped with"), lesson.display(other), words(":")},
                        fmt::format("is it swapped with {}?", lesson.label(other))}},
                  here.with({{"g", there.gradient()}})};
  if (made.gives.size() > 1) return made;
  made.slip.gives =
      in_its_place(made.gives(0, 0), answer.value.numbers[0], working.sheet().precision);
  made.slip.gives_said = true;
  made.slip.says.push_back(lesson.display({line.step, PageLine::Kind::gradient, other.name, ""}));
  made.slip.says.push_back(words("gives " + made.slip.gives));
  return made;
}

}  // namespace

std::vector<Hypothesis> swap_slips(PageWorking& working, const Answer& answer) {
  std::vector<Hypothesis> made;
  const PageLine& line = answer.line;
  const Array<Exact>& value = working.pages().computed.at(line);
  const WorkedPages& right = working.lesson().pages();
  for (const auto& [other, written] : working.written()) {
    const bool alike = other.step == line.step && other.kind == line.kind &&
                       other.part == line.part && other != line;
    // what is computed from the line has its wrong value on their pages: that explains nothing
    const bool before = alike && working.comes_before(other, line);
    const Array<Exact>* there = alike ? (before ? working.pages() : right).find(other) : nullptr;
    if (there == nullptr || !same_shape(*there, value)) continue;
    if (const Array<Exact>* here = right.find(line); here != nullptr)
      if (same_numbers(*here, *right.find(other))) continue;  // in either place the same
    if (auto swapped = gradients_swapped(working, answer, other))
      made.push_back(std::move(*swapped));
    if (wrote(working, other, value)) {
      made.push_back({Slip{{"swapped",
                            {words("swapped with"), working.lesson().display(other)},
                            fmt::format("is it swapped with {}?", working.lesson().label(other))}},
                      *there});
    }
  }
  return made;
}

}  // namespace tracer
