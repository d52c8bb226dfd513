// A program that uses an installed tracer: see CMakeLists.txt beside it.
#include <cstdio>
#include <vector>

#include <tracer/check/check_gradient.hpp>
#include <tracer/number/decimal.hpp>
#include <tracer/number/exact.hpp>

int main() {
  const tracer::Exact third = tracer::Exact(1) / tracer::Exact(3);
  const tracer::Exact e = exp(tracer::Exact(1));
  std::printf("1/3 = %s, e = %s\n", tracer::exact_text(third).c_str(),
              tracer::to_decimal(e, 10, false).text.c_str());
  // is x² + 3y's gradient what it says?
  const auto gradient =
      tracer::check_gradient([](const std::vector<double>& x) { return x[0] * x[0] + 3 * x[1]; },
                             [](const std::vector<double>& x) {
                               return std::vector<double>{2 * x[0], 3};
                             },
                             std::vector<double>{0.5, -1});
  std::printf("%s", gradient.table().c_str());
  return third * 3 == 1 && gradient ? 0 : 1;
}
