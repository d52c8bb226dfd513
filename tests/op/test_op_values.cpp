// What the operations are, by hand: a gradient check can't tell a mean over samples from one over
// entries, for both have a right gradient. Values as exact text where they are rational, by a
// second formula where not.
#include "tests/catch.hpp"
#include "tests/op/cases.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

using Rows = std::vector<std::vector<Rational>>;

Array<Exact> matrix(const Rows& rows) {
  Array<Exact> made(static_cast<Eigen::Index>(rows.size()),
                    static_cast<Eigen::Index>(rows[0].size()));
  for (Eigen::Index i = 0; i < made.rows(); ++i) {
    for (Eigen::Index j = 0; j < made.cols(); ++j) {
      made(i, j) = Exact(rows[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)]);
    }
  }
  return made;
}

template <class Op>
Array<Exact> value(const std::vector<Array<Exact>>& operands, const Attributes& with = {}) {
  Graph graph;
  Values values;
  std::vector<NodeId> leaves;
  for (const Array<Exact>& operand : operands) {
    leaves.push_back(
        graph.leaf(LeafKind::input, "x",
                   shape_of(static_cast<int>(operand.rows()), static_cast<int>(operand.cols()))));
    values[leaves.back()] = operand;
  }
  const NodeId result = graph.apply(op::operation<Op>(), leaves, with);
  Run run(graph, values);
  run.tape().forward();
  return run.tape().value(result);
}

// "1 2; 3 4"
template <class Op>
std::string shown(const std::vector<Rows>& operands, const Attributes& with = {}) {
  std::vector<Array<Exact>> arrays;
  for (const Rows& operand : operands) arrays.push_back(matrix(operand));
  const Array<Exact> y = value<Op>(arrays, with);
  std::string words;
  for (Eigen::Index i = 0; i < y.rows(); ++i) {
    if (i > 0) words += "; ";
    for (Eigen::Index j = 0; j < y.cols(); ++j) words += (j == 0 ? "" : " ") + text(y(i, j));
  }
  return words;
}

Attributes to(int rows, int columns, int row = 0, int column = 0) {
  Attributes with;
  with.shape = shape_of(rows, columns);
  with.row = row;
  with.column = column;
  return with;
}

bool is(const Array<Exact>& found, const Array<Exact>& wanted) {
  return disagreement(found, wanted).empty();
}

const Rows six{{1, 2, 3}, {4, 5, 6}};
const Rational half(1, 2);
const Rational quarter(1, 4);

}  // namespace

TEST_CASE("sums, means and maxima, of all, of each column, of each row", "[op]") {
  CHECK(shown<op::Sum<Over::all>>({six}) == "21");
  CHECK(shown<op::Sum<Over::each_column>>({six}) == "5 7 9");
  CHECK(shown<op::Sum<Over::each_row>>({six}) == "6; 15");
  CHECK(shown<op::Mean<Over::all>>({six}) == "7/2");
  CHECK(shown<op::Mean<Over::each_column>>({six}) == "5/2 7/2 9/2");
  CHECK(shown<op::Mean<Over::each_row>>({six}) == "2; 5");
  CHECK(shown<op::Max<Over::all>>({six}) == "6");
  CHECK(shown<op::Max<Over::each_column>>({six}) == "4 5 6");
  CHECK(shown<op::Max<Over::each_row>>({six}) == "3; 6");
  CHECK(shown<op::Norm<Over::all>>({{{3, 4}}}) == "5");
  CHECK(shown<op::Norm<Over::each_column>>({{{3, 0}, {4, 2}}}) == "5 2");
  CHECK(shown<op::Norm<Over::each_row>>({{{3, 4}, {0, 2}}}) == "5; 2");
}

TEST_CASE("what moves values about moves them as NumPy does", "[op]") {
  CHECK(shown<op::Reshape>({six}, to(3, 2)) == "1 2; 3 4; 5 6");  // row by row
  CHECK(shown<op::Transpose>({six}) == "1 4; 2 5; 3 6");
  CHECK(shown<op::Concat<0>>({six, {{7, 8, 9}}}) == "1 2 3; 4 5 6; 7 8 9");
  CHECK(shown<op::Concat<1>>({six, {{7}, {8}}}) == "1 2 3 7; 4 5 6 8");
  CHECK(shown<op::Slice>({six}, to(1, 2, 1, 1)) == "5 6");
  CHECK(shown<op::Place>({{{7, 8}}}, to(2, 3, 1, 1)) == "0 0 0; 0 7 8");
  CHECK(shown<op::Broadcast<Over::each_column>>({{{1, 2}}}, to(2, 2)) == "1 2; 1 2");
  CHECK(shown<op::Broadcast<Over::each_row>>({{{1}, {2}}}, to(2, 2)) == "1 1; 2 2");
  CHECK(shown<op::Matmul>({six, {{1}, {0}, {2}}}) == "7; 16");
  CHECK(shown<op::Outer>({{{1}, {2}}, {{3}, {4}, {5}}}) == "3 4 5; 6 8 10");
}

TEST_CASE("functions of one value at their rational points", "[op]") {
  const Rows x{{-2, 0, 3}};
  CHECK(shown<op::Relu>({x}) == "0 0 3");
  CHECK(shown<op::LeakyRelu>({x}, with_numbers({Rational(1, 100)})) == "-1/50 0 3");
  CHECK(shown<op::Abs>({x}) == "2 0 3");
  CHECK(shown<op::Maximum>({x, {{-1, -1, -1}}}) == "-1 0 3");
  CHECK(shown<op::Minimum>({x, {{-1, -1, -1}}}) == "-2 -1 -1");
  CHECK(shown<op::Power>({x, {{3, 0, 2}}}) == "-8 1 9");
  const Rows zero{{0}};
  CHECK(shown<op::Exp>({zero}) == "1");
  CHECK(shown<op::Sigmoid>({zero}) == "1/2");
  CHECK(shown<op::Tanh>({zero}) == "0");
  CHECK(shown<op::Gelu>({zero}) == "0");
  CHECK(shown<op::Silu>({zero}) == "0");
  CHECK(shown<op::Elu>({zero}, with_numbers({1})) == "0");
  const Array<Exact> one = matrix({{1}});
  const Exact e = exp(Exact(Rational(1), many_bits));
  CHECK(is(value<op::Elu>({-one}, with_numbers({2})), filled(scalar_shape, 2 * (1 / e - 1))));
  CHECK(is(value<op::Silu>({one}), filled(scalar_shape, e / (e + 1))));
  CHECK(is(value<op::Softplus>({one}), filled(scalar_shape, log(1 + e))));
  CHECK(
      is(value<op::Gelu>({one}), filled(scalar_shape, normal_cdf(Exact(Rational(1), many_bits)))));
}

TEST_CASE("losses average over entries or over samples, as PyTorch's do", "[op]") {
  const Rows p{{1, 2}, {3, 5}};
  const Rows y{{1, 0}, {0, 1}};
  CHECK(shown<op::Mse>({p, y}) == "29/4");
  CHECK(shown<op::HalfMse>({p, y}) == "29/8");
  CHECK(shown<op::L1>({p}) == "11");
  CHECK(shown<op::L2>({p}) == "39");
  CHECK(shown<op::Hinge>({{{2, -1, half}}, {{1, 1, -1}}}) == "7/6");  // (0 + 2 + 3/2)/3
  // two classes, three samples as columns (axis 0), as rows (axis 1)
  const Array<Exact> q =
      matrix({{half, quarter, Rational(1, 8)}, {half, Rational(3, 4), Rational(7, 8)}});
  const Array<Exact> hot = matrix({{1, 1, 1}, {0, 0, 0}});
  const Exact ln2 = log(Exact(Rational(2), many_bits));
  CHECK(is(value<op::CrossEntropy>({q, hot}), filled(scalar_shape, (1 + 2 + 3) * ln2 / 3)));
  CHECK(is(value<op::CrossEntropy>({q.transpose(), hot.transpose()}, with_numbers({}, 1)),
           filled(scalar_shape, (1 + 2 + 3) * ln2 / 3)));
  CHECK(is(value<op::Bce>({matrix({{half, quarter}}), matrix({{0, 1}})}),
           filled(scalar_shape, (1 + 2) * ln2 / 2)));
  // logits whose probabilities are known: ln 3 and 0 give ¾ and ¼
  const Array<Exact> z = log(Exact(Rational(3), many_bits)) * matrix({{1}, {0}});
  const Exact ln43 = log(Exact(Rational(4, 3), many_bits));
  CHECK(is(value<op::Softmax>({z}), matrix({{Rational(3, 4)}, {quarter}})));
  CHECK(is(value<op::LogSoftmax>({z}),
           log(Exact(Rational(3), many_bits)) * matrix({{1}, {0}}) - 2 * ln2));
  CHECK(is(value<op::SoftmaxCrossEntropy>({z, matrix({{1}, {0}})}), filled(scalar_shape, ln43)));
  CHECK(is(value<op::BceWithLogits>({z, matrix({{1}, {0}})}),
           filled(scalar_shape, (ln43 + ln2) / 2)));
}

TEST_CASE("softmax runs over each sample", "[op]") {
  const Array<Exact> zeros = Array<Exact>::Constant(2, 3, Exact(Rational(0), many_bits));
  CHECK(is(value<op::Softmax>({zeros}), Array<Exact>::Constant(2, 3, Exact(half))));
  CHECK(is(value<op::Softmax>({zeros}, with_numbers({}, 1)),
           Array<Exact>::Constant(2, 3, Exact(Rational(1, 3)))));
}

TEST_CASE("batch_norm and dropout", "[op]") {
  // a feature with the values 1 and 3: mean 2, variance 1; ε = 0, γ = 2, β = 5
  const Attributes columns = with_numbers({0});
  CHECK(shown<op::BatchNorm>({{{1, 3}}, {{2}}, {{5}}}, columns) == "3 7");
  CHECK(shown<op::BatchNorm>({{{1}, {3}}, {{2}}, {{5}}}, with_numbers({0}, 1)) == "3; 7");
  CHECK(shown<op::BatchNorm>({{{1, 3}}, {{2}}, {{5}}}, with_numbers({3})) ==
        "4 6");  // √(1 + 3) = 2
  CHECK(shown<op::BatchNormEval>({{{1, 3}}, {{2}}, {{5}}, {{1}}, {{4}}}, columns) == "5 7");
  CHECK(shown<op::Dropout>({{{1, 2, 3}}, {{1, 0, 1}}}, with_numbers({quarter})) == "4/3 0 4");
}

TEST_CASE("losses of a score, of a distance, of probabilities", "[op]") {
  CHECK(shown<op::Perceptron>({{{2, -3, 0}}, {{1, 1, -1}}}) == "1");
  CHECK(shown<op::Huber>({{{0, 1, 3}}, {{0, 0, 0}}}, with_numbers({1})) == "1");  // 0 + ½ + 2½
  CHECK(shown<op::Huber>({{{3}}, {{0}}}, with_numbers({2})) == "4");              // 2(3 − 1)
  CHECK(shown<op::Nll>({{{-1, -2}, {-3, -4}}, {{1, 0}, {0, 1}}}) == "5/2");
  const Exact ln2 = log(Exact(Rational(2), many_bits));
  const Array<Exact> p = matrix({{half}, {half}}), q = matrix({{quarter}, {Rational(3, 4)}});
  // ½ ln 2 + ½ ln ⅔
  CHECK(is(value<op::KullbackLeibler>({p, q}),
           filled(scalar_shape, (ln2 + log(Exact(Rational(2, 3), many_bits))) / 2)));
  // γ = 2: (1 − ½)² ln 2 of either class
  CHECK(is(value<op::Focal>({matrix({{half, half}}), matrix({{0, 1}})}, with_numbers({2, -1})),
           filled(scalar_shape, ln2 / 4)));
  CHECK(is(value<op::Focal>({matrix({{half, half}}), matrix({{0, 1}})}, with_numbers({0, quarter})),
           filled(scalar_shape, ln2 / 2)));  // (¾ + ¼)/2
}

TEST_CASE("logsumexp and erf", "[op]") {
  const Exact ln2 = log(Exact(Rational(2), many_bits));
  CHECK(is(value<op::LogSumExp<Over::all>>({matrix({{0, 0}, {0, 0}})}),
           filled(scalar_shape, 2 * ln2)));
  // erf(1) to 30 digits: DLMF, table 7.4
  const Exact digits(parse_rational("0.842700792949714869341220635083"), many_bits);
  CHECK(magnitude(value<op::Erf>({matrix({{1}})})(0, 0) - digits) < 1e-30);
  CHECK(shown<op::Erf>({{{0}}}) == "0");
}
