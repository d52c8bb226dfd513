#include "tracer/grade/formula_edits.hpp"

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

using notation::words;

bool is_product(const Symbol& e) { return e.is(Law::multiply) || e.is(Law::matmul); }

}  // namespace

std::vector<FormulaEdit> edited(const Symbol& e, const EditsAt& at) {
  std::vector<FormulaEdit> all = at(e);
  if (e.kind() != Symbol::Kind::apply) return all;
  for (std::size_t i = 0; i < e.operands().size(); ++i) {
    for (FormulaEdit& inner : edited(e.operands()[i], at)) {
      std::vector<Symbol> operands = e.operands();
      operands[i] = inner.formula;
      try {
        all.push_back({Symbol::apply(e.operation(), std::move(operands), e.attributes()),
                       std::move(inner.slip)});
      } catch (const ShapeError&) {
        continue;  // what is left does not fit: nobody gets a number that way
      }
    }
  }
  return all;
}

std::vector<FormulaEdit> left_out(const Symbol& e) {
  std::vector<FormulaEdit> all;
  if (e.kind() != Symbol::Kind::apply) return all;
  const auto keep = [&](std::size_t which, Slip why) {
    // without its matrix a number stands in every entry
    const Shape& shape = e.operands()[which].shape();
    if (shape == e.shape() || shape.is_scalar())
      all.push_back({e.operands()[which], std::move(why)});
  };
  if (e.is(Law::multiply)) {
    for (const std::size_t out : {std::size_t{1}, std::size_t{0}}) {
      if (is_product(e.operands()[out])) continue;  // its factors are asked one by one
      keep(1 - out, slip("factor left out",
                         {words("the factor"), write(e.operands()[out]), words("was left out")},
                         "a factor is missing"));
    }
  } else if (e.is(Law::divide)) {
    keep(0, slip("factor left out", {words("not divided by"), write(e.operands()[1])},
                 "a factor is missing"));
  } else if (e.is(Law::add) || e.is(Law::subtract)) {
    const Symbol& a = e.operands()[0];
    const Symbol& b = e.operands()[1];
    keep(0, slip("term left out", {words("the term"), write(b), words("was left out")},
                 "a term is missing"));
    if (e.is(Law::add)) {
      keep(1, slip("term left out", {words("the term"), write(a), words("was left out")},
                   "a term is missing"));
    }
    const bool was_plus = e.is(Law::add);
    all.push_back({was_plus ? a - b : a + b,
                   slip("sign of a term",
                        {write(b), words(was_plus ? "was subtracted and not added"
                                                  : "was added and not subtracted")},
                        "look at the signs of the terms")});
  } else if (e.is(Law::square) || (e.is(Law::power) && e.operands()[1].is_number(2))) {
    keep(0, slip("square left out", {words("not squared")}, "look at the square"));
  } else if (e.is(Law::transpose)) {
    keep(0, slip("transposed", {write(e.operands()[0]), words("was not transposed")},
                 "look at what has to be transposed"));
  } else if (e.is(Law::matmul)) {
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
      const Symbol& factor = e.operands()[i];
      if (factor.is(Law::transpose) || factor.shape().is_scalar() ||
          factor.shape().rows != factor.shape().columns)
        continue;
      all.push_back({i == 0 ? dot(transpose(factor), e.operands()[1])
                            : dot(e.operands()[0], transpose(factor)),
                     slip("transposed", {write(factor), words("was transposed")},
                          "look at what has to be transposed")});
    }
  } else if (e.operands().size() == 1 && !e.operation().call.empty()) {
    keep(0, slip("function left out",
                 {words(fmt::format("{} was left out: this is", e.operation().call)),
                  write(e.operands()[0]), words("itself")},
                 "a function is missing"));
  }
  return all;
}

}  // namespace tracer
