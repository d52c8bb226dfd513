#include "tracer/run/leaves.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/number/random.hpp"

namespace tracer {
namespace {

// Samples that follow one another can be read where they lie.
bool are_consecutive(std::span<const int> samples) {
  return std::ranges::adjacent_find(samples, [](int a, int b) { return b != a + 1; }) ==
         samples.end();
}

}  // namespace

template <class S>
Leaves<S>::Leaves(const Program& program, const BatchGraph& batch, const Kept<S>& kept,
                  const SampleSet<S>* samples, std::span<const NodeId> image, Working working)
    : program_(&program), samples_(samples), working_(working) {
  for (const auto& [name, original] : batch.leaves) {
    Leaf leaf;
    leaf.name = name;
    leaf.id = image.empty() ? original : image[static_cast<std::size_t>(original)];
    if (leaf.id < 0) continue;
    const Shape& shape = batch.graph[original].shape;
    leaf.rows = shape.rows.count;
    leaf.columns = shape.columns.count;
    if (const auto place = kept.find(name); place != kept.end()) {
      leaf.from = Leaf::From::kept;
      leaf.values = place->second;
    } else if (const auto value = program.values.find(name); value != program.values.end()) {
      const bool is_mask = batch.masks.contains(original);
      leaf.from = is_mask ? Leaf::From::given_mask : Leaf::From::given;
      if (!is_mask) leaf.own = numbers_of<S>(value->second, working);
    } else if (const auto mask = batch.masks.find(original); mask != batch.masks.end()) {
      leaf.from = Leaf::From::drawn_mask;
      leaf.drop = static_cast<float>(Exact(mask->second).to_double());
      leaf.stream.reserve(name.size() + 24);
      leaf.stream = name + " ";
      const Size& along = program.data && program.data->rows ? shape.rows : shape.columns;
      leaf.of_samples = along.count == batch.batch_size && (along.is_one() || !along.name.empty());
      leaf.own.resize(static_cast<std::size_t>(shape.count()));
    } else if (program.data) {
      leaf.from = Leaf::From::data;
      const auto at = std::ranges::find(program.data->names, name);
      leaf.matrix = static_cast<int>(at - program.data->names.begin());
    }
    leaves_.push_back(std::move(leaf));
    Leaf& made = leaves_.back();
    if (!made.own.empty()) made.values = made.own.data();
  }
}

template <class S>
void Leaves<S>::take(std::span<const int> samples, long long step, const BatchShare& share) {
  taken_ = samples;
  for (Leaf& leaf : leaves_) {
    if (leaf.from == Leaf::From::data) take_data(leaf, samples);
    if (leaf.from == Leaf::From::given_mask) take_given_mask(leaf, samples, step, share);
    if (leaf.from == Leaf::From::drawn_mask) draw(leaf, step, share);
  }
}

template <class S>
void Leaves<S>::take(const SampleSet<S>& from, std::span<const int> samples) {
  for (Leaf& leaf : leaves_) {
    if (leaf.from != Leaf::From::data) continue;
    if (const int matrix = from.find(leaf.name); matrix >= 0)
      read(leaf, from, static_cast<std::size_t>(matrix), samples);
  }
}

template <class S>
void Leaves<S>::read(Leaf& leaf, const SampleSet<S>& from, std::size_t matrix,
                     std::span<const int> samples) const {
  const bool in_order = are_consecutive(samples);
  leaf.values = in_order ? from.in_place(matrix, samples.front()) : nullptr;
  if (leaf.values != nullptr) return;
  leaf.own.resize(static_cast<std::size_t>(leaf.view().size()));
  leaf.values = leaf.own.data();
  if (in_order) {
    from.copy(matrix, samples.front(), static_cast<int>(samples.size()), leaf.own.data());
  } else {
    from.gather(matrix, samples, leaf.own.data());
  }
}

template <class S>
void Leaves<S>::take_data(Leaf& leaf, std::span<const int> samples) const {
  const auto matrix = static_cast<std::size_t>(leaf.matrix);
  if (leaf.nonzeros != nullptr) return list(leaf, samples);
  if (samples_ != nullptr) return read(leaf, *samples_, matrix, samples);
  leaf.own = numbers_of<S>(program_->data->batch(matrix, samples), working_);
  leaf.values = leaf.own.empty() ? nullptr : leaf.own.data();
}

template <class S>
void Leaves<S>::list(Leaf& leaf, std::span<const int> samples) const {
  if constexpr (std::is_floating_point_v<S>) {
    const bool in_order = are_consecutive(samples);
    if (in_order && leaf.first == samples.front())
      return;  // the whole batch: as in the step before
    leaf.first = in_order ? samples.front() : -1;
    leaf.listed.clear();
    for (const int sample : samples) leaf.listed.push_back(leaf.nonzeros->column(sample));
    leaf.sparse = {leaf.rows, leaf.listed};
    leaf.values = in_order ? leaf.listed.front().entries : nullptr;
  }
}

template <class S>
void Leaves<S>::skip_zeros(Tape<S>& tape) {
  if (samples_ == nullptr) return;
  for (Leaf& leaf : leaves_) {
    if (leaf.from != Leaf::From::data || !tape.skips_zeros(leaf.id)) continue;
    leaf.nonzeros = samples_->nonzeros(static_cast<std::size_t>(leaf.matrix));
    if (leaf.nonzeros == nullptr) continue;
    leaf.listed.reserve(static_cast<std::size_t>(leaf.columns));
    leaf.bound = nullptr;
    tape.bind(leaf.id, nullptr, &leaf.sparse);
  }
}

template <class S>
void Leaves<S>::complete() {
  for (Leaf& leaf : leaves_) {
    if (leaf.nonzeros != nullptr && leaf.values == nullptr)
      read(leaf, *samples_, static_cast<std::size_t>(leaf.matrix), taken_);
  }
}

// A mask that was handed over is one for a batch, or one for all the data.
template <class S>
void Leaves<S>::take_given_mask(Leaf& leaf, std::span<const int> samples, long long step,
                                const BatchShare& share) const {
  const LeafValue& value = program_->values.at(leaf.name);
  const bool rows = program_->data && program_->data->rows;
  const int count = sample_count(value, rows);
  const bool whole = program_->data && count == program_->data->count;
  std::vector<int> part;  // of a mask for one batch, of which these samples are a part
  if (!whole && share.whole == count) {
    part.resize(samples.size());
    std::iota(part.begin(), part.end(), share.first);
  }
  leaf.own = numbers_of<S>(whole           ? chosen_samples(value, samples, rows)
                           : !part.empty() ? chosen_samples(value, part, rows)
                                           : value,
                           working_);
  leaf.values = leaf.own.data();
  if (static_cast<Eigen::Index>(leaf.own.size()) == leaf.view().size()) return;
  throw Error(
      fmt::format("{} was given for {} samples, and step {} has {}; give it for the whole data, or "
                  "one batch of it",
                  leaf.name, count, step, samples.size()));
}

// The stream of a mask is called by its name and the step, so that each step has its own.
template <class S>
void Leaves<S>::draw(Leaf& leaf, long long step, const BatchShare& share) const {
  std::array<char, 20> digits{};
  const char* const end = std::to_chars(digits.data(), digits.data() + digits.size(), step).ptr;
  leaf.stream.resize(leaf.name.size() + 1);
  leaf.stream.append(std::as_const(digits).data(), end);
  RandomStream stream(program_->seed, leaf.stream);
  // Of a part of the batch the numbers in between are the others': a sample is a column, or else a row.
  const bool rows = program_->data && program_->data->rows;
  const bool is_part = share.count < share.whole && leaf.of_samples;
  const int runs = is_part && rows ? leaf.columns : 1;
  const std::size_t length = leaf.own.size() / static_cast<std::size_t>(runs);
  const auto before =
      static_cast<std::uint64_t>(rows ? 1 : leaf.rows) * static_cast<std::uint64_t>(share.first);
  if (is_part) stream.skip(before);
  for (int run = 0; run < runs; ++run) {
    if (run > 0) stream.skip(static_cast<std::uint64_t>(share.whole - share.count));
    const std::span<S> drawn(leaf.own.data() + static_cast<std::size_t>(run) * length, length);
    if constexpr (std::is_floating_point_v<S>) {
      stream.mask(drawn.data(), static_cast<std::ptrdiff_t>(length), leaf.drop);
    } else {
      for (S& entry : drawn) entry = stream.uniform() < leaf.drop ? 0 : 1;
    }
  }
}

template <class S>
void Leaves<S>::bind(Tape<S>& tape) {
  for (Leaf& leaf : leaves_) {
    if (leaf.values == leaf.bound) continue;
    tape.bind(leaf.id, leaf.values, leaf.nonzeros == nullptr ? nullptr : &leaf.sparse);
    leaf.bound = leaf.values;
  }
}

template class Leaves<float>;
template class Leaves<double>;
template class Leaves<Exact>;

}  // namespace tracer
