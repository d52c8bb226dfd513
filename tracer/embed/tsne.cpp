#include "tracer/embed/tsne.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "tracer/embed/forces.hpp"
#include "tracer/embed/neighbours.hpp"
#include "tracer/embed/pca.hpp"
#include "tracer/embed/quadtree.hpp"
#include "tracer/error.hpp"
#include "tracer/number/random.hpp"

namespace tracer::embed {
namespace {

constexpr double exaggeration = 12;
constexpr int most_exaggerated_steps = 250;
constexpr double first_width =
    1e-4;  // standard deviation of the first picture along its longer side

double usable_perplexity(Eigen::Index n, double wanted) {
  return std::min(wanted, static_cast<double>(n - 1) / 3);
}

struct Compared {
  Array<float> samples;  // along the components
  Matrix<double> first;  // the first two of them, 2 × n
};

Compared compared(const Array<float>& samples, const TsneOptions& options) {
  const Components components =
      principal_components(samples, std::max<Eigen::Index>(2, options.dimensions));
  Compared made;
  made.first = Matrix<double>::Zero(2, samples.cols());
  const Eigen::Index given = std::min<Eigen::Index>(2, components.scores.rows());
  made.first.topRows(given) = components.scores.topRows(given);
  made.samples = samples.rows() > options.dimensions
                     ? Array<float>(components.scores
                                        .topRows(std::min<Eigen::Index>(options.dimensions,
                                                                        components.scores.rows()))
                                        .array()
                                        .cast<float>())
                     : samples;
  return made;
}

Affinities affinities_of(const Array<float>& samples, double perplexity) {
  const int most = static_cast<int>(samples.cols()) - 1;
  const int k = std::clamp(static_cast<int>(3 * perplexity), 1, most);
  return affinities(nearest(samples, k), perplexity);
}

// Where the points are and how they move, coordinate by coordinate: x of all, then y of all.
class Descent {
 public:
  Descent(const Affinities& affinities, const Matrix<double>& first, const TsneOptions& options)
      : affinities_(affinities),
        n_(static_cast<std::size_t>(first.cols())),
        theta_(options.theta),
        at_(2 * n_),
        moved_(2 * n_, 0.0),
        gains_(2 * n_, 1.0),
        x_(n_),
        y_(n_),
        pairs_(2 * n_) {
    const double width = std::sqrt(first.row(0).squaredNorm() / static_cast<double>(n_));
    const double scale = width > 0 ? first_width / width : 0;
    RandomStream shiver(options.seed, "t-SNE");
    for (std::size_t k = 0; k < n_; ++k) {
      for (const std::size_t axis : {std::size_t{0}, std::size_t{1}}) {
        const double place =
            first(static_cast<Eigen::Index>(axis), static_cast<Eigen::Index>(k)) * scale;
        at_[axis * n_ + k] = place + 0.01 * first_width * shiver.normal();
      }
    }
    round();
  }

  void step(double factor, double momentum, double rate) {
    tree_.build(x_, y_);
    const double z = push(tree_, theta_, pushes_);
    pull(affinities_, pairs_, pulls_);
    for (std::size_t axis = 0; axis < 2; ++axis) {
      const std::vector<float>& pulls = axis == 0 ? pulls_.x : pulls_.y;
      const std::vector<float>& pushes = axis == 0 ? pushes_.x : pushes_.y;
      double sum = 0;
      for (std::size_t k = 0; k < n_; ++k) {
        const std::size_t i = axis * n_ + k;
        // the 4 of the gradient is a part of the rate
        const double gradient =
            factor * static_cast<double>(pulls[k]) - static_cast<double>(pushes[k]) / z;
        const bool turns = (gradient > 0) == (moved_[i] > 0);
        gains_[i] = turns ? std::max(gains_[i] * 0.8, 0.01) : gains_[i] + 0.2;
        moved_[i] = momentum * moved_[i] - rate * gains_[i] * gradient;
        at_[i] += moved_[i];
        sum += at_[i];
      }
      const double mean = sum / static_cast<double>(n_);
      for (std::size_t k = 0; k < n_; ++k) at_[axis * n_ + k] -= mean;
    }
    round();
  }

  const std::vector<float>& x() const { return x_; }
  const std::vector<float>& y() const { return y_; }

 private:
  void round() {
    for (std::size_t k = 0; k < n_; ++k) {
      pairs_[2 * k] = x_[k] = static_cast<float>(at_[k]);
      pairs_[2 * k + 1] = y_[k] = static_cast<float>(at_[n_ + k]);
    }
  }

  const Affinities& affinities_;
  std::size_t n_;
  double theta_;
  std::vector<double> at_, moved_, gains_;
  std::vector<float> x_, y_, pairs_;
  Quadtree tree_;
  Vectors pulls_, pushes_;
};

}  // namespace

Tsne tsne(const Array<float>& samples, const TsneOptions& options) {
  const Eigen::Index n = samples.cols();
  if (n < 4) {
    throw Error(
        fmt::format("t-SNE needs 4 samples or more, and there {} {}; fewer are all "
                    "neighbours of one another",
                    n == 1 ? "is" : "are", n));
  }
  if ((samples == samples.col(0).replicate(1, n)).all()) {
    throw Error(
        fmt::format("all {} samples are equal, so there is nothing that a picture could show", n));
  }
  Tsne made;
  made.perplexity = usable_perplexity(n, options.perplexity);
  const Compared data = compared(samples, options);
  const Affinities alike = affinities_of(data.samples, made.perplexity);
  Descent descent(alike, data.first, options);
  const int exaggerated = std::min(most_exaggerated_steps, options.iterations / 4);
  for (int step = 0; step < options.iterations; ++step) {
    const bool early = step < exaggerated;
    // the rate is n over the exaggeration (Belkina et al. 2019); where that is n itself, half is taken,
    // with which small sets come to rest too, and digits get as near as with all of it (measured)
    if (early)
      descent.step(exaggeration, 0.5, static_cast<double>(n) / exaggeration);
    else
      descent.step(1, 0.8, static_cast<double>(n) / 2);
    if (options.after_step) options.after_step(step + 1);
  }
  made.points.resize(2, n);
  for (Eigen::Index k = 0; k < n; ++k) {
    made.points(0, k) = descent.x()[static_cast<std::size_t>(k)];
    made.points(1, k) = descent.y()[static_cast<std::size_t>(k)];
  }
  made.kl = divergence(alike, descent.x(), descent.y()).kl;
  return made;
}

double divergence_of(const Array<float>& samples, const Array<float>& picture,
                     const TsneOptions& options) {
  const Affinities alike = affinities_of(compared(samples, options).samples,
                                         usable_perplexity(samples.cols(), options.perplexity));
  std::vector<float> x(picture.row(0).begin(), picture.row(0).end());
  std::vector<float> y(picture.row(1).begin(), picture.row(1).end());
  return divergence(alike, x, y).kl;
}

}  // namespace tracer::embed
