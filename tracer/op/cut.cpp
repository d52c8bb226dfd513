#include "tracer/op/cut.hpp"

#include "tracer/op/all.hpp"

namespace tracer {

Symbol cut(const Symbol& x, const Rational& most) {
  const auto spread = [&](const Rational& bound) {
    return x.shape().is_scalar() ? Symbol(bound) : broadcast<Over::all>(Symbol(bound), x);
  };
  const Symbol above = op::apply<op::Maximum>(x, spread(-most));
  return op::apply<op::Minimum>(above, spread(most));
}

}  // namespace tracer
