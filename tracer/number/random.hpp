// Random numbers that are the same on every machine and for every scalar type. A stream is named:
// each initialiser, the shuffling, every dropout mask has its own, so that adding one draws nothing
// away from another.
//
//   RandomStream stream(seed, "W1");
//   stream.uniform()      the same float for the same seed and name, always
//
// Next: language/initialise.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace tracer {

/// SplitMix64's mixing of 64 bits.
inline std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31U);
}
/// What the state moves on by: odd, nearest to 2⁶⁴/φ.
inline constexpr std::uint64_t golden_gamma = 0x9e3779b97f4a7c15U;

/// The n-th number of a stream is a hash of (seed, name, n): SplitMix64 started at FNV-1a of the
/// name. Sources: Steele, Lea & Flood 2014, figure 17 (SplitMix64); Fowler, Noll & Vo (FNV-1a, 64
/// bits).
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  /// 64 random bits.
  std::uint64_t bits();
  /// One of the 2²⁴ multiples of 2⁻²⁴ in [0, 1): each is a float32.
  float uniform();
  /// One of the 2⁵³ multiples of 2⁻⁵³ in [0, 1).
  double uniform_double();
  /// Standard normal, in double precision (Marsaglia's polar method). It needs a logarithm, and the
  /// C library's differs in the last bit from one system to the next: ours uses + − · / and √ only,
  /// which IEEE 754 rounds alike everywhere (the file is compiled without fused multiply-adds).
  double normal();
  /// A whole number in [0, n), every one equally likely. Requires n > 0.
  std::uint64_t below(std::uint64_t n);
  /// n numbers, each 0 where uniform() < drop, else 1, as n calls of it would say; on the team's
  /// threads. S is float or double.
  template <class S>
  void mask(S* to, std::ptrdiff_t n, float drop);
  /// Goes past the next n numbers of bits().
  void skip(std::uint64_t n) { state_ += n * golden_gamma; }
  /// 0, 1, ..., n − 1 in random order (Fisher & Yates).
  std::vector<int> permutation(int n);

 private:
  std::uint64_t state_;
  bool has_spare_ = false;  // the polar method makes two at a time
  double spare_ = 0;
};

}  // namespace tracer
