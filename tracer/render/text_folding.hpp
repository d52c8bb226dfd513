// What is too wide for a page, in pieces below each other. Sums and products with matrices in them
// break before a sign, wide matrices between their columns,
//
//     Z = W·X + b
//       ≈ ⎡ 0.5    −1   0.75⎤ ⎡0.817  0.223⎤
//         ⎣1.25   0.5  −0.25⎦ ⎣0.349  0.852⎦
//       + ⎡−0.25⎤ ≈ ⎡0.409  −0.461⎤
//         ⎣  0.5⎦   ⎣1.497   1.028⎦
//
// and what stands on one line at blanks and between brackets. Next: text_working.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/render/text_block.hpp"

namespace tracer {

/// `n` after `sign` ("≈ ") in pieces that are at most `room` wide and stand below each other, later
/// ones with the sign of what they begin with. Nothing: it can't be had in that.
std::optional<std::vector<TextBlock>> folded(const Notation& n, const std::string& sign, int room);

/// The same for a matrix, or what is said of one and its corner: always, though a single number may
/// be wider than the page.
std::vector<TextBlock> folded_matrix(const Notation& n, const std::string& sign, int room);

/// A line of mathematics in lines of at most `width` columns: broken before operators where that
/// goes, else at any blank and between two brackets. Colour ends with each line and goes on in the
/// next one.
std::vector<std::string> wrap_formula(const std::string& line, int width);

}  // namespace tracer
