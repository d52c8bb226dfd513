#include "tracer/number/joint.hpp"

namespace tracer {
namespace {

thread_local JointBatch* of_this_thread = nullptr;

}  // namespace

// With n samples in all and n_r in part r, of mean μ_r and variance σ²_r:
//   μ = Σ n_r μ_r / n,   σ² = Σ n_r (σ²_r + (μ_r − μ)²) / n
template <class S>
void JointBatch::join_moments(const void* z, std::ptrdiff_t own, std::span<S> mean,
                              std::span<S> variance) {
  const std::size_t m = mean.size();
  std::vector<double>& known = known_[z];
  if (known.empty()) {
    const auto part = static_cast<double>(own);
    known.resize(2 * m);
    const std::span<double> means(known.data(), m);
    const std::span<double> variances(known.data() + m, m);
    for (std::size_t i = 0; i < m; ++i) means[i] = part * static_cast<double>(mean[i]) / samples_;
    sum(means);
    for (std::size_t i = 0; i < m; ++i) {
      const double apart = static_cast<double>(mean[i]) - means[i];
      variances[i] = part * (static_cast<double>(variance[i]) + apart * apart) / samples_;
    }
    sum(variances);
  }
  for (std::size_t i = 0; i < m; ++i) {
    mean[i] = static_cast<S>(known[i]);
    variance[i] = static_cast<S>(known[m + i]);
  }
}

template <class S>
void JointBatch::join_gradients(std::ptrdiff_t own, std::span<S> sums) {
  const double share = static_cast<double>(own) / samples_;
  room_.resize(sums.size());
  for (std::size_t i = 0; i < sums.size(); ++i) room_[i] = share * static_cast<double>(sums[i]);
  sum(room_);
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = static_cast<S>(room_[i] / share);
}

template void JointBatch::join_moments(const void*, std::ptrdiff_t, std::span<float>,
                                       std::span<float>);
template void JointBatch::join_moments(const void*, std::ptrdiff_t, std::span<double>,
                                       std::span<double>);
template void JointBatch::join_gradients(std::ptrdiff_t, std::span<float>);
template void JointBatch::join_gradients(std::ptrdiff_t, std::span<double>);

JointBatch* joint_batch() { return of_this_thread; }

PartOfJointBatch::PartOfJointBatch(JointBatch* batch) { of_this_thread = batch; }
PartOfJointBatch::~PartOfJointBatch() { of_this_thread = nullptr; }

}  // namespace tracer
