#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// 1 at the largest entry of all, of its column or of its row, else 0; 1/k at each of k largest.
/// Flat: its slope is 0.
template <Over over>
struct ShareOfLargest {
  static void run(auto& y, const auto& x) { share_of_largest_into<over>(y, x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{0 * y_bar};
  }

  static constexpr std::string_view name =
      name_over(over, "is largest", "is largest of its column", "is largest of its row");
  static constexpr std::string_view call = "";
  static constexpr bool entrywise = false;

  static Notation notation(const Notation& x) {
    const auto which = name_over(over, "largest]", "largest of its column]", "largest of its row]");
    return notation::words("[", {x, notation::words(std::string(which))});
  }
  static std::string tie(std::span<const std::string> x, long long tied, long long /*all*/) {
    return std::to_string(tied) + " entries of " + x[0] +
           " are equally large, a tie: no slope there, they share it evenly by choice";
  }
};

}  // namespace tracer::op
