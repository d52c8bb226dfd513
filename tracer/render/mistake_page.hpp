// A mistake, taught: the derivation and the same with the mistake in it, next to each other, and where
// the two part. Next: mistake/planted.hpp, which plants it.
#pragma once

#include <string>
#include <vector>

#include "tracer/render/blocks.hpp"

namespace tracer {

/// `planted`: what was done, "in a1: relu(z1) stands where its slope belongs". Both must be of the same
/// lesson and the same steps. The blocks point into them; what is wrong gets remarks that say so.
Document mistake_page(const Derivation& right, Derivation& wrong,
                      const std::vector<std::string>& planted, const PageParts&);

/// One of the mistakes that can be made in a line: the line as it is with it.
struct MistakenLine {
  GradientLine line;
  std::string id, says;
};

/// All those of the gradient with respect to `name`, beside the right line; of the first step that is
/// shown. The blocks point into the arguments; remarks are added to the lines.
Document mistakes_page(const Derivation& right, const std::string& name,
                       std::vector<MistakenLine>& mistakes);

}  // namespace tracer
