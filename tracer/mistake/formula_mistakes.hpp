// Mistakes that can be made in the formula of any line of a sheet, forward or backward: one part of
// it is left out, or something else is put in its place. Those of one line's rule on the way back
// are the catalogue's. Next: grade/formula_slips.cpp, which evaluates them on a sheet's numbers.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "tracer/mistake/mistake.hpp"

namespace tracer {

/// What one part of a formula can become.
using EditsAt = std::function<std::vector<WrongFormula>(const Symbol& part)>;

/// The formula with one of its parts edited, for every part and every edit of it.
std::vector<WrongFormula> edited(const Symbol& formula, const EditsAt& at);

/// Factors, terms, squares and functions left out; signs between terms turned; transposes. Edits of
/// the part as a whole, not of what is in it.
std::vector<WrongFormula> left_out(const Symbol& part);

/// Of a loss: the logarithm to base 10, a mean in place of a sum, another loss.
std::vector<WrongFormula> loss_mistakes(const Symbol& formula);

/// Of a whole matrix.
SheetWords transposed_as_a_whole();

// What is told where a leaf of the formula has a number from elsewhere.
SheetWords updated_weight(const Symbol& w);
SheetWords old_weight(const Symbol& w, int step);
/// `unit`: "sample" or "step".
SheetWords of_another_sample(const Symbol& x, std::string_view unit, int number);
SheetWords another_value(const Notation& taken, const Symbol& right);

}  // namespace tracer
