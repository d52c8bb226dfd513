// The expect lines: when, of what, how exactly.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "tracer/language/constants.hpp"
#include "tracer/language/purposes.hpp"
#include "tracer/number/decimal_text.hpp"

namespace tracer {
namespace {

using namespace ast;

bool is_metric(std::string_view name) {
  return name == "accuracy" || name == "loss" || name == "f1";
}

// How many decimals a literal was written with: 6 for -3.870328, 2 for 1.5e-1, 0 for 3; -1 for what
// is no literal.
int decimals_of(const Names& names, ExprId id) {
  const Expr& e = names.lesson.expr(id);
  if (const auto* unary = std::get_if<Unary>(&e.is)) return decimals_of(names, unary->operand);
  if (!std::holds_alternative<Number>(e.is)) return -1;
  const auto written = decimal_text(names.source.text(e.span));
  return written ? static_cast<int>(std::max(written->decimals(), 0L)) : -1;
}

class ExpectationReader {
 public:
  ExpectationReader(Names& names, Program& program, const BatchGraph& built)
      : names_(names), program_(program), built_(built) {}

  Expectation read(const Expect& expect, const Comparison& comparison) {
    Expectation e;
    e.span = comparison.span;
    e.text = names_.text(comparison.span);
    when(expect.scope, e);
    e.relation = comparison.relation == Relation::equal     ? Expectation::Relation::equal
                 : comparison.relation == Relation::at_most ? Expectation::Relation::at_most
                                                            : Expectation::Relation::at_least;
    const Shape of = quantity(comparison, e);
    wanted(comparison, of, e);
    if (comparison.within) {
      e.within = number(names_, *comparison.within);
      if (*e.within < 0)
        throw BadStatement{names_.span(*comparison.within), "a tolerance must not be negative"};
    }
    return e;
  }

 private:
  using When = Expectation::When;
  int batch_size() const { return program_.training ? program_.training->batch_size : 1; }
  int samples() const { return program_.data ? program_.data->count : 0; }
  // a train line that could not be read has been reported, and may have held samples out
  bool train_line_unread() const {
    return !program_.training && first_of<Train>(names_.lesson) != nullptr;
  }

  void when(const ast::Scope& scope, Expectation& e) {
    if (scope.when == ast::Scope::When::finally) e.when = When::finally;
    e.after = scope.when == ast::Scope::When::after;
    if (scope.when != ast::Scope::When::during && !e.after) return;
    if (e.after && !program_.training) {
      throw BadStatement{scope.span, "nothing is updated in a lesson without a train line",
                         "write train L with sgd(lr=0.01), or leave after out"};
    }
    if (scope.epoch && !program_.training) {
      throw BadStatement{scope.span, "there are no epochs in a lesson without a train line",
                         "say sample or step"};
    }
    const int epochs = program_.training ? program_.training->epochs : 1;
    const auto in_range = [&](std::int64_t number, std::int64_t most, std::string_view what) {
      if (number > most) {
        throw BadStatement{scope.span, fmt::format("there is no {} {}", what, number),
                           most == 0 ? fmt::format("there are no {}s", what)
                                     : fmt::format("the last is {} {}", what, most)};
      }
      return static_cast<int>(number);
    };
    if (scope.epoch) {
      e.epoch = in_range(*scope.epoch, epochs, "epoch");
      e.when = When::epoch;
      e.number = e.epoch;
    }
    if (scope.sample) {
      if (program_.training && batch_size() != 1) {
        throw BadStatement{
            scope.span,
            batch_size() == 0
                ? "a step is the whole batch here, not one sample"
                : fmt::format("a step is a batch of {} here, not one sample", batch_size()),
            fmt::format("say step {}", *scope.sample)};
      }
      e.when = When::sample;
      e.number = in_range(*scope.sample, samples(), "sample");
    }
    if (scope.step) {
      e.when = When::step;
      // with a validation share the number of steps is the training's to say
      const bool held_out = program_.training && program_.training->holds_out();
      const int size = batch_size() == 0 ? std::max(samples(), 1) : batch_size();
      const std::int64_t an_epoch = (std::max(samples(), 1) + size - 1) / size;
      const std::int64_t most = scope.epoch ? an_epoch : an_epoch * epochs;
      e.number = in_range(*scope.step, held_out ? 1'000'000'000 : most, "step");
    }
  }

  // what stands left of the relation, and its shape
  Shape quantity(const Comparison& c, Expectation& e) {
    if (c.wrt) {
      e.gradient = true;
      e.of = c.name.text;
      e.name = c.wrt->text;
      names_.find_anywhere(e.of, c.name.span);
      if (std::ranges::find(program_.losses, e.of) == program_.losses.end()) {
        throw BadStatement{c.name.span,
                           fmt::format("the gradients here are of {}, not of {}",
                                       fmt::join(program_.losses, ", "), e.of),
                           fmt::format("write d{}/d{}", program_.loss, e.name)};
      }
    } else {
      e.name = c.name.text;
      e.metric = is_metric(e.name) && (c.on || !names_.defines(e.name));
    }
    if (c.on) {
      if (!e.metric) {
        throw BadStatement{
            c.span,
            fmt::format("{} is no metric, and only a metric is taken on a data set", e.name),
            "the metrics are accuracy, loss and f1"};
      }
      e.on = *c.on == ast::Split::test         ? "test"
             : *c.on == ast::Split::validation ? "validation"
                                               : "train";
      const bool has_share = program_.training && program_.training->test;
      if (e.on == "test" && !program_.test && !has_share && !train_line_unread()) {
        throw BadStatement{c.span, "there are no test data",
                           "add test X, Y = ..., or hold some out: train ..., test=0.2"};
      }
      const bool validates =
          program_.validation || (program_.training && program_.training->validates());
      if (e.on == "validation" && !validates && !train_line_unread()) {
        throw BadStatement{c.span, "nothing is held out for validation",
                           "add validation=0.1 to the train line"};
      }
    }
    if (e.metric && e.name == "loss" && program_.losses.size() > 1) {
      throw BadStatement{c.name.span, "there are several losses here",
                         fmt::format("name one: {} = ...", program_.loss)};
    }
    if (e.metric) return scalar_shape;
    const Word& word = c.wrt ? *c.wrt : c.name;
    const Shape of = shape_of_name(word, e.gradient);
    if (c.index.empty()) return of;
    e.index = entry(c, of, word.text);
    return scalar_shape;
  }

  Shape shape_of_name(const Word& word, bool gradient) {
    names_.find_anywhere(word.text, word.span);
    const auto constant = names_.constants.find(word.text);
    if (constant != names_.constants.end()) {
      if (gradient)
        throw BadStatement{word.span,
                           word.text + " is a constant: there is no gradient with respect to it"};
      return shape_of(constant->second.value);
    }
    const NodeId id = built_.graph.find(word.text);
    if (id < 0) throw Broken{};
    return built_.graph[id].shape;
  }

  static std::pair<int, int> entry(const Comparison& c, const Shape& of, const std::string& name) {
    const bool in_row = c.index.size() == 1 && of.rows.is_one();
    if (c.index.size() == 1 && !of.rows.is_one() && !of.columns.is_one()) {
      throw BadStatement{
          c.left, fmt::format("{} is {}, so an entry has two indices", name, to_string(of)),
          fmt::format("write {0}[{1}, 0] for the first of row {1}", name, c.index[0])};
    }
    const std::int64_t row = in_row ? 0 : c.index[0];
    const std::int64_t column = in_row ? c.index[0] : c.index.size() == 2 ? c.index[1] : 0;
    if ((of.rows.known() && row >= of.rows.count) ||
        (of.columns.known() && column >= of.columns.count)) {
      throw BadStatement{
          c.left,
          fmt::format("{} is {} and has no entry [{}, {}]", name, to_string(of), row, column),
          "rows and columns count from 0"};
    }
    return {static_cast<int>(row), static_cast<int>(column)};
  }

  void wanted(const Comparison& c, const Shape& of, Expectation& e) {
    Constant value = constant(names_, c.value);
    e.decimals = decimals_of(names_, c.value);
    if (items_of(names_, c.value) != nullptr) entry_decimals(c.value, e);
    const Shape shape = shape_of(value.value);
    if (value.flat && !(shape == of) && shape_of(shape.columns.count, shape.rows.count) == of) {
      value.value = Array<Exact>(
          value.value.transpose());  // a list is one list, whichever way the value lies
    } else if (!(shape == of)) {
      const bool averaged =
          e.name == program_.loss && !e.gradient && built_.graph[built_.loss].name != e.name;
      throw BadStatement{names_.span(c.value),
                         fmt::format("{} is {}, but what is expected of it is {}",
                                     names_.text(c.left), to_string(of), to_string(shape)),
                         averaged ? "write loss = ... for the mean over the batch"
                         : shape.is_scalar()
                             ? fmt::format("name an entry, {}[0, 0], or write the whole matrix",
                                           names_.text(c.left))
                             : ""};
    }
    e.wanted = std::move(value.value);
  }

  void entry_decimals(ExprId list, Expectation& e) {
    // the numbers stand row by row; wanted is kept column by column
    const std::vector<ExprId>& rows = *items_of(names_, list);
    const std::size_t columns = items_of(names_, rows[0]) ? items_of(names_, rows[0])->size() : 1;
    for (std::size_t j = 0; j < columns; ++j) {
      for (const ExprId row : rows) {
        const auto* items = items_of(names_, row);
        e.entry_decimals.push_back(decimals_of(names_, items ? (*items)[j] : row));
      }
    }
    e.decimals = *std::ranges::min_element(e.entry_decimals);
  }

  Names& names_;
  Program& program_;
  const BatchGraph& built_;
};

}  // namespace

void read_expectations(Names& names, Program& program, const BatchGraph& built,
                       Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < names.lesson.statements.size(); ++i) {
    const auto* expect = std::get_if<Expect>(&names.lesson.statements[i]);
    if (expect == nullptr) continue;
    names.at = i;
    for (const Comparison& comparison : expect->comparisons) {
      read_or_report(diagnostics, [&] {
        program.expectations.push_back(
            ExpectationReader(names, program, built).read(*expect, comparison));
      });
    }
  }
}

}  // namespace tracer
