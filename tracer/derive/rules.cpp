#include "tracer/derive/rules.hpp"

#include <algorithm>
#include <set>

#include "tracer/graph/backward.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {

bool mentions_gradient(const Symbol& e) {
  if (e.kind() == Symbol::Kind::leaf) return e.stands_for().kind == Quantity::adjoint;
  return std::ranges::any_of(e.operands(), mentions_gradient);
}

namespace {

// Every gradient in it is one that lies the other way.
Symbol with_turned_gradients(const Symbol& e) {
  return substitute(e, [](const Symbol& leaf) -> std::optional<Symbol> {
    if (leaf.stands_for().kind != Quantity::adjoint || leaf.shape().is_scalar())
      return std::nullopt;
    const Shape turned{leaf.shape().columns, leaf.shape().rows};
    return transpose(Symbol::leaf(leaf.stands_for(), leaf.display(), turned));
  });
}

// The transpose, drawn in as far as a gradient: (A·ū)ᵀ = ūᵀ·Aᵀ, (ū ⊙ s)ᵀ = ūᵀ ⊙ sᵀ.
Symbol transposed_rule(const Symbol& e) {
  if (e.shape().is_scalar()) return with_turned_gradients(e);
  if (!mentions_gradient(e)) return transpose(e);
  if (e.kind() == Symbol::Kind::leaf)
    return Symbol::leaf(e.stands_for(), e.display(), {e.shape().columns, e.shape().rows});
  const auto& x = e.operands();
  if (e.is(Law::transpose)) return with_turned_gradients(x[0]);
  if (e.is(Law::matmul)) return dot(transposed_rule(x[1]), transposed_rule(x[0]));
  const bool by_entry = e.is(Law::add) || e.is(Law::subtract) || e.is(Law::multiply) ||
                        e.is(Law::divide) || e.is(Law::negate) || e.operation().is_entrywise;
  if (by_entry) {
    std::vector<Symbol> operands;
    for (const Symbol& operand : x) operands.push_back(transposed_rule(operand));
    return Symbol::apply(e.operation(), std::move(operands), e.attributes());
  }
  if (e.is(Law::sum) && e.operation().axis >= 0)
    return Symbol::apply(operation_for(Law::sum, 1 - e.operation().axis), {transposed_rule(x[0])});
  return transpose(with_turned_gradients(e));
}

}  // namespace

Notation display_of(const Node& node) {
  return notation::name(node.mean_of.empty() ? node.name : node.mean_of + "\u0304");  // a bar above
}

Rules::Rules(const BatchGraph& batch, const std::vector<NodeId>& wrt, const std::string& seed_name,
             Assumptions assumptions, Layout layout)
    : batch_(batch), seed_name_(seed_name), assumptions_(std::move(assumptions)) {
  const Graph& graph = batch.graph;
  loss_display_ = seeded() ? notation::name("L") : display_of(graph[loss()]);

  // the lines that the loss depends on
  std::set<NodeId> relevant{loss()};
  std::map<NodeId, std::vector<NodeId>> operands;
  for (auto line = batch.lines.rbegin(); line != batch.lines.rend(); ++line) {
    if (!relevant.contains(*line)) continue;
    operands[*line] = graph.line_operands(*line);
    for (const NodeId operand : operands[*line]) relevant.insert(operand);
  }
  std::map<NodeId, NodeId> first_user;  // with it the gradient of a value is complete
  for (const auto& [line, used] : operands) {
    for (const NodeId operand : used) first_user.try_emplace(operand, line);  // lines come in order
  }
  const std::set<NodeId> wanted_leaves(wrt.begin(), wrt.end());
  const auto wanted = [&](NodeId id) {
    return graph[id].is_leaf() ? wanted_leaves.contains(id) : graph[id].is_named();
  };

  const BackwardGraph back(graph, loss());
  const BackwardGraph::Pass right = back.pass();
  std::map<NodeId, std::vector<Path>> paths;
  for (auto line = batch.lines.rbegin(); line != batch.lines.rend(); ++line) {
    if (!relevant.contains(*line)) continue;
    const bool scalar_line = graph[*line].shape.is_scalar() && !(seeded() && *line == loss());
    const std::map<NodeId, Symbol> sent = back.line(right, *line, adjoint(*line));
    // parameters and data before values: what this line needs of its own stands together
    std::vector<NodeId> order = operands[*line];
    std::ranges::sort(order, {},
                      [&](NodeId id) { return std::pair(graph[id].is_leaf() ? 0 : 1, id); });
    for (const NodeId operand : order) {
      if (!wanted(operand) || !sent.contains(operand)) continue;
      Path path;
      path.line = *line;
      path.local = scalar_line && graph[operand].shape.is_scalar();
      path.rule = simplify(path.local ? substitute(sent.at(operand), adjoint(*line).stands_for(), 1)
                                      : sent.at(operand));
      const Symbol assumed = assumptions_.applied(path.rule, path.assumes_unit_sums);
      if (path.assumes_unit_sums) path.rule = simplify(assumed);
      path.rule = collect(path.rule);
      const Shape& shape = graph[operand].shape;
      if (path.rule.shape().is_scalar() && !shape.is_scalar() && !path.rule.is_number(0))
        path.rule = broadcast<Over::all>(path.rule, Symbol::leaf("", shape));  // in every entry
      paths[operand].push_back(path);
      if (first_user.at(operand) != *line) continue;
      places_.emplace(operand, gradients_.size());
      // paths are told in the order of the lesson, as one reads it
      gradients_.push_back({operand, {paths[operand].rbegin(), paths[operand].rend()}});
    }
  }
  if (layout == Layout::denominator) return;
  denominator_ = std::make_shared<const Rules>(*this);
  layout_ = layout;
  for (GradientRule& gradient : gradients_)
    for (Path& path : gradient.paths)
      if (!path.local) path.rule = laid_out(path.rule);
}

Symbol Rules::laid_out(const Symbol& rule) const {
  return in_rows() ? simplify(transposed_rule(rule)) : rule;
}

const GradientRule* Rules::find(NodeId id) const {
  const auto found = places_.find(id);
  return found == places_.end() ? nullptr : &gradients_[found->second];
}

std::set<NodeId> Rules::way_to(std::span<const NodeId> values) const {
  std::set<NodeId> way(values.begin(), values.end());
  // users come earlier in the backward order
  for (auto gradient = gradients_.rbegin(); gradient != gradients_.rend(); ++gradient)
    if (way.contains(gradient->node))
      for (const Path& path : gradient->paths) way.insert(path.line);
  return way;
}

Notation Rules::display(NodeId id) const { return display_of(graph()[id]); }

const Symbol& Rules::line(NodeId id) const {
  const auto known = lines_.find(id);
  if (known != lines_.end()) return known->second;
  return lines_.emplace(id, line_formula(graph(), id)).first->second;
}

Notation Rules::partial(NodeId id) const { return notation::partial(loss_display_, display(id)); }

Symbol Rules::adjoint(NodeId id) const {
  const Shape& shape = graph()[id].shape;
  if (id == loss()) {
    if (!seeded()) return 1;
    const Symbol seed = Symbol::leaf(seed_name_, shape);
    return in_rows() && !shape.is_scalar() ? transpose(seed) : seed;
  }
  return Symbol::leaf({Quantity::adjoint, graph()[id].name}, partial(id), laid_out(shape));
}

Symbol Rules::contribution(const Path& path) const {
  if (!path.local) return path.rule;
  return path.line == loss() ? path.rule : adjoint(path.line) * path.rule;
}

Symbol Rules::sum(const GradientRule& rule) const {
  Symbol all = contribution(rule.paths.front());
  for (std::size_t i = 1; i < rule.paths.size(); ++i) all = all + contribution(rule.paths[i]);
  return all;
}

std::optional<Symbol> Rules::collected(NodeId id, int most, const Shorter& shorter) const {
  std::map<NodeId, std::optional<Symbol>> known;
  return collected(id, most, shorter, known);
}

std::optional<Symbol> Rules::collected(NodeId id, int most, const Shorter& shorter,
                                       std::map<NodeId, std::optional<Symbol>>& known) const {
  if (const auto found = known.find(id); found != known.end()) return found->second;
  std::optional<Symbol>& result = known[id];
  const GradientRule* rule = find(id);
  if (rule == nullptr) return result;
  if (shorter) {
    if (const auto given = shorter(*rule)) {
      bool complete = true;
      const Symbol whole = substitute(*given, [&](const Symbol& leaf) -> std::optional<Symbol> {
        if (leaf.stands_for().kind != Quantity::adjoint || !complete) return std::nullopt;
        auto above = collected(graph().node_of(leaf.stands_for()), most, shorter, known);
        complete = complete && above.has_value();
        return above;
      });
      if (!complete || whole.weight() > most) return std::nullopt;
      return known[id] = whole;
    }
  }
  std::optional<Symbol> sum;
  for (const Path& path : rule->paths) {
    Symbol term = contribution(path);
    if (path.line != loss()) {
      const std::optional<Symbol> above = collected(path.line, most, shorter, known);
      if (!above) return std::nullopt;
      term = substitute(term, adjoint(path.line).stands_for(), *above);
    }
    sum = sum ? *sum + term : term;
    if (sum->weight() > most) return std::nullopt;
  }
  return result = sum;
}

}  // namespace tracer
