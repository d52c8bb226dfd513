// What known slips would make of a line before anybody has written anything: laid down in a page, a
// wrong number is named there without tracer, as the marker would name it (slips.hpp). Next:
// render/derivation_page.hpp.
#pragma once

#include <map>
#include <vector>

#include "tracer/derive/document.hpp"
#include "tracer/grade/lesson_pages.hpp"
#include "tracer/grade/slips.hpp"

namespace tracer {

struct ForeseenSlip {
  Array<Exact> gives;  ///< in the shape of the line
  Phrase says;         ///< "the sign is turned"
  bool weak =
      false;  ///< many numbers come about that way: to be named by four digits, not by three
};

/// By line, likeliest first.
using ForeseenSlips = std::map<PageLine, std::vector<ForeseenSlip>>;

/// Of the lines of these steps (from 1) that a page asks for: values, gradients, new parameters of at
/// most `most_entries` entries. Left out is what comes to the right value, or to what a likelier slip
/// gives, and all beyond the first `most` of a line; a slipped decimal point, for which nothing need
/// be laid down; and that two lines are swapped, which one of them alone does not bear out. Throws
/// Undecided.
ForeseenSlips foreseen_slips(LessonPages&, int first_step, int last_step, Eigen::Index most_entries,
                             std::size_t most);

/// What the marker says of a wrong value of that line where all else on the sheet is right, likeliest
/// first; empty: no slip is known. The value must have the shape of the line. Throws Undecided.
std::vector<Slip> slips_of_value(LessonPages&, const PageLine&, const WrittenValue&);

/// A step that somebody may work out by hand, so that its slips are looked for at once: with numbers,
/// not too many of them, and one loss.
bool is_for_hands(const Program&, const DerivationStep&);

}  // namespace tracer
