#include "tracer/language/sample_set.hpp"

#include <algorithm>
#include <type_traits>

#include "tracer/number/threads.hpp"

namespace tracer {

template <class S>
std::vector<S> numbers_of(const LeafValue& value, Working working) {
  return std::visit(
      [&](const auto& all) {
        using Value = std::decay_t<decltype(all)>;
        std::vector<S> numbers;
        if constexpr (!std::is_same_v<Value, std::monostate>) {
          numbers.reserve(static_cast<std::size_t>(all.size()));
          for (const auto& x : all.reshaped()) {
            if constexpr (std::is_same_v<S, Exact> && std::is_same_v<Value, Array<Exact>>) {
              numbers.push_back(x.with(working));
            } else if constexpr (std::is_same_v<S, Exact>) {
              numbers.push_back(Exact::from_double(static_cast<double>(x), working));
            } else if constexpr (std::is_same_v<Value, Array<Exact>>) {
              numbers.push_back(static_cast<S>(x.to_double()));
            } else {
              numbers.push_back(static_cast<S>(x));
            }
          }
        }
        return numbers;
      },
      value);
}

template <class S>
SampleSet<S>::SampleSet(const Samples& samples) : count_(samples.count), rows_(samples.rows) {
  owned_.resize(samples.names.size());
  for (std::size_t i = 0; i < samples.names.size(); ++i) {
    Matrix matrix{samples.names[i], nullptr, 0};
    const LeafValue& value = samples.values[i];
    const auto size = static_cast<long long>(samples.entries(i)) * sample_count(value, rows_);
    matrix.entries = count_ == 0 ? 0 : static_cast<int>(size / count_);
    const auto* floats = std::get_if<Array<float>>(&value);
    if constexpr (std::is_same_v<S, float>) {
      if (floats != nullptr) matrix.values = floats->data();
    }
    if (matrix.values == nullptr) {
      owned_[i] = numbers_of<S>(value);
      matrix.values = owned_[i].data();
    }
    matrices_.push_back(std::move(matrix));
  }
}

template <class S>
SampleSet<S>::SampleSet(const SampleSet& all, std::span<const int> chosen)
    : count_(static_cast<int>(chosen.size())), rows_(all.rows_) {
  owned_.resize(all.matrices_.size());
  for (std::size_t i = 0; i < all.matrices_.size(); ++i) {
    Matrix matrix = all.matrices_[i];
    owned_[i].resize(static_cast<std::size_t>(matrix.entries) * chosen.size());
    all.gather(i, chosen, owned_[i].data());
    matrix.values = owned_[i].data();
    matrices_.push_back(std::move(matrix));
  }
}

template <class S>
int SampleSet<S>::find(const std::string& name) const {
  const auto at = std::ranges::find(matrices_, name, &Matrix::name);
  return at == matrices_.end() ? -1 : static_cast<int>(at - matrices_.begin());
}

template <class S>
void SampleSet<S>::list_nonzeros() {
  if constexpr (std::is_floating_point_v<S>) {
    if (rows_ || !nonzeros_.empty()) return;
    for (const Matrix& matrix : matrices_)
      nonzeros_.emplace_back(matrix.values, matrix.entries, count_);
  }
}

template <class S>
const Nonzeros<S>* SampleSet<S>::nonzeros(std::size_t matrix) const {
  if constexpr (std::is_floating_point_v<S>) {
    if (!nonzeros_.empty() && nonzeros_[matrix].are_few()) return &nonzeros_[matrix];
  }
  return nullptr;
}

template <class S>
const S* SampleSet<S>::in_place(std::size_t matrix, int first) const {
  // a matrix of one entry a sample lies alike as a row and as a column
  if (rows_ && matrices_[matrix].entries != 1) return nullptr;
  return matrices_[matrix].values + static_cast<std::ptrdiff_t>(first) * matrices_[matrix].entries;
}

template <class S>
void SampleSet<S>::copy(std::size_t matrix, int first, int m, S* to) const {
  const Matrix& from = matrices_[matrix];
  if (const S* place = in_place(matrix, first)) {
    std::copy_n(place, static_cast<std::ptrdiff_t>(m) * from.entries, to);
    return;
  }
  for (std::ptrdiff_t e = 0; e < from.entries; ++e)
    std::copy_n(from.values + e * count_ + first, m, to + e * m);
}

template <class S>
void SampleSet<S>::gather(std::size_t matrix, std::span<const int> samples, S* to) const {
  const Matrix& from = matrices_[matrix];
  const auto entries = static_cast<std::ptrdiff_t>(from.entries);
  if (!rows_ || entries == 1) {
    // 64 KB a part: a few microseconds of copying from memory
    const std::ptrdiff_t grain = 65536 / (entries * static_cast<std::ptrdiff_t>(sizeof(S)) + 1) + 1;
    in_parts(static_cast<std::ptrdiff_t>(samples.size()), grain,
             [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
               for (std::ptrdiff_t k = begin; k < end; ++k) {
                 const std::ptrdiff_t sample = samples[static_cast<std::size_t>(k)];
                 std::copy_n(from.values + sample * entries, entries, to + k * entries);
               }
             });
    return;
  }
  for (std::ptrdiff_t e = 0; e < entries; ++e) {
    const S* column = from.values + e * count_;
    for (const int sample : samples) *to++ = column[sample];
  }
}

template class SampleSet<float>;
template class SampleSet<double>;
template class SampleSet<Exact>;
template std::vector<float> numbers_of<float>(const LeafValue&, Working);
template std::vector<double> numbers_of<double>(const LeafValue&, Working);
template std::vector<Exact> numbers_of<Exact>(const LeafValue&, Working);

}  // namespace tracer
