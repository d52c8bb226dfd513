#include "tracer/mistake/formula_mistakes.hpp"

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/op/log.hpp"
#include "tracer/op/square.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/op/xlogy.hpp"

namespace tracer {
namespace {

using notation::words;

bool is_product(const Symbol& e) { return e.is(Law::multiply) || e.is(Law::matmul); }

std::string which_belongs(const Symbol& leaf) {
  return fmt::format("which {} belongs here?", leaf.stands_for().name);
}

}  // namespace

std::vector<WrongFormula> edited(const Symbol& e, const EditsAt& at) {
  std::vector<WrongFormula> all = at(e);
  if (e.kind() != Symbol::Kind::apply) return all;
  for (std::size_t i = 0; i < e.operands().size(); ++i) {
    for (WrongFormula& inner : edited(e.operands()[i], at)) {
      std::vector<Symbol> operands = e.operands();
      operands[i] = inner.formula;
      try {
        all.push_back({std::move(inner.words),
                       Symbol::apply(e.operation(), std::move(operands), e.attributes())});
      } catch (const ShapeError&) {
        continue;  // what is left does not fit: nobody gets a number that way
      }
    }
  }
  return all;
}

std::vector<WrongFormula> left_out(const Symbol& e) {
  std::vector<WrongFormula> all;
  if (e.kind() != Symbol::Kind::apply) return all;
  const auto keep = [&](std::size_t which, SheetWords why) {
    // without its matrix a number stands in every entry
    const Shape& shape = e.operands()[which].shape();
    if (shape == e.shape() || shape.is_scalar())
      all.push_back({std::move(why), e.operands()[which]});
  };
  if (e.is(Law::multiply)) {
    for (const std::size_t out : {std::size_t{1}, std::size_t{0}}) {
      if (is_product(e.operands()[out])) continue;  // its factors are asked one by one
      keep(1 - out, {"factor left out",
                     {words("the factor"), write(e.operands()[out]), words("was left out")},
                     "a factor is missing"});
    }
  } else if (e.is(Law::divide)) {
    keep(0, {"factor left out",
             {words("not divided by"), write(e.operands()[1])},
             "a factor is missing"});
  } else if (e.is(Law::add) || e.is(Law::subtract)) {
    const Symbol& a = e.operands()[0];
    const Symbol& b = e.operands()[1];
    keep(0, {"term left out",
             {words("the term"), write(b), words("was left out")},
             "a term is missing"});
    if (e.is(Law::add)) {
      keep(1, {"term left out",
               {words("the term"), write(a), words("was left out")},
               "a term is missing"});
    }
    const bool was_plus = e.is(Law::add);
    all.push_back({{"sign of a term",
                    {write(b), words(was_plus ? "was subtracted and not added"
                                              : "was added and not subtracted")},
                    "look at the signs of the terms"},
                   was_plus ? a - b : a + b});
  } else if (e.is(Law::square) || (e.is(Law::power) && e.operands()[1].is_number(2))) {
    keep(0, {"square left out", {words("not squared")}, "look at the square"});
  } else if (e.is(Law::transpose)) {
    keep(0, {"transposed",
             {write(e.operands()[0]), words("was not transposed")},
             "look at what has to be transposed"});
  } else if (e.is(Law::matmul)) {
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      const Symbol& factor = e.operands()[i];
      if (factor.is(Law::transpose) || factor.shape().is_scalar() ||
          factor.shape().rows != factor.shape().columns)
        continue;
      all.push_back({{"transposed",
                      {write(factor), words("was transposed")},
                      "look at what has to be transposed"},
                     i == 0 ? dot(transpose(factor), e.operands()[1])
                            : dot(e.operands()[0], transpose(factor))});
    }
  } else if (e.operands().size() == 1 && !e.operation().call.empty()) {
    keep(0, {"function left out",
             {words(fmt::format("{} was left out: this is", e.operation().call)),
              write(e.operands()[0]), words("itself")},
             "a function is missing"});
  }
  return all;
}

namespace {

/// Edits a part whose operands have been edited; nothing: it stays.
using EditOfPart = std::function<std::optional<Symbol>(const Symbol& part)>;

// The formula with every part edited, from the inside, composite operations written out.
Symbol edited_everywhere(const Symbol& e, const EditOfPart& edit) {
  if (e.kind() != Symbol::Kind::apply) return e;
  if (e.operation().expansion != nullptr)
    return edited_everywhere(e.operation().expansion(e.attributes(), e.operands()), edit);
  std::vector<Symbol> operands;
  for (const Symbol& operand : e.operands()) operands.push_back(edited_everywhere(operand, edit));
  const Symbol made = Symbol::apply(e.operation(), std::move(operands), e.attributes());
  return edit(made).value_or(made);
}

// The logarithm to another base.
void add_base_10(const Symbol& formula, std::vector<WrongFormula>& all) {
  const Symbol any = Symbol::leaf("any", {});
  const Operation* const natural = &log(any).operation();
  const Operation* const times_natural = &xlogy(any, any).operation();
  bool changed = false;
  const Symbol edited = edited_everywhere(formula, [&](const Symbol& e) -> std::optional<Symbol> {
    if (&e.operation() != natural && &e.operation() != times_natural) return std::nullopt;
    changed = true;
    return e / log(Symbol(10));
  });
  if (changed)
    all.push_back({{"logarithm to base 10",
                    {words("the logarithm to base 10 was taken for ln")},
                    "look at the logarithm"},
                   edited});
}

void add_sum_and_mean(const Symbol& formula, std::vector<WrongFormula>& all) {
  bool summed = false;
  const Symbol sum = edited_everywhere(formula, [&](const Symbol& e) -> std::optional<Symbol> {
    const bool mean = e.is(Law::divide) && e.operands()[0].is(Law::sum) &&
                      e.operands()[1].kind() == Symbol::Kind::size;
    if (!mean) return std::nullopt;
    summed = true;
    return e.operands()[0];
  });
  const std::string hint = "is it the sum or the mean that is asked for?";
  if (summed) {
    all.push_back({{"sum for mean", {words("the sum was taken, not the mean")}, hint}, sum});
    return;
  }
  bool averaged = false;
  const Symbol mean = edited_everywhere(formula, [&](const Symbol& e) -> std::optional<Symbol> {
    const long long one = e.shape().count();
    if (!e.is(Law::sum) || one == 0) return std::nullopt;
    averaged = true;
    return e / Symbol(Rational(e.operands()[0].shape().count() / one));
  });
  if (averaged)
    all.push_back({{"mean for sum", {words("the mean was taken, not the sum")}, hint}, mean});
}

// The error of regression where a cross-entropy is asked for.
void add_squared_error(const Symbol& formula, std::vector<WrongFormula>& all) {
  if (formula.kind() != Symbol::Kind::apply || formula.operation().output == nullptr) return;
  const Symbol squares = sum<Over::all>(square(formula.operands()[0] - formula.operands()[1]));
  const Rational entries = formula.operands()[0].shape().count();
  for (const Rational& share :
       {Rational(1), Rational(1, 2), Rational(1 / entries), Rational(1 / (2 * entries))})
    all.push_back({{"squared error",
                    {words("the squared error was taken, not the cross-entropy")},
                    "which loss is asked for?"},
                   squares * Symbol(share)});
}

}  // namespace

std::vector<WrongFormula> loss_mistakes(const Symbol& formula) {
  std::vector<WrongFormula> all;
  add_base_10(formula, all);
  add_sum_and_mean(formula, all);
  add_squared_error(formula, all);
  return all;
}

SheetWords transposed_as_a_whole() {
  return {"transposed",
          {words("transposed: rows and columns have changed places")},
          "look at which are rows and which are columns"};
}

SheetWords updated_weight(const Symbol& w) {
  return {"updated weight",
          {words("the updated"), w.display(), words("was used, not that of the forward pass")},
          which_belongs(w)};
}

SheetWords old_weight(const Symbol& w, int step) {
  return {"old weight",
          {w.display(),
           words(step == 1 ? "as given was used, not as it was by now"
                           : fmt::format("before step {} was used, not as it was by now", step))},
          which_belongs(w)};
}

SheetWords of_another_sample(const Symbol& x, std::string_view unit, int number) {
  return {"another sample's",
          {x.display(), words(fmt::format("of {} {} was used", unit, number))},
          which_belongs(x)};
}

SheetWords another_value(const Notation& taken, const Symbol& right) {
  return {"another value",
          {taken, words("in place of"), right.display()},
          "look at the values that go into it"};
}

}  // namespace tracer
