// --wrt 'W2[3,5]': one entry of a gradient, however large: the sum that makes it, its largest terms
// first.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/formulas.hpp"
#include "tracer/derive/page.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr std::size_t largest_shown = 8;

struct Term {
  Notation symbols;  // ∂L/∂Z[3,k]·A[5,k] with k put in
  Notation numbers;
  Exact value;
};

std::string at(int i, int j) { return fmt::format("{},{}", i, j); }

Notation entry_of(const Symbol& factor, int i, int j) {
  // the entry of a transpose is an entry of what is transposed
  if (factor.is(Law::transpose)) return notation::index(write(factor.operands()[0]), at(j, i));
  return notation::index(write(factor), at(i, j));
}

// The terms of one entry of a rule: of a product of matrices, of a sum along rows or columns; else
// one term.
std::vector<Term> terms_of(const PageContext& context, const StepNumbers& numbers,
                           const Symbol& rule, int i, int j) {
  std::vector<Term> terms;
  const auto show = [&](const Exact& x) { return context.show(x); };
  if (rule.is(Law::matmul)) {
    const Symbol& a = rule.operands()[0];
    const Symbol& b = rule.operands()[1];
    const Array<Exact> left = numbers.evaluate(a);
    const Array<Exact> right = numbers.evaluate(b);
    for (int k = 0; k < static_cast<int>(left.cols()); ++k) {
      const Exact& x = left(i, k);
      const Exact& y = right(k, j);
      terms.push_back({notation::product({entry_of(a, i, k), entry_of(b, k, j)}),
                       notation::product({show(x), show(y)}, Notation::Product::juxtaposed),
                       x * y});
    }
  } else if (rule.is(Law::sum)) {
    const Symbol& x = rule.operands()[0];
    const Array<Exact> value = numbers.evaluate(x);
    const bool rows = rule.operation().axis == 1;
    const bool all = rule.shape().is_scalar();
    for (int r = 0; r < static_cast<int>(value.rows()); ++r) {
      for (int c = 0; c < static_cast<int>(value.cols()); ++c) {
        if (!all && (rows ? r != i : c != j)) continue;
        terms.push_back({entry_of(x, r, c), show(value(r, c)), value(r, c)});
      }
    }
  } else {
    const Array<Exact> value = numbers.evaluate(rule);
    const Exact& x = value.size() == 1 ? value(0, 0) : value(i, j);
    terms.push_back(
        {value.size() == 1 ? write(rule) : notation::index(write(rule), at(i, j)), show(x), x});
  }
  return terms;
}

}  // namespace

void explain_entry(const PageContext& context, const StepRecord& record, const std::string& name,
                   std::pair<int, int> entry, DerivationStep& page) {
  const Graph& graph = record.batch->graph;
  const NodeId id = graph.find(name);
  const auto [i, j] = entry;
  const Rules& rules = context.rules.denominator();  // an entry has one layout
  const GradientRule* gradient = rules.find(id);
  if (gradient == nullptr)
    throw Error(fmt::format("--wrt {}: the loss does not depend on {}", name, name));
  const StepNumbers numbers(rules, &record, context.show, context.working);
  std::vector<Term> terms;
  for (const Path& path : gradient->paths) {
    for (Term& term : terms_of(context, numbers, rules.contribution(path), i, j))
      terms.push_back(std::move(term));
  }
  const std::size_t all = terms.size();
  const auto zeros = static_cast<std::size_t>(
      std::ranges::count_if(terms, [](const Term& t) { return t.value.is_zero_surely(); }));
  std::erase_if(terms, [](const Term& t) { return t.value.is_zero_surely(); });
  std::ranges::stable_sort(terms, std::greater<>{},
                           [](const Term& t) { return std::abs(t.value.to_double()); });

  Equation sum;
  // the entry of the variable: a row has it in another place
  sum.left = context.rules.in_rows()
                 ? notation::partial(context.rules.loss_display(),
                                     notation::index(context.rules.display(id), at(i, j)))
                 : notation::index(context.rules.partial(id), at(i, j));
  std::vector<Notation> symbols, values;
  Exact rest = 0;
  std::size_t left_over = 0;
  bool exact = true;
  for (std::size_t k = 0; k < terms.size(); ++k) {
    if (k < largest_shown) {
      symbols.push_back(terms[k].symbols);
      values.push_back(terms[k].numbers);
      exact = exact && is_exact(terms[k].numbers);
    } else {
      rest += terms[k].value;
      ++left_over;
    }
  }
  if (left_over > 0) {
    symbols.push_back(notation::words(fmt::format("{} smaller terms", left_over)));
    values.push_back(context.show(rest));
    exact = exact && is_exact(values.back());
  }
  if (!symbols.empty()) {
    sum.rule.push_back({true, notation::sum(std::move(symbols))});
    sum.numbers.push_back({exact, notation::sum(std::move(values))});
  }
  const Array<Exact> value = Array<Exact>::Constant(1, 1, record.adjoints.at(id)(i, j));
  sum.value = context.show.links(value, record.rounded_adjoints.contains(id));
  if (all > 1) {
    sum.remarks.push_back(fmt::format("a sum of {} terms, the largest first{}", all,
                                      zeros == all ? "; all are 0"
                                      : zeros > 0  ? fmt::format("; {} of them are 0", zeros)
                                                   : ""));
  }
  page.chains_label = page.chains.empty() ? "One entry" : "Entry by entry";
  page.chains.push_back(std::move(sum));
}

}  // namespace tracer
