#include "tracer/number/random.hpp"

#include <cmath>
#include <numeric>
#include <utility>

namespace tracer {
namespace {

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;  // FNV's offset basis
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;  // FNV's prime
  }
  return hash;
}

// ln x for x in (0, 1), to about 2 units in the last place: x = m·2ᵉ with m near 1, and
// ln m = 2(t + t³/3 + t⁵/5 + ...) with t = (m − 1)/(m + 1), |t| < 0.172. Thirteen terms: t²⁶/27 <
// 1e-21.
double natural_log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);
  if (m < 0.70710678118654752) {
    m *= 2;
    --exponent;
  }
  const double t = (m - 1) / (m + 1);
  const double square = t * t;
  double series = 0;
  for (int k = 25; k >= 1; k -= 2) series = series * square + 1.0 / k;
  return 2 * t * series + exponent * 0.69314718055994530942;
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view name)
    : state_(mixed(seed * golden_gamma + 1) ^ fnv1a(name)) {}

std::uint64_t RandomStream::bits() {
  state_ += golden_gamma;
  return mixed(state_);
}

float RandomStream::uniform() { return static_cast<float>(bits() >> 40U) * 0x1p-24F; }

double RandomStream::uniform_double() { return static_cast<double>(bits() >> 11U) * 0x1p-53; }

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  for (;;) {
    const double u = 2 * uniform_double() - 1;
    const double v = 2 * uniform_double() - 1;
    const double s = u * u + v * v;
    if (s >= 1 || s == 0) continue;  // outside the circle: 21 % of the time
    const double factor = std::sqrt(-2 * natural_log(s) / s);
    spare_ = v * factor;
    has_spare_ = true;
    return u * factor;
  }
}

std::uint64_t RandomStream::below(std::uint64_t n) {
  // The last, incomplete run of n would favour small numbers: it is drawn again.
  const std::uint64_t first_unfair = ~std::uint64_t{0} - (~std::uint64_t{0} % n + 1) % n;
  for (;;) {
    const std::uint64_t drawn = bits();
    if (drawn <= first_unfair) return drawn % n;
  }
}

std::vector<int> RandomStream::permutation(int n) {
  std::vector<int> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = order.size(); i > 1; --i) {
    std::swap(order[i - 1], order[static_cast<std::size_t>(below(i))]);
  }
  return order;
}

}  // namespace tracer
