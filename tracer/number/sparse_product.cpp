// A column of a product is a sum of columns of the left factor, one for each entry that is not 0. It is
// added up in registers, as many rows at a time as fit: loops over vectors of a fixed size, which the
// compiler knows as types.
#include "tracer/number/sparse_product.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <span>
#include <utility>

#include "tracer/number/clones.hpp"
#include "tracer/number/threads.hpp"

namespace tracer {
namespace {

using Index = std::ptrdiff_t;

// The share of entries that may be other than 0. Measured beside oneDNN with 784 inputs, 20 to 256 units,
// AVX-512 and AVX2: forward and backward together take half the time at 20 of 100, the same at a third.
constexpr double few = 0.3;
// Where the rows × entries matrix, the factor forward and the result backward, has at most so many bytes
// it stays in the first caches, and is read, or added up, where it lies, sample by sample.
constexpr Index small_matrix = 128 * 1024;
// Backward: samples of a block, whose part of Z̄ stays there while the entries' sums are made one by one.
constexpr Index block = 64;
// Forward: columns of the factor come in blocks of so many bytes, and these samples go through the blocks
// together: their sums are read and written once a block.
constexpr Index first_cache = 32 * 1024;
constexpr Index group = 128;
// A part of the work that is worth a thread, in terms of one vector: some 5 µs.
constexpr double part_of_sum = 8'000;

// ---- vectors

template <class S, int bytes>
struct Vector {
  using Type [[gnu::vector_size(bytes)]] = S;
};

template <class V, class S>
void load(V& to, const S* from) {
  std::memcpy(&to, from, sizeof(V));
}
template <class V, class S>
void store(S* to, const V& from) {
  std::memcpy(to, &from, sizeof(V));
}

// f(0), f(1), ...: written out, for a compiler that sees a loop may keep what is in it in memory.
template <int n>
void for_each(const auto& f) {
  [&]<int... v>(std::integer_sequence<int, v...>) { (f(v), ...); }
  (std::make_integer_sequence<int, n>());
}

// The rows of a strip: so many vectors, of which the last begins earlier where the rows end, so that
// some rows are computed twice, alike.
template <class S, int bytes, int vectors>
struct Strip {
  using V = typename Vector<S, bytes>::Type;
  static constexpr Index lanes = bytes / static_cast<Index>(sizeof(S));
  std::array<Index, vectors> at;

  Strip(Index first, Index rows) {
    for_each<vectors>([&](int v) { at[v] = std::min<Index>(first + v * lanes, rows - lanes); });
  }
  void load_all(V* to, const S* column) const {
    for_each<vectors>([&](int v) { load(to[v], column + at[v]); });
  }
  void store_all(S* column, const V* from) const {
    for_each<vectors>([&](int v) { store(column + at[v], from[v]); });
  }
  // sum += factor · column
  void add(V* sum, S factor, const S* column) const {
    for_each<vectors>([&](int v) {
      V entries;
      load(entries, column + at[v]);
      sum[v] += factor * entries;
    });
  }
};

// ---- loops over a strip. `rows` is also how far the columns of a and c are apart.

// c's columns of the samples [begin, end): a's columns added to what they start from, which is `start`,
// `step` entries further for each sample; null: 0
template <class S, int bytes, int vectors>
struct Forward {
  static constexpr int most = bytes <= 16 ? 8 : 16;
  static void run(Index first, Index rows, S* c, const S* a, const SparseColumn<S>* x, Index begin,
                  Index end, const S* start, Index step) {
    const Strip<S, bytes, vectors> strip(first, rows);
    for (Index j = begin; j < end; ++j) {
      typename Strip<S, bytes, vectors>::V sum[vectors] = {};
      if (start != nullptr) strip.load_all(sum, start + j * step);
      const SparseColumn<S> column = x[j];
      for (int i = 0; i < column.count; ++i) {
        const Index k = column.places[i];
        strip.add(sum, column.nonzeros[i], a + k * rows);
      }
      strip.store_all(c + j * rows, sum);
    }
  }
};

// c's columns of the entries [begin, end), from a block of samples of which `used` says, for each
// entry, which are not 0 there.
template <class S, int bytes, int vectors>
struct ByEntry {
  static constexpr int most = bytes <= 16 ? 8 : 16;
  static void run(Index first, Index rows, S* c, const S* a, const SparseColumn<S>* x,
                  const std::uint64_t* used, Index begin, Index end, bool add) {
    const Strip<S, bytes, vectors> strip(first, rows);
    for (Index k = begin; k < end; ++k) {
      std::uint64_t left = used[k - begin];
      if (left == 0 && add) continue;
      typename Strip<S, bytes, vectors>::V sum[vectors] = {};
      if (add) strip.load_all(sum, c + k * rows);
      for (; left != 0; left &= left - 1) {
        const Index j = std::countr_zero(left);
        strip.add(sum, x[j].entries[k], a + j * rows);
      }
      strip.store_all(c + k * rows, sum);
    }
  }
};

// c += a·xᵀ sample by sample, for the samples [begin, end)
template <class S, int bytes, int vectors>
struct BySample {
  static constexpr int most = 4;
  static void run(Index first, Index rows, S* c, const S* a, const SparseColumn<S>* x, Index begin,
                  Index end) {
    using Rows = Strip<S, bytes, vectors>;
    const Rows strip(first, rows);
    for (Index j = begin; j < end; ++j) {
      typename Rows::V factor[vectors];
      strip.load_all(factor, a + j * rows);
      const SparseColumn<S> column = x[j];
      for (int i = 0; i < column.count; ++i) {
        const Index k = column.places[i];
        const S entry = column.nonzeros[i];
        typename Rows::V sum[vectors];
        strip.load_all(sum, c + k * rows);
        for_each<vectors>([&](int v) { sum[v] += entry * factor[v]; });
        strip.store_all(c + k * rows, sum);
      }
    }
  }
};

// All rows, strip by strip, in vectors as wide as rows allow: of a single entry, where there is but one.
template <template <class, int, int> class Loop, class S, int bytes, class... Arguments>
void over_strips(Index rows, Arguments... arguments) {
  constexpr Index lanes = bytes / static_cast<Index>(sizeof(S));
  if constexpr (lanes > 1) {
    if (rows < lanes) return over_strips<Loop, S, bytes / 2>(rows, arguments...);
  }
  for (Index first = 0; first < rows;) {
    const Index left = (rows - first + lanes - 1) / lanes;  // vectors
    // A strip of n vectors, where it fits. A vector that begins earlier must have the rows that it
    // computes twice in its own strip, or what is added to them would be added twice.
    const auto runs = [&]<int n>() {
      if constexpr (n > Loop<S, bytes, 1>::most) {
        return false;
      } else {
        if (n > left || (left - n == 1 && rows % lanes != 0)) return false;
        Loop<S, bytes, n>::run(first, rows, arguments...);
        first += n * lanes;
        return true;
      }
    };
    const auto run_widest = [&]<int... n>(std::integer_sequence<int, n...>) {
      static_cast<void>((runs.template operator()<n>() || ...));
    };
    run_widest(std::integer_sequence<int, 16, 8, 4, 3, 2, 1>());
  }
}

template <class S, int bytes>
void add_columns(Index rows, S* c, const S* a, const SparseColumn<S>* x, Index begin, Index end,
                 const S* start, Index step) {
  over_strips<Forward, S, bytes>(rows, c, a, x, begin, end, start, step);
}
template <class S, int bytes>
void add_entries(Index rows, S* c, const S* a, const SparseColumn<S>* x, const std::uint64_t* used,
                 Index begin, Index end, bool add) {
  over_strips<ByEntry, S, bytes>(rows, c, a, x, used, begin, end, add);
}
template <class S, int bytes>
void add_samples(Index rows, S* c, const S* a, const SparseColumn<S>* x, Index begin, Index end) {
  over_strips<BySample, S, bytes>(rows, c, a, x, begin, end);
}

// ---- which samples have an entry: 64 × 64 bits turned

// Source: Warren, Hacker's Delight, §7-3.
void turn(std::uint64_t* square) {
  std::uint64_t mask = 0x0000'0000'FFFF'FFFF;
  for (unsigned half = 32; half != 0; half /= 2, mask ^= mask << half) {
    for (unsigned row = 0; row < 64; row += 2 * half) {
      for (unsigned i = row; i < row + half; ++i) {
        const std::uint64_t other = ((square[i] >> half) ^ square[i + half]) & mask;
        square[i] ^= other << half;
        square[i + half] ^= other;
      }
    }
  }
}

// For the 64 entries of a word, which of at most 64 samples are not 0 there.
template <class S>
void turn_bits(std::uint64_t* used, const SparseColumn<S>* x, Index samples, Index word) {
  for (Index j = 0; j < samples; ++j) used[j] = x[j].bits[word];
  std::fill(used + samples, used + 64, 0);
  on_this_processor<turn>(used);
}

// bits: which of the entries are not 0
template <class S>
void find_nonzeros(const S* values, Index entries, std::uint64_t* bits) {
  for (Index first = 0; first < entries; first += 64) {
    std::uint8_t is[64] = {};
    const Index n = std::min<Index>(64, entries - first);
    for (Index i = 0; i < n; ++i) is[i] = values[first + i] != S(0) ? 1 : 0;
    std::uint64_t word = 0;
    for (unsigned eight = 0; eight < 8; ++eight) {
      std::uint64_t bytes = 0;
      for (unsigned i = 0; i < 8; ++i)
        bytes |= static_cast<std::uint64_t>(is[eight * 8 + i]) << (8 * i);
      word |= ((bytes * 0x0102'0408'1020'4080) >> 56) << (8 * eight);
    }
    *bits++ = word;
  }
}

// How many of n alike parts of a product are worth a thread.
template <class S>
Index grain_of(Index n, Index rows, const SparseMatrix<S>& x) {
  const double work =
      static_cast<double>(x.nonzeros) * (static_cast<double>(rows * sizeof(S)) / 64 + 1);
  return static_cast<Index>(part_of_sum * static_cast<double>(n) / (work + 1)) + 1;
}

template <class S>
bool is_small(Index rows, const SparseMatrix<S>& x) {
  return rows * x.rows * static_cast<Index>(sizeof(S)) <= small_matrix;
}

template <class S>
void add_columns_fast(Index rows, S* c, const S* a, const SparseColumn<S>* x, Index begin,
                      Index end, const S* start, Index step) {
  on_widest_vectors<add_columns<S, 64>, add_columns<S, 32>, add_columns<S, 16>>(
      rows, c, a, x, begin, end, start, step);
}

// The samples [begin, end), at most a group of them: a block of a's columns after the other, which stays
// in the first cache for all of them. A sum is added up in the same order as without blocks.
template <class S>
void multiply_by_blocks(S* c, const S* a, Index rows, const SparseMatrix<S>& x, const S* bias,
                        Index begin, Index end) {
  const Index words = (x.rows + 63) / 64;
  const Index words_at_once =
      std::max<Index>(1, first_cache / (64 * rows * static_cast<Index>(sizeof(S))));
  std::array<SparseColumn<S>, group> parts;  // of each sample, what of it is in the block
  std::copy(x.columns.begin() + begin, x.columns.begin() + end, parts.begin());
  for (SparseColumn<S>& part : parts) part.count = 0;
  for (Index word = 0; word < words; word += words_at_once) {
    const Index last = std::min(words, word + words_at_once);
    for (SparseColumn<S>& part : std::span(parts).first(static_cast<std::size_t>(end - begin))) {
      part.nonzeros += part.count;
      part.places += part.count;
      part.count = 0;
      for (Index w = word; w < last; ++w) part.count += std::popcount(part.bits[w]);
    }
    S* const sums = c + begin * rows;
    const bool first = word == 0;
    add_columns_fast(rows, sums, a, parts.data(), 0, end - begin, first ? bias : sums,
                     first ? 0 : rows);
  }
}

// As many copies of a result, in parts of the samples that are the same for every number of threads.
template <class S>
void turned_by_sample(S* c, const S* a, Index rows, const SparseMatrix<S>& x, bool add) {
  const auto samples = static_cast<Index>(x.columns.size());
  const Index size = rows * x.rows;
  const Index parts = std::clamp<Index>(samples / 1024, 1, 8);
  if (!add) std::fill_n(c, size, S(0));
  thread_local std::vector<S> room;
  if (room.size() < static_cast<std::size_t>((parts - 1) * size))
    room.resize(static_cast<std::size_t>((parts - 1) * size));
  S* const others = room.data();
  in_parts(parts, 1, [&](Index begin, Index end) {
    for (Index part = begin; part < end; ++part) {
      S* const to = part == 0 ? c : others + (part - 1) * size;
      if (part > 0) std::fill_n(to, size, S(0));
      on_widest_vectors<add_samples<S, 64>, add_samples<S, 32>, add_samples<S, 16>>(
          rows, to, a, x.columns.data(), samples * part / parts, samples * (part + 1) / parts);
    }
  });
  for (Index part = 1; part < parts; ++part) {
    const S* const other = others + (part - 1) * size;
    for (Index i = 0; i < size; ++i) c[i] += other[i];
  }
}

template <class S>
void turned_by_entry(S* c, const S* a, Index rows, const SparseMatrix<S>& x, bool add) {
  const auto samples = static_cast<Index>(x.columns.size());
  const Index words = (x.rows + 63) / 64;
  in_parts(words, grain_of(words, rows, x), [&](Index first, Index last) {
    std::array<std::uint64_t, 64> used;
    for (Index j = 0; j < samples; j += block) {
      const SparseColumn<S>* const columns = x.columns.data() + j;
      for (Index word = first; word < last; ++word) {
        turn_bits(used.data(), columns, std::min(block, samples - j), word);
        on_widest_vectors<add_entries<S, 64>, add_entries<S, 32>, add_entries<S, 16>>(
            rows, c, a + j * rows, columns, static_cast<const std::uint64_t*>(used.data()),
            word * 64, std::min(x.rows, (word + 1) * 64), add || j > 0);
      }
    }
  });
}

}  // namespace

template <class S>
Nonzeros<S>::Nonzeros(const S* values, int entries, int count)
    : values_(values), entries_(entries), words_((entries + 63) / 64) {
  constexpr int most = std::numeric_limits<std::uint16_t>::max() + 1;
  if (entries < 64 || entries > most || count == 0) return;
  const auto find_nonzeros_of = [&](const S* sample, std::uint64_t* bits) {
    on_this_processor<find_nonzeros<S>>(sample, entries_, bits);
    Index found = 0;
    for (Index word = 0; word < words_; ++word) found += std::popcount(bits[word]);
    return found;
  };
  const int some = std::min(count, 256);  // are looked at before all are read
  const auto are_many = [&](Index found, int samples) {
    return static_cast<double>(found) > few * static_cast<double>(entries) * samples;
  };
  Index found_in_some = 0;
  std::vector<std::uint64_t> bits(static_cast<std::size_t>(words_));
  for (int i = 0; i < some; ++i)
    found_in_some += find_nonzeros_of(values + Index{i} * count / some * entries, bits.data());
  if (are_many(found_in_some, some)) return;
  bits_.resize(static_cast<std::size_t>(words_ * count));
  std::vector<std::ptrdiff_t> starts(static_cast<std::size_t>(count) + 1);
  in_parts(count, 1024, [&](Index begin, Index end) {
    for (Index j = begin; j < end; ++j) {
      starts[static_cast<std::size_t>(j) + 1] =
          find_nonzeros_of(values + j * entries_, bits_.data() + j * words_);
    }
  });
  for (std::size_t j = 1; j < starts.size(); ++j) starts[j] += starts[j - 1];
  if (are_many(starts.back(), count)) {
    bits_ = {};
    return;
  }
  starts_ = std::move(starts);
  places_.resize(static_cast<std::size_t>(starts_.back()));
  nonzeros_.resize(places_.size());
  in_parts(count, 1024, [&](Index begin, Index end) {
    for (Index j = begin; j < end; ++j) {
      auto next = static_cast<std::size_t>(starts_[static_cast<std::size_t>(j)]);
      for (Index word = 0; word < words_; ++word) {
        for (std::uint64_t left = bits_[static_cast<std::size_t>(j * words_ + word)]; left != 0;
             left &= left - 1, ++next) {
          const Index k = word * 64 + std::countr_zero(left);
          places_[next] = static_cast<std::uint16_t>(k);
          nonzeros_[next] = values[j * entries_ + k];
        }
      }
    }
  });
}

template <class S>
SparseColumn<S> Nonzeros<S>::column(int sample) const {
  const auto j = static_cast<std::size_t>(sample);
  return {values_ + sample * entries_, nonzeros_.data() + starts_[j], places_.data() + starts_[j],
          static_cast<int>(starts_[j + 1] - starts_[j]), bits_.data() + sample * words_};
}

template <class S>
void multiply(S* c, const S* a, std::ptrdiff_t rows, const SparseMatrix<S>& x, const S* bias) {
  const auto samples = static_cast<Index>(x.columns.size());
  in_parts(samples, grain_of(samples, rows, x), [&](Index begin, Index end) {
    if (is_small(rows, x))
      return add_columns_fast(rows, c, a, x.columns.data(), begin, end, bias, 0);
    for (Index j = begin; j < end; j += group)
      multiply_by_blocks(c, a, rows, x, bias, j, std::min(end, j + group));
  });
}

template <class S>
void multiply_turned(S* c, const S* a, std::ptrdiff_t rows, const SparseMatrix<S>& x, bool add) {
  if (is_small(rows, x)) {
    turned_by_sample(c, a, rows, x, add);
  } else {
    turned_by_entry(c, a, rows, x, add);
  }
}

template class Nonzeros<float>;
template class Nonzeros<double>;
template void multiply<float>(float*, const float*, std::ptrdiff_t, const SparseMatrix<float>&,
                              const float*);
template void multiply<double>(double*, const double*, std::ptrdiff_t, const SparseMatrix<double>&,
                               const double*);
template void multiply_turned<float>(float*, const float*, std::ptrdiff_t,
                                     const SparseMatrix<float>&, bool);
template void multiply_turned<double>(double*, const double*, std::ptrdiff_t,
                                      const SparseMatrix<double>&, bool);

}  // namespace tracer
