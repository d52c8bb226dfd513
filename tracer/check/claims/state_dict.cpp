#include "tracer/check/claims/state_dict.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "tracer/check/claims/array_names.hpp"
#include "tracer/check/claims/fit_shape.hpp"
#include "tracer/op/all.hpp"

namespace tracer {
namespace {

enum class Kind { matrix, bias, norm_weight, norm_bias };

// "fc1" and weight of fc1.weight, fc1.weight.grad, grads.fc1.weight; nothing of other names.
struct LayerName {
  std::string layer;
  bool is_weight = false;
};
std::optional<LayerName> layer_name(std::string_view name) {
  for (const NameReading& reading : readings_of(name)) {
    const std::size_t point = reading.of.find_last_of("._");
    if (point == std::string::npos || point == 0) continue;
    const std::string last = plain_name(reading.of.substr(point + 1));
    const bool is_weight = last == "weight" || last == "weights" || last == "kernel" || last == "w";
    if (!is_weight && last != "bias" && last != "biases" && last != "b") continue;
    return LayerName{reading.of.substr(0, point), is_weight};
  }
  return std::nullopt;
}

// ---- the lesson's side

NodeId leaf_of(const Graph& graph, NodeId id) {
  while (!graph[id].is_leaf()) {
    const Law law = graph[id].operation->law;
    if (law != Law::transpose && law != Law::broadcast) return -1;
    id = graph[id].operands[0];
  }
  return id;
}

std::map<Kind, std::vector<std::string>> parameters_by_kind(const Program& program,
                                                            const Graph& graph) {
  std::map<NodeId, Kind> kinds;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (node.is_leaf()) continue;
    if (node.operation->law == Law::matmul) {
      for (const NodeId operand : node.operands) kinds[leaf_of(graph, operand)] = Kind::matrix;
    } else if (node.operation == &op::operation<op::BatchNorm>() ||
               node.operation == &op::operation<op::BatchNormEval>()) {
      kinds[leaf_of(graph, node.operands[1])] = Kind::norm_weight;
      kinds[leaf_of(graph, node.operands[2])] = Kind::norm_bias;
    }
  }
  std::map<Kind, std::vector<std::string>> names;
  for (const std::string& name : program.parameters) {
    const auto kind = kinds.find(graph.find(name));
    names[kind == kinds.end() ? Kind::bias : kind->second].push_back(name);
  }
  return names;
}

// ---- the file's side

struct Numbered {
  std::string pattern;        // "layers.#"
  std::vector<long> numbers;  // of the #
};

Numbered numbered(const std::string& layer) {
  Numbered made;
  for (std::size_t at = 0; at < layer.size();) {
    if (layer[at] < '0' || layer[at] > '9') {
      made.pattern += layer[at++];
      continue;
    }
    long number = 0;
    const auto [end, problem] =
        std::from_chars(layer.data() + at, layer.data() + layer.size(), number);
    made.pattern += '#';
    made.numbers.push_back(problem == std::errc() ? number : -1);
    at = static_cast<std::size_t>(end - layer.data());
  }
  return made;
}

using Layers = std::vector<std::pair<std::size_t, std::string>>;  // array, its layer

void put_in_order(Layers& layers) {
  const auto is_alike = [&](const auto& one) {
    return numbered(one.second).pattern == numbered(layers.front().second).pattern;
  };
  if (!std::ranges::all_of(layers, is_alike)) return;
  std::ranges::stable_sort(layers, {},
                           [](const auto& one) { return numbered(one.second).numbers; });
}

std::map<Kind, Layers> arrays_by_kind(const std::vector<NamedArray>& arrays,
                                      const std::vector<std::size_t>& which) {
  std::set<std::string> norms;
  for (const std::size_t index : which) {
    const auto name = layer_name(arrays[index].name);
    if (name && name->is_weight && arrays[index].shape.size() == 1) norms.insert(name->layer);
  }
  std::map<Kind, Layers> kinds;
  for (const std::size_t index : which) {
    const auto name = layer_name(arrays[index].name);
    if (!name) continue;
    const bool norm = norms.contains(name->layer);
    const Kind kind = name->is_weight ? (norm ? Kind::norm_weight : Kind::matrix)
                                      : (norm ? Kind::norm_bias : Kind::bias);
    kinds[kind].emplace_back(index, name->layer);
  }
  for (auto& [kind, layers] : kinds) put_in_order(layers);
  return kinds;
}

using Matching = std::vector<std::pair<std::size_t, std::string>>;  // array, parameter

bool fits(const NamedArray& array, const Shape& wanted, bool turned) {
  if (!fit_shape(array, wanted)) return false;
  const std::vector<std::int64_t> sides = long_sides(array);
  if (sides.size() != 2) return true;
  return sides[turned ? 1 : 0] == wanted.rows.count &&
         sides[turned ? 0 : 1] == wanted.columns.count;
}

// One to one in order, if all fit; else those that leave no choice.
template <class Fits>
Matching matching(const Layers& layers, const std::vector<std::string>& names, const Fits& fit) {
  Matching in_order;
  for (std::size_t k = 0; k < names.size() && k < layers.size(); ++k) {
    if (fit(layers[k].first, names[k])) in_order.emplace_back(layers[k].first, names[k]);
  }
  if (in_order.size() == names.size() && names.size() == layers.size()) return in_order;
  Matching sure;
  for (const auto& [array, layer] : layers) {
    std::vector<std::string> fitting;
    for (const std::string& name : names) {
      if (fit(array, name)) fitting.push_back(name);
    }
    if (fitting.size() != 1) continue;
    const auto rivals = std::ranges::count_if(
        layers, [&](const auto& other) { return fit(other.first, fitting[0]); });
    if (rivals == 1) sure.emplace_back(array, fitting[0]);
  }
  return sure;
}

}  // namespace

Matching match_layers(const std::vector<NamedArray>& arrays, const std::vector<std::size_t>& which,
                      const Program& program, const BatchGraph& batch) {
  Matching matched;
  auto parameters = parameters_by_kind(program, batch.graph);
  for (const auto& [kind, layers] : arrays_by_kind(arrays, which)) {
    // As they are, before any is turned: the matrices of a net that narrows and widens again fit
    // one another's transposes.
    for (const bool turned : {false, true}) {
      const Matching found =
          matching(layers, parameters[kind], [&](std::size_t array, const std::string& name) {
            return fits(arrays[array], program.shapes.at(name), turned);
          });
      matched.insert(matched.end(), found.begin(), found.end());
      if (!found.empty()) break;
    }
  }
  return matched;
}

}  // namespace tracer
