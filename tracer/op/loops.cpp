// exp and its kin over float are computed here, by plain arithmetic that a compiler can do for many
// entries at once; over double they are the C library's.
#include "tracer/op/loops.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <type_traits>

#include "tracer/number/clones.hpp"

// What a clone calls must become a part of it, or it would be compiled for the oldest processor.
#define TRACER_INLINE inline __attribute__((always_inline))

namespace tracer::loops {
namespace {

/// x = n·ln 2 + r with n whole and |r| ≤ ½ ln 2: the power 2ⁿ in two halves, each a float, and
/// expm1(r) = r + r²/2 + ... + r⁷/5040, which leaves out r⁸/8! < 6e-9.
struct Parts {
  float half_power;
  float other_half;
  float expm1;
};
TRACER_INLINE Parts parts_of(float x) {
  // beyond these the result is 0 or ∞ all the same; written so that NaN stays NaN
  x = x < -120.0F ? -120.0F : x;
  x = x > 120.0F ? 120.0F : x;
  constexpr float rounder = 12582912.0F;  // 1.5·2²³: adding it leaves no room for a fraction
  const float shifted = x * 1.44269504F + rounder;  // 1/ln 2
  const float n = shifted - rounder;
  const std::int32_t whole = std::bit_cast<std::int32_t>(shifted) - 0x4B400000;  // n as a number
  // ln 2 in two pieces, the first of few digits, so that n·0.693359375 is exact
  const float r = (x - n * 0.693359375F) + n * 2.12194440e-4F;
  float p = 1.0F / 5040;
  p = p * r + 1.0F / 720;
  p = p * r + 1.0F / 120;
  p = p * r + 1.0F / 24;
  p = p * r + 1.0F / 6;
  p = p * r + 0.5F;
  const std::int32_t half = whole >> 1;
  const auto power = [](std::int32_t e) {
    return std::bit_cast<float>(
        static_cast<std::int32_t>(static_cast<std::uint32_t>(e + 127) << 23));
  };
  return {power(half), power(whole - half), r + r * r * p};
}

TRACER_INLINE float exp_of(float x) {
  const Parts e = parts_of(x);
  return (1.0F + e.expm1) * e.half_power * e.other_half;
}
TRACER_INLINE double exp_of(double x) { return std::exp(x); }

TRACER_INLINE float tanh_of(float x) {
  // with u = expm1(2|x|) it is u/(u + 2), which loses nothing near 0
  const float size = x < 0 ? -x : x;
  const float bounded = size > 10.0F ? 10.0F : size;  // there it is 1 already, to every digit
  const Parts e = parts_of(2 * bounded);
  const float power = e.half_power * e.other_half;
  const float u = e.expm1 * power + (power - 1.0F);
  const float t = u / (u + 2.0F);
  return x < 0 ? -t : t;
}
TRACER_INLINE double tanh_of(double x) { return std::tanh(x); }

template <class S>
TRACER_INLINE void put(S& place, S value, bool add) {
  place = add ? place + value : value;
}

// ------------------------------------------------------------ the loops, for either scalar

template <class S>
TRACER_INLINE void exp_loop(Index n, const S* x, S* __restrict y) {
  for (Index i = 0; i < n; ++i) y[i] = exp_of(x[i]);
}
template <class S>
TRACER_INLINE void sigmoid_loop(Index n, const S* x, S* __restrict y) {
  for (Index i = 0; i < n; ++i) y[i] = 1 / (1 + exp_of(-x[i]));
}
template <class S>
TRACER_INLINE void tanh_loop(Index n, const S* x, S* __restrict y) {
  for (Index i = 0; i < n; ++i) y[i] = tanh_of(x[i]);
}
template <class S>
TRACER_INLINE void leaky_loop(Index n, S slope, const S* x, S* __restrict y) {
  if (slope == 0) {
    for (Index i = 0; i < n; ++i) y[i] = x[i] <= 0 ? S(0) : x[i];
  } else {
    for (Index i = 0; i < n; ++i) y[i] = x[i] <= 0 ? slope * x[i] : x[i];
  }
}
template <class S>
TRACER_INLINE void sigmoid_back_loop(Index n, const S* y_bar, const S* y, S* __restrict x_bar,
                                     bool add) {
  if (add) {
    for (Index i = 0; i < n; ++i) x_bar[i] += y_bar[i] * (y[i] * (1 - y[i]));
  } else {
    for (Index i = 0; i < n; ++i) x_bar[i] = y_bar[i] * (y[i] * (1 - y[i]));
  }
}
template <class S>
TRACER_INLINE void tanh_back_loop(Index n, const S* y_bar, const S* y, S* __restrict x_bar,
                                  bool add) {
  if (add) {
    for (Index i = 0; i < n; ++i) x_bar[i] += y_bar[i] * (1 - y[i] * y[i]);
  } else {
    for (Index i = 0; i < n; ++i) x_bar[i] = y_bar[i] * (1 - y[i] * y[i]);
  }
}
template <class S>
TRACER_INLINE void leaky_back_loop(Index n, S slope, const S* y_bar, const S* x,
                                   S* __restrict x_bar, bool add) {
  if (add) {
    for (Index i = 0; i < n; ++i) x_bar[i] += y_bar[i] * (x[i] > 0 ? S(1) : slope);
  } else {
    for (Index i = 0; i < n; ++i) x_bar[i] = y_bar[i] * (x[i] > 0 ? S(1) : slope);
  }
}
template <class S>
TRACER_INLINE void scaled_product_loop(Index n, S factor, const S* a, const S* b, S* __restrict y,
                                       bool add) {
  if (add) {
    for (Index i = 0; i < n; ++i) y[i] += factor * a[i] * b[i];
  } else {
    for (Index i = 0; i < n; ++i) y[i] = factor * a[i] * b[i];
  }
}

template <class S>
TRACER_INLINE void add_column_loop(Index m, Index n, const S* b, S* __restrict y) {
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) y[j * m + i] += b[i];
  }
}
template <class S>
TRACER_INLINE void add_row_loop(Index m, Index n, const S* b, S* __restrict y) {
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) y[j * m + i] += b[j];
  }
}
template <class S>
TRACER_INLINE void sum_rows_loop(Index m, Index n, const S* y, S* __restrict sum, bool add) {
  if (!add) std::fill_n(sum, m, S(0));
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) sum[i] += y[j * m + i];
  }
}
template <class S>
TRACER_INLINE void sum_columns_loop(Index m, Index n, const S* y, S* __restrict sum, bool add) {
  for (Index j = 0; j < n; ++j) {
    S total = 0;
    for (Index i = 0; i < m; ++i) total += y[j * m + i];
    put(sum[j], total, add);
  }
}

/// The exponentials of as many columns as fit are computed at once: ten classes alone would not
/// fill a vector.
constexpr Index room = 2048;

template <class S>
TRACER_INLINE S largest(Index m, const S* column) {
  S top = column[0];
  for (Index i = 1; i < m; ++i) top = column[i] > top || column[i] != column[i] ? column[i] : top;
  return top;
}

template <class S>
TRACER_INLINE double cross_entropy_loop(Index m, Index n, const S* z, const S* y) {
  S shifted[room];
  S powers[room];
  double total = 0;
  const Index most = std::max<Index>(1, room / m);
  for (Index j = 0; j < n; j += most) {
    const Index columns = std::min(most, n - j);
    if (m <= room) {
      for (Index c = 0; c < columns; ++c) {
        const S top = largest(m, z + (j + c) * m);
        for (Index i = 0; i < m; ++i) shifted[c * m + i] = z[(j + c) * m + i] - top;
      }
      exp_loop(columns * m, shifted, powers);
    }
    for (Index c = 0; c < columns; ++c) {
      const S* const logits = z + (j + c) * m;
      const S* const targets = y + (j + c) * m;
      S sum = 0;
      S picked = 0;  // Σ y·(z − top)
      S mass = 0;    // Σ y
      if (m <= room) {
        for (Index i = 0; i < m; ++i) {
          sum += powers[c * m + i];
          picked += targets[i] * shifted[c * m + i];
          mass += targets[i];
        }
      } else {  // more classes than there is room for
        const S top = largest(m, logits);
        for (Index i = 0; i < m; ++i) {
          sum += exp_of(logits[i] - top);
          picked += targets[i] * (logits[i] - top);
          mass += targets[i];
        }
      }
      total += static_cast<double>(mass * std::log(sum) - picked);
    }
  }
  return total;
}

template <class S>
TRACER_INLINE void cross_entropy_back_loop(Index m, Index n, S factor, const S* z, const S* y,
                                           S* __restrict z_bar, bool add) {
  S powers[room];
  const Index most = std::max<Index>(1, room / m);
  for (Index j = 0; j < n; j += most) {
    const Index columns = std::min(most, n - j);
    if (m <= room) {
      for (Index c = 0; c < columns; ++c) {
        const S top = largest(m, z + (j + c) * m);
        for (Index i = 0; i < m; ++i) powers[c * m + i] = z[(j + c) * m + i] - top;
      }
      for (Index i = 0; i < columns * m; ++i) powers[i] = exp_of(powers[i]);
    }
    for (Index c = 0; c < columns; ++c) {
      const S* const logits = z + (j + c) * m;
      const S* const targets = y + (j + c) * m;
      S* const bar = z_bar + (j + c) * m;
      S sum = 0;
      S mass = 0;
      const S top = m <= room ? S(0) : largest(m, logits);
      for (Index i = 0; i < m; ++i) {
        sum += m <= room ? powers[c * m + i] : exp_of(logits[i] - top);
        mass += targets[i];
      }
      const S share = mass / sum;
      for (Index i = 0; i < m; ++i) {
        const S power = m <= room ? powers[c * m + i] : exp_of(logits[i] - top);
        put(bar[i], factor * (power * share - targets[i]), add);
      }
    }
  }
}

template <class S>
TRACER_INLINE void moments_loop(Index m, Index n, const S* z, S* __restrict mean,
                                S* __restrict variance) {
  std::fill_n(mean, m, S(0));
  std::fill_n(variance, m, S(0));
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) mean[i] += z[j * m + i];
  }
  for (Index i = 0; i < m; ++i) mean[i] /= static_cast<S>(n);
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) {
      const S centred = z[j * m + i] - mean[i];
      variance[i] += centred * centred;
    }
  }
  for (Index i = 0; i < m; ++i) variance[i] /= static_cast<S>(n);
}
template <class S>
TRACER_INLINE void scale_and_shift_loop(Index m, Index n, const S* scale, const S* shift,
                                        const S* z, S* __restrict y) {
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) y[j * m + i] = scale[i] * z[j * m + i] + shift[i];
  }
}
template <class S>
TRACER_INLINE void back_sums_loop(Index m, Index n, const S* y_bar, const S* z, const S* mean,
                                  S* __restrict sum, S* __restrict sum_centred) {
  std::fill_n(sum, m, S(0));
  std::fill_n(sum_centred, m, S(0));
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) {
      sum[i] += y_bar[j * m + i];
      sum_centred[i] += y_bar[j * m + i] * (z[j * m + i] - mean[i]);
    }
  }
}
template <class S>
TRACER_INLINE void batch_norm_back_loop(Index m, Index n, const S* a, const S* b, const S* c,
                                        const S* mean, const S* y_bar, const S* z,
                                        S* __restrict z_bar, bool add) {
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) {
      const Index k = j * m + i;
      put(z_bar[k], a[i] * y_bar[k] + b[i] * (z[k] - mean[i]) + c[i], add);
    }
  }
}

}  // namespace

// ------------------------------------------------------------ compiled for each kind of processor

// A template can't be cloned, so each loop gets a function for each scalar.
#define TRACER_LOOP(name, S, parameters, arguments) \
  template <>                                       \
  TRACER_CLONES void name<S> parameters {           \
    name##_loop<S> arguments;                       \
  }
#define TRACER_LOOPS(S)                                                                           \
  TRACER_LOOP(exp, S, (Index n, const S* x, S* y), (n, x, y))                                     \
  TRACER_LOOP(sigmoid, S, (Index n, const S* x, S* y), (n, x, y))                                 \
  TRACER_LOOP(tanh, S, (Index n, const S* x, S* y), (n, x, y))                                    \
  TRACER_LOOP(leaky, S, (Index n, S slope, const S* x, S* y), (n, slope, x, y))                   \
  TRACER_LOOP(sigmoid_back, S, (Index n, const S* y_bar, const S* y, S* x_bar, bool add),         \
              (n, y_bar, y, x_bar, add))                                                          \
  TRACER_LOOP(tanh_back, S, (Index n, const S* y_bar, const S* y, S* x_bar, bool add),            \
              (n, y_bar, y, x_bar, add))                                                          \
  TRACER_LOOP(leaky_back, S, (Index n, S slope, const S* y_bar, const S* x, S* x_bar, bool add),  \
              (n, slope, y_bar, x, x_bar, add))                                                   \
  TRACER_LOOP(scaled_product, S, (Index n, S factor, const S* a, const S* b, S* y, bool add),     \
              (n, factor, a, b, y, add))                                                          \
  TRACER_LOOP(add_column, S, (Index m, Index n, const S* b, S* y), (m, n, b, y))                  \
  TRACER_LOOP(add_row, S, (Index m, Index n, const S* b, S* y), (m, n, b, y))                     \
  TRACER_LOOP(sum_rows, S, (Index m, Index n, const S* y, S* sum, bool add), (m, n, y, sum, add)) \
  TRACER_LOOP(sum_columns, S, (Index m, Index n, const S* y, S* sum, bool add),                   \
              (m, n, y, sum, add))                                                                \
  TRACER_LOOP(cross_entropy_back, S,                                                              \
              (Index m, Index n, S factor, const S* z, const S* y, S* z_bar, bool add),           \
              (m, n, factor, z, y, z_bar, add))                                                   \
  TRACER_LOOP(moments, S, (Index m, Index n, const S* z, S* mean, S* variance),                   \
              (m, n, z, mean, variance))                                                          \
  TRACER_LOOP(scale_and_shift, S,                                                                 \
              (Index m, Index n, const S* scale, const S* shift, const S* z, S* y),               \
              (m, n, scale, shift, z, y))                                                         \
  TRACER_LOOP(                                                                                    \
      back_sums, S,                                                                               \
      (Index m, Index n, const S* y_bar, const S* z, const S* mean, S* sum, S* sum_centred),      \
      (m, n, y_bar, z, mean, sum, sum_centred))                                                   \
  TRACER_LOOP(batch_norm_back, S,                                                                 \
              (Index m, Index n, const S* a, const S* b, const S* c, const S* mean,               \
               const S* y_bar, const S* z, S* z_bar, bool add),                                   \
              (m, n, a, b, c, mean, y_bar, z, z_bar, add))                                        \
  template <>                                                                                     \
  TRACER_CLONES double cross_entropy<S>(Index m, Index n, const S* z, const S* y) {               \
    return cross_entropy_loop<S>(m, n, z, y);                                                     \
  }

TRACER_LOOPS(float)
TRACER_LOOPS(double)

}  // namespace tracer::loops
