// The short forms of numbers that reports and pictures share.
#pragma once

#include <string>

namespace tracer {

/// A number in six columns where that is possible: 0.2314, 12.314, 12314, 2.1e-5, nan, inf.
std::string short_number(double x);
/// 41200 as "41,200".
std::string grouped(long long n);
/// A share in six columns: 93.41 as "93.41 %", 1 as "100.0 %". Only what is 1 shows as 100.
std::string percent(double share);
/// Seconds as "0:04", "12:30", "1:02:03".
std::string clock_time(double seconds);

}  // namespace tracer
