#include "tracer/derive/entry_terms.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

constexpr int most_in_line = 4;   // terms of a sum that stands within another term
constexpr int most_in_words = 8;  // terms of a sum without numbers; with more it is written with Σ

// The index into an operand that may have a single row where the result has several.
int index_in(const Size& side, int index) { return side.is_one() ? 0 : index; }

bool is_scaled(const Symbol& e) {
  if (!e.is(Law::multiply) && !e.is(Law::divide)) return false;
  const auto is_number = [](const Symbol& x) { return x.shape().is_scalar() || is_spread(x); };
  return is_number(e.operands()[1]) || (e.is(Law::multiply) && is_number(e.operands()[0]));
}

// Whether something in it is a sum of entries or a product of matrices, past sums and factors.
bool has_sum(const Symbol& e) {
  if (e.is(Law::matmul) || e.is(Law::sum)) return true;
  const bool passes = e.is(Law::add) || e.is(Law::subtract) || e.is(Law::negate) ||
                      e.is(Law::transpose) || e.is(Law::broadcast) || is_scaled(e);
  return passes && std::ranges::any_of(e.operands(), has_sum);
}

// scale·a·b, as one writes it: without a factor 1, and with the sign before it
Symbol product_of(const Symbol& scale, const std::vector<Symbol>& factors) {
  if (scale.is_number() && scale.number() < 0)
    return -product_of(Symbol(Rational(-scale.number())), factors);
  std::optional<Symbol> made;
  if (!scale.is_number(1)) made = scale;
  for (const Symbol& factor : factors) made = made ? *made * factor : factor;
  return *made;
}

}  // namespace

EntryTerms::EntryTerms(const StepNumbers& numbers, Working working,
                       std::vector<std::string> letters)
    : numbers_(numbers), working_(working), letters_(std::move(letters)) {}

std::vector<EntryTerms::Term> EntryTerms::terms_of(const Entry& of, Apart apart) {
  std::vector<Term> terms;
  const int depth = std::max({0, -of.row, -of.column});  // of letters that the entry has already
  split(of.formula, of.row, of.column, apart, depth, 1, terms);
  return terms;
}

void EntryTerms::split(const Symbol& e, int row, int column, Apart apart, int depth,
                       const Symbol& scale, std::vector<Term>& terms) {
  if (e.is(Law::matmul)) return split_product(e, row, column, apart, depth, scale, terms);
  if (e.is(Law::sum)) return split_sum(e, row, column, apart, depth, scale, terms);
  if (apart == Apart::once || !has_sum(e)) return add(e, row, column, apart, scale, terms);
  const auto& x = e.operands();
  const auto go_on = [&](const Symbol& operand, const Symbol& times) {
    split(operand, index_in(operand.shape().rows, row), index_in(operand.shape().columns, column),
          apart, depth, times, terms);
  };
  if (e.is(Law::add) || e.is(Law::subtract)) {
    go_on(x[0], scale);
    return go_on(x[1], e.is(Law::add) ? scale : simplify(-scale));
  }
  if (e.is(Law::negate)) return go_on(x[0], simplify(-scale));
  if (e.is(Law::transpose)) return split(x[0], column, row, apart, depth, scale, terms);
  if (e.is(Law::broadcast)) return go_on(x[0], scale);
  // a number times a sum, or a sum over a number
  const bool first = e.is(Law::multiply) && !has_sum(x[0]);
  const Symbol& factor = x[first ? 0 : 1];
  if (has_sum(factor) || (!factor.shape().is_scalar() && !is_spread(factor)))
    return add(e, row, column, apart, scale, terms);
  const Symbol number = entry(factor, 0, 0);
  go_on(x[first ? 1 : 0], simplify(e.is(Law::divide) ? scale / number : scale * number));
}

void EntryTerms::split_product(const Symbol& e, int row, int column, Apart apart, int depth,
                               const Symbol& scale, std::vector<Term>& terms) {
  const Symbol a = e.operands()[0], b = e.operands()[1];
  const auto formula = [=, this](int k) {
    if (apart == Apart::once) return product_of(scale, {leaf(a, row, k), leaf(b, k, column)});
    return product_of(scale, {entry(a, row, k), entry(b, k, column)});
  };
  const Size& inner = a.shape().columns;
  if (!numbers_.known() && (!inner.known() || inner.count > most_in_words)) {
    const int letter = -1 - depth;
    terms.push_back({std::nullopt, index_text(letter),
                     fmt::format("from 0 to {} − 1", to_string(inner)),
                     [=] { return formula(letter); }});
    return;
  }
  for (int k = 0; k < inner.count; ++k) {
    std::optional<Exact> value;
    if (numbers_.known()) value = scaled(scale, values(a)(row, k) * values(b)(k, column));
    terms.push_back({std::move(value), "", "", [=] { return formula(k); }});
  }
}

void EntryTerms::split_sum(const Symbol& e, int row, int column, Apart apart, int depth,
                           const Symbol& scale, std::vector<Term>& terms) {
  const Symbol x = e.operands()[0];
  const bool all = e.shape().is_scalar() && e.operation().axis < 0;
  const bool along_rows = e.operation().axis == 1;
  const auto formula = [=, this](int i, int j) {
    return product_of(scale, {apart == Apart::once ? leaf(x, i, j) : entry(x, i, j)});
  };
  const Shape& of = x.shape();
  const bool several = !of.known() || (all          ? of.count()
                                       : along_rows ? of.columns.count
                                                    : of.rows.count) > most_in_words;
  if (!numbers_.known() && several) {
    const int letter = -1 - depth;
    const bool column_of_all = all && of.columns.is_one(), row_of_all = all && of.rows.is_one();
    if (all && !column_of_all && !row_of_all) return add(e, row, column, apart, scale, terms);
    const bool over_columns = along_rows || row_of_all;
    const Size& length = over_columns ? of.columns : of.rows;
    const int i = over_columns ? (all ? 0 : row) : letter,
              j = over_columns ? letter : (all ? 0 : column);
    terms.push_back({std::nullopt, index_text(letter),
                     fmt::format("from 0 to {} − 1", to_string(length)),
                     [=] { return formula(i, j); }});
    return;
  }
  for (int i = 0; i < of.rows.count; ++i) {
    for (int j = 0; j < of.columns.count; ++j) {
      if (!all && (along_rows ? i != row : j != column)) continue;
      std::optional<Exact> value;
      if (numbers_.known()) value = scaled(scale, values(x)(i, j));
      terms.push_back({std::move(value), "", "", [=] { return formula(i, j); }});
    }
  }
}

void EntryTerms::add(const Symbol& e, int row, int column, Apart apart, const Symbol& scale,
                     std::vector<Term>& terms) {
  std::optional<Exact> value;
  if (numbers_.known()) {
    const Array<Exact>& all = values(e);
    value = scaled(scale, all.size() == 1 ? all(0, 0) : all(row, column));
  }
  terms.push_back({std::move(value), "", "", [=, this] {
                     return product_of(scale, {apart == Apart::once ? leaf(e, row, column)
                                                                    : entry(e, row, column)});
                   }});
}

Symbol EntryTerms::entry(const Symbol& e, int row, int column) {
  if (e.kind() == Symbol::Kind::number || e.kind() == Symbol::Kind::size) return e;
  if (e.kind() == Symbol::Kind::leaf) return leaf(e, row, column);
  const auto& x = e.operands();
  const auto operand = [&](std::size_t i) {
    return entry(x[i], index_in(x[i].shape().rows, row), index_in(x[i].shape().columns, column));
  };
  if (e.is(Law::transpose)) return entry(x[0], column, row);
  if (e.is(Law::broadcast) || e.is(Law::identity)) return operand(0);
  if (e.operation().is_entrywise) {
    std::vector<Symbol> entries;
    for (std::size_t i = 0; i < x.size(); ++i) entries.push_back(operand(i));
    return Symbol::apply(e.operation(), std::move(entries), e.attributes());
  }
  if (e.is(Law::matmul) || e.is(Law::sum)) {
    const Shape& of = x[0].shape();
    const bool few = e.is(Law::matmul) ? of.columns.known() && of.columns.count <= most_in_line
                                       : of.known() && of.count() <= 2LL * most_in_line;
    if (!few) return leaf(e, row, column);
    Symbol sum = 0;
    std::vector<Term> terms;
    split(e, row, column, Apart::fully, 0, 1, terms);
    for (std::size_t k = 0; k < terms.size(); ++k)
      sum = k == 0 ? terms[k].formula() : sum + terms[k].formula();
    return sum;
  }
  if (e.operation().expansion != nullptr)
    return entry(e.operation().expansion(e.attributes(), x), row, column);
  return leaf(e, row, column);
}

Symbol EntryTerms::leaf(const Symbol& e, int row, int column) {
  if (e.kind() == Symbol::Kind::number || e.kind() == Symbol::Kind::size) return e;
  // the entry of a transpose is an entry of what is transposed
  if (e.is(Law::transpose)) return leaf(e.operands()[0], column, row);
  const bool scalar = e.shape().is_scalar();
  Entry of{e, scalar ? 0 : row, scalar ? 0 : column};
  const auto found = std::ranges::find(leaves_, of, &std::pair<Entry, Symbol>::first);
  if (found != leaves_.end()) return found->second;
  // a blank in its name: no name of a lesson is it
  const Quantity called(fmt::format("entry {}", leaves_.size()));
  places_.emplace(called, leaves_.size());
  Notation shown = written(of);
  leaves_.emplace_back(std::move(of), Symbol::leaf(called, std::move(shown), scalar_shape));
  return leaves_.back().second;
}

std::vector<Entry> EntryTerms::entries_in(const Symbol& term) const {
  std::vector<Entry> found;
  substitute(term, [&](const Symbol& at) -> std::optional<Symbol> {
    const auto place = places_.find(at.stands_for());
    if (place == places_.end()) return std::nullopt;
    const Entry& of = leaves_[place->second].first;
    if (std::ranges::find(found, of) == found.end()) found.push_back(of);
    return std::nullopt;
  });
  return found;
}

Notation EntryTerms::in_numbers(const Symbol& term) const {
  Writing writing;
  writing.numbers = true;
  writing.of = [&](const Symbol& e) -> std::optional<Notation> {
    if (e.kind() == Symbol::Kind::size) return notation::number(to_string(e.number()));
    if (e.kind() == Symbol::Kind::leaf) return numbers_.shown(number_of(e));
    const bool number = e.operation().slope_side != nullptr || e.operation().tie != nullptr;
    return number ? std::optional(numbers_.shown(values(e))) : std::nullopt;
  };
  return write(term, writing);
}

Notation EntryTerms::written(const Entry& of) const {
  if (of.formula.shape().is_scalar()) return write(of.formula);
  return notation::index(write(of.formula),
                         fmt::format("{},{}", index_text(of.row), index_text(of.column)));
}

Exact EntryTerms::value(const Entry& of) const {
  const Array<Exact>& all = values(of.formula);
  return all.size() == 1 ? all(0, 0) : all(of.row, of.column);
}

std::optional<Exact> EntryTerms::scaled(const Symbol& scale, const Exact& value) const {
  if (scale.is_number(1)) return value;
  return values(scale)(0, 0) * value;
}

// What a leaf of the lesson's formulas stands for, or one that was made here.
Array<Exact> EntryTerms::number_of(const Symbol& leaf) const {
  const auto place = places_.find(leaf.stands_for());
  if (place == places_.end()) return numbers_.of(leaf);
  return Array<Exact>::Constant(1, 1, value(leaves_[place->second].first));
}

const Array<Exact>& EntryTerms::values(const Symbol& e) const {
  const auto found = std::ranges::find(values_, e, &std::pair<Symbol, Array<Exact>>::first);
  if (found != values_.end()) return found->second;
  Array<Exact> worked_out =
      e.kind() == Symbol::Kind::leaf
          ? number_of(e)
          : evaluate(
                e, [this](const Symbol& leaf) { return number_of(leaf); }, working_);
  return values_.emplace_back(e, std::move(worked_out)).second;
}

std::string EntryTerms::index_text(int index) const {
  if (index >= 0) return fmt::to_string(index);
  return letters_[static_cast<std::size_t>(-1 - index) % letters_.size()];
}

}  // namespace tracer
