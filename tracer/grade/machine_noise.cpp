#include "tracer/grade/machine_noise.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr double unit_double = 0x1p-53;
constexpr double unit_single = 0x1p-24;
// Of a unit of roundoff times what a line moves by: several numbers of a line are rounded, and a
// sum in another order than ours.
constexpr double units = 6;

// Of more digits than a float32 takes, all that are written may be those of one: -20.00000191.
bool is_single(const WrittenNumber& number) {
  const double value = Exact(number.value).to_double();
  const auto single = static_cast<double>(static_cast<float>(value));
  return std::abs(value - single) <= std::pow(10.0, -number.decimals) / 2;
}

// Whether most numbers of the sheet have so many digits.
bool has_mostly(const AnswerSheet& sheet, int digits) {
  std::size_t all = 0;
  std::size_t many = 0;
  for (const Answer& answer : sheet.answers) {
    all += answer.value.numbers.size();
    many += static_cast<std::size_t>(std::ranges::count_if(
        answer.value.numbers, [&](const auto& number) { return number.significant >= digits; }));
  }
  return 2 * many > all;
}

long long entries_of(LessonPages& lesson) {
  long long count = 0;
  for (const auto& [line, value] : lesson.pages().computed) count += value.size();
  return count;
}

// By how much each entry moves where all numbers move by a share of themselves, in units of that
// share.
class Movements {
 public:
  Movements(LessonPages& lesson, int steps)
      : lesson_(lesson), steps_(steps), moved_(lesson.movements().of_line) {
    constexpr int runs = 6;
    constexpr long long most_entries = 10'000;  // of more, that would take its time
    if (lesson.movements().steps >= steps || entries_of(lesson) > most_entries) return;
    lesson.movements() = {steps, {}};
    for (unsigned run = 0; run < runs; ++run) measure(run);
  }

  double of(const PageLine& line, const AnswerEntry& entry) const {
    const double value =
        std::abs((*lesson_.pages().find(line))(entry.row, entry.column).to_double());
    const auto found = moved_.find(line);
    constexpr double unmeasured = 16;
    if (found == moved_.end()) return unmeasured * value;
    return value + found->second(entry.row, entry.column);
  }

 private:
  // Of which what is of second order vanishes, and which is far above what 128 bits
  // leave open.
  static Rational share() { return Rational(1) / Rational(Integer(1) << 60); }

  // Whole numbers and short binary fractions are what they are in any arithmetic.
  static bool is_kept(const Exact& x) {
    constexpr int bits = 24;
    if (!x.is_rational()) return false;
    const Integer below = denominator(x.rational());
    return (below & (below - 1)) == 0 && bit_size(x.rational()) <= bits;
  }

  void move(Exact& x) {
    if (is_kept(x)) return;
    constexpr int least = 512;  // never by nothing, so that no two of them cancel for ever
    const int size = least + static_cast<int>(random_() % least);
    const Rational by = share() * Rational(random_() % 2 == 0 ? size : -size, 2 * least);
    x *= Exact(Rational(1 + by), x.working());
  }

  void move(LeafValue& leaf) {
    if (auto* exact = std::get_if<Array<Exact>>(&leaf)) {
      for (Eigen::Index k = 0; k < exact->size(); ++k) move((*exact)(k));
    }
  }

  // The first steps move alike, however many follow.
  void measure(unsigned run) {
    random_.seed(run);
    Program program = lesson_.program();
    for (auto& [name, leaf] : program.values) move(leaf);
    if (program.data) {
      for (LeafValue& leaf : program.data->values) move(leaf);
    }
    const OnLine moves = [this](const PageLine& line, View<Exact> value) {
      if (line.kind == PageLine::Kind::given) return false;
      for (Eigen::Index k = 0; k < value.size(); ++k) move(value(k));
      return true;
    };
    try {
      const WorkedPages pages = work_out(program, lesson_.working(), steps_, moves);
      for (const auto& [line, value] : pages.computed) add(line, value);
    } catch (const Error&) {
      return;  // a number moved out of what a line takes: the other runs tell
    } catch (const Undecided&) {
      return;
    }
  }

  void add(const PageLine& line, const Array<Exact>& value) {
    const Array<Exact>* right = lesson_.pages().find(line);
    if (right == nullptr || right->rows() != value.rows() || right->cols() != value.cols()) return;
    auto& most =
        moved_.try_emplace(line, Array<double>::Zero(value.rows(), value.cols())).first->second;
    for (Eigen::Index k = 0; k < value.size(); ++k) {
      const double by = std::abs((value(k) - (*right)(k)).to_double()) / Exact(share()).to_double();
      // beyond that something has changed sides at a corner, which is no matter of rounding
      constexpr double jump = 1e9;
      if (by < jump * (1 + std::abs((*right)(k).to_double()))) most(k) = std::max(most(k), by);
    }
  }

  LessonPages& lesson_;
  int steps_;
  std::map<PageLine, Array<double>>& moved_;
  std::mt19937 random_;
};

}  // namespace

void set_noise(AnswerSheet& sheet, LessonPages& lesson) {
  const Movements movements(lesson, sheet.last_step());
  constexpr int of_single = 9;  // digits: no float32 takes more
  constexpr int least_of_machine = 7;
  // a machine prints 1 among its nine digits, and that is rounded like all its numbers
  const bool by_machine = has_mostly(sheet, least_of_machine);
  for (Answer& answer : sheet.answers) {
    const std::vector<AnswerEntry> all = entries(answer);
    for (std::size_t i = 0; i < all.size(); ++i) {
      WrittenNumber& number = answer.value.numbers[i];
      if (number.fraction || number.worked) continue;
      const bool single = number.significant <= of_single || is_single(number);
      // with so few digits that a hand may have written them, what is usual and not what may be
      const double of_unit = number.significant < least_of_machine && !by_machine ? 1 : units;
      number.noise =
          of_unit * movements.of(answer.line, all[i]) * (single ? unit_single : unit_double);
      number.machine = single ? "a float32" : "a double";
    }
  }
}

}  // namespace tracer
