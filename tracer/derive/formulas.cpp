#include "tracer/derive/formulas.hpp"

#include <algorithm>

#include "tracer/derive/evaluate.hpp"
#include "tracer/error.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {

StepNumbers::StepNumbers(const Rules& rules, const StepRecord* record, const Show& show,
                         Working working)
    : rules_(rules), record_(record), show_(show), working_(working) {}

Array<Exact> StepNumbers::of(const Symbol& leaf) const {
  const NodeId node = rules_.graph().node_of(leaf.stands_for());
  if (leaf.stands_for().kind == Quantity::adjoint) return record_->adjoints.at(node);
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

std::optional<Notation> StepNumbers::written(const Symbol& formula) const {
  if (!known() || !printable(formula)) return std::nullopt;
  Writing writing;
  writing.numbers = true;
  writing.of = [this](const Symbol& e) -> std::optional<Notation> {
    if (e.kind() == Symbol::Kind::size) return notation::number(to_string(e.number()));
    if (e.kind() == Symbol::Kind::leaf) return show_(of(e));
    // relu′(z1) becomes the number it is; Φ(x) and its like stay functions of a number
    const bool number = e.operation().slope_side != nullptr || e.is(Law::transpose);
    return number ? std::optional(show_(evaluate(e))) : std::nullopt;
  };
  Notation whole = write(formula, writing);
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
  if (leaf.kind() != Symbol::Kind::leaf || leaf.stands_for().kind != Quantity::value || !known())
    return false;
  const NodeId id = rules_.graph().node_of(leaf.stands_for());
  if (id < 0 || rules_.graph()[id].leaf == LeafKind::none) return false;
  const Array<Exact> value = of(leaf);
  const Array<Exact> sums =
      axis == 0 ? Array<Exact>(value.colwise().sum()) : Array<Exact>(value.rowwise().sum());
  for (Eigen::Index k = 0; k < sums.size(); ++k) {
    if (!sums(k).is_rational() || sums(k).rational() != 1) return false;
  }
  return true;
}

namespace {

// Sums over the entries of each sample that are all 1 become 1: where there are several, what spreads
// them; of one sample there is nothing to spread.
Symbol with_unit_sums(const Symbol& e, const StepNumbers& numbers, bool& used) {
  if (e.kind() != Symbol::Kind::apply) return e;
  const Symbol& sum = e.is(Law::broadcast) ? e.operands()[0] : e;
  if (sum.is(Law::sum) && (e.is(Law::broadcast) || sum.shape().is_scalar())) {
    const int axis = sum.operation().axis;
    if (axis >= 0 && numbers.samples_sum_to_one(sum.operands()[0], axis)) {
      used = true;
      return Symbol(1);
    }
  }
  std::vector<Symbol> operands;
  for (const Symbol& operand : e.operands())
    operands.push_back(with_unit_sums(operand, numbers, used));
  return Symbol::apply(e.operation(), std::move(operands), e.attributes());
}

}  // namespace

std::optional<Fusion> two_steps_as_one(const Rules& rules, const StepNumbers& numbers,
                                       const GradientRule& gradient) {
  if (gradient.paths.size() != 1 || gradient.paths[0].line == rules.loss()) return std::nullopt;
  const Path& path = gradient.paths[0];
  const GradientRule* above = rules.find(path.line);
  if (above == nullptr || above->paths.size() != 1) return std::nullopt;
  const Symbol plain = simplify(rules.contribution(path));
  const Symbol upstream = rules.contribution(above->paths[0]);
  if (plain.weight() > 200 || upstream.weight() > 200) return std::nullopt;
  Symbol whole = substitute(plain, rules.adjoint(path.line).stands_for(), upstream);
  Fusion fusion;
  whole = simplify(whole);
  for (int pass = 0; pass < 3; ++pass) {  // a product may need as many to lie open
    Symbol opened = expand(whole);
    if (opened == whole) break;
    whole = std::move(opened);
  }
  whole = simplify(with_unit_sums(whole, numbers, fusion.unit_sums));
  if (whole.weight() >= plain.weight() || whole.is_number()) return std::nullopt;
  if (numbers.known()) {
    // what the page says must be what was computed: division by 0 and the like make it keep to the
    // plain rule
    try {
      if (!numbers.agrees(whole, numbers.of(rules.adjoint(gradient.node)))) return std::nullopt;
    } catch (const DomainError&) {
      return std::nullopt;
    }
  }
  fusion.formula = whole;
  return fusion;
}

}  // namespace tracer
