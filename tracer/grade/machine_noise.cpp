#include "tracer/grade/machine_noise.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr double unit_double = 0x1p-53;
constexpr double unit_float = 0x1p-24;
// Of a unit of roundoff times what a line moves by: several numbers of a line are rounded, and a
// sum in another order than ours.
constexpr double units = 6;

bool is_single(const WrittenNumber& number) {
  return number.significant >= 7 && number.significant <= 9 && !number.fraction && !number.worked;
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
  Movements(LessonPages& lesson, int steps) : lesson_(lesson), steps_(steps) {
    constexpr int runs = 6;
    constexpr long long most_entries = 20'000;  // of more, that would take its time
    if (entries_of(lesson) > most_entries) return;
    for (int run = 0; run < runs; ++run) measure();
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

  void measure() {
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
  std::mt19937 random_{20};  // the same marks every time
  std::map<PageLine, Array<double>> moved_;
};

}  // namespace

void set_noise(AnswerSheet& sheet, LessonPages& lesson) {
  constexpr int machine = 7;     // digits: no hand writes so many
  constexpr double tiny = 1e-6;  // a right 0 is printed like that
  int singles = 0;
  int longer = 0;
  int plain = 0;
  bool printed = false;
  for (const Answer& answer : sheet.answers) {
    for (const WrittenNumber& number : answer.value.numbers) {
      if (number.whole || number.fraction || number.worked) continue;
      ++plain;
      singles += is_single(number) ? 1 : 0;
      longer += number.significant > 9 ? 1 : 0;
      const double size = std::abs(Exact(number.value).to_double());
      printed = printed || number.significant >= machine || (size > 0 && size < tiny);
    }
  }
  if (!printed) return;
  const bool single_sheet = longer == 0 && 2 * singles >= plain;
  const Movements movements(lesson, sheet.last_step());
  for (Answer& answer : sheet.answers) {
    const std::vector<AnswerEntry> all = entries(answer);
    for (std::size_t i = 0; i < all.size(); ++i) {
      WrittenNumber& number = answer.value.numbers[i];
      if (number.fraction || number.worked) continue;
      const double moves = units * movements.of(answer.line, all[i]);
      const Exact& right = (*lesson.pages().find(answer.line))(all[i].row, all[i].column);
      const auto below_single = [&](const Exact& x) {
        return std::abs(x.to_double()) <= moves * unit_float;
      };
      const bool noise_of_zero = !number.whole && below_single(right) &&
                                 below_single(Exact(number.value)) && number.value != 0;
      const bool single = single_sheet || is_single(number) || noise_of_zero;
      number.noise = moves * (single ? unit_float : unit_double);
      number.machine = single ? "a float32" : "a double";
    }
  }
}

}  // namespace tracer
