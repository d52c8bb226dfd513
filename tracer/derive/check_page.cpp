// derive --check: beside every gradient of a page the difference that confirms it. The value is moved
// by h in exact arithmetic, all that depends on it is computed anew, and
//
//   (L(v + h) − L(v − h))/2h = L′ + O(h²)
//
// is L′ itself, as a fraction, where L is at most quadratic in v (Burden & Faires, Numerical
// Analysis, 4.1). Nothing of the backward pass takes part.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tracer/check/moved_run.hpp"
#include "tracer/derive/page_parts.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr Eigen::Index most_checked = 64;  // of a gradient; of a larger one the largest
constexpr std::size_t largest_checked = 10;
constexpr double most_multiplications = 2e7;  // multiplications, of a page

// The graph of a step, where check's differences are taken: every value of the page is moved.
CheckedGraph checked_graph(const PageSource& source, std::vector<NodeId> wrt) {
  CheckedGraph made;
  made.graph = &source.batch.graph;
  made.result = source.batch.loss;
  made.wrt = std::move(wrt);
  const std::string& seed = source.context.program.seed_name;
  if (!seed.empty()) made.seed = source.batch.graph.find(seed);
  for (const auto& [name, leaf] : source.batch.leaves)
    made.leaves.emplace(leaf, source.record->values.at(leaf));
  return made;
}

class Differences : PagePart {
 public:
  Differences(const PageSource& source, int digits)
      : PagePart(source),
        digits_(digits),
        exponent_(std::max(10, digits)),
        h_(1 / power_of_ten(exponent_)) {}

  bool write_to(DerivationStep& page) {
    page.check_heading = fmt::format("({0}(v + h) − {0}(v − h))/2h, h = 1e-{1}, exactly computed",
                                     rules_.loss_display().text, exponent_);
    double entries = 0;
    std::vector<NodeId> wrt;
    for (const GradientRule& gradient : rules_.gradients()) {
      if (!source_.wanted(gradient.node)) continue;
      wrt.push_back(gradient.node);
      entries += static_cast<double>(
          std::min<long long>(graph_[gradient.node].shape.count(), most_checked));
    }
    if (3 * entries * cost_of(graph_) > most_multiplications)
      throw Error(
          "--check: this graph is too large for differences of every gradient on the page; ask "
          "for some with --wrt, or let check judge it");
    const CheckedGraph checked = checked_graph(source_, std::move(wrt));
    MovedRun<Exact> run(checked, source_.context.working);
    bool all = true;
    for (const NodeId id : checked.wrt) {
      run.choose(id);
      page.checks.push_back(line(run, id));
      all = page.checks.back().agrees && all;
    }
    return all;
  }

 private:
  struct Entry {
    Eigen::Index row, column;
  };

  struct Judged {
    Exact difference;
    bool exact = false;
    bool agrees = true;
    double digits = 0;   // in which difference and gradient agree
    std::string corner;  // what is said where the slopes of both sides differ
  };

  // By h, and where that is too coarse for this function by h².
  Judged judge(MovedRun<Exact>& run, const Entry& e, const Exact& g) const {
    Judged made;
    double jump = 0;
    const Eigen::Index entry = e.column * run.chosen().rows() + e.row;
    for (const bool finer : {false, true}) {
      const Rational h = finer ? Rational(h_ * h_) : h_;
      Exact below, above, step_up, step_down;
      try {
        const Exact step(h, source_.context.working);
        step_up = run.at(entry, step).result - run.base();
        step_down = run.base() - run.at(entry, -step).result;
      } catch (const Error&) {  // the edge of what it is defined for is nearer than h
        if (finer) throw;
        continue;
      }
      above = step_up / Exact(h);
      below = step_down / Exact(h);
      made.difference = (step_up + step_down) / Exact(2 * h);
      const Exact error = made.difference - g;
      const double size = std::max({magnitude(g), magnitude(above), magnitude(below)});
      const bool smooth = magnitude(above - below) <= 1e-5 * size || size < 1e-20;
      made.exact = smooth && error.is_zero_surely();
      const double scale = magnitude(g) > 0 ? magnitude(g) : 1;
      const double off = magnitude(error);
      made.digits = off > 0 ? std::clamp(-std::log10(off / scale), 0.0, 300.0) : 300;
      if (made.exact || (smooth && made.digits >= 8)) return made;
      const double now = std::max(magnitude(step_up), magnitude(step_down));
      if (!finer) {
        jump = now;
        continue;
      }
      if (smooth) {
        made.agrees = false;
        return made;
      }
      const double up = above.to_double(), down = below.to_double(), taken = g.to_double();
      const double slack = 1e-6 * size;
      made.agrees = taken >= std::min(up, down) - slack && taken <= std::max(up, down) + slack;
      made.corner = jump > 0 && now > 0.5 * jump
                        ? fmt::format("a jump: no slope here; {:.4g} is taken", taken)
                        : fmt::format(
                              "a corner: the slope is {:.4g} on one side and {:.4g} on the other; "
                              "{:.4g} is taken",
                              down, up, taken);
    }
    return made;
  }

  DifferenceLine line(MovedRun<Exact>& run, NodeId id) const {
    DifferenceLine made;
    made.wrt = graph_[id].name;
    const Array<Exact>& gradient = source_.record->adjoints.at(id);
    std::vector<Entry> entries;
    for (Eigen::Index i = 0; i < gradient.rows(); ++i)
      for (Eigen::Index j = 0; j < gradient.cols(); ++j) entries.push_back({i, j});
    const bool complete = gradient.size() <= most_checked;
    if (!complete) {
      std::ranges::stable_sort(entries, std::greater<>{}, [&](const Entry& e) {
        return std::abs(gradient(e.row, e.column).to_double());
      });
      entries.resize(largest_checked);
    }
    Array<Exact> found = gradient;
    bool exact = true;
    double agreement = 300;  // decimal digits of the worst entry
    std::size_t judged = 0;
    std::vector<std::string> corners;
    for (const Entry& e : entries) {
      const Exact& g = gradient(e.row, e.column);
      const Judged entry = judge(run, e, g);
      found(e.row, e.column) = entry.difference;
      if (!entry.corner.empty()) {
        corners.push_back((gradient.size() == 1
                               ? ""
                               : fmt::format("{}[{},{}]: ", graph_[id].name, e.row, e.column)) +
                          entry.corner);
        made.agrees = made.agrees && entry.agrees;
        continue;
      }
      ++judged;
      exact = exact && entry.exact;
      made.agrees = made.agrees && entry.agrees;
      if (!entry.exact) agreement = std::min(agreement, entry.digits);
    }
    Equation& equation = made.equation;
    equation.left = rules_.partial(id);
    // as far as they are proved: a difference of 0 that is not exact never is
    const Show shown(digits_, true);
    if (complete) equation.value = shown.links(rules_.laid_out(found));
    const char* which = source_.context.rounded ? "the unrounded gradient" : "the gradient above";
    std::string said;
    if (!made.agrees) {
      said = fmt::format("NOT {}", which);
    } else if (exact && judged > 0) {
      said = fmt::format("{} exactly", which);
    } else if (judged > 0) {
      said = fmt::format("{} to {} digits", which, static_cast<int>(agreement));
    }
    if (!complete)
      said =
          fmt::format("the {} largest of {} entries: {}", largest_checked, gradient.size(), said);
    if (!said.empty()) equation.remarks.push_back(std::move(said));
    add_remarks(equation, std::move(corners));
    return made;
  }

  // of its end that is farther from 0
  static double magnitude(const Exact& x) {
    if (x.is_rational()) return std::abs(x.to_double());
    const Interval interval = x.enclosure(64);
    return std::max(std::abs(mpfr_get_d(interval.lower(), MPFR_RNDN)),
                    std::abs(mpfr_get_d(interval.upper(), MPFR_RNDN)));
  }

  int digits_;
  int exponent_;
  Rational h_;
};

}  // namespace

bool write_differences(const PageContext& context, const StepRecord& record, int digits,
                       DerivationStep& page) {
  const PageSource source = source_of(context, record);
  return Differences(source, digits).write_to(page);
}

}  // namespace tracer
