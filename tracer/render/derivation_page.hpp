// A derivation as blocks: the one walk over its steps that all formats share.
#pragma once

#include <string>

#include "tracer/render/blocks.hpp"

namespace tracer {

/// The blocks point into the derivation, which must live as long.
Document page_of(const Derivation&, const PageParts& = {});

/// derivation_json.cpp has the format.
std::string to_json(const Derivation&);

}  // namespace tracer
