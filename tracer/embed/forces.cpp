#include "tracer/embed/forces.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "tracer/embed/each_alone.hpp"
#include "tracer/number/clones.hpp"

namespace tracer::embed {
namespace {

constexpr std::ptrdiff_t lanes = Affinities::lanes;

// Sixteen floats that are computed with at once, and as many whole numbers. An extension of GCC and
// Clang, which makes of it whatever vectors the processor has.
using Floats = float __attribute__((vector_size(lanes * sizeof(float))));
using Masks = int __attribute__((vector_size(lanes * sizeof(int))));

void load(Floats& to, const float* from) { __builtin_memcpy(&to, from, sizeof(to)); }
void store(float* to, const Floats& from) { __builtin_memcpy(to, &from, sizeof(from)); }

// Is any lane true (−1)?
bool any(const Masks& masks) {
  long long parts[sizeof(Masks) / sizeof(long long)];
  __builtin_memcpy(parts, &masks, sizeof(masks));
  long long all = 0;
  for (const long long part : parts) all |= part;
  return all != 0;
}

float sum_of(const Floats& values) {
  float all[lanes];
  store(all, values);
  for (std::ptrdiff_t half = lanes / 2; half > 0; half /= 2) {
    for (std::ptrdiff_t l = 0; l < half; ++l) all[l] += all[l + half];
  }
  return all[0];
}

void pull_rows(const std::size_t* begins, const int* numbers, const float* values,
               const float* pairs, std::ptrdiff_t first, std::ptrdiff_t last, float* to_x,
               float* to_y) {
  for (std::ptrdiff_t i = first; i < last; ++i) {
    const float own_x = pairs[2 * i];
    const float own_y = pairs[2 * i + 1];
    Floats sum_x{};
    Floats sum_y{};
    for (std::size_t at = begins[i]; at < begins[i + 1]; at += lanes) {
      float x[lanes];
      float y[lanes];
      for (std::ptrdiff_t l = 0; l < lanes; ++l) {
        const std::ptrdiff_t other = numbers[at + static_cast<std::size_t>(l)];
        x[l] = pairs[2 * other];
        y[l] = pairs[2 * other + 1];
      }
      Floats dx;
      Floats dy;
      Floats p;
      load(dx, x);
      load(dy, y);
      load(p, values + at);
      dx = own_x - dx;
      dy = own_y - dy;
      const Floats pq = p / (1.0F + dx * dx + dy * dy);
      sum_x += pq * dx;
      sum_y += pq * dy;
    }
    to_x[i] = sum_of(sum_x);
    to_y[i] = sum_of(sum_y);
  }
}

// Sixteen points that follow one another on the curve, and so are near each other, walk through the
// tree together: a square is looked into where any of them has to.
void push_group(const Cell* cells, std::ptrdiff_t count, const float* x, const float* y,
                float theta_squared, const float* group_x, const float* group_y, float* to_x,
                float* to_y, float* to_z) {
  Floats own_x;
  Floats own_y;
  load(own_x, group_x);
  load(own_y, group_y);
  Floats sum_x{};
  Floats sum_y{};
  Floats z{};
  for (std::ptrdiff_t at = 0; at < count;) {
    const Cell& cell = cells[at];
    Floats dx = own_x - cell.x;
    Floats dy = own_y - cell.y;
    Floats squared = dx * dx + dy * dy;
    if (any(squared * theta_squared < cell.side_squared)) {
      if (cell.first == cell.last) {
        ++at;
        continue;
      }
      for (int j = cell.first; j < cell.last; ++j) {
        dx = own_x - x[j];
        dy = own_y - y[j];
        const Floats q = 1.0F / (1.0F + dx * dx + dy * dy);
        z += q;
        sum_x += q * q * dx;
        sum_y += q * q * dy;
      }
    } else {
      const Floats q = 1.0F / (1.0F + squared);
      const Floats heavy = cell.count * q;
      z += heavy;
      sum_x += heavy * q * dx;
      sum_y += heavy * q * dy;
    }
    at = cell.next;
  }
  store(to_x, sum_x);
  store(to_y, sum_y);
  store(to_z, z);
}

// Σ_j q_ij over all j (i among them, which has 1) of the points [first, last).
double sum_of_q(const float* x, const float* y, std::ptrdiff_t n, std::ptrdiff_t first,
                std::ptrdiff_t last) {
  constexpr std::ptrdiff_t stretch = 256;  // floats are added up so long, doubles from there on
  double sum = 0;
  for (std::ptrdiff_t i = first; i < last; ++i) {
    for (std::ptrdiff_t begin = 0; begin < n; begin += stretch * lanes) {
      Floats part{};
      std::ptrdiff_t j = begin;
      const std::ptrdiff_t end = std::min(n, begin + stretch * lanes);
      for (; j + lanes <= end; j += lanes) {
        Floats dx;
        Floats dy;
        load(dx, x + j);
        load(dy, y + j);
        dx -= x[i];
        dy -= y[i];
        part += 1.0F / (1.0F + dx * dx + dy * dy);
      }
      for (; j < end; ++j) {
        const float dx = x[j] - x[i];
        const float dy = y[j] - y[i];
        sum += static_cast<double>(1.0F / (1.0F + dx * dx + dy * dy));
      }
      float parts[lanes];
      store(parts, part);
      for (const float one : parts) sum += static_cast<double>(one);
    }
  }
  return sum;
}

}  // namespace

void pull(const Affinities& affinities, std::span<const float> pairs, Vectors& pulls) {
  const auto n = static_cast<std::ptrdiff_t>(affinities.count());
  pulls.x.resize(affinities.count());
  pulls.y.resize(affinities.count());
  constexpr std::ptrdiff_t grain = 64;
  in_parts(n, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    on_this_processor<pull_rows>(affinities.begins.data(), affinities.numbers.data(),
                                 affinities.values.data(), pairs.data(), begin, end, pulls.x.data(),
                                 pulls.y.data());
  });
}

double push(const Quadtree& tree, double theta, Vectors& pushes) {
  const auto n = static_cast<std::ptrdiff_t>(tree.order().size());
  pushes.x.resize(tree.order().size());
  pushes.y.resize(tree.order().size());
  std::vector<double> z(tree.order().size());
  constexpr std::ptrdiff_t grain = 4;
  in_parts((n + lanes - 1) / lanes, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
    for (std::ptrdiff_t group = begin; group < end; ++group) {
      const std::ptrdiff_t first = group * lanes;
      const std::ptrdiff_t size = std::min(lanes, n - first);
      float x[lanes];
      float y[lanes];
      float to_x[lanes];
      float to_y[lanes];
      float to_z[lanes];
      for (std::ptrdiff_t l = 0; l < lanes;
           ++l) {  // a last group that lacks some has the last again
        const auto at = static_cast<std::size_t>(first + std::min(l, size - 1));
        x[l] = tree.x()[at];
        y[l] = tree.y()[at];
      }
      on_this_processor<push_group>(
          tree.cells().data(), static_cast<std::ptrdiff_t>(tree.cells().size()), tree.x().data(),
          tree.y().data(), static_cast<float>(theta * theta), static_cast<const float*>(x),
          static_cast<const float*>(y), static_cast<float*>(to_x), static_cast<float*>(to_y),
          static_cast<float*>(to_z));
      for (std::ptrdiff_t l = 0; l < size; ++l) {
        const auto number =
            static_cast<std::size_t>(tree.order()[static_cast<std::size_t>(first + l)]);
        pushes.x[number] = to_x[l];
        pushes.y[number] = to_y[l];
        z[number] = static_cast<double>(to_z[l]) - 1;  // each has met itself
      }
    }
  });
  double sum = 0;
  for (const double one : z) sum += one;
  return sum;
}

Divergence divergence(const Affinities& affinities, std::span<const float> x,
                      std::span<const float> y) {
  const auto n = static_cast<std::ptrdiff_t>(affinities.count());
  constexpr std::ptrdiff_t block = 64;
  const std::ptrdiff_t blocks = (n + block - 1) / block;
  struct Part {
    double z = 0, kl = 0, p = 0;
  };
  std::vector<Part> parts(static_cast<std::size_t>(blocks));
  each_alone(blocks, [&](std::ptrdiff_t which) {
    const std::ptrdiff_t first = which * block;
    const std::ptrdiff_t last = std::min(n, first + block);
    Part& part = parts[static_cast<std::size_t>(which)];
    part.z = on_this_processor<sum_of_q>(x.data(), y.data(), n, first, last) -
             static_cast<double>(last - first);
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
      for (std::size_t at = affinities.begins[i]; at < affinities.begins[i + 1]; ++at) {
        const auto p = static_cast<double>(affinities.values[at]);
        if (!(p > 0)) continue;
        const auto j = static_cast<std::size_t>(affinities.numbers[at]);
        const double dx = static_cast<double>(x[i]) - static_cast<double>(x[j]);
        const double dy = static_cast<double>(y[i]) - static_cast<double>(y[j]);
        part.kl += p * std::log(p * (1 + dx * dx + dy * dy));
        part.p += p;
      }
    }
  });
  Divergence whole;
  double p = 0;
  for (const Part& part : parts) {
    whole.z += part.z;
    whole.kl += part.kl;
    p += part.p;
  }
  // Σ p log(p/q) with q = 1/(Z (1 + d²)): Z's logarithm once for all
  whole.kl += p * std::log(whole.z);
  return whole;
}

}  // namespace tracer::embed
