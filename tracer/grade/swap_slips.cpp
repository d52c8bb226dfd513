// Two lines in each other's place: the one is told by the other, so that this is the surest slip.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/grade/slips.hpp"
#include "tracer/grade/wrong_update.hpp"

namespace tracer {
namespace {

using notation::words;

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
  Hypothesis made{slip("swapped", {words("swapped with"), lesson.display(other), words(":")},
                       fmt::format("is it swapped with {}?", lesson.label(other))),
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
  for (const auto& [other, written] : working.written()) {
    const bool alike = other.step == line.step && other.kind == line.kind &&
                       other.part == line.part && other != line;
    const Array<Exact>* there = alike ? working.pages().find(other) : nullptr;
    if (there == nullptr || !same_shape(*there, value)) continue;
    if (auto swapped = gradients_swapped(working, answer, other))
      made.push_back(std::move(*swapped));
    if (wrote(working, other, value)) {
      made.push_back({slip("swapped", {words("swapped with"), working.lesson().display(other)},
                           fmt::format("is it swapped with {}?", working.lesson().label(other))),
                      *there});
    }
  }
  return made;
}

}  // namespace tracer
