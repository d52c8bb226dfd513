#include "tracer/derive/linear_form.hpp"

#include <algorithm>

#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

using Terms = std::optional<LinearForm>;

bool is_column(const Shape& shape) { return shape.columns.is_one(); }
bool is_row(const Shape& shape) { return shape.rows.is_one(); }

Symbol as_column(const Symbol& e) { return is_column(e.shape()) ? e : turned(e); }

Terms scaled(Terms terms, const Symbol& by) {
  if (terms)
    for (LinearTerm& term : *terms) term.scalar = term.scalar * by;
  return terms;
}

Terms before(Terms terms, const LinearFactor& matrix) {
  if (!terms) return terms;
  for (LinearTerm& term : *terms) {
    LinearFactor* next = term.factors.empty() ? nullptr : &term.factors.front();
    if (matrix.diagonal && next != nullptr && next->diagonal) {  // diag(s)·diag(t) is diag(t ⊙ s)
      const bool same = next->of.shape() == matrix.of.shape();
      *next = {simplify(same ? next->of * matrix.of : as_column(next->of) * as_column(matrix.of)),
               true};
    } else if (matrix.diagonal && next != nullptr && is_spread(next->of) &&
               next->of.operands()[0].is_number(1)) {  // diag(s)·𝟏 is s
      *next = {as_column(matrix.of)};
    } else {
      term.factors.insert(term.factors.begin(), matrix);
    }
  }
  return terms;
}

LinearFactor ones(const Shape& column) {
  return {broadcast<Over::all>(Symbol(1), Symbol::leaf("", column)), false, notation::name("𝟏")};
}

class Peeling {
 public:
  explicit Peeling(const Quantity& v) : v_(v) {}

  // M of e = M·v; `turned_row`: of eᵀ, for e is a row.
  Terms of(const Symbol& e, bool turned_row) const {
    const Shape& shape = e.shape();
    if (!(turned_row ? is_row(shape) : is_column(shape))) return std::nullopt;
    if (e.kind() == Symbol::Kind::leaf && e.stands_for() == v_) return LinearForm(1);
    if (e.kind() != Symbol::Kind::apply) return std::nullopt;
    const auto& x = e.operands();
    if (e.is(Law::transpose)) return of(x[0], shape.is_scalar() ? turned_row : !turned_row);
    if (e.is(Law::negate)) return scaled(of(x[0], turned_row), -1);
    if (e.is(Law::add) || e.is(Law::subtract)) {
      Terms left = spread_to(x[0], shape, turned_row);
      Terms right = scaled(spread_to(x[1], shape, turned_row), e.is(Law::add) ? 1 : -1);
      if (!left || !right) return std::nullopt;
      left->insert(left->end(), right->begin(), right->end());
      return left;
    }
    if (e.is(Law::matmul)) return product(e, turned_row);
    if (e.is(Law::multiply) || e.is(Law::divide)) return scaled_entries(e, turned_row);
    if (is_spread(e)) return spread_to(x[0], shape, turned_row);
    if (e.is(Law::sum) && shape.is_scalar()) return sum_of(x[0]);
    if (e.operation().expansion != nullptr)
      return of(simplify(e.operation().expansion(e.attributes(), x)), turned_row);
    return std::nullopt;
  }

 private:
  // a number that stands in every entry of a column or row
  Terms spread_to(const Symbol& x, const Shape& shape, bool turned_row) const {
    if (!x.shape().is_scalar() || shape.is_scalar()) return of(x, turned_row);
    const Size& side = turned_row ? shape.columns : shape.rows;
    return before(of(x, false), ones({side, {}}));
  }

  static LinearFactor matrix(const Symbol& of) {
    if (of.is(Law::diagonal_matrix)) return {of.operands()[0], true};
    return {of};
  }

  Terms product(const Symbol& e, bool turned_row) const {
    const Symbol& a = e.operands()[0];
    const Symbol& b = e.operands()[1];
    const bool scalar = e.shape().is_scalar();
    if (mentions(b, v_)) {
      if (mentions(a, v_) || (turned_row && !scalar)) return std::nullopt;
      return before(of(b, false), matrix(a));
    }
    if (!turned_row && !scalar) return std::nullopt;
    return before(of(a, true), matrix(turned(b)));  // (a·b)ᵀ = bᵀ·aᵀ
  }

  Terms scaled_entries(const Symbol& e, bool turned_row) const {
    const Symbol& a = e.operands()[0];
    const Symbol& b = e.operands()[1];
    const bool second = mentions(b, v_);
    if (second && (e.is(Law::divide) || mentions(a, v_))) return std::nullopt;
    const Symbol factor = e.is(Law::divide) ? simplify(Symbol(1) / b) : second ? a : b;
    const Symbol& rest = second ? b : a;
    if (factor.shape().is_scalar()) return scaled(of(rest, turned_row), factor);
    if (is_spread(factor))
      return scaled(spread_to(rest, e.shape(), turned_row), factor.operands()[0]);
    if (rest.shape().is_scalar() || is_spread(rest)) {
      const Symbol& number = rest.shape().is_scalar() ? rest : rest.operands()[0];
      return before(of(number, false), {as_column(factor)});
    }
    return before(of(rest, turned_row), {factor, true});
  }

  // 𝟏ᵀ·x, and 𝟏ᵀ·diag(s) is sᵀ
  Terms sum_of(const Symbol& x) const {
    const bool row = is_row(x.shape());
    Terms terms = of(x, row);
    if (!terms) return terms;
    for (LinearTerm& term : *terms) {
      if (!term.factors.empty() && term.factors.front().diagonal) {
        term.factors.front() = {turned(as_column(term.factors.front().of))};
      } else {
        const LinearFactor column = ones({row ? x.shape().columns : x.shape().rows, {}});
        term.factors.insert(term.factors.begin(),
                            {turned(column.of), false, notation::transpose(*column.name)});
      }
    }
    return terms;
  }

  const Quantity& v_;
};

bool are_same_matrices(const LinearTerm& a, const LinearTerm& b) {
  return std::ranges::equal(a.factors, b.factors, [](const LinearFactor& f, const LinearFactor& g) {
    return f.diagonal == g.diagonal && f.of == g.of;
  });
}

// Terms of the same matrices as one, with the sum of their numbers.
Terms added_up(const Terms& terms) {
  if (!terms) return terms;
  LinearForm made;
  for (const LinearTerm& term : *terms) {
    const auto same = std::ranges::find_if(
        made, [&](const LinearTerm& before) { return are_same_matrices(before, term); });
    if (same == made.end()) {
      made.push_back(term);
    } else {
      same->scalar = collect(simplify(same->scalar + term.scalar));
    }
  }
  std::erase_if(made, [](const LinearTerm& term) { return term.scalar.is_number(0); });
  return made.empty() ? LinearForm{{Symbol(0), {}}} : made;
}

Notation written(const LinearTerm& term) {
  Symbol scalar = simplify(term.scalar);
  const bool negative = scalar.is_number() && scalar.number() < 0;
  if (negative) scalar = simplify(-scalar);
  std::vector<Notation> factors;
  if (!scalar.is_number(1)) factors.push_back(write(scalar));
  for (const LinearFactor& factor : term.factors) factors.push_back(write(factor));
  if (term.factors.empty()) factors.push_back(notation::name("I"));
  Notation product =
      factors.size() == 1 ? std::move(factors[0]) : notation::product(std::move(factors));
  return negative ? notation::negate(std::move(product)) : product;
}

Array<Exact> product(const Array<Exact>& a, const Array<Exact>& b) {
  Array<Exact> made = Array<Exact>::Constant(a.rows(), b.cols(), Exact(0));
  for (Eigen::Index i = 0; i < a.rows(); ++i)
    for (Eigen::Index k = 0; k < a.cols(); ++k)
      for (Eigen::Index j = 0; j < b.cols(); ++j) made(i, j) += a(i, k) * b(k, j);
  return made;
}

}  // namespace

Symbol turned(const Symbol& e) { return e.shape().is_scalar() ? e : simplify(transpose(e)); }

std::optional<LinearForm> linear_form(const Symbol& e, const Quantity& v) {
  return added_up(Peeling(v).of(e, !is_column(e.shape())));
}

LinearForm transposed(const LinearForm& form) {
  LinearForm made = form;
  for (LinearTerm& term : made) {
    std::ranges::reverse(term.factors);
    for (LinearFactor& factor : term.factors) {
      if (factor.diagonal) continue;
      factor.of = turned(factor.of);
      if (!factor.name) continue;
      const bool was = factor.name->kind == Notation::Kind::transpose;
      factor.name = was ? Notation(factor.name->children[0]) : notation::transpose(*factor.name);
    }
  }
  return made;
}

Notation write(const LinearFactor& factor) {
  if (factor.name) return *factor.name;
  return factor.diagonal ? notation::call("diag", {write(factor.of)}) : write(factor.of);
}

Notation write(const LinearForm& form) {
  std::vector<Notation> terms;
  for (const LinearTerm& term : form) terms.push_back(written(term));
  return terms.size() == 1 ? std::move(terms[0]) : notation::sum(std::move(terms));
}

Array<Exact> evaluate(const LinearForm& form, Eigen::Index side,
                      const std::function<Array<Exact>(const Symbol&)>& of) {
  const auto square = [](Eigen::Index n) -> Array<Exact> {
    return Array<Exact>::Constant(n, n, Exact(0));
  };
  Array<Exact> sum;
  for (const LinearTerm& term : form) {
    Array<Exact> made = square(side);
    for (Eigen::Index k = 0; k < side; ++k) made(k, k) = Exact(1);
    for (auto factor = term.factors.rbegin(); factor != term.factors.rend(); ++factor) {
      Array<Exact> matrix = of(factor->of);
      if (factor->diagonal) {
        const Array<Exact> entries = std::move(matrix);
        matrix = square(entries.size());
        for (Eigen::Index k = 0; k < entries.size(); ++k) matrix(k, k) = entries(k);
      }
      made = product(matrix, made);
    }
    const Exact scalar = of(simplify(term.scalar))(0, 0);
    for (Eigen::Index k = 0; k < made.size(); ++k) made(k) *= scalar;
    if (sum.size() == 0) {
      sum = std::move(made);
    } else {
      sum += made;
    }
  }
  return sum;
}

}  // namespace tracer
