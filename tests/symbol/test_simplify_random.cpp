// Simplification never changes a value: random formulas, of scalars and of matrices, evaluated over
// Exact before and after. Equal where rational, else intervals of 120 digits that overlap.
#include <random>

#include "tests/catch.hpp"
#include "tests/graph/probe.hpp"
#include "tests/symbol/plain.hpp"
#include "tracer/error.hpp"
#include "tracer/op/all.hpp"
#include "tracer/symbol/simplify.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

class Formulas {
 public:
  explicit Formulas(unsigned seed) : random_(seed) {}

  Symbol scalar(int depth) {
    if (depth == 0) return leaf(scalar_shape);
    switch (below(19)) {
      case 0:
      case 1:
        return scalar(depth - 1) + scalar(depth - 1);
      case 2:
      case 3:
        return scalar(depth - 1) - scalar(depth - 1);
      case 4:
      case 5:
      case 6:
        return scalar(depth - 1) * scalar(depth - 1);
      case 7:
      case 8:
        return scalar(depth - 1) / scalar(depth - 1);
      case 9:
        return -scalar(depth - 1);
      case 10:
        return square(scalar(depth - 1));
      case 11:
      case 12:
        return power(scalar(depth - 1),
                     Symbol(pick<Rational>({0, 1, 2, 3, -1, -2, Rational(1, 2)})));
      case 13:
        return exp(scalar(depth - 1));
      case 14:
        return tanh(scalar(depth - 1));
      case 15:
        return abs(scalar(depth - 1));
      case 16:
        return power(square(scalar(depth - 1)) + 1, scalar(depth - 1));
      case 17:
        return sum<Over::all>(matrix(shape_of(2, 3), depth - 1));
      default:
        return leaf(scalar_shape);
    }
  }

  Symbol matrix(const Shape& shape, int depth) {
    if (shape.is_scalar()) return scalar(depth);
    if (depth == 0) return leaf(shape);
    const Symbol like = leaf(shape);
    switch (below(15)) {
      case 0:
        return matrix(shape, depth - 1) + matrix(shape, depth - 1);
      case 1:
        return matrix(shape, depth - 1) - matrix(shape, depth - 1);
      case 2:
        return matrix(shape, depth - 1) * matrix(shape, depth - 1);
      case 3:
        return matrix(shape, depth - 1) / matrix(shape, depth - 1);
      case 4:
        return scalar(depth - 1) * matrix(shape, depth - 1);
      case 5:
        return matrix(shape, depth - 1) / Symbol::size({4, "m"});
      case 6:
        return -matrix(shape, depth - 1);
      case 7:
        return power(matrix(shape, depth - 1), pick<int>({1, 2, 3}));
      case 8:
        return transpose(matrix({shape.columns, shape.rows}, depth - 1));
      case 9:
      case 10: {
        const Size inner{pick<int>({1, 2, 3}), ""};
        return dot(matrix({shape.rows, inner}, depth - 1),
                   matrix({inner, shape.columns}, depth - 1));
      }
      case 11:
        return broadcast<Over::all>(scalar(depth - 1), like);
      case 12:
        return broadcast<Over::each_row>(matrix({shape.rows, {}}, depth - 1), like);
      case 13:
        return broadcast<Over::each_column>(sum<Over::each_column>(matrix(shape, depth - 1)), like);
      default:
        return relu(matrix(shape, depth - 1)) - scalar(depth - 1);
    }
  }

  /// Values for every leaf that was made; small rationals, some of them 0, 1 or equal.
  std::map<Quantity, Array<Exact>> values() {
    std::map<Quantity, Array<Exact>> all;
    for (const auto& [key, shape] : leaves_) {
      Array<Exact> value = filled(shape, 0);
      for (Exact& entry : value.reshaped()) entry = Exact(Rational(below(13) - 6, 1 + below(4)));
      all[key] = value;
    }
    return all;
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  template <class T>
  T pick(std::vector<T> from) {
    return from[static_cast<std::size_t>(below(static_cast<int>(from.size())))];
  }
  // three names a shape, or a number where it is a scalar
  Symbol leaf(const Shape& shape) {
    if (shape.is_scalar() && below(3) == 0) return Symbol(Rational(below(7) - 3, 1 + below(3)));
    const std::string key = std::string(1, static_cast<char>('a' + below(3))) + to_string(shape);
    leaves_[key] = shape;
    return Symbol::leaf(key, shape);
  }
  std::mt19937 random_;
  std::map<std::string, Shape> leaves_;
};

void check_seeds(unsigned first, unsigned last, int depth, bool of_matrices, int at_least) {
  int checked = 0;
  for (unsigned seed = first; seed < last; ++seed) {
    Formulas formulas(seed);
    const Shape shape = of_matrices ? shape_of(2, 3) : scalar_shape;
    const Symbol formula = of_matrices ? formulas.matrix(shape, depth) : formulas.scalar(depth);
    const auto leaves = formulas.values();
    Array<Exact> before;
    try {
      before = evaluate(formula, leaves, shape);
    } catch (const Error&) {  // outside a domain: simplification may well go there, (1/x)·x is 1
      continue;
    } catch (const Undecided&) {  // √2 − √2 in a branch
      continue;
    }
    ++checked;
    INFO("seed " << seed << ": " << plain(formula));
    INFO("simple: " << plain(simplify(formula)));
    CHECK(disagreement(before, evaluate(simplify(formula), leaves, shape)) == "");
    CHECK(disagreement(before, evaluate(expand(formula), leaves, shape)) == "");
    CHECK(disagreement(before, evaluate(collect(formula), leaves, shape)) == "");
    CHECK(simplify(formula).shape() == shape);
    CHECK(simplify(simplify(formula)) == simplify(formula));
  }
  CHECK(checked >= at_least);
}

}  // namespace

TEST_CASE("simplify and expand keep the value of random formulas of scalars", "[symbol][random]") {
  check_seeds(0, 1500, 3, false, 500);
  check_seeds(2000, 3000, 5, false, 200);
}

TEST_CASE("simplify and expand keep the value of random formulas of matrices", "[symbol][random]") {
  check_seeds(0, 1000, 3, true, 400);
  check_seeds(2000, 2500, 5, true, 100);
}
