#include "tracer/check/gradient_report.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace tracer {

double CheckedEntry::relative() const {
  if (error == 0) return 0;
  const double size = std::max(std::abs(gradient.to_double()), std::abs(reference.to_double()));
  return size > 0 ? error / size : std::numeric_limits<double>::infinity();
}

bool CheckedEntry::is_about_zero() const {
  return is_right(agreement) && error > 0 &&
         std::max(std::abs(gradient.to_double()), std::abs(reference.to_double())) <= allowed;
}

long long CheckedParameter::count(Agreement agreement) const {
  return std::ranges::count(checked, agreement, &CheckedEntry::agreement);
}

long long CheckedParameter::right() const {
  return std::ranges::count_if(checked, is_right, &CheckedEntry::agreement);
}

namespace {

bool is_compared(const CheckedEntry& entry) {
  return entry.agreement == Agreement::equal || entry.agreement == Agreement::agrees ||
         entry.agreement == Agreement::wrong;
}

// by how much an entry is beyond what is allowed
double badness(const CheckedEntry& entry) {
  if (!entry.finite) return std::numeric_limits<double>::infinity();
  if (entry.error == 0) return 0;
  return entry.allowed > 0 ? entry.error / entry.allowed : entry.error * 1e300;
}

}  // namespace

const CheckedEntry* CheckedParameter::worst() const {
  const CheckedEntry* worst = nullptr;
  const auto before = [](const CheckedEntry& a, const CheckedEntry& b) {
    const bool wrong_a = a.agreement == Agreement::wrong;
    const bool wrong_b = b.agreement == Agreement::wrong;
    if (wrong_a != wrong_b) return wrong_a;
    return wrong_a ? badness(a) > badness(b) : a.relative() > b.relative();
  };
  for (const CheckedEntry& entry : checked) {
    if (is_compared(entry) && (worst == nullptr || before(entry, *worst))) worst = &entry;
  }
  return worst;
}

namespace {

// The largest of what `error_of` says of the entries that were compared.
double largest_of(const CheckedParameter& parameter, const auto& error_of) {
  double largest = 0;
  for (const CheckedEntry& entry : parameter.checked) {
    if (is_compared(entry)) largest = std::max(largest, error_of(entry));
  }
  return largest;
}

long long sum_over(const std::vector<CheckedParameter>& parameters, const auto& count_of) {
  long long sum = 0;
  for (const CheckedParameter& parameter : parameters) sum += count_of(parameter);
  return sum;
}

}  // namespace

double CheckedParameter::largest_error() const {
  return largest_of(*this, [](const CheckedEntry& entry) { return entry.error; });
}

double CheckedParameter::largest_relative() const {
  return largest_of(*this, [](const CheckedEntry& entry) {
    return entry.is_about_zero() ? 0 : entry.relative();
  });
}

double CheckedParameter::largest_units() const {
  return largest_of(*this, [](const CheckedEntry& entry) {
    // what the difference itself may be off by is not rounding of the gradient
    const double beyond = std::max(0.0, entry.error - 2 * entry.reference_error);
    return entry.finite && beyond > 0 ? beyond / entry.unit : 0;
  });
}

std::optional<double> CheckedParameter::digits() const {
  std::optional<double> fewest;
  for (const CheckedEntry& entry : checked) {
    if (!is_compared(entry) || entry.error == 0 || entry.is_about_zero()) continue;
    const double digits = std::max(0.0, -std::log10(entry.relative()));
    fewest = fewest ? std::min(*fewest, digits) : digits;
  }
  return fewest;
}

long long GradientReport::count(Agreement agreement) const {
  return sum_over(parameters, [&](const CheckedParameter& one) { return one.count(agreement); });
}

long long GradientReport::narrowed() const {
  return sum_over(parameters, [](const CheckedParameter& one) {
    return std::ranges::count(one.checked, true, &CheckedEntry::narrowed);
  });
}

long long GradientReport::compared() const {
  return count(Agreement::wrong) + sum_over(parameters, std::mem_fn(&CheckedParameter::right));
}

Outcome GradientReport::outcome() const {
  if (!passed()) return Outcome::wrong;
  return count(Agreement::undecided) > 0 || compared() == 0 ? Outcome::undecided : Outcome::right;
}

long long GradientReport::checked_entries() const {
  return sum_over(parameters, [](const CheckedParameter& one) { return std::ssize(one.checked); });
}

long long GradientReport::entries() const {
  return sum_over(parameters, std::mem_fn(&CheckedParameter::entries));
}

double magnitude(const Exact& x) {
  if (x.is_zero_surely()) return 0;
  if (x.is_rational()) {
    // nearest may be below
    return std::nextafter(std::abs(x.to_double()), std::numeric_limits<double>::infinity());
  }
  return std::max(std::abs(mpfr_get_d(x.interval().lower(), MPFR_RNDA)),
                  std::abs(mpfr_get_d(x.interval().upper(), MPFR_RNDA)));
}

double width(const Exact& x) {
  if (x.is_rational()) return 0;
  Interval ends = x.interval();
  mpfr_sub(ends.upper(), ends.upper(), ends.lower(), MPFR_RNDU);
  return mpfr_get_d(ends.upper(), MPFR_RNDU);
}

bool judge_equal(CheckedEntry& entry, const Exact& reference) {
  if (!reference.is_rational() || !entry.gradient.is_rational() ||
      reference.rational() != entry.gradient.rational())
    return false;
  entry.reference = reference;
  entry.agreement = Agreement::equal;
  return true;
}

bool judge(CheckedEntry& entry, const Estimate& reference, const Needed& needed) {
  const Exact between = entry.gradient - reference.value;
  const double own = 2 * reference.error + width(between);
  entry.reference = reference.value;
  entry.error = magnitude(between);
  entry.reference_error = reference.error;
  entry.allowed = own + entry.rounding;
  const bool wrong = entry.error > entry.allowed;
  // where rounding might do more than a hundredth of the terms it is no rounding: the forward pass
  // is off, and nothing is known of the way back
  if (!wrong && !(entry.rounding <= entry.terms / 100)) {  // so written, NaN is not known either
    entry.agreement = Agreement::undecided;
    return true;
  }
  // of what is wrong it is known by how much; what is right must be right to many digits
  const double size = std::max(magnitude(entry.gradient), magnitude(reference.value));
  const double enough = std::max({needed.relative * size, needed.absolute, entry.rounding});
  if (!wrong && own > enough) return false;
  entry.agreement = wrong ? Agreement::wrong : Agreement::agrees;
  return true;
}

}  // namespace tracer
