// t-SNE: a picture in the plane in which the neighbours of a sample are, as far as that can be, its
// neighbours among the data. Near is near; but distances between clusters, and how large one is, are
// what the pushing has left, and mean nothing.
//
//   1. the data along their first 50 principal components               pca.hpp
//   2. each sample's nearest neighbours, and how alike they are         neighbours.hpp, affinities.hpp
//   3. the first two components, made tiny, as the first picture
//   4. gradient descent on KL with momentum and gains                   forces.hpp
//      250 steps with the affinities taken 12-fold (momentum 0.5, rate n/12), then 0.8 and n/2
//   5. KL of what has come out, every pair looked at
//
// Sources: van der Maaten & Hinton 2008 (momentum, early exaggeration, perplexity); Jacobs 1988 (gains);
// van der Maaten 2014 (the tree); Kobak & Berens 2019 (the first picture; its scale); Linderman &
// Steinerberger 2019 and Belkina et al. 2019 (exaggeration 12, the rate n/12). Next: judge.hpp.
#pragma once

#include <cstdint>
#include <functional>

#include "tracer/embed/affinities.hpp"
#include "tracer/number/eigen.hpp"

namespace tracer::embed {

struct TsneOptions {
  double perplexity = 30;  ///< no more than (n − 1)/3 is used
  int iterations = 1000;   ///< the first quarter of them, at most 250, with exaggeration
  double theta = 0.5;      ///< 0: no square is taken for a point
  std::uint64_t seed = 0;  ///< of a shiver of the first picture, which parts equal samples
  int dimensions = 50;     ///< principal components that are compared; fewer features: these
  std::function<void(int iteration)> after_step = {};
};

struct Tsne {
  Array<float> points;    ///< 2 × n
  double perplexity = 0;  ///< that was used
  double kl = 0;          ///< of `points`: without exaggeration, Z of all pairs
};

/// A picture of samples (d × n, finite), of which not all are equal. The same seed gives the same
/// picture, bit for bit, on the same machine for every number of threads. Throws Error for fewer than
/// 4 samples, or where all are equal.
Tsne tsne(const Array<float>& samples, const TsneOptions&);

/// KL of any picture (2 × n) of these samples, as tsne() has it, which compares them along no more
/// than `dimensions` components: to compare pictures of other programs.
double divergence_of(const Array<float>& samples, const Array<float>& picture, const TsneOptions&);

}  // namespace tracer::embed
