// + − · ÷ and the sign, entry by entry on matrices of one shape. (In a formula a scalar goes with
// every matrix; in the graph a broadcast brings it to the shape first, so that its rule, a sum, is
// a step of its own.)
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = a + b           ā = ȳ, b̄ = ȳ
struct Add {
  static constexpr std::string_view name = "add";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr Law law = Law::add;
  static constexpr Reference reference{"a + b", "same shapes, or broadcast", "ȳ for a, ȳ for b"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};
  static auto forward(const auto& a, const auto& b) { return a + b; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& /*b*/) {
    return std::tuple{y_bar, y_bar};
  }
  static Notation notation(const Notation& a, const Notation& b) { return notation::sum({a, b}); }
};

/// y = a − b           ā = ȳ, b̄ = −ȳ
struct Subtract {
  static constexpr std::string_view name = "subtract";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr Law law = Law::subtract;
  static constexpr Reference reference{"a − b", "same shapes, or broadcast", "ȳ for a, −ȳ for b"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};
  static auto forward(const auto& a, const auto& b) { return a - b; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& /*b*/) {
    return std::tuple{y_bar, -y_bar};
  }
  static Notation notation(const Notation& a, const Notation& b) {
    return notation::sum({a, notation::negate(b)});
  }
};

/// y = a ⊙ b           ā = ȳ ⊙ b, b̄ = ȳ ⊙ a
struct Multiply {
  static constexpr std::string_view name = "multiply";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr Law law = Law::multiply;
  static constexpr Reference reference{"a*b, entry by entry", "same shapes, or broadcast",
                                       "ȳ ⊙ b for a, ȳ ⊙ a for b"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};
  static auto forward(const auto& a, const auto& b) { return a * b; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return std::tuple{y_bar * b, y_bar * a};
  }
  static Notation notation(const Notation& a, const Notation& b) {
    return notation::product({a, b});
  }

  struct RightLeftOut {
    static constexpr std::string_view id = "factor_left_out";
    static constexpr std::string_view says = "the factor {b} is left out on the way back to {a}";
    static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*a*/,
                         const auto& /*b*/) {
      return y_bar;
    }
  };
  struct LeftLeftOut {
    static constexpr std::string_view id = "factor_left_out";
    static constexpr std::string_view says = "the factor {a} is left out on the way back to {b}";
    static constexpr int operand = 1;
    static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*a*/,
                         const auto& /*b*/) {
      return y_bar;
    }
  };
  using mistakes = Mistakes<RightLeftOut, LeftLeftOut>;
};

/// y = a ⊘ b           ā = ȳ ⊘ b, b̄ = −ȳ ⊙ y ⊘ b
struct Divide {
  static constexpr std::string_view name = "divide";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr Law law = Law::divide;
  static constexpr Reference reference{"a/b, entry by entry; b must not be 0",
                                       "same shapes, or broadcast",
                                       "ȳ ⊘ b for a, −ȳ ⊙ a ⊘ b² for b"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static auto forward(const auto& a, const auto& b) { return a / b; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return std::tuple{y_bar / b, -(y_bar * a / (b * b))};
  }
  static Notation notation(std::span<const Operand> x, const Attributes& /*attributes*/) {
    const bool entrywise = !x[0].shape.is_scalar() && !x[1].shape.is_scalar();
    return notation::quotient(x[0].notation, x[1].notation,
                              entrywise ? Notation::Product::hadamard : Notation::Product::dot);
  }
};

/// y = −x              x̄ = −ȳ
struct Negate {
  static constexpr std::string_view name = "negate";
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::negate;
  static constexpr Reference reference{"−x", "any", "−ȳ"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};
  static auto forward(const auto& x) { return -x; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{-y_bar};
  }
  static Notation notation(const Notation& x) { return notation::negate(x); }
};

/// y = x               x̄ = ȳ.   Names a value a second time.
struct Identity {
  static constexpr std::string_view name = "identity";
  static constexpr std::string_view call = "identity";
  static constexpr Law law = Law::identity;
  static constexpr Reference reference{"x", "any; the result has the same", "1", "none",
                                       "PyTorch nn.Identity"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};
  static auto forward(const auto& x) { return x; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{y_bar};
  }
  static Notation notation(const Notation& x) {
    const bool plain = x.kind == Notation::Kind::name || x.kind == Notation::Kind::number ||
                       x.kind == Notation::Kind::matrix;
    return plain ? x : notation::call("identity", {x});
  }
};

}  // namespace tracer::op
