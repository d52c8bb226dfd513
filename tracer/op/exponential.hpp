// exp, log, and y·ln p as cross-entropy needs it.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = eˣ              x̄ = ȳ y
/// Over Exact: rational only at 0. Source: DLMF §4.2.
struct Exp {
  static constexpr std::string_view name = "exp";
  static constexpr std::string_view call = "exp";
  static constexpr Reference reference{"eˣ", "any; the result has the same", "eˣ", "none",
                                       "DLMF §4.2"};
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};
  static auto forward(const auto& x) { return exp(x); }
  static auto pullback(const auto& y_bar, const auto& y, const auto& /*x*/) {
    return std::tuple{y_bar * y};
  }
};

/// y = ln x            x̄ = ȳ/x
/// Domain: x > 0. Source: DLMF §4.2.
struct Log {
  static constexpr std::string_view name = "log";
  static constexpr std::string_view call = "log";
  static constexpr Reference reference{"ln x for x > 0", "any; the result has the same", "1/x",
                                       "none", "DLMF §4.2"};
  static constexpr std::array samples{0.25, 1.0, 3.0};
  static auto forward(const auto& x) { return log(x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{y_bar / x};
  }
  static Notation notation(const Notation& x) { return notation::call("ln", {x}); }
};

/// z = y ln p, and 0 where y is 0 whatever p is   ȳ = z̄ ln p    p̄ = z̄ y/p (0 where y is 0)
/// Cross-entropy's term: a class that is not the true one costs nothing. Source:
/// scipy.special.xlogy.
struct XLogY {
  static constexpr std::string_view name = "y ln p";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr std::array samples{0.25, 1.0, 3.0};
  static auto forward(const auto& y, const auto& p) { return xlogy(y, p); }
  static auto pullback(const auto& z_bar, const auto& /*z*/, const auto& y, const auto& p) {
    return std::tuple{z_bar * log(p), ratio(z_bar * y, p)};
  }
  static Notation notation(std::span<const Operand> x, const Attributes& /*attributes*/) {
    const auto how = x[0].shape.is_scalar() ? Notation::Product::dot : Notation::Product::hadamard;
    return notation::product({x[0].notation, notation::call("ln", {x[1].notation})}, how);
  }
};

/// y = a/b, and 0 where a is 0 whatever b is (the limit that the rules of xlogy and norm need).
struct Ratio {
  static constexpr std::string_view name = "ratio";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr Law law = Law::divide;
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static auto forward(const auto& a, const auto& b) { return ratio(a, b); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return std::tuple{ratio(y_bar, b), -ratio(y_bar * a, b * b)};
  }
  static Notation notation(std::span<const Operand> x, const Attributes& /*attributes*/) {
    const bool entrywise = !x[0].shape.is_scalar() && !x[1].shape.is_scalar();
    return notation::quotient(x[0].notation, x[1].notation,
                              entrywise ? Notation::Product::hadamard : Notation::Product::dot);
  }
};

}  // namespace tracer::op
