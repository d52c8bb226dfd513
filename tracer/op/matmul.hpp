#pragma once

#include <fmt/format.h>

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// C = A·B                 A : m × k, B : k × n, C : m × n
///   Ā = C̄·Bᵀ
///   B̄ = Aᵀ·C̄
struct Matmul {
  static auto forward(const auto& a, const auto& b) { return dot(a, b); }
  static auto pullback(const auto& c_bar, const auto& /*c*/, const auto& a, const auto& b) {
    return std::tuple{dot(c_bar, transpose(b)), dot(transpose(a), c_bar)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    if (!(x[0].columns == x[1].rows)) {
      throw ShapeError(fmt::format("matmul: inner sizes differ: left is {}, right is {}",
                                   to_string(x[0]), to_string(x[1])));
    }
    return {x[0].rows, x[1].columns};
  }

  static constexpr std::string_view name = "matmul";
  static constexpr std::string_view call = "";
  static constexpr bool quadratic = true;
  static constexpr int operands = 2;
  static constexpr Law law = Law::matmul;
  static constexpr Reference reference{"A @ B, A.dot(B), np.dot(A, B): the matrix product",
                                       "m×k and k×n give m×n", "C̄·Bᵀ for A, Aᵀ·C̄ for B", "none",
                                       "Giles 2008, §2.2.2"};

  static Notation notation(const Notation& a, const Notation& b) {
    return notation::product({a, b}, Notation::Product::matrix);
  }

  static constexpr MistakeKind upstream_transposed{"upstream_transposed", 0};
  static constexpr MistakeKind transpose_missing{"transpose_missing", 9};
  struct RightNotTransposed : OfKind<transpose_missing> {
    static constexpr std::string_view says = "{b} stands where its transpose belongs";
    static Symbol pullback(const Symbol& c_bar, const Symbol& /*c*/, const Symbol& /*a*/,
                           const Symbol& b) {
      return dot(c_bar, b);
    }
  };
  struct LeftNotTransposed : OfKind<transpose_missing> {
    static constexpr std::string_view says = "{a} stands where its transpose belongs";
    static constexpr int operand = 1;
    static Symbol pullback(const Symbol& c_bar, const Symbol& /*c*/, const Symbol& a,
                           const Symbol& /*b*/) {
      return dot(a, c_bar);
    }
  };
  /// C̄ᵀ for C̄: in attention, dS·Q for dSᵀ·Q.
  struct UpstreamTransposedLeft : OfKind<upstream_transposed> {
    static constexpr std::string_view says =
        "the gradient from above is transposed before it is multiplied by {b}";
    static Symbol pullback(const Symbol& c_bar, const Symbol& /*c*/, const Symbol& /*a*/,
                           const Symbol& b) {
      return dot(transpose(c_bar), transpose(b));
    }
  };
  struct UpstreamTransposedRight : OfKind<upstream_transposed> {
    static constexpr std::string_view says =
        "the gradient from above is transposed before it is multiplied by {a}";
    static constexpr int operand = 1;
    static Symbol pullback(const Symbol& c_bar, const Symbol& /*c*/, const Symbol& a,
                           const Symbol& /*b*/) {
      return dot(transpose(a), transpose(c_bar));
    }
  };
  using mistakes = Mistakes<RightNotTransposed, LeftNotTransposed, UpstreamTransposedLeft,
                            UpstreamTransposedRight>;
};

}  // namespace tracer::op
