#include "tracer/check/grade/unwritten_trials.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <Eigen/QR>

#include "tracer/check/grade/consequences.hpp"
#include "tracer/error.hpp"

namespace tracer {

bool is_factor(const Slip& slip) { return slip.kind == "constant factor"; }

namespace {

using Kind = PageLine::Kind;

constexpr double coarse = 0.2;  // of its size: two numbers so coarse agree by chance

// What a written number says of the scalar that it is linear in: the values that round to it.
struct Range {
  double low = 0;
  double high = 0;
  std::size_t answer = 0;
  bool same = false;  // it is the same number

  double middle() const { return low / 2 + high / 2; }
  double width() const { return high - low; }
  double size() const { return std::max(std::abs(low), std::abs(high)); }
  bool holds(double value) const {
    const double slack = 1e-9 * size();
    return value >= low - slack && value <= high + slack;
  }
};

// Of slips that come to the same the plain ones first, and two at most.
std::vector<const Hypothesis*> likeliest(std::vector<const Hypothesis*> all) {
  constexpr int last = 3;
  const auto rank = [](const Hypothesis* one) {
    const Slip& slip = one->slip;
    if (is_factor(slip)) return 1;
    if (slip.weak) return last;
    const bool of_other_time = slip.kind == "another sample's" || slip.kind == "old weight" ||
                               slip.kind == "updated weight";
    return of_other_time ? 2 : 0;
  };
  std::ranges::stable_sort(all, {}, rank);
  if (!all.empty() && rank(all.front()) < last)
    std::erase_if(all, [&](const Hypothesis* one) { return rank(one) == last; });
  std::vector<const Hypothesis*> told;
  for (const Hypothesis* one : all) {
    const bool again = std::ranges::any_of(told, [&](const Hypothesis* other) {
      return rank(one) == rank(other) && !one->told_too && same_numbers(one->gives, other->gives);
    });
    constexpr std::size_t most = 2;
    if (!again && told.size() < most) told.push_back(one);
  }
  return told;
}

// The trials of his values as he wrote them, or as he may have carried them.
class PageTrials {
 public:
  PageTrials(LessonPages& lesson, const AnswerSheet& sheet, const WorkedPages& own,
             const std::set<PageLine>& written, const std::vector<Mark>& marks)
      : lesson_(lesson),
        sheet_(sheet),
        own_(own),
        written_(written),
        marks_(marks),
        working_(lesson, sheet, own) {}

  std::vector<Trial> all() {
    for (depth_ = 0; depth_ < own_.order.size(); ++depth_) {
      const PageLine& line = own_.order[depth_];
      const bool asked = line.kind == Kind::gradient || !line.part.empty();
      if (asked && !written_.contains(line) && working_.has(line.step) &&
          !own_.without_value.contains(line))
        try_line(line);
    }
    return std::move(trials_);
  }

 private:
  void try_line(const PageLine& line) {
    constexpr Eigen::Index largest = 200;  // by hand
    if (own_.computed.at(line).size() > largest) return;
    Consequences behind(working_, written_, line);
    std::vector<std::size_t> wrong;
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      const Answer& answer = sheet_.answers[i];
      if (marks_[i] == Mark::wrong && !answer.transposed && behind.reach(answer.line))
        wrong.push_back(i);
    }
    if (wrong.empty()) return;
    if (own_.computed.at(line).size() == 1) {
      try_scalar(behind, line, wrong);
    } else {
      for (const std::size_t i : wrong) try_written(behind, line, sheet_.answers[i]);
      try_slips(behind, line);
      if (!trials_.empty() && trials_.back().line == line) return;
      try_solution(behind, line, wrong);
    }
  }

  // Whether it is a trial that explains enough.
  bool try_value(Consequences& behind, Trial& trial) {
    trial.depth = depth_;
    try {
      return explains(behind, trial);
    } catch (const Error&) {
      return false;  // somewhere it leads to no value
    } catch (const Undecided&) {
      return false;
    }
  }

  // A scalar's gradient is linear in what came from above. So each wrong number says what that was,
  // as finely as it is written, and those that agree say it together.
  void try_scalar(Consequences& behind, const PageLine& line,
                  const std::vector<std::size_t>& wrong) {
    std::vector<Range> ranges = ranges_of(behind, wrong);
    std::ranges::stable_sort(ranges, {}, &Range::width);
    Answer none;
    none.line = line;
    const std::vector<Hypothesis> slips = all_slips(working_, none);
    for (std::size_t seed = 0; seed < ranges.size(); ++seed) {
      Range range = ranges[seed];
      const Range* same = range.same ? &ranges[seed] : nullptr;
      std::size_t agreeing = 0;
      for (const Range& other : ranges) {
        const double low = std::max(range.low, other.low);
        const double high = std::min(range.high, other.high);
        if (low > high) continue;
        range.low = low;
        range.high = high;
        ++agreeing;
        if (other.same && same == nullptr) same = &other;
      }
      // of one line, a second must bear it out in a later step
      if (agreeing >= 2 || ranges.size() == 1) try_range(behind, line, range, same, slips);
    }
  }

  std::vector<Range> ranges_of(Consequences& behind, const std::vector<std::size_t>& wrong) const {
    std::vector<Range> ranges;
    for (const std::size_t i : wrong) {
      const Answer& answer = sheet_.answers[i];
      for (const AnswerEntry& entry : entries(answer)) {
        if (auto range = range_of(behind, answer.line, entry)) {
          range->answer = i;
          ranges.push_back(*range);
        }
      }
    }
    return ranges;
  }

  std::optional<Range> range_of(Consequences& behind, const PageLine& line,
                                const AnswerEntry& entry) const {
    const auto at = [&](int value) {
      behind.suppose(Array<Exact>::Constant(1, 1, Exact(value)));
      return behind.of(line)(entry.row, entry.column).to_double();
    };
    double start = 0;
    double slope = 0;
    try {
      start = at(0);
      slope = at(1) - start;
    } catch (const Error&) {
      return std::nullopt;
    } catch (const Undecided&) {
      return std::nullopt;
    }
    const double written = Exact(entry.number->value).to_double();
    const double value = (written - start) / slope;
    if (std::abs(slope) < 1e-12 || !std::isfinite(value)) return std::nullopt;
    const std::optional<int> decimals = compared_decimals(*entry.number, sheet_.precision);
    const double share = sheet_.precision.mode == RoundingMode::truncate ? 1 : 0.5;
    const double open = decimals ? share * std::pow(10.0, -*decimals) / std::abs(slope) : 0;
    return Range{value - open, value + open, 0, start == 0 && slope == 1};
  }

  void try_range(Consequences& behind, const PageLine& line, const Range& range, const Range* same,
                 const std::vector<Hypothesis>& slips) {
    Trial trial;
    trial.line = line;
    trial.decimals = telling_decimals(range);
    // by a known slip, carried on as it was or rounded
    for (const bool rounded : {false, true}) {
      if (!name_by_slip(trial, range, slips, rounded) || !try_value(behind, trial)) continue;
      trials_.push_back(std::move(trial));
      return;
    }
    // or by something that has no name; of one digit, two numbers may agree by chance
    if (range.width() > coarse * range.size()) return;
    trial.slips.clear();
    trial.value = scalar(round(Exact(Rational(range.middle())), {trial.decimals + 1}));
    if (same != nullptr) {
      const WrittenNumber& written = sheet_.answers[same->answer].value.numbers.front();
      if (range.holds(Exact(written.value).to_double())) {
        trial.value = scalar(Exact(written.value, lesson_.working()));
        trial.decimals = std::clamp(written.decimals, 0, 100);
        trial.written = true;
      }
    }
    if (try_value(behind, trial)) trials_.push_back(std::move(trial));
  }

  // As many as the range is known with, and two digits at least.
  static int telling_decimals(const Range& range) {
    if (range.size() == 0) return 0;
    constexpr int most = 12;
    const double fineness = std::max(range.width(), range.size() * std::pow(10.0, -most));
    const int known = static_cast<int>(std::ceil(-std::log10(fineness)));
    const int two_digits = 1 - static_cast<int>(std::floor(std::log10(range.size())));
    return std::clamp(std::max(known, two_digits), 0, 100);
  }

  Array<Exact> scalar(const Exact& value) const { return Array<Exact>::Constant(1, 1, value); }

  // The slips that give a number of the range; false where there is none.
  bool name_by_slip(Trial& trial, const Range& range, const std::vector<Hypothesis>& all,
                    bool rounded) const {
    const Rounding usual{std::max(sheet_.precision.usual_decimals, 1), false,
                         sheet_.precision.mode};
    const auto value_of = [&](const Hypothesis& one) {
      return rounded ? round(one.gives(0, 0), usual) : one.gives(0, 0);
    };
    // much comes about by another value of the page or by a factor
    const double narrow = range.width() / range.size();
    std::vector<const Hypothesis*> fitting;
    for (const Hypothesis& one : all) {
      if (one.gives.size() != 1) continue;
      try {
        const double value = value_of(one).to_double();
        const bool just = std::abs(value - range.middle()) <= 1e-9 * range.size();
        const double enough = one.slip.weak ? 0.02 : coarse;
        if (range.holds(value) && (just || narrow <= enough)) fitting.push_back(&one);
      } catch (const Undecided&) {
        continue;
      }
    }
    fitting = likeliest(std::move(fitting));
    if (fitting.empty()) return false;
    trial.slips.clear();
    for (const Hypothesis* one : fitting) trial.slips.push_back(one->slip);
    trial.value = scalar(value_of(*fitting.front()));
    return true;
  }

  // What is wrong with a matrix that he must have had.
  void name(Trial& trial, WrittenValue value) {
    Answer his;
    his.line = trial.line;
    his.value = std::move(value);
    trial.slips = slips(working_, his, entries(his));
    trials_.push_back(std::move(trial));
  }

  // What is written of a line that is the same: ∂L/∂b of one sample.
  void try_written(Consequences& behind, const PageLine& line, const Answer& answer) {
    const WrittenValue& written = answer.value;
    const Array<Exact>& own = own_.computed.at(line);
    if (answer.entry || written.rows != own.rows() || written.columns != own.cols()) return;
    Trial trial;
    trial.line = line;
    trial.value.resize(own.rows(), own.cols());
    for (const AnswerEntry& entry : entries(answer))
      trial.value(entry.row, entry.column) = Exact(entry.number->value, lesson_.working());
    if (try_value(behind, trial)) name(trial, written);
  }

  // Of a matrix, what every known slip would make of it.
  void try_slips(Consequences& behind, const PageLine& line) {
    Answer none;
    none.line = line;
    for (Hypothesis& one : all_slips(working_, none)) {
      Trial trial;
      trial.line = line;
      trial.value = std::move(one.gives);
      trial.slips = {std::move(one.slip)};
      if (same_shape(trial.value, own_.computed.at(line)) && try_value(behind, trial))
        trials_.push_back(std::move(trial));
    }
  }

  // Of a small matrix, what the wrong numbers together say it was: they are linear in it, and more
  // than it has entries.
  void try_solution(Consequences& behind, const PageLine& line,
                    const std::vector<std::size_t>& wrong) {
    const Array<Exact>& own = own_.computed.at(line);
    constexpr Eigen::Index largest = 32;
    constexpr Eigen::Index more = 2;  // equations than unknowns: that many must hold by themselves
    if (own.size() > largest) return;
    try {
      const Eigen::VectorXd start = consequences(behind, own, -1, wrong);
      if (start.size() < own.size() + more) return;
      Eigen::MatrixXd slopes(start.size(), own.size());
      for (Eigen::Index k = 0; k < own.size(); ++k)
        slopes.col(k) = consequences(behind, own, k, wrong) - start;
      const Eigen::VectorXd units = written_numbers(wrong, true);
      const Eigen::VectorXd off = written_numbers(wrong, false) - start;
      const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> solver(units.cwiseInverse().asDiagonal() *
                                                               slopes);
      if (solver.rank() < own.size()) return;
      const Eigen::VectorXd solved = solver.solve(off.cwiseQuotient(units));
      Trial trial;
      trial.line = line;
      trial.value.resize(own.rows(), own.cols());
      for (Eigen::Index k = 0; k < own.size(); ++k) trial.value(k) = Exact(Rational(solved(k)));
      if (try_value(behind, trial)) trials_.push_back(std::move(trial));
    } catch (const Error&) {
      return;
    } catch (const Undecided&) {
      return;
    }
  }

  // What the wrong entries come to where the line is 0, but for its entry `one` (none: −1), which
  // is 1.
  Eigen::VectorXd consequences(Consequences& behind, const Array<Exact>& shape, Eigen::Index one,
                               const std::vector<std::size_t>& wrong) const {
    Array<Exact> supposed = Array<Exact>::Constant(shape.rows(), shape.cols(), Exact(0));
    if (one >= 0) supposed(one) = 1;
    behind.suppose(std::move(supposed));
    std::vector<double> numbers;
    for (const std::size_t i : wrong) {
      const Answer& answer = sheet_.answers[i];
      const Array<Exact>& value = behind.of(answer.line);
      for (const AnswerEntry& entry : entries(answer))
        numbers.push_back(value(entry.row, entry.column).to_double());
    }
    return Eigen::Map<Eigen::VectorXd>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
  }

  // What is written of them, or the unit of its last digit.
  Eigen::VectorXd written_numbers(const std::vector<std::size_t>& wrong, bool units) const {
    std::vector<double> numbers;
    for (const std::size_t i : wrong) {
      for (const AnswerEntry& entry : entries(sheet_.answers[i])) {
        constexpr int many = 9;  // of a fraction, which is exact
        const int decimals = compared_decimals(*entry.number, sheet_.precision).value_or(many);
        numbers.push_back(units ? std::pow(10.0, -decimals)
                                : Exact(entry.number->value).to_double());
      }
    }
    return Eigen::Map<Eigen::VectorXd>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
  }

  // Counts what it explains of its own step. Throws Error, Undecided; false where that is nothing,
  // or where what is right would not be.
  bool explains(Consequences& behind, Trial& trial) {
    behind.suppose(trial.value);
    trial.explained = 0;
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      const Answer& answer = sheet_.answers[i];
      if (!behind.reach(answer.line) || answer.transposed || marks_[i] == Mark::no_value) continue;
      Accord worst = Accord::yes;
      const Array<Exact>& value = behind.of(answer.line);
      for (const AnswerEntry& entry : entries(answer))
        worst = std::max(
            worst, agreement(value(entry.row, entry.column), *entry.number, sheet_.precision));
      if (marks_[i] != Mark::wrong && worst == Accord::no) return false;
      if (marks_[i] == Mark::wrong && worst == Accord::yes) ++trial.explained;
    }
    return trial.explained >= 1;
  }

  LessonPages& lesson_;
  const AnswerSheet& sheet_;
  const WorkedPages& own_;
  const std::set<PageLine>& written_;
  const std::vector<Mark>& marks_;  // of the answers
  PageWorking working_;
  std::size_t depth_ = 0;
  std::vector<Trial> trials_;
};

}  // namespace

std::vector<Trial> unwritten_trials(LessonPages& lesson, const AnswerSheet& sheet,
                                    const WorkedPages& own, const std::set<PageLine>& written,
                                    const std::vector<Mark>& marks) {
  return PageTrials(lesson, sheet, own, written, marks).all();
}

}  // namespace tracer
