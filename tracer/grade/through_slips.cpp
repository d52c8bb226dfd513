// Slips in a gradient that is not written, behind a line that is: whoever writes deltas only,
// ∂L/∂z1 = (W2ᵀ ∂L/∂z2) ⊙ h(1 − h), takes the updated W2 in ∂L/∂h, which stands nowhere. Only of
// those that are surely a slip of method: of two lines together, too much comes to any number.
#include "tracer/grade/consequences.hpp"

namespace tracer {

std::vector<Hypothesis> through_slips(PageWorking& working, const Answer& answer) {
  const PageLine& line = answer.line;
  // of what is not written itself each line is asked by itself (unwritten.hpp)
  if (line.kind != PageLine::Kind::gradient || !working.written().contains(line)) return {};
  std::set<PageLine> written;
  for (const auto& [one, entries] : working.written()) written.insert(one);
  std::vector<Hypothesis> made;
  for (const PageLine& used : working.lesson().uses(line)) {
    const Array<Exact>* value = working.pages().find(used);
    const bool hidden = used.kind == PageLine::Kind::gradient && used.step == line.step &&
                        !written.contains(used) && value != nullptr;
    if (!hidden) continue;
    Consequences behind(working, written, used);
    if (!behind.reach(line)) continue;
    Answer none;
    none.line = used;
    for (Hypothesis& one : formula_slips(working, none)) {
      const bool of_method = one.slip.kind == "updated weight" || one.slip.kind == "old weight";
      if (!of_method || !same_shape(one.gives, *value)) continue;
      behind.suppose(std::move(one.gives));
      auto gives = value_or_none([&] { return behind.of(line); });
      if (!gives) continue;
      Phrase says{notation::words("in"), working.lesson().display(used),
                  notation::words("(not written)")};
      says.insert(says.end(), one.slip.says.begin(), one.slip.says.end());
      one.slip.says = std::move(says);
      made.push_back({std::move(one.slip), std::move(*gives), one.told_too});
    }
  }
  return made;
}

}  // namespace tracer
