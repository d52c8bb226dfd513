#include "tracer/run/clipping.hpp"

#include "tracer/op/vocabulary.hpp"

namespace tracer::clipping {
namespace {

Optimizer::Line line(std::string_view name, Symbol formula) {
  const std::string called(name);
  Symbol symbol =
      Symbol::leaf(Quantity(Quantity::after, called), notation::name(called), formula.shape());
  return {called, std::move(symbol), std::move(formula)};
}

}  // namespace

Optimizer::Line norm_line(const Symbol& g, const Rational& most) {
  const Symbol norm = Symbol::leaf(norm_key, notation::name("‖g‖"), scalar_shape);
  return line(norm_part, g * (Symbol(most) / (norm + Symbol(apart))));
}

Optimizer::Line value_line(const Symbol& g, const Rational& most) {
  return line(value_part, cut(g, most));
}

}  // namespace tracer::clipping
