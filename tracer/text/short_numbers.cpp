#include "tracer/text/short_numbers.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace tracer {

std::string short_number(double x) {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x < 0 ? "-inf" : "inf";
  const double size = std::fabs(x);
  if (size == 0) return "0.0000";
  if (size >= 0.00095 && size < 99999.5) {
    const int before = size < 9.99995   ? 1
                       : size < 99.9995 ? 2
                       : size < 999.995 ? 3
                       : size < 9999.95 ? 4
                                        : 5;
    return fmt::format("{:.{}f}", x, 5 - before);
  }
  // 2.1e-5, not the 2.1e-05 of printf: the two zeros would cost the column a digit
  std::string mantissa = fmt::format("{:.1e}", x);
  const std::size_t e = mantissa.find('e');
  const int exponent = std::stoi(mantissa.substr(e + 1));
  return mantissa.substr(0, e) + "e" + std::to_string(exponent);
}

std::string grouped(long long n) {
  std::string digits = std::to_string(n);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string percent(double share) {
  if (std::isnan(share)) return "nan %";
  if (share == 1) return "100.0 %";
  // 99.996 is not yet 100: a network that makes one mistake should not look perfect
  const double rounded = std::round(share * 10000) / 100;
  return fmt::format("{:.2f} %", share < 1 && rounded >= 100 ? 99.99 : rounded);
}

std::string clock_time(double seconds) {
  if (!std::isfinite(seconds) || seconds > 360000) return "-:--";
  const auto s = static_cast<long long>(std::ceil(std::max(seconds, 0.0)));
  if (s < 3600) return fmt::format("{}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

}  // namespace tracer
