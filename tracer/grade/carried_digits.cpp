#include "tracer/grade/carried_digits.hpp"

#include <cmath>

#include "tracer/derive/evaluate.hpp"
#include "tracer/error.hpp"
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

}  // namespace

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
      try {
        const Array<Exact> up = moved.by(used, entry, half);
        const Array<Exact> down = moved.by(used, entry, -half);
        open += (up - down).unaryExpr([](const Exact& x) { return std::abs(x.to_double()) / 2; });
      } catch (const Error&) {
        continue;  // it leads to no value that way
      } catch (const Undecided&) {
        continue;
      }
    }
  }
  return open.isFinite().select(open, 0);
}

}  // namespace tracer
