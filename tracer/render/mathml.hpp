// Notation as MathML (the elements of MathML Core, which every browser sets without a script).
// Brackets and dots come from precedence.hpp, names from math_names.hpp. Next: html_format.hpp.
#pragma once

#include <string>

#include "tracer/derive/document.hpp"
#include "tracer/symbol/notation.hpp"

namespace tracer {

/// `n` within <math>.
std::string mathml(const Notation& n);

/// "= …", "≈ …", "← …": one link of a chain, with its relation in front.
std::string mathml(const Link& link, bool arrow);

}  // namespace tracer
