// derive --order 2: the Hessian. The gradient g(u) of a parameter, collected in values of the forward
// pass, is put behind the lesson's graph as one more line, ⟨g(u), v⟩, and derived again:
//
//   H·v = ∂⟨g(u), v⟩/∂w
//
// That is linear in v. Where it can be taken apart as A·(s ⊙ (B·v)), v is taken off at the right and
// what remains is the matrix A·diag(s)·B; else the product with v is what the page says.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tracer/derive/linear_form.hpp"
#include "tracer/derive/page_parts.hpp"
#include "tracer/error.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/op/kernel.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

constexpr std::array<std::string_view, 4> directions{"v", "u", "q", "d"};
constexpr int most_shown_terms = 160;   // of a formula
constexpr int most_collected = 400;     // terms of a gradient that is derived again
constexpr Eigen::Index most_side = 40;  // of a Hessian in numbers
// What the pivots of a symmetric matrix prove (Sylvester's law of inertia): each is bounded surely.
// Empty: nothing.
std::string definiteness(Array<Exact> h) {
  bool positive = false, negative = false, zero = false;
  for (Eigen::Index k = 0; k < h.rows(); ++k) {
    const Exact pivot = h(k, k);
    if (pivot.is_zero_surely()) {
      zero = true;
      for (Eigen::Index i = k + 1; i < h.rows(); ++i) {
        if (h(i, k).is_zero_surely()) continue;
        if (h(i, k).contains_zero()) return "";
        return "indefinite";
      }
      continue;
    }
    if (pivot.contains_zero()) return "";
    (pivot > Exact(0) ? positive : negative) = true;
    for (Eigen::Index i = k + 1; i < h.rows(); ++i) {
      const Exact factor = h(i, k) / pivot;
      for (Eigen::Index j = k + 1; j < h.rows(); ++j) h(i, j) -= factor * h(k, j);
    }
  }
  if (positive && negative) return "indefinite";
  if (!positive && !negative) return "zero: the loss is linear here";
  return std::string(positive ? "positive" : "negative") + (zero ? " semidefinite" : " definite");
}

class SecondOrder : PagePart {
 public:
  explicit SecondOrder(const PageSource& source)
      : PagePart(source), direction_(unused_letter(graph_, directions)) {}

  void write_to(DerivationStep& page) {
    if (rules_.seeded())
      throw Error(
          "--order 2: with an upstream gradient the result is no single number; differentiate "
          "a scalar loss");
    const std::vector<NodeId> leaves = wanted_leaves();
    std::map<std::pair<NodeId, NodeId>, std::optional<Symbol>> products;
    for (const NodeId w : leaves)
      for (const NodeId u : leaves)
        if (w <= u) products[{w, u}] = product(u, w);
    for (const auto& [pair, formula] : products) page.second.push_back(line(pair, formula));
    if (numbers_.known()) in_numbers(leaves, products, page);
  }

 private:
  std::vector<NodeId> wanted_leaves() const {
    std::vector<NodeId> found;
    for (const GradientRule& gradient : rules_.gradients())
      if (graph_[gradient.node].is_leaf() && source_.wanted(gradient.node))
        found.push_back(gradient.node);
    std::ranges::sort(found);
    if (found.empty()) throw Error("--order 2: the loss depends on none of the values asked for");
    constexpr std::size_t most_leaves = 6;
    if (found.size() > most_leaves) {
      throw Error(
          fmt::format("--order 2: {} values give {} blocks of second derivatives; ask for "
                      "some of them with --wrt",
                      found.size(), found.size() * (found.size() + 1) / 2));
    }
    return found;
  }

  // ∂⟨g(u), v⟩/∂w; nothing where the gradient is too long to be written. 0 where u's gradient does
  // not depend on w.
  std::optional<Symbol> product(NodeId u, NodeId w) const {
    const auto gradient = rules_.collected(u, most_collected, shorter());
    if (!gradient) return std::nullopt;
    BatchGraph again;
    again.graph = graph_;
    again.batch_size = source_.batch.batch_size;
    again.leaves = source_.batch.leaves;
    again.lines = source_.batch.lines;
    std::map<Quantity, NodeId> ids;
    for (NodeId id = 0; id < again.graph.size(); ++id)
      if (again.graph[id].is_leaf() || again.graph[id].is_named())
        ids[symbol_of(again.graph, id).stands_for()] = id;
    const NodeId v = again.graph.leaf(LeafKind::input, direction_.name, graph_[u].shape);
    ids[direction_] = v;
    const Shape& shape = graph_[u].shape;
    const Symbol along = Symbol::leaf(direction_, shape);
    const Symbol inner = shape.is_scalar() ? *gradient * along : sum<Over::all>(*gradient * along);
    const NodeId loss = again.graph.append(simplify(inner), ids);
    if (again.graph[loss].is_leaf()) return Symbol(0);
    again.loss = again.graph.name(loss, "⟨g, " + direction_.name + "⟩");
    again.lines.push_back(again.loss);
    const Rules second(again, {w}, "", rules_.assumptions());
    const GradientRule* rule = second.find(w);
    if (rule == nullptr) return Symbol(0);
    const auto collected = second.collected(w, most_collected);
    return collected ? std::optional(simplify(*collected)) : std::nullopt;
  }

  Notation left(NodeId w, NodeId u) const {
    return notation::second_partial(rules_.loss_display(), rules_.display(w), rules_.display(u));
  }

  Equation line(const std::pair<NodeId, NodeId>& pair, const std::optional<Symbol>& formula) const {
    const auto& [w, u] = pair;
    Equation made;
    made.left = left(w, u);
    if (!formula) {
      made.remarks.emplace_back("too long to be written");
      return made;
    }
    if (formula->is_number(0)) {
      made.rule.push_back({true, notation::number("0")});
      made.remarks.push_back(fmt::format("the gradient with respect to {} does not change with {}",
                                         rules_.display(u).text, rules_.display(w).text));
      return made;
    }
    const std::optional<Symbol> open = opened(*formula, graph_[u].shape);
    if (!open)
      for (std::string& legend : legends_of(*formula)) made.remarks.push_back(std::move(legend));
    const Symbol shown = collect(open.value_or(*formula));
    if (graph_[u].shape.is_scalar()) {
      const Symbol entry = simplify(substitute(shown, direction_, Symbol(1)));
      if (entry.weight() > most_shown_terms) {
        made.remarks.emplace_back("a formula too long to be read");
        return made;
      }
      made.rule.push_back({true, write(entry)});
      if (numbers_.known() && entry.shape().is_scalar()) {
        made.value = show_.links(along(*formula, w, u, Array<Exact>::Constant(1, 1, Exact(1))));
        say_once(made);
      }
      return made;
    }
    const auto terms = open && graph_[u].shape.columns.is_one() && graph_[w].shape.columns.is_one()
                           ? linear_form(*open, direction_)
                           : std::nullopt;
    if (terms && shown.weight() <= most_shown_terms) {
      made.rule.push_back({true, write(*terms)});
      return made;
    }
    made.left =
        notation::product({made.left, notation::name(direction_.name)}, Notation::Product::dot);
    if (shown.weight() > most_shown_terms) {
      made.remarks.emplace_back("a formula too long to be read");
    } else {
      made.rule.push_back({true, write(shown)});
      made.remarks.push_back(fmt::format("the product with any {} of the shape of {}, {}",
                                         direction_.name, rules_.display(u).text,
                                         to_string(graph_[u].shape)));
    }
    return made;
  }

  // The formula with the operations that the direction goes into taken apart, as others′(x, v); nothing
  // where those parts have no value, as 1/x at an x of 0, and the operation has.
  std::optional<Symbol> opened(const Symbol& formula, const Shape& shape) const {
    Symbol open = simplify(taken_apart(formula));
    if (open.weight() > most_shown_terms)
      if (const Symbol other = expand(open); other.weight() < open.weight()) open = other;
    if (!numbers_.known() || open == formula) return open;
    try {
      const Array<Exact> any =
          Array<Exact>::Constant(shape.rows.count, shape.columns.count, Exact(1));
      evaluate(open, any);
      return open;
    } catch (const DomainError&) {
      return std::nullopt;
    }
  }

  Symbol taken_apart(const Symbol& e) const {
    if (e.kind() != Symbol::Kind::apply || !mentions(e, direction_)) return e;
    std::vector<Symbol> operands;
    for (const Symbol& operand : e.operands()) operands.push_back(taken_apart(operand));
    const Operation& operation = e.operation();
    return operation.expansion != nullptr && operation.law == Law::none
               ? taken_apart(operation.expansion(e.attributes(), operands))
               : Symbol::apply(operation, std::move(operands), e.attributes());
  }

  Array<Exact> evaluate(const Symbol& formula, const Array<Exact>& direction) const {
    return tracer::evaluate(
        formula,
        [&](const Symbol& leaf) {
          return leaf.stands_for() == direction_ ? direction : numbers_.of(leaf);
        },
        source_.context.working);
  }

  // ∂²L/∂w∂u times a direction. Throws LessonError where there is none.
  Array<Exact> along(const Symbol& formula, NodeId w, NodeId u,
                     const Array<Exact>& direction) const {
    try {
      return evaluate(formula, direction);
    } catch (const DomainError& error) {
      refuse(w, u, error.what());
    }
  }

  [[noreturn]] void refuse(NodeId w, NodeId u, const std::string& why) const {
    const std::string a = rules_.display(w).text, b = rules_.display(u).text;
    const std::string what =
        fmt::format("∂²{}/∂{}", rules_.loss_display().text, w == u ? a + "²" : a + "∂" + b);
    std::string message = fmt::format("--order 2: {} has no value here: {}", what, why);
    NodeId at = plain_.loss();
    if (const auto corner = node_at_corner()) {
      at = *corner;
      const Operation& operation = *graph_[at].operation;
      const std::string_view kinks = operation.reference->kinks;
      message = fmt::format("--order 2: {} is at its corner, {}: {} has no value there",
                            operation.call, kinks.substr(0, kinks.find(':')), what);
    }
    const auto place = source_.batch.places.find(at);
    Diagnostics diagnostics;
    diagnostics.error(place == source_.batch.places.end() ? Span{} : place->second, message,
                      "give other values, in the lesson or with --set");
    diagnostics.throw_if_errors(*source_.context.program.source);
    throw Error(message);
  }

  // The first operation that the loss depends on and that stands on a corner.
  std::optional<NodeId> node_at_corner() const {
    for (const NodeId line : source_.batch.lines) {
      const std::map<NodeId, Symbol> formulas = line_formulas(graph_, line);
      for (const auto& [id, formula] : formulas) {
        const Node& node = graph_[id];
        const auto corner = kernel_of<Exact>(*node.operation).corner;
        if (corner == nullptr || node.operands.size() > 1 || node.operation->reference == nullptr)
          continue;
        const NodeId operand = node.operands[0];
        const auto inside = formulas.find(operand);
        const Array<Exact> x = numbers_.evaluate(
            inside != formulas.end() ? inside->second : symbol_of(graph_, operand));
        Array<Exact> c = Array<Exact>::Constant(x.rows(), x.cols(), Exact(1));
        const std::vector<Exact> numbers(node.with.numbers.begin(), node.with.numbers.end());
        const std::array operands{ConstView<Exact>(x.data(), x.rows(), x.cols())};
        corner({node.with, numbers}, {c.data(), c.rows(), c.cols()}, operands);
        if (std::ranges::any_of(c.reshaped(),
                                [](const Exact& each) { return each.is_zero_surely(); }))
          return id;
      }
    }
    return std::nullopt;
  }

  // every entry, by the product with each unit vector; and what is proved of the whole
  void in_numbers(const std::vector<NodeId>& leaves,
                  const std::map<std::pair<NodeId, NodeId>, std::optional<Symbol>>& products,
                  DerivationStep& page) const {
    Eigen::Index side = 0;
    std::vector<Eigen::Index> starts;
    for (const NodeId leaf : leaves) {
      starts.push_back(side);
      side += graph_[leaf].shape.count();
    }
    if (side > most_side) {
      throw Error(
          fmt::format("--order 2: the Hessian of {} numbers has {} entries, a page holds one of "
                      "{}×{}; {}check --order 2 judges its products with vectors",
                      side, side * side, most_side, most_side,
                      leaves.size() > 1 ? "ask for some of its values with --wrt, or " : ""));
    }
    Array<Exact> whole = Array<Exact>::Constant(side, side, Exact(0));
    for (std::size_t a = 0; a < leaves.size(); ++a)
      for (std::size_t b = a; b < leaves.size(); ++b) {
        const auto& formula = products.at({leaves[a], leaves[b]});
        if (!formula) return;
        if (formula->is_number(0)) continue;
        const Shape& of = graph_[leaves[b]].shape;
        for (Eigen::Index k = 0; k < of.count(); ++k) {
          Array<Exact> unit = Array<Exact>::Constant(of.rows.count, of.columns.count, Exact(0));
          unit.reshaped<Eigen::RowMajor>()(k) = Exact(1);
          const Array<Exact> column = along(*formula, leaves[a], leaves[b], unit);
          const Eigen::Index count = graph_[leaves[a]].shape.count();
          for (Eigen::Index i = 0; i < count; ++i) {
            const Exact entry =
                column.size() == 1 ? column(0, 0) : column.reshaped<Eigen::RowMajor>()(i);
            whole(starts[a] + i, starts[b] + k) = entry;
            whole(starts[b] + k, starts[a] + i) = entry;
          }
        }
      }
    Equation made;
    made.left = notation::name("H");
    made.value = show_.links(whole);
    std::string names;
    for (const NodeId leaf : leaves) names += (names.empty() ? "" : ", ") + graph_[leaf].name;
    if (side > 1) made.remarks.push_back("in the order of " + names + ", row by row");
    if (const std::string proved = definiteness(whole); !proved.empty())
      made.remarks.push_back(side > 1 || proved.starts_with("zero") ? proved
                             : proved.starts_with("positive")       ? "positive: convex here"
                                                                    : "negative: concave here");
    page.second.push_back(std::move(made));
  }

  Quantity direction_;
};

}  // namespace

void write_second_order(const PageContext& context, std::shared_ptr<const BatchGraph> batch,
                        const StepRecord* record, DerivationStep& page) {
  const PageSource source{context, *batch, record,
                          StepNumbers(context.rules, record, context.show, context.working)};
  SecondOrder(source).write_to(page);
}

}  // namespace tracer
