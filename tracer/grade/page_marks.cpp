#include "tracer/grade/page_marks.hpp"

#include <algorithm>
#include <cmath>

#include "tracer/derive/formulas.hpp"
#include "tracer/grade/wrong_update.hpp"
#include "tracer/run/clipping.hpp"

namespace tracer {
namespace {

using Kind = PageLine::Kind;

// A line computed with one of the numbers that go into it moved.
class Moved {
 public:
  Moved(PageWorking& own, const PageLine& line) : own_(own), line_(line) {}

  Array<Exact> by(const PageLine& used, const AnswerEntry& entry, const Exact& step) const {
    return line_.kind == Kind::update ? updated(used, entry, step) : computed(used, entry, step);
  }

 private:
  static void move(Array<Exact>& value, const AnswerEntry& entry, const Exact& step) {
    value(entry.row, entry.column) = value(entry.row, entry.column) + step;
  }

  Array<Exact> computed(const PageLine& used, const AnswerEntry& entry, const Exact& step) const {
    const StepNumbers numbers = own_.numbers(line_.step);
    const Quantity moved(used.kind == Kind::gradient ? Quantity::adjoint : Quantity::value,
                         used.name);
    return evaluate(
        own_.formula(line_).value(),
        [&](const Symbol& leaf) {
          Array<Exact> value = numbers.of(leaf);
          if (leaf.stands_for() == moved) move(value, entry, step);
          return value;
        },
        own_.lesson().working());
  }

  Array<Exact> updated(const PageLine& used, const AnswerEntry& entry, const Exact& step) const {
    const WrongUpdate update(own_, {line_.step, Kind::update, line_.name, ""});
    const Quantity key = used.part.empty() ? Quantity("w") : Quantity(Quantity::after, used.part);
    LeafValues changed;
    // the lines of the working that stand before it stand as they are
    for (const Optimizer::Line& one : update.record().lines) {
      if (one.name.empty() || one.name == line_.part) break;
      changed.emplace(one.symbol.stands_for(), update.record().leaves.at(one.symbol.stands_for()));
    }
    if (used.kind == Kind::gradient) {
      const StepRecord& record = own_.record(line_.step);
      Array<Exact> gradient = record.adjoints.at(record.batch->graph.find(used.name));
      move(gradient, entry, step);
      if (const auto norm = update.norm_with({{used.name, gradient}}))
        changed.emplace(clipping::norm_key, *norm);
      if (used.name == line_.name) changed.emplace("g", std::move(gradient));
    } else {
      move(changed.try_emplace(key, update.record().leaves.at(key)).first->second, entry, step);
    }
    return update.lines_with(changed).at(line_.part);
  }

  PageWorking& own_;
  const PageLine& line_;
};

// By how much the entries of a line may differ from what comes of the numbers as they are written: to
// first order, for those of them that are the writer's own (`is_own`: written, and not right), since
// of these it is only known that they round to what is written. 0 where there are none.
Array<double> carried_digits(PageWorking& own, const PageLine& line,
                             const std::function<bool(const PageLine&)>& is_own) {
  constexpr std::size_t most = 64;  // numbers: of more nobody carries anything by hand
  const Array<Exact>& value = *own.pages().find(line);
  Array<double> open = Array<double>::Zero(value.rows(), value.cols());
  if (line.kind == Kind::given || !own.has(line.step)) return open;
  const Moved moved(own, line);
  for (const PageLine& used : own.lesson().uses(line)) {
    const auto written = own.written().find(used);
    const bool earlier_gradient = used.kind == Kind::gradient && used.step != line.step;
    if (written == own.written().end() || written->second.size() > most || earlier_gradient ||
        !is_own(used))
      continue;
    for (const AnswerEntry& entry : written->second) {
      const std::optional<int> decimals = compared_decimals(*entry.number, own.sheet().precision);
      if (!decimals || *decimals > 100) continue;
      const Exact half(Rational(power_of_ten(-*decimals) / 2));
      const auto apart = value_or_none(
          [&] { return Array<Exact>(moved.by(used, entry, half) - moved.by(used, entry, -half)); });
      if (apart)
        open += apart->unaryExpr([](const Exact& x) { return std::abs(x.to_double()) / 2; });
    }
  }
  return open.isFinite().select(open, 0);
}

}  // namespace

const Exact* entry_of(const WorkedPages& pages, const PageLine& line, const AnswerEntry& entry) {
  const Array<Exact>* value = pages.find(line);
  return value == nullptr ? nullptr : &(*value)(entry.row, entry.column);
}

PageMarks::PageMarks(PageWorking& own, const OwnPages& pages)
    : own_(own), lesson_(own.lesson()), sheet_(own.sheet()), pages_(pages) {}

// A parameter that is written as it was has not been updated, however few digits that took: 1.02 is
// then not a short form of 1.0246.
WrittenNumber PageMarks::as_fine_as_meant(const PageLine& line, const AnswerEntry& entry) const {
  WrittenNumber number = *entry.number;
  const auto at = static_cast<std::size_t>(line.step - 1);
  const bool updated = line.kind == Kind::update && line.part.empty();
  if (!updated || at >= pages_.own.steps.size()) return number;
  const Exact& old = pages_.own.steps[at].before.at(line.name)(entry.row, entry.column);
  if (!old.is_rational() || old.rational() != number.value) return number;
  // zeros that need not stand there tell how fine it is: 1.5200
  constexpr int telling = 3;
  const bool told = !number.whole && number.significant >= telling && number.text.ends_with('0');
  if (told) return number;
  number.decimals = std::max(number.decimals, usual_fineness(number, sheet_.precision));
  return number;
}

Mark PageMarks::mark_of(const PageLine& line, const AnswerEntry& entry) const {
  const WrittenNumber number = as_fine_as_meant(line, entry);
  const Mark mark = by_written_digits(line, entry, number);
  if (mark == Mark::wrong && by_carried_digits(line, entry, number, Open::own))
    return Mark::follows;
  // all digits of what came of their own mistake, and no carelessness
  const bool careless = mark == Mark::careless || mark == Mark::follows_careless;
  if (careless && by_carried_digits(line, entry, number, Open::behind_mistake))
    return Mark::follows;
  return mark;
}

// The worst mark of a line by its digits as they are written.
Mark PageMarks::written_mark(const PageLine& line) const {
  const auto known = written_marks_.find(line);
  if (known != written_marks_.end()) return known->second;
  Mark worst = Mark::right;
  if (const auto written = own_.written().find(line); written != own_.written().end()) {
    for (const AnswerEntry& entry : written->second)
      worst = std::max(worst, by_written_digits(line, entry, as_fine_as_meant(line, entry)));
  }
  return written_marks_.emplace(line, worst).first->second;
}

// A wrong line, or one that such a line goes into: even where it is right to its digits, the digits
// behind those are not the right ones.
bool PageMarks::is_behind_mistake(const PageLine& line) const {
  if (!behind_mistakes_) {
    behind_mistakes_.emplace();
    for (const PageLine& one : own_.pages().order) {
      if (!own_.has(one.step)) continue;
      const bool wrong = own_.written().contains(one) && written_mark(one) == Mark::wrong;
      const bool behind =
          wrong || std::ranges::any_of(lesson_.uses(one), [&](const PageLine& used) {
            return behind_mistakes_->contains(used);
          });
      if (behind) behind_mistakes_->insert(one);
    }
  }
  return behind_mistakes_->contains(line);
}

bool PageMarks::by_carried_digits(const PageLine& line, const AnswerEntry& entry,
                                  const WrittenNumber& number, Open which) const {
  const Exact* own = entry_of(pages_.own, line, entry);
  if (own == nullptr) return false;
  const std::optional<int> decimals = compared_decimals(number, sheet_.precision);
  const double half_unit = decimals ? std::pow(10.0, -*decimals) / 2 : 0;
  double off = std::abs((*own - Exact(number.value)).to_double());
  // of what is right they may have carried all digits too
  const Exact* finer = entry_of(pages_.own_finer, line, entry);
  if (which == Open::behind_mistake && finer != nullptr)
    off = std::min(off, std::abs((*finer - Exact(number.value)).to_double()));
  constexpr double much = 0.25;  // of the value: more is no matter of digits
  if (off > much * std::abs(own->to_double()) + 20 * half_unit) return false;
  auto known = carried_.find({line, which});
  if (known == carried_.end()) {
    const auto is_open = [&](const PageLine& used) {
      return which == Open::own ? written_mark(used) != Mark::right : is_behind_mistake(used);
    };
    known = carried_.emplace(std::pair(line, which), carried_digits(own_, line, is_open)).first;
  }
  const double open = known->second(entry.row, entry.column);
  return open > 0 && off <= (open + half_unit + number.noise) * (1 + 1e-9);
}

// Compared with what the right numbers give, and with what their own give as written.
Mark PageMarks::by_written_digits(const PageLine& line, const AnswerEntry& entry,
                                  const WrittenNumber& number) const {
  const auto best = [&](std::initializer_list<const WorkedPages*> all) {
    Accord found = Accord::no;
    for (const WorkedPages* pages : all) {
      const Exact* computed = entry_of(*pages, line, entry);
      if (computed != nullptr)
        found = std::min(found, agreement(*computed, number, sheet_.precision));
    }
    return found;
  };
  const Accord right = best({&lesson_.pages(), &pages_.rounded});
  const Accord follows = best({&pages_.own});
  if (right == Accord::yes) return Mark::right;
  if (follows == Accord::yes) return Mark::follows;
  if (right == Accord::careless) return Mark::careless;
  // they may have carried more digits than they wrote
  const Accord finer = best({&pages_.own_finer});
  const bool has_value = !pages_.own.without_value.contains(line);
  if (finer == Accord::yes && (follows == Accord::careless || has_value)) return Mark::follows;
  if (follows == Accord::careless) return Mark::follows_careless;
  if (!has_value) return Mark::no_value;
  return finer == Accord::careless ? Mark::follows_careless : Mark::wrong;
}

Mark PageMarks::mark_of(const Answer& answer) const {
  if (answer.transposed) return Mark::wrong;
  Mark worst = Mark::right;
  for (const AnswerEntry& entry : entries(answer))
    worst = std::max(worst, mark_of(answer.line, entry));
  return worst;
}

bool PageMarks::is_by_noise(const PageLine& line, const AnswerEntry& entry) const {
  if (entry.number->noise == 0) return false;
  WrittenNumber alone = as_fine_as_meant(line, entry);
  alone.noise = 0;
  return by_written_digits(line, entry, alone) != Mark::right;
}

bool PageMarks::told_by_own(const PageLine& line, const AnswerEntry& entry, Mark mark) const {
  const Exact* own = entry_of(pages_.own, line, entry);
  return own != nullptr &&
         (mark != Mark::careless || agreement(*own, *entry.number, sheet_.precision) != Accord::no);
}

const Exact& PageMarks::wanted(const PageLine& line, const AnswerEntry& entry, Mark mark) const {
  if (told_by_own(line, entry, mark)) return *entry_of(pages_.own, line, entry);
  const Exact& exact = *entry_of(lesson_.pages(), line, entry);
  const Exact* rounded = entry_of(pages_.rounded, line, entry);
  const bool by_exact =
      rounded == nullptr || agreement(exact, *entry.number, sheet_.precision) != Accord::no;
  return by_exact ? exact : *rounded;
}

}  // namespace tracer
