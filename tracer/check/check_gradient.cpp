#include "tracer/check/check_gradient.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <ostream>

#include <fmt/format.h>

#include "tracer/check/exact_check.hpp"
#include "tracer/error.hpp"
#include "tracer/text/table.hpp"

namespace tracer {
namespace {

using EntryOutcome = GradientEntry::Outcome;

struct Slope {
  double value = 0;
  double error = std::numeric_limits<double>::infinity();
};

// f as a function of one entry.
class Along {
 public:
  Along(const std::function<double(std::span<const double>)>& f, std::span<const double> at,
        std::size_t entry)
      : f_(f), x_(at.begin(), at.end()), entry_(entry), here_(x_[entry]), base_(f(x_)) {}

  double base() const { return base_; }
  /// The steps that make sense are some fractions of this.
  double scale() const { return std::max(std::abs(here_), 1.0); }

  double at(double x) {
    x_[entry_] = x;
    const double value = f_(x_);
    x_[entry_] = here_;
    return value;
  }

  double central(double h) {
    const double up = here_ + h;
    const double down = here_ - h;  // as the machine has them: their distance is not quite 2h
    return (at(up) - at(down)) / (up - down);
  }

  /// The slope of one side (h: with its sign), by three points: without f″.
  double one_sided(double h) {
    const double half = here_ + h / 2;
    const double whole = here_ + h;
    return (4 * at(half) - at(whole) - 3 * base_) / (whole - here_);
  }

 private:
  const std::function<double(std::span<const double>)>& f_;
  std::vector<double> x_;
  std::size_t entry_;
  double here_;
  double base_;
};

// Ridders' table from h on: a row is a step, half of the one before; a column takes one more power
// of h² away. The best entry is the one that its neighbours confirm most closely.
Slope ridders(Along& f, double h) {
  constexpr std::size_t rows = 6;
  std::array<double, rows> above{};
  Slope best;
  for (std::size_t i = 0; i < rows; ++i, h /= 2) {
    std::array<double, rows> row{};
    row[0] = f.central(h);
    double power = 4;
    for (std::size_t j = 1; j <= i; ++j, power *= 4) {
      row[j] = (power * row[j - 1] - above[j - 1]) / (power - 1);
      const double error = std::max(std::abs(row[j] - row[j - 1]), std::abs(row[j] - above[j - 1]));
      if (error < best.error) best = {row[j], error};
    }
    above = row;
  }
  return best;
}

// The steps at first are large, for little is lost to rounding there; near a kink, or where f is
// steep, only small ones are any good. The table with the smallest estimate counts.
Slope slope_of(Along& f, double unit) {
  Slope best;
  for (const int exponent : {-4, -9, -14, -19, -24}) {
    const double h = std::ldexp(f.scale(), exponent);
    Slope here = ridders(f, h);
    // a difference of values that are right to half a unit in the last place
    here.error += unit * std::abs(f.base()) / h;
    if (here.error < best.error) best = here;
    if (best.error <= 1e-10 * std::abs(best.value)) break;
  }
  return best;
}

// Slopes of the two sides that differ at every step, by the same amount, are those of a kink.
bool find_kink(Along& f, double unit, GradientEntry& entry) {
  double jump = 0;
  for (const int exponent : {-13, -16, -19}) {
    const double h = std::ldexp(f.scale(), exponent);
    entry.right = f.one_sided(h);
    entry.left = f.one_sided(-h);
    const double here = entry.right - entry.left;
    const double noise = 64 * unit * std::abs(f.base()) / h;
    const double size = std::abs(entry.right) + std::abs(entry.left);
    if (!(std::abs(here) > 1e-3 * size + noise)) return false;  // so written, NaN is no kink
    if (jump != 0 && !(std::abs(here - jump) < 0.1 * std::abs(jump))) return false;
    jump = here;
  }
  return true;
}

GradientEntry compare(Along& f, std::size_t k, double yours, const GradientCheckOptions& options) {
  const double least = options.least;
  GradientEntry entry;
  entry.entry = k;
  entry.yours = yours;
  if (!std::isfinite(f.base()) || !std::isfinite(yours)) {
    entry.outcome = EntryOutcome::not_finite;
    entry.numeric = entry.difference = std::numeric_limits<double>::quiet_NaN();
    return entry;
  }
  if (find_kink(f, options.unit, entry)) {
    entry.on_kink = true;
    entry.numeric = (entry.left + entry.right) / 2;
    const auto [low, high] = std::minmax(entry.left, entry.right);
    entry.difference = std::max({low - yours, yours - high, 0.0});
    entry.estimate = 1e-6 * (std::abs(low) + std::abs(high));
    entry.outcome =
        entry.difference <= entry.estimate + least ? EntryOutcome::kink : EntryOutcome::wrong;
    return entry;
  }
  const Slope slope = slope_of(f, options.unit);
  entry.numeric = slope.value;
  entry.difference = std::abs(yours - slope.value);
  entry.estimate = slope.error;
  const double size = std::max(std::abs(yours), std::abs(slope.value));
  // a billionth, of float32 some roundoffs: yours is rounded too, and no mistake is as small
  const double allowed = 2 * slope.error + std::max(1e-9, 64 * options.unit) * size + least;
  if (entry.difference > allowed) {
    entry.outcome = EntryOutcome::wrong;
  } else if (!std::isfinite(slope.error) ||
             slope.error > std::max(0.1 * size, 1e-6 * std::abs(f.base()) / f.scale()) + least) {
    entry.outcome = EntryOutcome::unknown;
  }
  return entry;
}

std::string_view word_for(const GradientEntry& entry) {
  switch (entry.outcome) {
    case EntryOutcome::right:
      return "";
    case EntryOutcome::wrong:
      return entry.on_kink ? "WRONG, outside the slopes of a kink" : "WRONG";
    case EntryOutcome::kink:
      return "a kink: any value between its slopes will do";
    case EntryOutcome::not_finite:
      return std::isfinite(entry.yours) ? "f is not finite here" : "NOT FINITE";
    case EntryOutcome::unknown:
      break;
  }
  return "can't tell: f is too rough here";
}

std::string number_text(double x) { return fmt::format("{:.10g}", x + 0.0); }  // −0 is 0

bool is_good(const GradientEntry& entry) {
  return entry.outcome == EntryOutcome::right || entry.outcome == EntryOutcome::kink;
}

}  // namespace

GradientCheck check_gradient_of(const std::function<double(std::span<const double>)>& f,
                                std::span<const double> gradient, std::span<const double> at,
                                const GradientCheckOptions& options) {
  if (gradient.size() != at.size()) {
    throw ShapeError(fmt::format("check_gradient: the gradient has {} entries, the point {}",
                                 gradient.size(), at.size()));
  }
  const long long wanted =
      static_cast<long long>(options.entries == 0 ? at.size() : options.entries);
  std::vector<GradientEntry> entries;
  for (const Eigen::Index k :
       chosen_entries(static_cast<Eigen::Index>(at.size()), wanted, options.seed, "gradient")) {
    const auto entry = static_cast<std::size_t>(k);
    Along along(f, at, entry);
    entries.push_back(compare(along, entry, gradient[entry], options));
  }
  return {at.size(), std::move(entries)};
}

bool GradientCheck::passed() const { return std::ranges::all_of(entries_, is_good); }

std::string GradientCheck::table() const {
  std::vector<GradientEntry> sorted = entries_;
  std::ranges::stable_sort(sorted, [](const GradientEntry& a, const GradientEntry& b) {
    return !is_good(a) && is_good(b);
  });
  constexpr std::size_t most = 20;
  std::vector<std::vector<TableCell>> rows;
  for (const GradientEntry& entry : sorted) {
    if (rows.size() == most) break;
    rows.push_back({std::to_string(entry.entry), number_text(entry.yours),
                    entry.on_kink ? number_text(entry.left) + " | " + number_text(entry.right)
                    // what may as well be 0 is shown as that, not as the noise that it is
                    : std::abs(entry.numeric) <= 4 * entry.estimate ? "0"
                                                                    : number_text(entry.numeric),
                    fmt::format("{:.2g}", std::abs(entry.difference)),
                    fmt::format("{:.2g}", entry.estimate), std::string(word_for(entry))});
  }
  std::string text = tracer::table({{"entry", true},
                                    {"yours", true},
                                    {"numeric", true},
                                    {"difference", true},
                                    {"its error", true},
                                    {""}},
                                   rows, {.width = 120});
  if (sorted.size() > most) text += fmt::format("and {} more\n", sorted.size() - most);
  const auto good = std::ranges::count_if(entries_, is_good);
  text += fmt::format("{} of {} entries are right", good, entries_.size());
  if (entries_.size() < size_) text += fmt::format(" (a sample of {})", size_);
  return text + "\n";
}

std::ostream& operator<<(std::ostream& out, const GradientCheck& check) {
  return out << "\n" << check.table();
}

}  // namespace tracer
