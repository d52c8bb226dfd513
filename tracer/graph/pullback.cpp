#include "tracer/graph/pullback.hpp"

#include "tracer/graph/backward.hpp"
#include "tracer/graph/rewrite.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {

std::vector<Symbol> pullback_of(const Operation& operation, const Attributes& with,
                                const Symbol& y_bar, const Symbol& y,
                                std::span<const Symbol> operands) {
  if (operation.pullback != nullptr) return operation.pullback(with, y_bar, y, operands);
  // A composite operation without a rule: its expansion, as a line of a graph of its own, run
  // backward. The operands are the first leaves of it, for one may occur in several places, and are
  // put back afterwards; so is ȳ, which may mention a leaf of an expansion around this one.
  std::vector<Shape> shapes;
  for (const Symbol& operand : operands) shapes.push_back(operand.shape());
  const Graph parts = expansion_graph(operation, with, shapes);
  const auto is_operand = [&](NodeId id) {
    return id >= 0 && id < static_cast<NodeId>(operands.size());
  };
  const BackwardGraph back(parts, parts.size() - 1);
  const std::map<NodeId, Symbol> adjoints =
      back.line(back.pass(), back.loss(), Symbol::leaf(Quantity::above, y_bar.shape()));
  std::vector<Symbol> bars;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const auto found = adjoints.find(static_cast<NodeId>(i));
    const Symbol bar = found == adjoints.end() ? 0 * operands[i] : found->second;
    bars.push_back(substitute(bar, [&](const Symbol& leaf) -> std::optional<Symbol> {
      if (leaf.stands_for() == Quantity::above) return y_bar;
      const NodeId id = parts.node_of(leaf.stands_for());
      return is_operand(id) ? std::optional(operands[static_cast<std::size_t>(id)]) : std::nullopt;
    }));
  }
  return bars;
}

std::vector<Symbol> rule_of(const Operation& operation, const Attributes& with, const Shape& result,
                            const std::vector<Shape>& operands) {
  std::vector<Symbol> x;
  for (std::size_t i = 0; i < operands.size(); ++i)
    x.push_back(Symbol::leaf({Quantity::operand, static_cast<int>(i)}, operands[i]));
  return pullback_of(operation, with, Symbol::leaf(Quantity::above, result),
                     Symbol::leaf(Quantity::result, result), x);
}

}  // namespace tracer
