// Products that pass zeros over, against the sums that they are: rows on both sides of a vector's width
// and of a strip's, samples on both sides of a block, both ways of adding up W̄, any number of threads.
#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "tests/catch.hpp"
#include "tests/number/thread_count.hpp"
#include "tracer/number/random.hpp"
#include "tracer/number/sparse_product.hpp"
#include "tracer/number/threads.hpp"

using namespace tracer;
using tracer::test::ThreadCount;

namespace {

template <class S>
std::vector<S> sparse_drawn(std::ptrdiff_t n, const char* name, double share = 1) {
  RandomStream stream(11, name);
  std::vector<S> numbers(static_cast<std::size_t>(n));
  for (S& number : numbers) {
    const bool is_there = stream.uniform_double() < share;
    const auto drawn = static_cast<S>(stream.uniform_double() - 0.5);
    number = is_there ? drawn : S(0);
  }
  return numbers;
}

// Samples of a set in an order of their own, as a shuffled batch has them.
template <class S>
struct Batch {
  Batch(int entries, int samples, double share)
      : values(sparse_drawn<S>(static_cast<std::ptrdiff_t>(entries) * samples, "x", share)),
        nonzeros(values.data(), entries, samples) {
    REQUIRE(nonzeros.are_few());
    for (int j = 0; j < samples; ++j) order.push_back(samples % 7 == 0 ? j : j * 5 % samples);
    for (const int sample : order) columns.push_back(nonzeros.column(sample));
    matrix = {entries, columns};
  }
  double at(std::ptrdiff_t k, std::size_t j) const {
    return static_cast<double>(values[static_cast<std::size_t>(order[j] * matrix.rows + k)]);
  }
  std::vector<S> values;
  Nonzeros<S> nonzeros;
  std::vector<int> order;
  std::vector<SparseColumn<S>> columns;
  SparseMatrix<S> matrix;
};

// The largest distance from the sums, in units of ε times the sum of the absolute terms.
template <class S>
double forward_error(std::ptrdiff_t rows, int entries, int samples, bool with_bias) {
  const Batch<S> x(entries, samples, 0.2);
  const std::vector<S> a = sparse_drawn<S>(rows * entries, "a");
  const std::vector<S> bias = sparse_drawn<S>(rows, "bias");
  std::vector<S> c(static_cast<std::size_t>(rows * samples), std::numeric_limits<S>::quiet_NaN());
  multiply<S>(c.data(), a.data(), rows, x.matrix, with_bias ? bias.data() : nullptr);
  double worst = 0;
  for (std::size_t j = 0; j < x.columns.size(); ++j) {
    for (std::ptrdiff_t r = 0; r < rows; ++r) {
      double sum = with_bias ? static_cast<double>(bias[static_cast<std::size_t>(r)]) : 0;
      double size = std::abs(sum);
      for (std::ptrdiff_t k = 0; k < entries; ++k) {
        const double term =
            static_cast<double>(a[static_cast<std::size_t>(k * rows + r)]) * x.at(k, j);
        sum += term;
        size += std::abs(term);
      }
      const auto made =
          static_cast<double>(c[j * static_cast<std::size_t>(rows) + static_cast<std::size_t>(r)]);
      if (!(std::abs(made - sum) <= 1e30)) return 1e30;
      worst = std::max(worst, std::abs(made - sum) / (size + 1e-30));
    }
  }
  return worst / static_cast<double>(std::numeric_limits<S>::epsilon());
}

template <class S>
double turned_error(std::ptrdiff_t rows, int entries, int samples, bool add) {
  const Batch<S> x(entries, samples, 0.2);
  const std::vector<S> a = sparse_drawn<S>(rows * samples, "a");
  const std::vector<S> before = sparse_drawn<S>(rows * entries, "c");
  std::vector<S> c = before;
  if (!add) c.assign(c.size(), std::numeric_limits<S>::quiet_NaN());
  multiply_turned<S>(c.data(), a.data(), rows, x.matrix, add);
  double worst = 0;
  for (std::ptrdiff_t k = 0; k < entries; ++k) {
    for (std::ptrdiff_t r = 0; r < rows; ++r) {
      const auto place = static_cast<std::size_t>(k * rows + r);
      double sum = add ? static_cast<double>(before[place]) : 0;
      double size = std::abs(sum);
      for (std::size_t j = 0; j < x.columns.size(); ++j) {
        const double term =
            static_cast<double>(
                a[j * static_cast<std::size_t>(rows) + static_cast<std::size_t>(r)]) *
            x.at(k, j);
        sum += term;
        size += std::abs(term);
      }
      const auto made = static_cast<double>(c[place]);
      if (!(std::abs(made - sum) <= 1e30)) return 1e30;
      worst = std::max(worst, std::abs(made - sum) / (size + 1e-30));
    }
  }
  return worst / static_cast<double>(std::numeric_limits<S>::epsilon());
}

}  // namespace

TEMPLATE_TEST_CASE("a product passes over what is 0", "[number][product]", float, double) {
  using S = TestType;
  const std::ptrdiff_t rows = GENERATE(1, 3, 4, 7, 8, 10, 16, 17, 20, 33, 48, 50, 64, 80, 130, 300);
  const int entries = GENERATE(64, 65, 200);
  const int samples = GENERATE(1, 2, 65, 130);
  CAPTURE(rows, entries, samples);
  CHECK(forward_error<S>(rows, entries, samples, false) < 30);
  CHECK(forward_error<S>(rows, entries, samples, true) < 30);
  CHECK(turned_error<S>(rows, entries, samples, false) < 30);
  CHECK(turned_error<S>(rows, entries, samples, true) < 30);
}

TEST_CASE("W̄ of many units, and of many samples", "[number][product]") {
  CHECK(turned_error<float>(128, 784, 128, false) < 60);  // entry by entry
  CHECK(turned_error<float>(300, 300, 150, true) < 60);
  CHECK(turned_error<float>(20, 784, 2500, false) < 200);  // sample by sample, in two copies
  CHECK(turned_error<double>(20, 200, 9000, true) < 500);
}

// Of many rows the left factor is read by blocks, of few it is not.
TEST_CASE("a sum is added up in the same order by blocks and without", "[number][product]") {
  const std::ptrdiff_t rows = GENERATE(36, 40, 64, 128, 300);
  const int entries = GENERATE(1000, 1024);
  const int samples = GENERATE(127, 300);
  const std::ptrdiff_t few = 30;
  CAPTURE(rows, entries, samples);
  const Batch<float> x(entries, samples, 0.2);
  const std::vector<float> a = sparse_drawn<float>(rows * entries, "a");
  const std::vector<float> bias = sparse_drawn<float>(rows, "bias");
  std::vector<float> a_few;
  for (std::ptrdiff_t k = 0; k < entries; ++k)
    a_few.insert(a_few.end(), a.begin() + k * rows, a.begin() + k * rows + few);
  std::vector<float> c(static_cast<std::size_t>(rows * samples));
  std::vector<float> c_few(static_cast<std::size_t>(few * samples));
  multiply<float>(c.data(), a.data(), rows, x.matrix, bias.data());
  multiply<float>(c_few.data(), a_few.data(), few, x.matrix, bias.data());
  bool same = true;
  for (std::ptrdiff_t j = 0; j < samples; ++j) {
    const auto first = c_few.begin() + j * few;
    same = same && std::equal(first, first + few, c.begin() + j * rows);
  }
  CHECK(same);
}

TEST_CASE("zeros that are passed over: the same bits for any number of threads",
          "[number][product]") {
  const Batch<float> x(784, 3000, 0.2);
  for (const std::ptrdiff_t rows : {20, 100}) {
    const std::vector<float> a = sparse_drawn<float>(rows * 784, "a");
    const std::vector<float> above = sparse_drawn<float>(rows * 3000, "above");
    std::vector<float> z(static_cast<std::size_t>(rows * 3000));
    std::vector<float> w(a.size());
    const auto run = [&](int count) {
      const ThreadCount team(count);
      multiply<float>(z.data(), a.data(), rows, x.matrix, nullptr);
      multiply_turned<float>(w.data(), above.data(), rows, x.matrix, false);
      return std::pair(z, w);
    };
    const auto alone = run(1);
    CHECK(run(2) == alone);
    CHECK(run(3) == alone);
  }
}

TEST_CASE("what is worth listing, and what is listed", "[number][product]") {
  const auto few = [](double share) {
    const std::vector<float> values = sparse_drawn<float>(100 * 400, "x", share);
    return Nonzeros<float>(values.data(), 100, 400).are_few();
  };
  CHECK(few(0));
  CHECK(few(0.19));  // MNIST
  CHECK_FALSE(few(0.5));
  CHECK_FALSE(few(1));
  CHECK_FALSE(Nonzeros<float>(nullptr, 63, 0).are_few());
  const std::vector<float> short_ones(63 * 2, 0.0F);
  CHECK_FALSE(Nonzeros<float>(short_ones.data(), 63, 2).are_few());

  // mostly 0 at the beginning only
  std::vector<float> turning(100 * 1000, 0.0F);
  std::fill(turning.begin() + 50'000, turning.end(), 1.0F);
  CHECK_FALSE(Nonzeros<float>(turning.data(), 100, 1000).are_few());

  std::vector<float> values(130 * 2, 0.0F);
  values[3] = -0.0F;  // is 0
  values[130] = 0.5F;
  values[130 + 64] = std::numeric_limits<float>::quiet_NaN();
  values[130 + 129] = 1e-45F;
  const Nonzeros<float> nonzeros(values.data(), 130, 2);
  REQUIRE(nonzeros.are_few());
  CHECK(nonzeros.column(0).count == 0);
  const SparseColumn<float> column = nonzeros.column(1);
  REQUIRE(column.count == 3);
  CHECK(column.entries == values.data() + 130);
  CHECK(column.places[0] == 0);
  CHECK(column.places[1] == 64);
  CHECK(column.places[2] == 129);
  CHECK(column.nonzeros[0] == 0.5F);
  CHECK(std::isnan(column.nonzeros[1]));
  CHECK(column.bits[0] == 1);
  CHECK(column.bits[1] == 1);
  CHECK(column.bits[2] == 2);
}
