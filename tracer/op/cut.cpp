#include "tracer/op/cut.hpp"

#include "tracer/op/all.hpp"

namespace tracer {

Symbol cut(const Symbol& x, const Rational& most) {
  const Symbol above = Symbol::apply(op::operation<op::Maximum>(), {x, Symbol(Rational(-most))});
  return Symbol::apply(op::operation<op::Minimum>(), {above, Symbol(most)});
}

}  // namespace tracer
