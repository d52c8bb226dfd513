#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

enum class Relation { less, at_most, greater, at_least, equal, not_equal };

/// [a < b] and its like, entry by entry: 1 where it holds, else 0. Flat, so its slopes are 0; it
/// jumps where a = b. NaN is unequal to everything, and neither less nor greater.
template <Relation relation>
struct Compare {
  template <class V>
  static V forward(const V& a, const V& b) {
    const auto holds = [&] {
      if constexpr (relation == Relation::less) return a < b;
      if constexpr (relation == Relation::at_most) return a <= b;
      if constexpr (relation == Relation::greater) return a > b;
      if constexpr (relation == Relation::at_least) return a >= b;
      if constexpr (relation == Relation::equal) return a == b;
      if constexpr (relation == Relation::not_equal) return a != b;
    };
    return holds() ? V(1) : V(0);
  }
  static auto left(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& /*b*/) {
    return 0 * y_bar;
  }
  static auto right(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& /*b*/) {
    return 0 * y_bar;
  }
  static auto corner(const auto& a, const auto& b) { return a - b; }

  /// In the order of Relation.
  struct Name {
    std::string_view call, torch, sign, definition;
  };
  static constexpr std::array<Name, 6> names{
      {{"less", "lt", "<", "a < b: 1 where it holds, else 0, entry by entry"},
       {"less_equal", "le", "≤", "a <= b: 1 where it holds, else 0"},
       {"greater", "gt", ">", "a > b: 1 where it holds, else 0"},
       {"greater_equal", "ge", "≥", "a >= b: 1 where it holds, else 0"},
       {"equal", "eq", "=", "a == b: 1 where it holds, else 0"},
       {"not_equal", "ne", "≠", "a != b: 1 where it holds, else 0"}}};
  static constexpr Name own = names[static_cast<std::size_t>(relation)];

  static constexpr std::string_view name = own.call;
  static constexpr std::array<std::string_view, 1> other_names{own.torch};
  static constexpr bool quadratic = true;
  static constexpr Reference reference{own.definition, "same shapes, or broadcast", "0: it is flat",
                                       "a = b, a jump: 0 is taken", ""};

  static Notation notation(const Notation& a, const Notation& b) {
    return notation::words("[",
                           {a, notation::words(std::string(own.sign)), b, notation::words("]")});
  }
  static std::string holds(std::span<const std::string> x, long long held, long long all,
                           const Attributes& /*with*/) {
    const bool unnamed = x[0] == unnamed_operand || x[1] == unnamed_operand;
    const std::string what =
        unnamed ? "the condition" : x[0] + " " + std::string(own.sign) + " " + x[1];
    if (all == 1) return what + (held == 1 ? " holds" : " does not hold");
    return what + " holds at " + std::to_string(held) + " of " + std::to_string(all) + " entries";
  }
};

}  // namespace tracer::op

namespace tracer {

/// The formula [a ≤ b]; a number stands for one in every entry.
inline Symbol at_most(const Symbol& a, const Symbol& b) {
  return op::apply<op::Compare<op::Relation::at_most>>(a, broadcast<Over::all>(b, a));
}

}  // namespace tracer
