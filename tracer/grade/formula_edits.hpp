// Edits of a formula, each with the slip that it stands for: one part of it is left out, or
// something else is put in its place. Next: formula_slips.cpp, which evaluates them.
#pragma once

#include <functional>
#include <vector>

#include "tracer/grade/slip.hpp"
#include "tracer/symbol/symbol.hpp"

namespace tracer {

struct FormulaEdit {
  Symbol formula{0};
  Slip slip;
};

/// What one part of a formula can become.
using EditsAt = std::function<std::vector<FormulaEdit>(const Symbol& part)>;

/// The formula with one of its parts edited, for every part and every edit of it.
std::vector<FormulaEdit> edited(const Symbol& formula, const EditsAt& at);

/// Factors, terms, squares and functions left out; signs between terms turned; transposes. Edits of
/// the part as a whole, not of what is in it.
std::vector<FormulaEdit> left_out(const Symbol& part);

}  // namespace tracer
