// Cofactors and their slope, and what is left of a product without two of its factors, of singular
// matrices and of factors that are 0: against the definitions and against exact differences.
#include <random>

#include "tests/catch.hpp"
#include "tests/op/cases.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

// det by its definition, along the first row
Exact leibniz(const Array<Exact>& a) {
  if (a.rows() == 0) return Exact(1);
  Exact sum(0);
  for (Eigen::Index j = 0; j < a.cols(); ++j) {
    Array<Exact> minor(a.rows() - 1, a.cols() - 1);
    for (Eigen::Index r = 1; r < a.rows(); ++r)
      for (Eigen::Index c = 0; c < a.cols(); ++c)
        if (c != j) minor(r - 1, c < j ? c : c - 1) = a(r, c);
    sum += Exact(j % 2 == 0 ? 1 : -1) * a(0, j) * leibniz(minor);
  }
  return sum;
}

Array<Exact> cofactors_by_definition(const Array<Exact>& a) {
  Array<Exact> made(a.rows(), a.cols());
  for (Eigen::Index i = 0; i < a.rows(); ++i)
    for (Eigen::Index j = 0; j < a.cols(); ++j) {
      Array<Exact> minor(a.rows() - 1, a.cols() - 1);
      for (Eigen::Index r = 0; r < a.rows(); ++r)
        for (Eigen::Index c = 0; c < a.cols(); ++c)
          if (r != i && c != j) minor(r < i ? r : r - 1, c < j ? c : c - 1) = a(r, c);
      made(i, j) = Exact((i + j) % 2 == 0 ? 1 : -1) * leibniz(minor);
    }
  return made;
}

// n×n of that rank: the sum of so many columns times rows
Array<Exact> of_rank(int n, int rank, int seed) {
  Array<Exact> made = filled(shape_of(n, n), 0);
  std::mt19937 random(static_cast<unsigned>(seed));
  const auto next = [&] { return Exact(Rational(static_cast<int>(random() % 13) - 6, 2)); };
  for (int k = 0; k < rank; ++k) {
    Array<Exact> column(n, 1), row(1, n);
    for (Exact& entry : column.reshaped()) entry = next();
    for (Exact& entry : row.reshaped()) entry = next();
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < n; ++j) made(i, j) += column(i) * row(j);
  }
  return made;
}

template <class Op>
Array<Exact> value(const std::vector<Array<Exact>>& operands) {
  Graph graph;
  std::vector<NodeId> leaves;
  for (const Array<Exact>& x : operands)
    leaves.push_back(graph.leaf(LeafKind::input, "",
                                shape_of(static_cast<int>(x.rows()), static_cast<int>(x.cols()))));
  const NodeId result = graph.apply(op::operation<Op>(), leaves);
  Values values;
  for (std::size_t i = 0; i < leaves.size(); ++i) values[leaves[i]] = operands[i];
  Run run(graph, values);
  run.tape().forward();
  return run.tape().value(result);
}

}  // namespace

TEST_CASE("cofactors are those of the definition, whatever the rank", "[op][cofactors]") {
  for (int n = 1; n <= 5; ++n)
    for (int rank = 0; rank <= n; ++rank)
      for (int seed = 1; seed <= 3; ++seed) {
        CAPTURE(n, rank, seed);
        const Array<Exact> a = of_rank(n, rank, seed);
        const Array<Exact> c = value<op::Cofactors>({a});
        CHECK(disagreement(c, cofactors_by_definition(a)) == "");
        CHECK(value<op::Determinant>({a})(0, 0) == leibniz(a));
        if (rank <= n - 2)
          CHECK(std::ranges::all_of(c.reshaped(), [](const Exact& x) { return x == Exact(0); }));
      }
}

TEST_CASE("det's slope at every rank is the exact difference", "[op][cofactors]") {
  for (int rank = 0; rank <= 4; ++rank) {
    CAPTURE(rank);
    Graph graph;
    const NodeId a = graph.leaf(LeafKind::input, "", shape_of(4, 4));
    const NodeId det = graph.apply(op::operation<op::Determinant>(), {a});
    const Comparison comparison = compare_gradient(graph, {{a, of_rank(4, rank, 5)}}, det,
                                                   filled(scalar_shape, Exact(Rational(3, 2))));
    CHECK(comparison.complaint == "");
    CHECK(comparison.exactly == 16);  // det is linear in each entry
  }
}

TEST_CASE("the slope of cof is the exact difference of cofactors, singular or not",
          "[op][cofactors]") {
  for (int n = 1; n <= 4; ++n)
    for (int rank = 0; rank <= n; ++rank) {
      CAPTURE(n, rank);
      const Array<Exact> a = of_rank(n, rank, 7), v = of_rank(n, n, 11);
      // a polynomial in t of degree n − 1, at most 3: four values give its slope at 0 exactly
      const auto at = [&](int t) { return cofactors_by_definition(a + v * Exact(t)); };
      const Array<Exact> slope = (at(-2) - at(2) + (at(1) - at(-1)) * Exact(8)) / Exact(12);
      CHECK(disagreement(value<op::CofactorsAlong>({a, v}), slope) == "");
      // and is what comes back to A where cof(A) is sent v
      Graph graph;
      const NodeId leaf = graph.leaf(LeafKind::input, "", shape_of(n, n));
      const NodeId cof = graph.apply(op::operation<op::Cofactors>(), {leaf});
      Run run(graph, {{leaf, a}});
      run.tape().forward();
      run.tape().backward(cof, v);
      CHECK(disagreement(run.tape().adjoint(leaf), slope) == "");
    }
}

TEST_CASE("cofactors over double and float are near the exact ones at every rank",
          "[op][cofactors]") {
  for (int rank = 2; rank <= 4; ++rank) {
    const Array<Exact> a = of_rank(4, rank, 3);
    const Array<Exact> exact = value<op::Cofactors>({a});
    double size = 1;
    for (const Exact& x : exact.reshaped()) size = std::max(size, magnitude(x));
    Graph graph;
    const NodeId leaf = graph.leaf(LeafKind::input, "", shape_of(4, 4));
    const NodeId cof = graph.apply(op::operation<op::Cofactors>(), {leaf});
    Tape<double> tape(graph, {});
    tape.own_value(leaf) = a.unaryExpr([](const Exact& x) { return x.to_double(); });
    tape.forward();
    for (Eigen::Index k = 0; k < exact.size(); ++k)
      CHECK(std::abs(tape.value(cof).reshaped()(k) - exact.reshaped()(k).to_double()) <
            1e-11 * size);
  }
}

TEST_CASE("a determinant that can't be told from 0 is an interval around it", "[op][cofactors]") {
  Graph graph;
  const NodeId two = graph.leaf(LeafKind::input, "", scalar_shape);
  const NodeId root = graph.apply(op::operation<op::Sqrt>(), {two});
  // [√2 2; 1 √2]
  const NodeId one = graph.constant(Rational(1));
  const NodeId top = graph.apply(op::operation<op::Concat<1>>(), {root, two});
  const NodeId below = graph.apply(op::operation<op::Concat<1>>(), {one, root});
  const NodeId a = graph.apply(op::operation<op::Concat<0>>(), {top, below});
  const NodeId det = graph.apply(op::operation<op::Determinant>(), {a});
  Run run(graph, {{two, filled(scalar_shape, 2)}});
  run.tape().forward();
  CHECK(run.tape().value(det)(0, 0).contains_zero());
  run.tape().backward(det);  // of √t·√t − t
  CHECK(close(run.tape().adjoint(two)(0, 0), Exact(0), 1e-80));
}

TEST_CASE("the slope of the products of all others is the sum over pairs, with zeros too",
          "[op][cofactors]") {
  const std::vector<std::vector<int>> factors{
      {2, 3, 5, 7}, {0, 3, 5, 7}, {0, 3, 0, 7}, {0, 0, 0, 2}};
  const std::vector<int> v{1, -2, 4, 3};
  for (const auto& x : factors) {
    CAPTURE(x);
    Array<Exact> row_x(1, 4), row_v(1, 4), pairs = filled(shape_of(1, 4), 0);
    for (int i = 0; i < 4; ++i) {
      row_x(0, i) = Exact(x[static_cast<std::size_t>(i)]);
      row_v(0, i) = Exact(v[static_cast<std::size_t>(i)]);
    }
    for (int i = 0; i < 4; ++i)
      for (int j = 0; j < 4; ++j) {
        if (i == j) continue;
        Exact product(1);
        for (int k = 0; k < 4; ++k)
          if (k != i && k != j) product *= row_x(0, k);
        pairs(0, i) += row_v(0, j) * product;
      }
    CHECK(disagreement(value<op::OthersAlong<Over::all>>({row_x, row_v}), pairs) == "");
    CHECK(disagreement(value<op::OthersAlong<Over::each_row>>({row_x, row_v}), pairs) == "");
    const Array<Exact> down =
        value<op::OthersAlong<Over::each_column>>({row_x.transpose(), row_v.transpose()});
    CHECK(disagreement(down, pairs.transpose()) == "");
  }
}

TEST_CASE("cofactors: forty rows take no time", "[op][cofactors]") {
  const Array<Exact> a = of_rank(40, 39, 2);
  const Array<Exact> c = value<op::Cofactors>({a});
  // A·cof(A)ᵀ = det(A)·I = 0, and cof(A) is not: rank 39
  bool any = false;
  for (Eigen::Index i = 0; i < 40; ++i) {
    Exact sum(0);
    for (Eigen::Index k = 0; k < 40; ++k) sum += a(i, k) * c(i, k);
    CHECK(sum.contains_zero());
    any = any || !c(i, 0).contains_zero();
  }
  CHECK(any);
}
