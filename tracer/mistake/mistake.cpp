#include "tracer/mistake/mistake.hpp"

#include "tracer/error.hpp"

namespace tracer {

Mistake mistake_of(const MistakeKind& kind, std::string says) {
  return {kind, std::move(says), std::string(kind.id)};
}

void add_mistake(std::vector<Mistake>& mistakes, Mistake mistake, Edit where, const Shape& wanted,
                 const std::function<Symbol()>& make) {
  try {
    where.formula = make();
  } catch (const ShapeError&) {  // W where Wᵀ belongs, and W is not square: it can't be written
    return;
  }
  // a formula of scalars stands for every entry
  const Shape& shape = where.formula.shape();
  if (!(shape == wanted) && !shape.is_scalar()) return;
  mistake.edit = std::make_shared<const Edit>(std::move(where));
  mistakes.push_back(std::move(mistake));
}

}  // namespace tracer
