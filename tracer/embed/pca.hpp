// Principal components: the directions in which samples differ most, and how much of all variance
// each of them has. A linear picture, exact and the same every time. Next: neighbours.hpp.
// Source: Pearson 1901; Jolliffe 2002, Principal Component Analysis, chapters 1 and 3.
#pragma once

#include "tracer/number/eigen.hpp"

namespace tracer::embed {

struct Components {
  Matrix<double> axes;      ///< d × k, each of length 1; its largest entry is positive
  Matrix<double> scores;    ///< k × n: each sample less the mean, along these axes
  Array<double> mean;       ///< d × 1
  Array<double> variances;  ///< k × 1, largest first, divided by n − 1
  double all_variance = 0;  ///< of all d directions

  /// The share of all variance that component `which` has; 0 where there is none to share.
  double share(Eigen::Index which) const;
};

/// The first `most` components of samples (d × n), fewer where there are not so many: k is at most d
/// and n − 1. Computed in double, from the covariance or, of fewer samples than features, from the
/// samples' products with one another. Which of both directions an axis has is a choice: here its
/// entry of largest size is positive. Requires n >= 2.
Components principal_components(const Array<float>& samples, Eigen::Index most);

}  // namespace tracer::embed
