// The losses of regression: squared errors, averaged over all entries, and the two penalties.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// L = (1/n) Σ (P − Y)² over all n entries           P̄ = (2/n)(P − Y)
/// Source: torch.nn.MSELoss.
struct Mse {
  static constexpr std::string_view name = "mse";
  static constexpr std::string_view call = "mse";
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr Reference reference{"(1/n) Σ (P − Y)² over all n entries",
                                       "same shapes; a scalar", "(2/n)(P − Y)", "none",
                                       "torch.nn.MSELoss"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const Symbol& p, const Symbol& y) {
    return sum<Over::all>(power(p - y, 2)) / count<Over::all>(p);
  }

  struct TargetsIgnored {
    static constexpr std::string_view id = "targets_ignored";
    static constexpr std::string_view says = "the slope of the loss does not look at the targets";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& /*y*/) {
      return l_bar * (2 * p / count<Over::all>(p));
    }
  };
  using mistakes = Mistakes<TargetsIgnored>;
};

/// L = (1/2n) Σ (P − Y)² over all n entries          P̄ = (1/n)(P − Y)
/// Half the mean squared error, so that the 2 of the square cancels. Source: Bishop 2006, eq. 1.2.
struct HalfMse {
  static constexpr std::string_view name = "half_mse";
  static constexpr std::string_view call = "half_mse";
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr Reference reference{"(1/2n) Σ (P − Y)² over all n entries",
                                       "same shapes; a scalar", "(1/n)(P − Y)", "none",
                                       "Bishop 2006, eq. 1.2"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const Symbol& p, const Symbol& y) {
    return Symbol(Rational(1, 2)) * sum<Over::all>(power(p - y, 2)) / count<Over::all>(p);
  }

  struct TargetsIgnored {
    static constexpr std::string_view id = "targets_ignored";
    static constexpr std::string_view says = "the slope of the loss does not look at the targets";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& /*y*/) {
      return l_bar * (p / count<Over::all>(p));
    }
  };
  using mistakes = Mistakes<TargetsIgnored>;
};

/// L = Σ |X|, the penalty of the lasso               X̄ = sign(X), 0 at 0
struct L1 {
  static constexpr std::string_view name = "l1";
  static constexpr std::string_view call = "l1";
  static constexpr bool composite = true;
  static constexpr Reference reference{"Σ |x|, as a penalty", "any; a scalar", "sign(x)",
                                       "x = 0: 0 is taken",
                                       "Hastie, Tibshirani & Friedman 2009, §3.4.2"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static constexpr std::array kinks{0.0};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const Symbol& x) { return sum<Over::all>(abs(x)); }
};

/// L = Σ X², the penalty of ridge regression         X̄ = 2X
struct L2 {
  static constexpr std::string_view name = "l2";
  static constexpr std::string_view call = "l2";
  static constexpr bool composite = true;
  static constexpr Reference reference{"Σ x², as a penalty", "any; a scalar", "2x", "none",
                                       "Hastie, Tibshirani & Friedman 2009, §3.4.1"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const Symbol& x) { return sum<Over::all>(power(x, 2)); }
};

/// y = √Σ x², over all or along one side            x̄ = ȳ x/y, and 0 where y is 0 (PyTorch's
/// choice) Source: torch.linalg.vector_norm.
template <Over over>
struct Norm {
  static constexpr std::string_view name = over == Over::all           ? "norm"
                                           : over == Over::each_column ? "norm of each column"
                                                                       : "norm of each row";
  static constexpr std::string_view call = "norm";
  static constexpr bool composite = true;
  static constexpr bool has_pullback = true;
  static constexpr Reference reference{"√Σ x²; norm(x, axis=0|1)", "m×n gives 1×1, 1×n, m×1", "x/y",
                                       "x = 0: 0 is taken", "torch.linalg.vector_norm"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static Symbol expansion(const Symbol& x) { return sqrt(sum<over>(power(x, 2))); }
  static void corner(auto& c, const auto& x) { c = broadcast<over>(sum<over>(x * x), x); }
  static auto pullback(const Symbol& y_bar, const Symbol& y, const Symbol& x) {
    return std::tuple{broadcast<over>(y_bar, x) * ratio(x, broadcast<over>(y, x))};
  }
};

}  // namespace tracer::op
