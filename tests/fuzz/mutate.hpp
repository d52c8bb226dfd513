// Inputs that were changed at random, the same ones on every machine: without a fuzzer's eyes, but
// wherever there is a compiler.
#pragma once

#include <string>
#include <string_view>

#include "tracer/number/random.hpp"

namespace tracer::fuzz {

/// `good` with a change, or up to eight of them: bytes exchanged, taken out, repeated, moved; numbers made
/// large, small or none; lines exchanged; or cut off.
std::string mutated(std::string_view good, RandomStream&);

}  // namespace tracer::fuzz
