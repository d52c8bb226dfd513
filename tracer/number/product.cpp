#include "tracer/number/product.hpp"

#include <cassert>
#include <type_traits>

#include "tracer/number/threads.hpp"
#include "tracer/number/undivided_product.hpp"

#include <cblas.h>
#ifdef TRACER_DNNL
#include <omp.h>
#include <oneapi/dnnl/dnnl.h>
#endif

// OpenBLAS's own; another BLAS does not have it.
extern "C" void openblas_set_num_threads(int) __attribute__((weak));

namespace tracer {
namespace {

// Small products are OpenBLAS's, which has less to do before it starts; oneDNN catches up the
// sooner the longer the sums are. (Measured on processors with AVX-512; a wrong choice costs a
// tenth.)
constexpr double small_product = 300'000;
constexpr double small_product_of_long_sums = 150'000;
constexpr int long_sum = 256;
// A part of a product that is worth a thread: some 5 µs.
constexpr double part_of_product = 500'000;

#ifdef TRACER_DNNL
/// oneDNN's threads are OpenMP's: while one of these lives, this thread computes alone.
class Alone {
 public:
  Alone() { omp_set_num_threads(1); }
  ~Alone() { omp_set_num_threads(before_); }
  Alone(const Alone&) = delete;
  Alone& operator=(const Alone&) = delete;

 private:
  int before_ = omp_get_max_threads();
};
#endif

// c's columns are c_stride apart: it may be a part of a wider matrix.
template <class S>
void multiply_alone(S* c, std::ptrdiff_t c_stride, const Factor<S>& a, const Factor<S>& b,
                    bool add) {
  const auto m = static_cast<int>(a.rows);
  const auto n = static_cast<int>(b.columns);
  const auto k = static_cast<int>(a.columns);
  const auto lda = static_cast<int>(a.stride);
  const auto ldb = static_cast<int>(b.stride);
  const auto ldc = static_cast<int>(c_stride);
  const CBLAS_TRANSPOSE a_turned = a.transposed ? CblasTrans : CblasNoTrans;
  const CBLAS_TRANSPOSE b_turned = b.transposed ? CblasTrans : CblasNoTrans;
  if constexpr (std::is_same_v<S, float>) {
    const float beta = add ? 1.0F : 0.0F;
#ifdef TRACER_DNNL
    if (static_cast<double>(m) * n * k >
        (k >= long_sum ? small_product_of_long_sums : small_product)) {
      const Alone alone;
      // oneDNN reads row by row: it is given cᵀ = bᵀ·aᵀ, which is the same storage
      if (dnnl_sgemm(b.transposed ? 'T' : 'N', a.transposed ? 'T' : 'N', n, m, k, 1.0F, b.entries,
                     ldb, a.entries, lda, beta, c, ldc) == dnnl_success)
        return;
    }
#endif
    cblas_sgemm(CblasColMajor, a_turned, b_turned, m, n, k, 1.0F, a.entries, lda, b.entries, ldb,
                beta, c, ldc);
  } else {
    cblas_dgemm(CblasColMajor, a_turned, b_turned, m, n, k, 1.0, a.entries, lda, b.entries, ldb,
                add ? 1.0 : 0.0, c, ldc);
  }
}

// The columns [begin, end) of a factor.
template <class S>
Factor<S> columns_of(Factor<S> whole, std::ptrdiff_t begin, std::ptrdiff_t end) {
  whole.entries += whole.transposed ? begin : begin * whole.stride;
  whole.columns = end - begin;
  return whole;
}
template <class S>
Factor<S> rows_of(Factor<S> whole, std::ptrdiff_t begin, std::ptrdiff_t end) {
  whole.entries += whole.transposed ? begin * whole.stride : begin;
  whole.rows = end - begin;
  return whole;
}

// Once: products are divided here, and two divisions would fight for the cores.
void leave_dividing_to_us() {
  [[maybe_unused]] static const bool one_thread_each =
      openblas_set_num_threads != nullptr && (openblas_set_num_threads(1), true);
}

}  // namespace

template <class S>
void multiply_undivided(S* c, const Factor<S>& a, const Factor<S>& b, bool add) {
  assert(a.columns == b.rows);
  leave_dividing_to_us();
  if (a.rows > 0 && b.columns > 0) multiply_alone(c, a.rows, a, b, add);
}

template void multiply_undivided<float>(float*, const Factor<float>&, const Factor<float>&, bool);
template void multiply_undivided<double>(double*, const Factor<double>&, const Factor<double>&,
                                         bool);

template <class S>
void multiply(S* c, const Factor<S>& a, const Factor<S>& b, bool add) {
  assert(a.columns == b.rows);
  leave_dividing_to_us();
  const std::ptrdiff_t m = a.rows;
  const std::ptrdiff_t n = b.columns;
  if (m == 0 || n == 0) return;
  // Never along the inner size: a sum is then added up in one order, whatever the threads.
  const double work_of_one = static_cast<double>(a.columns) * static_cast<double>(n >= m ? m : n);
  const auto grain = static_cast<std::ptrdiff_t>(part_of_product / (work_of_one + 1)) + 1;
  if (n >= m) {
    in_parts(n, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      multiply_alone(c + begin * m, m, a, columns_of(b, begin, end), add);
    });
  } else {
    in_parts(m, grain, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      multiply_alone(c + begin, m, rows_of(a, begin, end), b, add);
    });
  }
}

template void multiply<float>(float*, const Factor<float>&, const Factor<float>&, bool);
template void multiply<double>(double*, const Factor<double>&, const Factor<double>&, bool);

}  // namespace tracer
