#include "tracer/check/gradient_report.hpp"

#include <algorithm>
#include <cmath>
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

double CheckedParameter::largest_error() const {
  double largest = 0;
  for (const CheckedEntry& entry : checked) {
    if (is_compared(entry)) largest = std::max(largest, entry.error);
  }
  return largest;
}

double CheckedParameter::largest_relative() const {
  double largest = 0;
  for (const CheckedEntry& entry : checked) {
    if (is_compared(entry) && !entry.is_about_zero()) largest = std::max(largest, entry.relative());
  }
  return largest;
}

double CheckedParameter::largest_units() const {
  double largest = 0;
  for (const CheckedEntry& entry : checked) {
    // what the difference itself may be off by is not rounding of the gradient
    const double beyond = std::max(0.0, entry.error - 2 * entry.reference_error);
    if (is_compared(entry) && entry.finite && beyond > 0)
      largest = std::max(largest, beyond / entry.unit);
  }
  return largest;
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
  long long sum = 0;
  for (const CheckedParameter& parameter : parameters) sum += parameter.count(agreement);
  return sum;
}

long long GradientReport::narrowed() const {
  long long sum = 0;
  for (const CheckedParameter& parameter : parameters)
    sum += std::ranges::count(parameter.checked, true, &CheckedEntry::narrowed);
  return sum;
}

long long GradientReport::compared() const {
  long long sum = count(Agreement::wrong);
  for (const CheckedParameter& parameter : parameters) sum += parameter.right();
  return sum;
}

Outcome GradientReport::outcome() const {
  if (!passed()) return Outcome::wrong;
  return count(Agreement::undecided) > 0 || compared() == 0 ? Outcome::undecided : Outcome::right;
}

long long GradientReport::checked_entries() const {
  long long sum = 0;
  for (const CheckedParameter& parameter : parameters)
    sum += static_cast<long long>(parameter.checked.size());
  return sum;
}

long long GradientReport::entries() const {
  long long sum = 0;
  for (const CheckedParameter& parameter : parameters) sum += parameter.entries;
  return sum;
}

}  // namespace tracer
