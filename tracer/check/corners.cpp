#include "tracer/check/corners.hpp"

#include <algorithm>

namespace tracer {
namespace {

bool has_corner(const Operation& operation) {
  return kernel_of<Exact>(operation).corner != nullptr;
}

bool hides_corner(const Operation& operation, const Attributes& with,
                  const std::vector<Shape>& shapes) {
  if (has_corner(operation) || operation.expansion == nullptr) return false;
  const Graph parts = expansion_graph(operation, with, shapes);
  for (NodeId id = 0; id < parts.size(); ++id) {
    const Node& part = parts[id];
    if (part.is_leaf()) continue;
    std::vector<Shape> of;
    for (const NodeId operand : part.operands) of.push_back(parts[operand].shape);
    if (has_corner(*part.operation) || hides_corner(*part.operation, part.with, of)) return true;
  }
  return false;
}

Side side_of(const Exact& argument) {
  if (argument.is_zero_surely()) return Side::on;
  if (argument.contains_zero()) return Side::unsure;
  return argument.sign() > 0 ? Side::above : Side::below;
}

template <std::floating_point S>
Side side_of(S argument) {
  return argument > 0    ? Side::above
         : argument < 0  ? Side::below
         : argument == 0 ? Side::on
                         : Side::unsure;
}

template <class S>
S number_over(const Rational& number) {
  if constexpr (std::is_same_v<S, Exact>) {
    return Exact(number);
  } else {
    return static_cast<S>(Exact(number).to_double());
  }
}

}  // namespace

RewrittenGraph with_corners_in_sight(const Graph& graph) { return take_apart(graph, hides_corner); }

std::vector<NodeId> nodes_with_corners(const Graph& graph, std::span<const NodeId> of) {
  std::vector<NodeId> nodes;
  for (const NodeId id : of) {
    if (!graph[id].is_leaf() && has_corner(*graph[id].operation)) nodes.push_back(id);
  }
  return nodes;
}

template <class S>
std::vector<Side> sides(const Graph& graph, const Tape<S>& tape, std::span<const NodeId> nodes) {
  std::vector<Side> found;
  for (const NodeId id : nodes) {
    const Node& node = graph[id];
    std::vector<S> numbers;
    for (const Rational& number : node.with.numbers) numbers.push_back(number_over<S>(number));
    std::vector<ConstView<S>> operands;
    for (const NodeId operand : node.operands) operands.push_back(tape.value(operand));
    Array<S> argument(operands[0].rows(), operands[0].cols());
    try {
      kernel_of<S>(*node.operation)
          .corner({node.with, numbers}, View<S>(argument.data(), argument.rows(), argument.cols()),
                  operands);
    } catch (const Undecided&) {  // which entry is the largest
      found.insert(found.end(), static_cast<std::size_t>(argument.size()), Side::unsure);
      continue;
    }
    for (const S& entry : argument.reshaped()) found.push_back(side_of(entry));
  }
  return found;
}

template std::vector<Side> sides<float>(const Graph&, const Tape<float>&, std::span<const NodeId>);
template std::vector<Side> sides<double>(const Graph&, const Tape<double>&,
                                         std::span<const NodeId>);
template std::vector<Side> sides<Exact>(const Graph&, const Tape<Exact>&, std::span<const NodeId>);

std::vector<CornerMet> corners_met(const Graph& graph, std::span<const NodeId> wrt, NodeId result,
                                   const std::map<NodeId, Array<Exact>>& values, Working working) {
  const RewrittenGraph apart = with_corners_in_sight(graph);
  Tape<Exact> tape(apart.graph, {}, working);
  for (const auto& [leaf, value] : values) tape.own_value(apart.of(leaf)) = value;
  tape.forward();
  return corners_met(apart, tape, wrt, result);
}

std::vector<CornerMet> corners_met(const RewrittenGraph& apart, const Tape<Exact>& tape,
                                   std::span<const NodeId> wrt, NodeId result) {
  const auto image = [&](NodeId id) { return apart.of(id); };
  std::vector<NodeId> from;
  for (const NodeId id : wrt) from.push_back(image(id));
  const std::vector<NodeId> to{image(result)};
  std::vector<CornerMet> met;
  for (const NodeId node : nodes_with_corners(apart.graph, nodes_between(apart.graph, from, to))) {
    if (std::ranges::count(from, node) > 0) continue;  // it is moved itself, whatever it is made of
    CornerMet here;
    const std::vector<NodeId> one{node};
    const std::vector<Side> found = sides(apart.graph, tape, one);
    for (std::size_t entry = 0; entry < found.size(); ++entry) {
      if (found[entry] == Side::on) here.on.push_back(static_cast<Eigen::Index>(entry));
      if (found[entry] == Side::unsure) here.unsure.push_back(static_cast<Eigen::Index>(entry));
    }
    if (here.on.empty() && here.unsure.empty()) continue;
    here.operation = apart.graph[node].operation;
    // the parts of a node lie before its image
    const auto place = std::ranges::lower_bound(apart.image, node);
    here.node = static_cast<NodeId>(place - apart.image.begin());
    met.push_back(std::move(here));
  }
  return met;
}

}  // namespace tracer
