// Next: others_along_fast.hpp, which has it over numbers where an x is 0, too.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

template <Over over>
struct ProductOfOthers;

/// others′(x, v) = d others(x + tv)/dt at t = 0, linear in v: the product of the second derivatives of
/// prod with v. Entry i is Σ over j ≠ i of v[j] times the product of all x but x[i] and x[j]; the
/// formula, which divides by x, is of an x without a 0.
template <Over over>
struct OthersAlong {
  static Symbol expansion(const Symbol& x, const Symbol& v) {
    const Symbol parts = v * apply<ProductOfOthers<over>>(x);
    return (broadcast<over>(sum<over>(parts), x) - parts) / x;
  }

  static constexpr std::string_view name =
      name_over(over, "product of the others along", "product of the others of its column along",
                "product of the others of its row along");
  static constexpr std::string_view call = "";
  static constexpr std::string_view legend =
      "others′(x, v): entry i is the sum over all j but i of v[j] times the product of all x but "
      "x[i] "
      "and x[j]";

  static Notation notation(const Notation& x, const Notation& v) {
    return notation::call("others′", {x, v});
  }
};

}  // namespace tracer::op
