#include "tracer/embed/quadtree.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numeric>

namespace tracer::embed {
namespace {

// A side is divided into 2¹⁶: two points that fall together then are at one place for whoever looks
// from outside, and push each other apart as if they were.
constexpr int bits = 16;
constexpr int points_of_leaf = 6;  // fewer are quicker looked at than divided (measured)

// ...dcba to ...0d0c0b0a
std::uint32_t spread(std::uint32_t x) {
  x = (x | (x << 8U)) & 0x00FF00FFU;
  x = (x | (x << 4U)) & 0x0F0F0F0FU;
  x = (x | (x << 2U)) & 0x33333333U;
  return (x | (x << 1U)) & 0x55555555U;
}

}  // namespace

// Keys of Morton's curve, sorted byte by byte from the last one on; equal ones stay in their order.
void Quadtree::sort(std::span<const float> x, std::span<const float> y) {
  const std::size_t n = x.size();
  const auto [x_low, x_high] = std::ranges::minmax(x);
  const auto [y_low, y_high] = std::ranges::minmax(y);
  side_ = std::max(static_cast<double>(x_high) - static_cast<double>(x_low),
                   static_cast<double>(y_high) - static_cast<double>(y_low));
  const double scale = side_ > 0 ? ((1 << bits) - 1) / side_ : 0;
  for (std::vector<std::uint32_t>* keys : {&keys_, &other_keys_}) keys->resize(n);
  for (std::vector<int>* order : {&order_, &other_order_}) order->resize(n);
  std::iota(order_.begin(), order_.end(), 0);
  for (std::size_t k = 0; k < n; ++k) {
    const auto place = [&](float at, float low) {
      return spread(
          static_cast<std::uint32_t>((static_cast<double>(at) - static_cast<double>(low)) * scale));
    };
    keys_[k] = place(x[k], x_low) | (place(y[k], y_low) << 1U);
  }
  for (unsigned shift = 0; shift < 32; shift += 8) {
    std::array<std::size_t, 257> begins{};
    for (const std::uint32_t key : keys_) ++begins[((key >> shift) & 0xFFU) + 1];
    std::partial_sum(begins.begin(), begins.end(), begins.begin());
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t to = begins[(keys_[k] >> shift) & 0xFFU]++;
      other_keys_[to] = keys_[k];
      other_order_[to] = order_[k];
    }
    keys_.swap(other_keys_);
    order_.swap(other_order_);
  }
}

// The square around the points [first, last) of the curve, and those inside of it. At most `bits` deep.
void Quadtree::add(int first, int last) {
  const auto begin = static_cast<std::size_t>(first);
  const auto end = static_cast<std::size_t>(last);
  const double count = last - first;
  const std::uint32_t differ = keys_[begin] ^ keys_[end - 1];
  const std::size_t place = cells_.size();
  Cell cell;
  cell.x = static_cast<float>((x_sums_[end] - x_sums_[begin]) / count);
  cell.y = static_cast<float>((y_sums_[end] - y_sums_[begin]) / count);
  cell.count = static_cast<float>(count);
  // the smallest square that has them all: its quarters differ in this pair of bits
  const int pair = differ == 0 ? -1 : (31 - std::countl_zero(differ)) / 2;
  const double side = pair < 0 ? 0 : std::ldexp(side_, pair + 1 - bits);
  cell.side_squared = static_cast<float>(side * side);
  cells_.push_back(cell);
  if (pair >= 0 && last - first <= points_of_leaf) {
    cells_[place].first = first;
    cells_[place].last = last;
  } else if (pair >= 0) {
    const auto quarter = [&](std::uint32_t key) { return (key >> (2 * pair)) & 3U; };
    for (std::size_t from = begin; from < end;) {
      const std::uint32_t own = quarter(keys_[from]);
      const auto behind =
          std::partition_point(keys_.begin() + static_cast<std::ptrdiff_t>(from),
                               keys_.begin() + static_cast<std::ptrdiff_t>(end),
                               [&](std::uint32_t key) { return quarter(key) == own; });
      const auto to = static_cast<std::size_t>(behind - keys_.begin());
      add(static_cast<int>(from), static_cast<int>(to));
      from = to;
    }
  }
  cells_[place].next = static_cast<int>(cells_.size());
}

void Quadtree::build(std::span<const float> x, std::span<const float> y) {
  cells_.clear();
  if (x.empty()) return;
  sort(x, y);
  const std::size_t n = x.size();
  x_.resize(n);
  y_.resize(n);
  x_sums_.assign(n + 1, 0);
  y_sums_.assign(n + 1, 0);
  for (std::size_t k = 0; k < n; ++k) {
    const auto number = static_cast<std::size_t>(order_[k]);
    x_[k] = x[number];
    y_[k] = y[number];
    x_sums_[k + 1] = x_sums_[k] + static_cast<double>(x_[k]);
    y_sums_[k + 1] = y_sums_[k] + static_cast<double>(y_[k]);
  }
  add(0, static_cast<int>(n));
}

}  // namespace tracer::embed
