#include "datasets/points.hpp"

#include <numeric>
#include <utility>

namespace tracer {

LabelledPoints::LabelledPoints(int features, int n, bool shuffle, std::uint64_t seed,
                               const std::string& stream, double deviation)
    : features_(features, n),
      labels_(static_cast<std::size_t>(n)),
      place_(labels_.size()),
      noise_(seed, stream + " noise"),
      deviation_(deviation) {
  if (shuffle) {
    place_ = RandomStream(seed, stream + " shuffle").permutation(n);
  } else {
    std::iota(place_.begin(), place_.end(), 0);
  }
}

void LabelledPoints::add(const std::vector<double>& point, int label) {
  const int column = place_[next_++];
  labels_[static_cast<std::size_t>(column)] = label;
  for (std::size_t i = 0; i < point.size(); ++i) {
    // Where there is none, none is drawn.
    const double moved = deviation_ > 0 ? point[i] + deviation_ * noise_.normal() : point[i];
    features_(static_cast<Eigen::Index>(i), column) = static_cast<float>(moved);
  }
}

Dataset LabelledPoints::dataset(std::string_view name, int classes) && {
  Dataset made;
  made.name = name;
  made.features = std::move(features_);
  made.targets = class_targets(labels_, classes);
  for (int k = 0; k < classes; ++k) made.classes.push_back(std::to_string(k));
  return made;
}

}  // namespace tracer
