// A program that uses an installed tracer: see CMakeLists.txt beside it.
#include <cstdio>

#include <tracer/number/decimal.hpp>
#include <tracer/number/exact.hpp>

int main() {
  const tracer::Exact third = tracer::Exact(1) / tracer::Exact(3);
  const tracer::Exact e = exp(tracer::Exact(1));
  std::printf("1/3 = %s, e = %s\n", tracer::exact_text(third).c_str(),
              tracer::to_decimal(e, 10, false).text.c_str());
  return third * 3 == 1 ? 0 : 1;
}
