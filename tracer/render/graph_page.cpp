// See graph_page.hpp.
#include "tracer/render/graph_page.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tracer/text/scripts.hpp"

namespace tracer {
namespace {

using NodeKind = DrawnNode::Kind;

class GraphOfLines {
 public:
  explicit GraphOfLines(std::string title) { graph_.title = std::move(title); }

  std::size_t add_leaf(const std::string& name, NodeKind kind) {
    const auto [at, is_new] = numbers_.try_emplace(name, graph_.nodes.size());
    if (is_new) graph_.nodes.push_back({name, kind});
    return at->second;
  }
  DrawnNode& add_line(const std::string& name, std::vector<std::size_t> uses) {
    DrawnNode node{name};
    node.uses = std::move(uses);
    numbers_[name] = graph_.nodes.size();
    graph_.nodes.push_back(std::move(node));
    return graph_.nodes.back();
  }
  DrawnGraph take() { return std::move(graph_); }

 private:
  DrawnGraph graph_;
  std::map<std::string, std::size_t> numbers_;
};

}  // namespace

std::string short_text(const Value& value) {
  constexpr int digits = 4;
  if (value.empty()) return "";
  if (!value.scalar()) return fmt::format("{}×{}", value.numbers.rows(), value.numbers.cols());
  return text_number(to_decimal(value.numbers(0, 0), digits, true).text);
}

DrawnGraph graph_of(const BatchGraph& batch, const std::string& title) {
  GraphOfLines made(title);
  const Graph& graph = batch.graph;
  for (const NodeId line : batch.lines) {
    std::vector<std::size_t> uses;
    for (const NodeId used : graph.line_operands(line)) {
      if (!graph[used].is_named()) continue;
      const bool trained = graph[used].leaf == LeafKind::parameter;
      uses.push_back(
          made.add_leaf(graph[used].name, trained ? NodeKind::parameter : NodeKind::data));
    }
    DrawnNode& node = made.add_line(graph[line].name, std::move(uses));
    if (batch.texts.contains(line)) node.formula = batch.texts.at(line);
    if (line == batch.loss || (batch.loss >= 0 && graph[batch.loss].mean_of == node.name))
      node.kind = NodeKind::loss;
  }
  return made.take();
}

DrawnGraph graph_of(const Derivation& derivation, const DerivationStep& step) {
  GraphOfLines made(step.heading.empty() ? derivation.title : step.heading);
  for (const ForwardLine& line : step.forward) {
    std::vector<std::size_t> uses;
    for (const std::string& name : line.uses) {
      const bool trained =
          std::ranges::find(derivation.parameters, name) != derivation.parameters.end();
      uses.push_back(made.add_leaf(name, trained ? NodeKind::parameter : NodeKind::data));
    }
    DrawnNode& node = made.add_line(line.name, std::move(uses));
    node.formula = line.expression;
    const bool is_loss = std::ranges::any_of(
        step.gradients, [&](const GradientLine& gradient) { return gradient.of == line.name; });
    if (is_loss) node.kind = NodeKind::loss;
  }
  DrawnGraph graph = made.take();
  add_numbers(graph, step, {.values = true, .gradients = false});
  return graph;
}

void add_numbers(DrawnGraph& graph, const DerivationStep& step, InNodes wanted) {
  for (DrawnNode& node : graph.nodes) {
    const auto add = [&](const std::string& text, const char* before) {
      if (!text.empty()) node.values.push_back(before + text);
    };
    if (wanted.values) {
      for (const ForwardLine& line : step.forward)
        if (line.name == node.name) add(short_text(line.value), "");
      for (const auto* givens : {&step.data, &step.weights})
        for (const Given& given : *givens)
          if (given.name == node.name) add(short_text(given.value), "");
    }
    if (!wanted.gradients) continue;
    for (const GradientLine& line : step.gradients)
      if (line.wrt == node.name) add(short_text(line.value), "∂ ");
  }
}

Folded folded(const DrawnGraph& graph) {
  if (graph.nodes.size() <= most_readable_nodes) return {graph, ""};
  DrawnGraph lines = without_leaves(graph);
  return {lines,
          fmt::format("{} of {} nodes: parameters and data are left out (--format dot has all)",
                      lines.nodes.size(), graph.nodes.size())};
}

Document page_of(const DrawnGraph& graph) {
  Document page;
  if (!graph.title.empty()) page.push_back({PageHeading{1, graph.title}});
  page.push_back({Drawing{[&graph](const Style& style) { return graph_text(graph, style); },
                          [&graph] { return graph_svg(graph); }}});
  return page;
}

}  // namespace tracer
