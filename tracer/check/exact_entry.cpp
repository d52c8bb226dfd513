#include "tracer/check/exact_entry.hpp"

#include <algorithm>
#include <cmath>

namespace tracer {
namespace {

class Comparison {
 public:
  Comparison(MovedRun<Exact>& run, CheckedEntry entry, double scale, Working working)
      : run_(run),
        entry_(entry.row + entry.column * run.chosen().rows()),
        scale_(scale),
        found_(std::move(entry)) {
    // 56 of 192 bits: the difference errs by h², and loses as many bits as h has
    step_ = Exact(Rational(1, Integer(1) << (working.bits * 7 / 24)), working);
  }

  ExactEntry result() {
    try {
      if (run_.unsure()) return {};
      const auto up = run_.at(entry_, step_);
      const auto down = run_.at(entry_, -step_);
      if (!run_.same_pieces(up) || !run_.same_pieces(down)) return {.crossed = true};
      const bool leaves = run_.leaves_corner(up) || run_.leaves_corner(down);
      return {leaves ? on_corner(up, down) : smooth(up.result, down.result)};
    } catch (const NodeUndecided&) {
      return {};
    } catch (const NodeError&) {  // √x at 0 has a value on one side only
      found_.agreement = Agreement::edge;
      return {found_};
    }
  }

 private:
  Exact half() const { return step_ / 2; }

  std::optional<CheckedEntry> smooth(const Exact& up, const Exact& down) {
    const Exact first = (up - down) / (2 * step_);
    if (judge_equal(found_, first)) return found_;
    const Exact second = (run_.at(entry_, half()).result - run_.at(entry_, -half()).result) / step_;
    // the error of the second is a third of what is between the two: h² against h²/4
    if (!judge(found_, {second, magnitude(first - second)}, {.absolute = 1e-20 * scale_}))
      return {};
    return found_;
  }

  // The slope of one side by three points, which errs by L‴h²/12 (h: with its sign). Nothing: there
  // is another corner on the way.
  std::optional<Estimate> from_one_side(const Exact& h, const MovedRun<Exact>::Moved& at_h) {
    const auto at_half = run_.at(entry_, h / 2);
    const auto at_quarter = run_.at(entry_, h / 4);
    if (at_half.sides != at_h.sides || at_quarter.sides != at_h.sides) return {};
    const Exact& here = run_.base();
    const Exact wide = (4 * at_half.result - at_h.result - 3 * here) / h;
    const Exact narrow = (4 * at_quarter.result - at_half.result - 3 * here) / (h / 2);
    return Estimate{narrow, magnitude(wide - narrow)};
  }

  std::optional<CheckedEntry> on_corner(const MovedRun<Exact>::Moved& up,
                                        const MovedRun<Exact>::Moved& down) {
    const std::optional<Estimate> from_right = from_one_side(step_, up);
    const std::optional<Estimate> from_left = from_one_side(-step_, down);
    if (!from_right || !from_left) return {};
    const Estimate& right = *from_right;
    const Estimate& left = *from_left;
    const Exact jump = right.value - left.value;
    const double error = 2 * (right.error + left.error) + width(jump);
    // both sides have one slope: relu(x)² has no corner
    if (magnitude(jump) <= error) return smooth(up.result, down.result);
    found_.slopes = {left.value, right.value};
    const double low = std::min(left.value.to_double(), right.value.to_double());
    const double high = std::max(left.value.to_double(), right.value.to_double());
    const double gradient = found_.gradient.to_double();
    const double slack = error + found_.rounding + 1e-15 * (std::abs(low) + std::abs(high));
    found_.reference = gradient < low ? (low == left.value.to_double() ? left : right).value
                                      : (high == left.value.to_double() ? left : right).value;
    if (gradient >= low - slack && gradient <= high + slack) {
      found_.agreement = Agreement::corner;
      return found_;
    }
    found_.error = magnitude(found_.gradient - found_.reference);
    found_.allowed = slack;
    found_.agreement = Agreement::wrong;
    return found_;
  }

  MovedRun<Exact>& run_;
  Eigen::Index entry_;
  double scale_;
  CheckedEntry found_;
  Exact step_;
};

}  // namespace

ExactEntry check_exact_entry(MovedRun<Exact>& run, CheckedEntry entry, double scale,
                             Working working) {
  return Comparison(run, std::move(entry), scale, working).result();
}

}  // namespace tracer
