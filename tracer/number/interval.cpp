#include "tracer/number/interval.hpp"

#include <array>

namespace tracer {

Interval::Interval(int bits) {
  mpfi_init2(value_, bits);
  mpfi_set_ui(value_, 0);
}

Interval::Interval(const Rational& q, int bits) {
  mpfi_init2(value_, bits);
  mpfi_set_q(value_, q.backend().data());
}

Interval::Interval(const Interval& other) {
  mpfi_init2(value_, mpfi_get_prec(other.value_));
  mpfi_set(value_, other.value_);
}

Interval::Interval(Interval&& other) noexcept {
  value_[0] = other.value_[0];
  other.value_[0].left._mpfr_d = nullptr;
  other.value_[0].right._mpfr_d = nullptr;
}

Interval& Interval::operator=(const Interval& other) {
  if (this != &other) Interval(other).swap(*this);
  return *this;
}

Interval& Interval::operator=(Interval&& other) noexcept {
  swap(other);
  return *this;
}

Interval::~Interval() {
  if (value_[0].left._mpfr_d != nullptr) mpfi_clear(value_);
}

void Interval::swap(Interval& other) noexcept { std::swap(value_[0], other.value_[0]); }

bool Interval::contains(const Rational& q) const {
  const auto* p = q.backend().data();
  return mpfr_cmp_q(lower(), p) <= 0 && mpfr_cmp_q(upper(), p) >= 0;
}

bool Interval::contains_zero() const { return mpfr_sgn(lower()) <= 0 && mpfr_sgn(upper()) >= 0; }

bool Interval::overlaps(const Interval& other) const {
  return mpfr_lessequal_p(lower(), other.upper()) && mpfr_lessequal_p(other.lower(), upper());
}

bool Interval::is_point() const { return mpfr_equal_p(lower(), upper()); }

bool Interval::is_finite() const { return mpfr_number_p(lower()) && mpfr_number_p(upper()); }

Interval Interval::with_bits(int bits) const {
  Interval wider(bits);
  mpfi_set(wider.value_, value_);
  return wider;
}

std::string to_string(mpfr_srcptr x) {
  std::array<char, 64> text{};
  mpfr_snprintf(text.data(), text.size(), "%.12Rg", x);
  return text.data();
}

}  // namespace tracer
