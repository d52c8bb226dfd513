// The hash that RandomStream is made of (random.hpp); a header, because masks are drawn elsewhere.
#pragma once

#include <cstdint>

namespace tracer {

/// SplitMix64's mixing of 64 bits.
inline std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}

/// What the state moves on by: odd, nearest to 2⁶⁴/φ.
inline constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15U;

}  // namespace tracer
