// A derivation as a sheet to be worked out by hand: what is given stays, what is to be found out is
// a box. Next: derivation_page.hpp, which makes a page of it like of any other.
#pragma once

#include "tracer/derive/document.hpp"

namespace tracer {

/// A box in place of a value: of a matrix one for each entry, of one that is too large for a page
/// one for all of it, after its size.
Notation box_for(const Notation& value);

/// Boxes in place of every value that the passes and the update work out, and of the formulas of the
/// backward pass; a matrix of boxes where it is a matrix. The lesson's formulas, inputs and weights
/// stay, but for weights that an update on the sheet is to give first. Reasons and expectations,
/// which would say too much, are gone, and in place of the lesson's introduction stands what is to
/// be done in the parts that are wanted.
Derivation blank_sheet(Derivation, const PageParts& parts = {});

}  // namespace tracer
