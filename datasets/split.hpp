// Which samples are for training, which for validation, which for the test; and putting features on
// one scale. Next: tracer/train/trainer.hpp, which trains on the first part.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "datasets/dataset.hpp"

namespace tracer {

/// Numbers of samples from 0, each part in the order of the data.
struct Split {
  std::vector<int> train, validation, test;
};

struct SplitShares {
  double validation = 0;  ///< share of all samples, from 0 up to (not including) 1
  double test = 0;
  std::uint64_t seed = 0;
  int folds = 0;  ///< in place of a validation share: what the test leaves, in so many equal parts,
  int fold = 1;   ///< one of which (from 1) is for validation
  /// Of what is left for training only so much is taken: a share below 1, or a number of samples; 0:
  /// all. What fewer take, more take too, but for a sample of a class.
  double train = 0;

  bool takes_all() const { return validation == 0 && test == 0 && folds == 0 && train == 0; }
};

/// A part has ⌈share · count⌉ samples, as scikit-learn's. With labels (one a sample, from 0) every
/// class keeps its share in every part: the exact shares are rounded so that the sizes of the parts
/// come out (largest remainder, the smaller class first where these are equal). Which samples of a
/// class go where is drawn from RandomStream(seed, "split"). Folds are dealt out as scikit-learn's
/// StratifiedKFold does: of every class, and of all samples, no fold has more than one more than
/// another.
/// Throws Error: shares that are negative or leave nothing to train on; a class that would have no
/// sample in one of the parts, or fewer than there are folds; more to train on than there is.
/// `classes` are their names, for that message; none: their numbers.
Split split(int count, const std::vector<int>& labels, const SplitShares&,
            const std::vector<std::string>& classes = {});
/// By class where the data set has classes, else at random.
Split split(const Dataset&, const SplitShares&);

/// x ← (x − shift) · factor, feature by feature (features × 1 each).
struct Scaling {
  Array<float> shift, factor;
};

/// To mean 0 and standard deviation 1 over these samples (one per column), or over the chosen ones
/// (from 0; none: all); the deviation divides by their number, as scikit-learn's StandardScaler. A
/// constant feature becomes 0.
Scaling standard_scaling(const Array<float>& features, std::span<const int> chosen = {});
/// To the range from 0 to 1. A constant feature becomes 0.
Scaling minmax_scaling(const Array<float>& features, std::span<const int> chosen = {});
/// The training data's scaling goes for validation and test data too. Throws Error where the number
/// of features differs.
void scale(Array<float>& features, const Scaling&);

}  // namespace tracer
