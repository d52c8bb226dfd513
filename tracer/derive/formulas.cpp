#include "tracer/derive/formulas.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/quick_norm.hpp"
#include "tracer/error.hpp"
#include "tracer/graph/tape.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {
namespace {

constexpr int most_rows = 12;  // a matrix that a page still holds whole
constexpr int most_columns = 10;
constexpr int corner = 3;

}  // namespace

bool Show::fits(const Array<Exact>& value) {
  return value.rows() <= most_rows && value.cols() <= most_columns;
}

Notation Show::operator()(const Exact& x) const {
  const Decimal shown = decimal(x);
  if (!shown.exact)
    if (const auto fraction = short_fraction(x)) return notation::number(*fraction);
  return notation::number(shown.text, !shown.exact);
}

Notation Show::operator()(const Array<Exact>& value) const {
  if (value.size() == 1) return (*this)(value(0, 0));
  const bool whole = fits(value);
  const auto rows =
      static_cast<int>(whole ? value.rows() : std::min<Eigen::Index>(corner, value.rows()));
  const auto columns =
      static_cast<int>(whole ? value.cols() : std::min<Eigen::Index>(corner, value.cols()));
  std::vector<Notation> entries;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) entries.push_back((*this)(value(i, j)));
  const bool plain = std::ranges::none_of(entries, &Notation::rounded);
  for (int k = 0; !plain && k < rows * columns; ++k) {
    // fractions only where the others are not decimals of ten digits
    Notation& entry = entries[static_cast<std::size_t>(k)];
    if (entry.text.find('/') != std::string::npos)
      entry = notation::number(decimal(value(k / columns, k % columns)).text, true);
  }
  Notation matrix = notation::matrix(rows, columns, std::move(entries));
  if (whole) return matrix;
  matrix.kind = Notation::Kind::elided;
  matrix.text = fmt::format("{}×{}, norm {}", value.rows(), value.cols(), norm(value));
  matrix.rounded = !plain;
  return matrix;
}

std::vector<Link> Show::links(const Array<Exact>& value, bool carried_rounded) const {
  if (value.size() != 1) {
    Notation shown = (*this)(value);
    const bool exact = is_exact(shown) && !carried_rounded;
    return {{exact, std::move(shown)}};
  }
  const Exact& x = value(0, 0);
  const Decimal shown = decimal(x);
  std::vector<Link> links;
  if (!shown.exact)
    if (const auto fraction = short_fraction(x))
      links.push_back({!carried_rounded, notation::number(*fraction)});
  links.push_back({shown.exact && !carried_rounded, notation::number(shown.text, !shown.exact)});
  return links;
}

Value Show::value(const Array<Exact>& numbers) const {
  Value value;
  value.numbers = numbers;
  if (entries_ == Entries::printed && !fits(numbers)) return value;
  for (const auto& row : numbers.rowwise())
    for (const Exact& x : row) value.decimals.push_back(decimal(x));
  return value;
}

std::string Show::text(const Exact& x) const { return text_number((*this)(x).text); }

Decimal Show::decimal(const Exact& x) const { return decimal(x, digits_); }

Decimal Show::decimal(const Exact& x, int digits) const {
  if (unproved_ != Unproved::zeros) return to_decimal(x, digits, unproved_ == Unproved::shown);
  try {
    return to_decimal(x, digits, false);
  } catch (const Undecided&) {
    Decimal zero = to_decimal(x, digits, true);
    constexpr double least = 1e-300;  // no smaller bound is written
    if (zero.proved || std::stod(zero.bound) > least) throw;
    return zero;
  }
}

std::string Show::norm(const Array<Exact>& value) const {
  constexpr int digits = 6;
  if (auto text = quick_norm(value, digits)) return *text;
  Exact squares = 0;
  // not value·value: of an interval across 0 that reaches below 0, where √ has no value
  for (Eigen::Index k = 0; k < value.size(); ++k) squares += pow(value(k), 2);
  const Exact norm = squares.is_rational() && squares.rational() == 0 ? Exact(0) : sqrt(squares);
  // where every entry has its digits the norm has its own
  if (entries_ == Entries::all) return to_decimal(norm, digits, true).text;
  return decimal(norm, digits).text;
}

bool Show::tells(const Array<Exact>& shown) const {
  try {
    links(shown);
    value(shown);
    doubt(shown);
    return true;
  } catch (const Undecided&) {
    return false;
  }
}

std::string Show::doubt(const Array<Exact>& value) const {
  for (Eigen::Index k = 0; k < value.size(); ++k) {
    if (value(k).is_rational() || !value(k).contains_zero()) continue;
    const Decimal shown =
        entries_ == Entries::all ? to_decimal(value(k), digits_, true) : decimal(value(k));
    if (!shown.proved) return fmt::format("|v| < {}, not proved to be 0", shown.bound);
  }
  return "";
}

bool is_exact(const Notation& notation) {
  if (notation.rounded) return false;
  return std::ranges::all_of(notation.children,
                             [](const Notation& child) { return is_exact(child); });
}

Array<Exact> evaluate(const Symbol& formula,
                      const std::function<Array<Exact>(const Symbol&)>& value, Working working) {
  Graph graph;
  std::map<Quantity, NodeId> leaves;
  std::vector<std::pair<NodeId, Symbol>> places;
  substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    if (!leaves.contains(leaf.stands_for())) {
      const NodeId id = graph.leaf(LeafKind::input, "", leaf.shape());
      leaves.emplace(leaf.stands_for(), id);
      places.emplace_back(id, leaf);
    }
    return std::nullopt;
  });
  const NodeId result = graph.append(formula, leaves);
  Tape<Exact> tape(graph, {}, working);
  for (const auto& [id, leaf] : places) tape.own_value(id) = value(leaf);
  try {
    tape.forward();
  } catch (const NodeError& error) {
    throw DomainError(error.what());
  }
  return tape.value(result);
}

Array<Exact> in_shape(Array<Exact> value, const Shape& shape) {
  if (value.size() != 1 || shape.is_scalar()) return value;
  return Array<Exact>::Constant(shape.rows.count, shape.columns.count, Exact(value(0, 0)));
}

StepNumbers::StepNumbers(const Rules& rules, const StepRecord* record, const Show& show,
                         Working working)
    : rules_(rules), record_(record), show_(show), working_(working) {}

StepNumbers::StepNumbers(const Rules& rules, std::map<Quantity, Array<Exact>> given,
                         const Show& show, Working working)
    : rules_(rules), record_(nullptr), show_(show), working_(working), given_(std::move(given)) {}

Array<Exact> StepNumbers::of(const Symbol& leaf) const {
  const NodeId node = rules_.graph().node_of(leaf.stands_for());
  if (leaf.stands_for().kind == Quantity::adjoint)
    return rules_.laid_out(record_->adjoints.at(node));
  // a constant without a name is in no record
  const bool named = !leaf.stands_for().name.empty();
  return named || node < 0 ? record_->values.at(node) : *rules_.graph()[node].constant;
}

Array<Exact> StepNumbers::evaluate(const Symbol& formula) const {
  return tracer::evaluate(
      formula, [this](const Symbol& leaf) { return of(leaf); }, working_);
}

namespace {

// Digits in a row, of the longest entry of each column.
std::size_t digits_in_row(const Notation& notation) {
  std::size_t digits = 0;
  if (notation.kind != Notation::Kind::matrix) {
    for (const Notation& child : notation.children) digits += digits_in_row(child);
    return digits;
  }
  for (int j = 0; j < notation.columns; ++j) {
    std::size_t longest = 0;
    for (int i = 0; i < notation.rows; ++i) {
      const auto at = static_cast<std::size_t>(i * notation.columns + j);
      longest = std::max(longest, notation.children[at].text.size());
    }
    digits += longest + 2;  // and what is between them
  }
  return digits;
}

}  // namespace

bool is_legible(const Notation& notation) { return digits_in_row(notation) <= 90; }

bool StepNumbers::printable(const Symbol& formula) const {
  bool small = true;
  int entries = 0;
  substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    small = small && leaf.shape().known() && leaf.shape().rows.count <= 6 &&
            leaf.shape().columns.count <= 6;
    entries += static_cast<int>(std::min<long long>(leaf.shape().count(), 1000));
    return std::nullopt;
  });
  return small && entries <= 60;
}

std::optional<Symbol> StepNumbers::zero_divisor(const Symbol& formula) const {
  if (formula.kind() != Symbol::Kind::apply || !known()) return std::nullopt;
  if (formula.is(Law::divide)) {
    const Symbol& below = formula.operands()[1];
    Symbol divisor = below.is(Law::broadcast) ? below.operands()[0] : below;
    if (divisor.is(Law::multiply) && divisor.operands()[0].is_number())
      divisor = Symbol(divisor.operands()[1]);  // 2·L
    if (divisor.kind() == Symbol::Kind::leaf) {
      const Array<Exact> value = of(divisor);
      for (Eigen::Index k = 0; k < value.size(); ++k)
        if (value(k).is_zero_surely()) return divisor;
    }
  }
  for (const Symbol& operand : formula.operands())
    if (auto found = zero_divisor(operand)) return found;
  return std::nullopt;
}

std::optional<Notation> StepNumbers::written(const Symbol& formula) const {
  if (!known() || formula.weight() > most_terms || !printable(formula) || zero_divisor(formula))
    return std::nullopt;
  Writing writing;
  writing.numbers = true;
  writing.of = [this](const Symbol& e) -> std::optional<Notation> {
    if (e.kind() == Symbol::Kind::size) return notation::number(to_string(e.number()));
    if (e.kind() == Symbol::Kind::leaf) return show_(of(e));
    // relu′(z1) and [a > b] become the numbers they are; Φ(x) and its like stay functions of one,
    // and so does a condition on numbers: [2 ≤ 3]
    const bool mask = e.operation().holds != nullptr && !e.shape().is_scalar();
    const bool number = mask || !e.operation().letter.empty() ||
                        e.operation().slope_side != nullptr || e.operation().tie != nullptr ||
                        e.is(Law::transpose) || e.is(Law::slice) || e.is(Law::place);
    return number ? std::optional(show_(evaluate(e))) : std::nullopt;
  };
  Notation whole = write(formula, writing);
  if (!is_legible(whole)) return std::nullopt;
  return whole;
}

std::optional<Notation> StepNumbers::partly_written(const Symbol& formula) const {
  if (given_.empty()) return std::nullopt;
  bool any = false;
  const Symbol put_in = substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    const auto found = given_.find(leaf.stands_for());
    if (found == given_.end()) return std::nullopt;
    any = true;
    const Exact& first = found->second(0, 0);
    if (found->second.size() != 1 || !first.is_rational()) return std::nullopt;
    return Symbol(first.rational());
  });
  if (!any) return std::nullopt;
  Writing writing;
  writing.of = [this](const Symbol& e) -> std::optional<Notation> {
    const bool turned = e.is(Law::transpose) && e.operands()[0].kind() == Symbol::Kind::leaf;
    const Symbol& leaf = turned ? e.operands()[0] : e;
    if (leaf.kind() != Symbol::Kind::leaf) return std::nullopt;
    const auto found = given_.find(leaf.stands_for());
    if (found == given_.end()) return std::nullopt;
    return show_(turned ? Array<Exact>(found->second.transpose()) : found->second);
  };
  Notation whole = write(simplify(put_in), writing);
  if (!is_legible(whole)) return std::nullopt;
  return whole;
}

std::optional<std::vector<Notation>> StepNumbers::factors(const Symbol& formula) const {
  auto whole = written(formula);
  if (!whole) return std::nullopt;
  if (whole->kind != Notation::Kind::product) return std::vector{*whole};
  if (whole->product == Notation::Product::juxtaposed) return whole->children;
  if (whole->product != Notation::Product::dot) return std::vector{*whole};
  // a coefficient and what it multiplies: 2·(3)(4)
  std::vector<Notation> factors;
  for (Notation& part : whole->children) {
    const bool flat =
        part.kind == Notation::Kind::product && part.product == Notation::Product::juxtaposed;
    if (flat) {
      factors.insert(factors.end(), part.children.begin(), part.children.end());
    } else {
      factors.push_back(std::move(part));
    }
  }
  return factors;
}

bool StepNumbers::agrees(const Symbol& formula, const Array<Exact>& computed) const {
  const Array<Exact> value = evaluate(formula);
  const bool spread = value.size() == 1 && computed.size() != 1;
  if (!spread && (value.rows() != computed.rows() || value.cols() != computed.cols())) return false;
  for (Eigen::Index k = 0; k < computed.size(); ++k) {
    if (!(computed(k) - value(spread ? 0 : k)).contains_zero()) return false;
  }
  return true;
}

bool StepNumbers::samples_sum_to_one(const Symbol& leaf, int axis) const {
  if (rules_.assumptions().samples_sum_to_one(leaf, axis)) return true;
  if (leaf.kind() != Symbol::Kind::leaf || leaf.stands_for().kind != Quantity::value || !known())
    return false;
  const NodeId id = rules_.graph().node_of(leaf.stands_for());
  if (id < 0) return false;
  const bool is_seed =
      rules_.seeded() &&
      leaf.stands_for() == rules_.denominator().adjoint(rules_.loss()).stands_for();
  return !is_seed && may_be_targets(rules_.graph()[id].leaf, of(leaf), axis);
}

std::optional<Fusion> two_steps_as_one(const Rules& laid_out, const StepNumbers& numbers,
                                       const GradientRule& laid_out_gradient) {
  const Rules& rules = laid_out.denominator();
  const GradientRule& gradient = *rules.find(laid_out_gradient.node);
  if (gradient.paths.size() != 1 || gradient.paths[0].line == rules.loss()) return std::nullopt;
  const Path& path = gradient.paths[0];
  const GradientRule* above = rules.find(path.line);
  if (above == nullptr || above->paths.size() != 1) return std::nullopt;
  // one of two scalar steps passes on what comes from above: there is nothing that could cancel
  const auto passes_on = [&](const Path& step) {
    return step.rule.is_number(1) && step.line != rules.loss();
  };
  const Path& next = above->paths[0];
  if (path.local && next.local && (passes_on(path) || passes_on(next))) return std::nullopt;
  const Symbol plain = simplify(rules.contribution(path));
  const Symbol upstream = rules.contribution(next);
  if (plain.weight() > 200 || upstream.weight() > 200) return std::nullopt;
  Symbol whole = substitute(plain, rules.adjoint(path.line).stands_for(), upstream);
  Fusion fusion;
  whole = simplify(whole);
  const int put_in = whole.weight();
  for (int pass = 0; pass < 3; ++pass) {  // a product may need as many to lie open
    Symbol opened = expand(whole);
    if (opened == whole) break;
    whole = std::move(opened);
  }
  whole = simplify(with_unit_sums(
      whole, [&](const Symbol& leaf, int axis) { return numbers.samples_sum_to_one(leaf, axis); },
      fusion.unit_sums));
  whole = collect(whole);
  // simpler than the step alone; or no longer than it, where most of the two together cancels
  const bool simpler = whole.weight() < plain.weight() ||
                       (whole.weight() == plain.weight() && 2 * whole.weight() <= put_in);
  if (!simpler || whole.is_number()) return std::nullopt;
  if (numbers.known()) {
    // what the page says must be what was computed: division by 0 and the like make it keep to the
    // plain rule
    try {
      const Symbol form = laid_out.laid_out(whole);
      if (!numbers.agrees(form, numbers.of(laid_out.adjoint(gradient.node)))) return std::nullopt;
    } catch (const DomainError&) {
      return std::nullopt;
    }
  }
  fusion.formula = laid_out.laid_out(whole);
  return fusion;
}

}  // namespace tracer
