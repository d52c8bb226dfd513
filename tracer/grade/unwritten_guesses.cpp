#include "tracer/grade/unwritten.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/QR>

#include "tracer/error.hpp"
#include "tracer/grade/consequences.hpp"

namespace tracer {

bool is_factor(const Slip& slip) { return slip.kind == "constant factor"; }

namespace {

using Kind = PageLine::Kind;

constexpr double coarse = 0.2;  // of its size: two numbers so coarse agree by chance

// A wrong number, and where it stands.
struct Witness {
  const PageLine* line = nullptr;
  AnswerEntry entry;
};

// What a written number says of the scalar that it is linear in: the values that round to it.
struct Range {
  double low = 0;
  double high = 0;
  const WrittenNumber* same = nullptr;  // that, where it is the same number

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

// The guesses of their values as they wrote them, or as they may have carried them.
class PageGuesses {
 public:
  PageGuesses(LessonPages& lesson, const AnswerSheet& sheet, const WorkedPages& own,
              const std::set<PageLine>& written, const std::vector<Mark>& marks)
      : lesson_(lesson),
        sheet_(sheet),
        own_(own),
        written_(written),
        marks_(marks),
        working_(lesson, sheet, own) {}

  std::vector<Guess> all() {
    for (const PageLine& line : own_.order) {
      ++depth_;
      const bool asked = line.kind == Kind::gradient || !line.part.empty();
      if (asked && !written_.contains(line) && working_.has(line.step) &&
          !own_.without_value.contains(line))
        try_line(line);
    }
    return std::move(guesses_);
  }

 private:
  void try_line(const PageLine& line) {
    constexpr Eigen::Index largest = 200;  // by hand
    if (own_.computed.at(line).size() > largest) return;
    Consequences behind(working_, written_, line);
    std::vector<Witness> wrong;
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      const Answer& answer = sheet_.answers[i];
      if (marks_[i] != Mark::wrong || answer.transposed || !behind.reach(answer.line)) continue;
      for (const AnswerEntry& entry : entries(answer)) wrong.push_back({&answer.line, entry});
    }
    if (wrong.empty()) return;
    if (own_.computed.at(line).size() == 1) {
      try_scalar(behind, line, wrong);
      return;
    }
    const std::size_t before = guesses_.size();
    try_written(behind, line);
    try_slips(behind, line);
    if (guesses_.size() == before) try_solution(behind, line, wrong);
  }

  Guess guess_of(const PageLine& line) const {
    Guess guess;
    guess.line = line;
    guess.depth = depth_;
    return guess;
  }

  // Whether it is a guess that explains enough.
  bool try_value(Consequences& behind, Guess& guess) const {
    return value_or_none([&] { return explains(behind, guess); }).value_or(false);
  }

  // A scalar's gradient is linear in what came from above. So each wrong number says what that was,
  // as finely as it is written, and those that agree say it together.
  void try_scalar(Consequences& behind, const PageLine& line, const std::vector<Witness>& wrong) {
    std::vector<Range> ranges = ranges_of(behind, line, wrong);
    std::ranges::stable_sort(ranges, {}, &Range::width);
    Answer none;
    none.line = line;
    const std::vector<Hypothesis> slips = all_slips(working_, none);
    std::set<std::pair<double, double>> tried;
    for (const Range& seed : ranges) {
      Range range = seed;
      std::size_t agreeing = 0;
      for (const Range& other : ranges) {
        const double low = std::max(range.low, other.low);
        const double high = std::min(range.high, other.high);
        if (low > high) continue;
        range.low = low;
        range.high = high;
        ++agreeing;
        if (range.same == nullptr) range.same = other.same;
      }
      // of one line, a second must bear it out in a later step
      const bool enough = agreeing >= 2 || ranges.size() == 1;
      if (enough && tried.emplace(range.low, range.high).second)
        try_range(behind, line, range, slips);
    }
  }

  std::vector<Range> ranges_of(Consequences& behind, const PageLine& line,
                               const std::vector<Witness>& wrong) const {
    const auto start = consequences(behind, line, -1, wrong);
    const auto end = consequences(behind, line, 0, wrong);
    std::vector<Range> ranges;
    if (!start || !end) return ranges;
    for (std::size_t i = 0; i < wrong.size(); ++i) {
      const auto k = static_cast<Eigen::Index>(i);
      const WrittenNumber& number = *wrong[i].entry.number;
      const double slope = (*end)(k) - (*start)(k);
      const double value = (Exact(number.value).to_double() - (*start)(k)) / slope;
      if (std::abs(slope) < 1e-12 || !std::isfinite(value)) continue;
      const std::optional<int> decimals = compared_decimals(number, sheet_.precision);
      const double share = sheet_.precision.mode == RoundingMode::truncate ? 1 : 0.5;
      const double of_digits = decimals ? share * std::pow(10.0, -*decimals) : 0;
      const double open = (of_digits + number.noise) / std::abs(slope);
      const bool same = (*start)(k) == 0 && slope == 1;
      ranges.push_back({value - open, value + open, same ? &number : nullptr});
    }
    return ranges;
  }

  void try_range(Consequences& behind, const PageLine& line, const Range& range,
                 const std::vector<Hypothesis>& slips) {
    Guess guess = guess_of(line);
    guess.decimals = telling_decimals(range);
    // by a known slip, carried on as it was or rounded
    for (const bool rounded : {false, true}) {
      if (!name_by_slip(guess, range, slips, rounded) || !try_value(behind, guess)) continue;
      guesses_.push_back(std::move(guess));
      return;
    }
    // or by something that has no name; of one digit, two numbers may agree by chance
    if (range.width() > coarse * range.size()) return;
    guess.slips.clear();
    guess.value = scalar(round(Exact(Rational(range.middle())), {guess.decimals + 1}));
    if (range.same != nullptr && range.holds(Exact(range.same->value).to_double())) {
      guess.value = scalar(Exact(range.same->value, lesson_.working()));
      guess.decimals = std::clamp(range.same->decimals, 0, 100);
      guess.written = true;
    }
    if (try_value(behind, guess)) guesses_.push_back(std::move(guess));
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

  static Array<Exact> scalar(const Exact& value) { return Array<Exact>::Constant(1, 1, value); }

  // The slips that give a number of the range; false where there is none.
  bool name_by_slip(Guess& guess, const Range& range, const std::vector<Hypothesis>& all,
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
        const double enough = one.slip.weak ? 0.005 : coarse;
        if (range.holds(value) && (just || narrow <= enough)) fitting.push_back(&one);
      } catch (const Undecided&) {
        continue;
      }
    }
    fitting = likeliest(std::move(fitting));
    if (fitting.empty()) return false;
    guess.slips.clear();
    for (const Hypothesis* one : fitting) guess.slips.push_back(one->slip);
    guess.value = scalar(value_of(*fitting.front()));
    return true;
  }

  // What is written of a line that is the same: ∂L/∂b of one sample.
  void try_written(Consequences& behind, const PageLine& line) {
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      Answer other = sheet_.answers[i];
      Guess guess = guess_of(line);
      guess.value = own_.computed.at(line);
      const bool fits = marks_[i] == Mark::wrong && !other.transposed && !other.entry &&
                        behind.reach(other.line) && other.value.rows == guess.value.rows() &&
                        other.value.columns == guess.value.cols();
      if (!fits) continue;
      for (const AnswerEntry& entry : entries(other))
        guess.value(entry.row, entry.column) = Exact(entry.number->value, lesson_.working());
      if (!try_value(behind, guess)) continue;
      other.line = line;
      guess.slips = tracer::slips(working_, other, entries(other));
      guesses_.push_back(std::move(guess));
    }
  }

  // Of a matrix, what every known slip would make of it.
  void try_slips(Consequences& behind, const PageLine& line) {
    Answer none;
    none.line = line;
    for (Hypothesis& one : all_slips(working_, none)) {
      Guess guess = guess_of(line);
      guess.value = std::move(one.gives);
      guess.slips = {std::move(one.slip)};
      if (same_shape(guess.value, own_.computed.at(line)) && try_value(behind, guess))
        guesses_.push_back(std::move(guess));
    }
  }

  // Of a small matrix, what the wrong numbers together say it was: they are linear in it, and more
  // than it has entries.
  void try_solution(Consequences& behind, const PageLine& line, const std::vector<Witness>& wrong) {
    const Eigen::Index unknowns = own_.computed.at(line).size();
    const auto equations = static_cast<Eigen::Index>(wrong.size());
    constexpr Eigen::Index largest = 32;
    constexpr Eigen::Index more = 2;  // equations than unknowns: that many must hold by themselves
    if (unknowns > largest || equations < unknowns + more) return;
    const auto start = consequences(behind, line, -1, wrong);
    Eigen::MatrixXd slopes(equations, unknowns);
    for (Eigen::Index k = 0; k < unknowns; ++k) {
      const auto end = consequences(behind, line, k, wrong);
      if (!start || !end) return;
      slopes.col(k) = *end - *start;
    }
    Eigen::VectorXd off = -*start;
    // in units of the last digits
    for (Eigen::Index i = 0; i < equations; ++i) {
      const WrittenNumber& number = *wrong[static_cast<std::size_t>(i)].entry.number;
      constexpr int many = 9;  // of a fraction, which is exact
      const int decimals = compared_decimals(number, sheet_.precision).value_or(many);
      off(i) = (off(i) + Exact(number.value).to_double()) * std::pow(10.0, decimals);
      slopes.row(i) *= std::pow(10.0, decimals);
    }
    const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> solver(slopes);
    const Eigen::VectorXd solved = solver.solve(off);
    if (solver.rank() < unknowns || !solved.allFinite()) return;
    Guess guess = guess_of(line);
    guess.value = own_.computed.at(line);
    for (Eigen::Index k = 0; k < unknowns; ++k) guess.value(k) = Exact(Rational(solved(k)));
    if (try_value(behind, guess)) guesses_.push_back(std::move(guess));
  }

  // What the wrong numbers' entries come to where the line is 0, but for its entry `one` (none:
  // −1), which is 1; nothing where they come to none.
  std::optional<Eigen::VectorXd> consequences(Consequences& behind, const PageLine& line,
                                              Eigen::Index one,
                                              const std::vector<Witness>& wrong) const {
    const Array<Exact>& own = own_.computed.at(line);
    Array<Exact> supposed = Array<Exact>::Constant(own.rows(), own.cols(), Exact(0));
    if (one >= 0) supposed(one) = 1;
    behind.suppose(std::move(supposed));
    return value_or_none([&] {
      Eigen::VectorXd numbers(static_cast<Eigen::Index>(wrong.size()));
      for (std::size_t i = 0; i < wrong.size(); ++i) {
        const auto& [row, column, number] = wrong[i].entry;
        numbers(static_cast<Eigen::Index>(i)) = behind.of(*wrong[i].line)(row, column).to_double();
      }
      return numbers;
    });
  }

  // Counts what it explains of its own step. Throws Error, Undecided; false where that is nothing,
  // or where what is right would not be.
  bool explains(Consequences& behind, Guess& guess) const {
    behind.suppose(guess.value);
    guess.explained = 0;
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      const Answer& answer = sheet_.answers[i];
      if (!behind.reach(answer.line) || answer.transposed || marks_[i] == Mark::no_value) continue;
      Accord worst = Accord::yes;
      const Array<Exact>& value = behind.of(answer.line);
      for (const AnswerEntry& entry : entries(answer))
        worst = std::max(
            worst, agreement(value(entry.row, entry.column), *entry.number, sheet_.precision));
      if (marks_[i] != Mark::wrong && worst == Accord::no) return false;
      if (marks_[i] == Mark::wrong && worst == Accord::yes) ++guess.explained;
    }
    return guess.explained >= 1;
  }

  LessonPages& lesson_;
  const AnswerSheet& sheet_;
  const WorkedPages& own_;
  const std::set<PageLine>& written_;
  const std::vector<Mark>& marks_;  // of the answers
  PageWorking working_;
  std::size_t depth_ = 0;
  std::vector<Guess> guesses_;
};

}  // namespace

std::vector<Guess> unwritten_guesses(LessonPages& lesson, const AnswerSheet& sheet,
                                     const WorkedPages& own, const std::set<PageLine>& written,
                                     const std::vector<Mark>& marks) {
  return PageGuesses(lesson, sheet, own, written, marks).all();
}

}  // namespace tracer
