// A derivation as blocks: the one walk over its steps that all formats share.
#pragma once

#include <string>

#include "tracer/grade/foreseen.hpp"
#include "tracer/render/blocks.hpp"

namespace tracer {

/// The blocks point into the derivation, and to the slips, which must live as long. `slips` (null:
/// none are known): of lines that can be predicted in a browser.
Document page_of(const Derivation&, const PageParts& = {}, const ForeseenSlips* slips = nullptr);

/// derivation_json.cpp has the format.
std::string to_json(const Derivation&);

}  // namespace tracer
