// Sums, means and maxima, and the broadcasts that undo their shapes. Each comes in three kinds
// (Over, vocabulary.hpp): over all entries, down each column (axis=0), along each row (axis=1).
// Both dimensions are kept.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// The shape of a reduction: 1×1, 1×n or m×1.
Shape reduced(Over over, const Shape& x);

constexpr std::string_view name_over(Over over, std::string_view all, std::string_view columns,
                                     std::string_view rows) {
  return over == Over::all ? all : over == Over::each_column ? columns : rows;
}

constexpr int axis_of(Over over) {
  return over == Over::all ? -1 : over == Over::each_column ? 0 : 1;
}

/// y = Σ x             x̄ = ȳ, repeated over what was summed
template <Over over>
struct Sum {
  static constexpr std::string_view name =
      name_over(over, "sum", "sum of each column", "sum of each row");
  static constexpr std::string_view call = "sum";
  static constexpr Law law = Law::sum;
  static constexpr int axis = axis_of(over);
  static constexpr Reference reference{
      "sum(x), sum(x, axis=0), sum(x, axis=1)", "m×n gives 1×1, 1×n, m×1",
      "1 for every entry: ȳ is repeated", "none", "numpy.sum (keepdims)"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }
  static auto forward(const auto& x) { return sum<over>(x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{broadcast<over>(y_bar, x)};
  }
  static Notation notation(const Notation& x) {
    return notation::words(std::string(name_over(over, "Σ", "column sums of", "row sums of")), {x});
  }
};

/// y = Σ x / n         x̄ = ȳ/n, repeated over what was averaged
template <Over over>
struct Mean {
  static constexpr std::string_view name =
      name_over(over, "mean", "mean of each column", "mean of each row");
  static constexpr std::string_view call = "mean";
  static constexpr Law law = Law::mean;
  static constexpr int axis = axis_of(over);
  static constexpr bool composite = true;
  static constexpr Reference reference{"sum divided by how many there are",
                                       "m×n gives 1×1, 1×n, m×1", "1/n for every entry", "none",
                                       "numpy.mean (keepdims)"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }
  static Symbol expansion(const Symbol& x) { return sum<over>(x) / count<over>(x); }
  static Notation notation(const Notation& x) {
    return notation::words(
        std::string(name_over(over, "mean of", "column means of", "row means of")), {x});
  }
};

/// y = max x           x̄ = ȳ at the maximum, shared evenly where several entries are the maximum
/// Corner where there are several (torch.amax's choice).
template <Over over>
struct Max {
  static constexpr std::string_view name =
      name_over(over, "max", "max of each column", "max of each row");
  static constexpr std::string_view call = "max";
  static constexpr Reference reference{"the largest entry; max(a, b) of two is maximum",
                                       "m×n gives 1×1, 1×n, m×1", "1 at the largest entry, else 0",
                                       "several largest: shared evenly", "torch.amax"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static constexpr bool pullback_by_formula = true;  // the share is found in a pass of its own
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }
  static void run(auto& y, const auto& x) { largest_into<over>(y, x); }
  static void corner(auto& c, const auto& x) { lead_into<over>(c, x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{broadcast<over>(y_bar, x) * share_of_largest<over>(x)};
  }
  static Notation notation(const Notation& x) {
    if constexpr (over == Over::all) return notation::call("max", {x});
    return notation::words(std::string(name_over(over, "", "column maxima of", "row maxima of")),
                           {x});
  }
};

/// 1 at the largest entry of all, of its column or of its row, else 0; 1/k at each of k largest.
/// Flat: its slope is 0.
template <Over over>
struct ShareOfLargest {
  static constexpr std::string_view name =
      name_over(over, "is largest", "is largest of its column", "is largest of its row");
  static constexpr std::string_view call = "";
  static constexpr bool entrywise = false;
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static void run(auto& y, const auto& x) { share_of_largest_into<over>(y, x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{0 * y_bar};
  }
  static Notation notation(const Notation& x) {
    const auto which = name_over(over, "largest]", "largest of its column]", "largest of its row]");
    return notation::words("[", {x, notation::words(std::string(which))});
  }
};

/// Y = x repeated to the shape of the attributes       x̄ = Ȳ, summed over what was repeated
template <Over over>
struct Broadcast {
  static constexpr std::string_view name =
      name_over(over, "broadcast", "broadcast of a row", "broadcast of a column");
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::broadcast;
  static constexpr int axis = axis_of(over);
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes& with);
  static auto forward(const auto& with, const auto& x) {
    return broadcast<over>(x, with.attributes.shape.rows.count,
                           with.attributes.shape.columns.count);
  }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{sum<over>(y_bar)};
  }
  static Notation notation(const Notation& x) { return x; }
};

}  // namespace tracer::op
