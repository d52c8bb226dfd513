#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = max x           x̄ = ȳ at the maximum, shared evenly where several entries are the maximum
/// Corner where there are several (torch.amax's choice).
template <Over over>
struct Max {
  static void run(auto& y, const auto& x) { largest_into<over>(y, x); }
  static void corner(auto& c, const auto& x) { lead_into<over>(c, x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{broadcast<over>(y_bar, x) * share_of_largest<over>(x)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }

  static constexpr std::string_view name =
      name_over(over, "max", "max of each column", "max of each row");
  static constexpr std::string_view call = "max";
  static constexpr std::array<std::string_view, 1> other_names{"amax"};
  static constexpr bool quadratic = true;
  static constexpr Reference reference{"the largest entry; max(a, b) of two is maximum",
                                       "m×n gives 1×1, 1×n, m×1", "1 at the largest entry, else 0",
                                       "several largest: shared evenly", "torch.amax"};
  static constexpr bool pullback_by_formula = true;  // the share is found in a pass of its own

  static Notation notation(const Notation& x) {
    if constexpr (over == Over::all) return notation::call("max", {x});
    return notation::words(std::string(name_over(over, "", "column maxima of", "row maxima of")),
                           {x});
  }
};

}  // namespace tracer::op
