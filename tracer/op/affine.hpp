// A product with a bias added to each sample: not written in lessons, but what graph/fuse.hpp makes
// of W @ X + b before a training run.
#pragma once

#include <fmt/format.h>

#include "tracer/op/matmul.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// C = A·B + c, where c is added to each column (axis 0) or to each row (axis 1)
///   A : m × k, B : k × n, c : m × 1 (axis 0) or 1 × n (axis 1)
///   Ā = C̄·Bᵀ,  B̄ = Aᵀ·C̄,  c̄ = C̄ summed over what c was added to
struct Affine {
  static Symbol expansion(const With<Symbol>& with, const Symbol& a, const Symbol& b,
                          const Symbol& c) {
    // `axis` of broadcast says what c is: 1, a column
    return dot(a, b) + broadcast(c, dot(a, b), with.attributes.axis == 0 ? 1 : 0);
  }
  static Shape shape(std::span<const Shape> x, const Attributes& with) {
    const Shape product = Matmul::shape(x.first(2), with);
    const Shape wanted = with.axis == 0 ? Shape{product.rows, {}} : Shape{{}, product.columns};
    if (!(x[2] == wanted)) {
      throw ShapeError(fmt::format("affine: the bias is {}, but a product of {} needs {}",
                                   to_string(x[2]), to_string(product), to_string(wanted)));
    }
    return product;
  }

  static constexpr std::string_view name = "affine";
  static constexpr bool by_sample = true;
  static constexpr std::string_view call = "";
};

}  // namespace tracer::op
