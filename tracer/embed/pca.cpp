#include "tracer/embed/pca.hpp"

#include <algorithm>
#include <cassert>

#include <Eigen/Eigenvalues>

#include "tracer/embed/each_alone.hpp"
#include "tracer/number/undivided_product.hpp"

namespace tracer::embed {
namespace {

using Index = Eigen::Index;

constexpr Index samples_at_a_time = 1024;  // in double, beside the samples themselves

Array<double> mean_of(const Array<float>& samples) {
  Array<double> mean = Array<double>::Zero(samples.rows(), 1);
  for (Index k = 0; k < samples.cols(); ++k) mean += samples.col(k).cast<double>();
  return mean / static_cast<double>(samples.cols());
}

Matrix<double> centred(const Array<float>& samples, const Array<double>& mean, Index first,
                       Index count) {
  Matrix<double> block = samples.middleCols(first, count).cast<double>().matrix();
  block.colwise() -= mean.col(0).matrix();
  return block;
}

Factor<double> factor(const Matrix<double>& m) { return {m.data(), m.rows(), m.cols(), m.rows()}; }
Factor<double> transposed(const Matrix<double>& m) {
  return {m.data(), m.cols(), m.rows(), m.rows(), true};
}

// a·b, a fixed number of columns at a time.
void multiply_in_pieces(Matrix<double>& c, const Factor<double>& a, const Factor<double>& b,
                        bool add) {
  constexpr std::ptrdiff_t piece = 64;
  each_alone((b.columns + piece - 1) / piece, [&](std::ptrdiff_t k) {
    Factor<double> part = b;
    part.entries += b.transposed ? k * piece : k * piece * b.stride;
    part.columns = std::min(piece, b.columns - k * piece);
    multiply_undivided(c.data() + k * piece * c.rows(), a, part, add);
  });
}

// Σ (x − mean)(x − mean)ᵀ, d × d
Matrix<double> scatter_of(const Array<float>& samples, const Array<double>& mean) {
  Matrix<double> sum = Matrix<double>::Zero(samples.rows(), samples.rows());
  for (Index first = 0; first < samples.cols(); first += samples_at_a_time) {
    const Matrix<double> block =
        centred(samples, mean, first, std::min(samples_at_a_time, samples.cols() - first));
    multiply_in_pieces(sum, factor(block), transposed(block), true);
  }
  return sum;
}

// The eigenvectors of the k largest eigenvalues, largest first.
struct Leading {
  Matrix<double> vectors;
  Array<double> values;
};
Leading leading(const Matrix<double>& symmetric, Index k) {
  const Eigen::SelfAdjointEigenSolver<Matrix<double>> solver(symmetric);
  Leading found;
  found.vectors = solver.eigenvectors().rightCols(k).rowwise().reverse();
  found.values = solver.eigenvalues().tail(k).reverse().array().max(0.0);
  return found;
}

void settle_directions(Matrix<double>& axes) {
  for (Index k = 0; k < axes.cols(); ++k) {
    Index largest = 0;
    axes.col(k).cwiseAbs().maxCoeff(&largest);
    if (axes(largest, k) < 0) axes.col(k) *= -1;
  }
}

}  // namespace

double Components::share(Index which) const {
  return all_variance > 0 ? variances(which, 0) / all_variance : 0;
}

Components principal_components(const Array<float>& samples, Index most) {
  const Index d = samples.rows();
  const Index n = samples.cols();
  assert(n >= 2);
  const Index k = std::min({most, d, n - 1});
  Components made;
  made.mean = mean_of(samples);
  if (d <= n) {
    const Matrix<double> scatter = scatter_of(samples, made.mean);
    Leading found = leading(scatter, k);
    made.axes = std::move(found.vectors);
    made.variances = found.values / static_cast<double>(n - 1);
    made.all_variance = scatter.trace() / static_cast<double>(n - 1);
  } else {
    // C = X Xᵀ and G = Xᵀ X have the same eigenvalues but for zeros: from G v = λ v follows
    // C (X v) = λ (X v), and X v has the length √λ
    const Matrix<double> x = centred(samples, made.mean, 0, n);
    Matrix<double> products(n, n);
    multiply_in_pieces(products, transposed(x), factor(x), false);
    const Leading found = leading(products, k);
    made.axes.resize(d, k);
    multiply_in_pieces(made.axes, factor(x), factor(found.vectors), false);
    for (Index i = 0; i < k; ++i) {
      const double length = made.axes.col(i).norm();
      if (length > 0) made.axes.col(i) /= length;
    }
    made.variances = found.values / static_cast<double>(n - 1);
    made.all_variance = products.trace() / static_cast<double>(n - 1);
  }
  settle_directions(made.axes);
  made.scores.resize(k, n);
  for (Index first = 0; first < n; first += samples_at_a_time) {
    const Index count = std::min(samples_at_a_time, n - first);
    const Matrix<double> block = centred(samples, made.mean, first, count);
    Matrix<double> along(k, count);
    multiply_in_pieces(along, transposed(made.axes), factor(block), false);
    made.scores.middleCols(first, count) = along;
  }
  return made;
}

}  // namespace tracer::embed
