// Rationals: the numbers of a derivation for as long as it adds, subtracts, multiplies and divides.
// What is written `0.01` in a lesson is 1/100, not the nearest double. Read exact.hpp next.
#pragma once

#include <boost/multiprecision/gmp.hpp>
#include <string>
#include <string_view>

namespace tracer {

// et_off: with expression templates `auto x = a + b` would hold references to a and b.
using Integer =
    boost::multiprecision::number<boost::multiprecision::gmp_int, boost::multiprecision::et_off>;
using Rational = boost::multiprecision::number<boost::multiprecision::gmp_rational,
                                               boost::multiprecision::et_off>;

/// The number that a decimal literal stands for, exactly. As in Python: "3", "0.01", ".5", "2.",
/// "1e-3", "1_000.5", and a leading sign. Throws Error where the text is no such number, has more
/// than 10 000 characters, or an exponent beyond ±10000.
Rational parse_rational(std::string_view text);

/// Bits of the numerator and bits of the denominator together: what the number costs to carry.
int bit_size(const Rational& q);

/// "6614547/6250000", "-3": lowest terms, the sign in front, no denominator for an integer.
std::string to_string(const Rational& q);

/// 10ⁿ, for any n.
Rational power_of_ten(long n);

/// The e with 10ᵉ <= |q| < 10ᵉ⁺¹: 0 for 1 to 9, -1 for a tenth. Requires q != 0.
long decimal_exponent(const Rational& q);

}  // namespace tracer
