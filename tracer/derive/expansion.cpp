// derive --expand: why the rule of a composite operation is what it is. The operation is taken apart
// one level, equal parts once; their own rules are written down in order, and what they come to is
// the rule above.
#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "tracer/derive/page_parts.hpp"
#include "tracer/graph/rewrite.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

constexpr int most_expanded_terms = 80;  // of a formula
constexpr std::string_view seed = "what comes from above";

// What textbooks call the nodes of an expansion.
class PartNames {
 public:
  PartNames(const Node& node, const Graph& inner) : inner_(inner) {
    if (node.operation->parts == nullptr) return;
    std::vector<Symbol> operands;
    for (std::size_t i = 0; i < node.operands.size(); ++i)
      operands.push_back(symbol_of(inner, static_cast<NodeId>(i)));
    for (auto& [name, part] : node.operation->parts(node.with, operands))
      names_.emplace_back(std::move(name), simplify(part));
  }

  /// "" where it has no name, or another node has it already.
  std::string of(NodeId id) {
    if (names_.empty()) return "";
    const Symbol formula = simplify(formula_of(id));
    const auto found =
        std::ranges::find_if(names_, [&](const auto& each) { return each.second == formula; });
    if (found == names_.end()) return "";
    std::string name = std::move(found->first);
    names_.erase(found);
    return name;
  }

 private:
  Symbol formula_of(NodeId id) {
    if (inner_[id].is_leaf()) return symbol_of(inner_, id);
    if (const auto found = formulas_.find(id); found != formulas_.end()) return found->second;
    return formulas_
        .emplace(id, node_formula(inner_, id, [this](NodeId x) { return formula_of(x); }))
        .first->second;
  }

  const Graph& inner_;
  std::vector<std::pair<std::string, Symbol>> names_;
  std::map<NodeId, Symbol> formulas_;
};

// The parts of one operation of a line as named lines of their own, its named operands as leaves.
class TakenApart {
 public:
  TakenApart(const Graph& graph, NodeId line) {
    const Node& node = graph[line];
    std::vector<Shape> shapes;
    std::vector<NodeId> image;
    for (const NodeId operand : node.operands) {
      const Node& x = graph[operand];
      shapes.push_back(x.shape);
      const NodeId known = x.is_named() ? parts.graph.find(x.name) : -1;
      image.push_back(known >= 0     ? known
                      : x.constant   ? parts.graph.copy_leaf(x)
                      : x.is_named() ? parts.graph.leaf(LeafKind::input, x.name, x.shape)
                                     : -1);
      complete = complete && image.back() >= 0;
    }
    if (!complete) return;
    const Graph inner = expansion_graph(*node.operation, node.with, shapes);
    std::vector<std::pair<const Node*, NodeId>> made;
    int count = 0;
    PartNames names(node, inner);
    for (auto id = static_cast<NodeId>(shapes.size()); id < inner.size(); ++id) {
      const Node& part = inner[id];
      if (part.is_leaf()) {
        image.push_back(parts.graph.copy_leaf(part));
        continue;
      }
      std::vector<NodeId> operands;
      for (const NodeId operand : part.operands)
        operands.push_back(image[static_cast<std::size_t>(operand)]);
      const auto same = std::ranges::find_if(made, [&](const auto& before) {
        return before.first->operation == part.operation && before.first->with == part.with &&
               parts.graph[before.second].operands == operands;
      });
      const bool last = id + 1 == inner.size();
      if (same != made.end() && !last) {
        image.push_back(same->second);
        continue;
      }
      NodeId now = parts.graph.apply(*part.operation, operands, part.with);
      if (last) {
        now = parts.graph.name(now, node.name);
        parts.lines.push_back(now);
      } else if (part.operation->law != Law::broadcast) {
        const std::string own = names.of(id);
        now = parts.graph.name(
            now, own.empty() || graph.find(own) >= 0 ? next_part_name(graph, count) : own);
        parts.lines.push_back(now);
      }
      made.emplace_back(&part, now);
      image.push_back(now);
    }
    parts.loss = parts.lines.back();
  }

  BatchGraph parts;
  bool complete = true;
};

}  // namespace

std::vector<Equation> expansion_of(const PageSource& source, const GradientRule& gradient) {
  std::vector<Equation> lines;
  const Graph& graph = source.batch.graph;
  const Rules& rules = source.context.rules.denominator();
  if (gradient.paths.size() != 1) return lines;
  const NodeId line = gradient.paths[0].line;
  const Node& node = graph[line];
  if (node.operation == nullptr || node.operation->expansion == nullptr) return lines;
  const TakenApart apart(graph, line);
  const Graph& parts = apart.parts.graph;
  const NodeId asked = parts.find(graph[gradient.node].name);
  if (!apart.complete || apart.parts.lines.size() < 2 || asked < 0) return lines;
  const bool seeded = line != rules.loss() || rules.seeded();
  const Rules inner(apart.parts, {asked}, seeded ? std::string(seed) : "");
  if (inner.find(asked) == nullptr) return lines;
  const auto left = [&](NodeId id) {
    return notation::partial(rules.loss_display(), display_of(parts[id]));
  };
  // what comes from above is ∂L/∂y, and gradients of the parts are ∂L/∂t, as the lesson's loss is
  // called
  const auto called = [&](const Symbol& e) {
    return substitute(e, [&](const Symbol& leaf) -> std::optional<Symbol> {
      if (seeded && leaf.stands_for() == Quantity(std::string(seed))) return rules.adjoint(line);
      if (leaf.stands_for().kind != Quantity::adjoint) return std::nullopt;
      return Symbol::leaf(leaf.stands_for(), left(parts.node_of(leaf.stands_for())), leaf.shape());
    });
  };
  for (const NodeId id : apart.parts.lines) {
    Equation forward;
    forward.left = id == apart.parts.loss ? rules.display(line) : display_of(parts[id]);
    const Symbol formula = line_formula(parts, id);
    if (formula.weight() > most_expanded_terms) return {};
    forward.rule.push_back({true, write(formula)});
    lines.push_back(std::move(forward));
  }
  // those between the line and what is asked for, which is the last
  const std::set<NodeId> way = inner.way_to(std::array{asked});
  std::vector<const GradientRule*> shown;
  for (const GradientRule& part : inner.gradients())
    if (part.node != asked && way.contains(part.node)) shown.push_back(&part);
  shown.push_back(inner.find(asked));
  for (const GradientRule* part : shown) {
    Equation back;
    back.left = left(part->node);
    const Symbol sum = called(inner.sum(*part));
    if (sum.weight() > most_expanded_terms) return {};
    back.rule.push_back({true, write(simplify(sum))});
    if (part->paths.size() > 1)
      back.remarks.push_back(
          fmt::format("{} is used {} times", parts[part->node].name, part->paths.size()));
    lines.push_back(std::move(back));
  }
  Equation& last = lines.back();
  const Symbol collected = simplify(rules.find(gradient.node)->paths[0].rule);
  if (collected.weight() <= most_expanded_terms) {
    Notation whole = write(collected);
    if (!(whole == last.rule.back().what)) {
      last.rule.push_back({true, std::move(whole)});
      last.remarks.emplace_back("all of it put in");
    }
  }
  return lines;
}

}  // namespace tracer
