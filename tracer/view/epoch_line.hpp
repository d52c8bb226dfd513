// The line that an epoch leaves behind:
//
//   epoch  3/10   loss 0.2314   accuracy 93.41 %   val loss 0.1998   val accuracy 94.10 %   0.13 s *
//
// * marks the best epoch so far. Next: curves.hpp, the whole run in one picture.
#pragma once

#include <string>

#include "tracer/text/style.hpp"
#include "tracer/train/history.hpp"

namespace tracer {

/// One line without its newline. `before` is the epoch before, or nullptr: the learning rate is
/// shown where it has changed since. What the record does not have is left out; what does not fit
/// goes in this order: rate, seconds, training accuracy, training loss.
std::string epoch_line(const EpochRecord& record, int epochs, const EpochRecord* before,
                       const Style& style);

}  // namespace tracer
