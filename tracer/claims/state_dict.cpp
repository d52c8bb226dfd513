#include "tracer/claims/state_dict.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "tracer/claims/array_names.hpp"
#include "tracer/claims/fit_shape.hpp"
#include "tracer/language/gradient_names.hpp"

namespace tracer {
namespace {

enum class Kind { matrix, bias, norm_weight, norm_bias };

// Whether a weight is (outputs × inputs), as PyTorch has it, or (inputs × outputs), as Keras has
// it.
enum class Custom { none, torch, keras };

// "fc1" and weight of fc1.weight, fc1.weight.grad, grads.fc1.weight; "" of weight alone; nothing of
// other names.
struct LayerName {
  std::string layer;
  bool is_weight = false;
  Custom custom = Custom::none;
};
std::optional<LayerName> layer_name(std::string_view name) {
  for (const NameReading& reading : readings_of(name)) {
    const std::size_t point = reading.of.find_last_of("._");
    if (point == 0) continue;
    const bool is_alone = point == std::string::npos;
    const std::string last = plain_name(is_alone ? reading.of : reading.of.substr(point + 1));
    if (is_alone && last.size() == 1) continue;  // w and b say too little
    const bool is_weight = last == "weight" || last == "weights" || last == "kernel" || last == "w";
    if (!is_weight && last != "bias" && last != "biases" && last != "b") continue;
    const Custom custom = last == "weight"   ? Custom::torch
                          : last == "kernel" ? Custom::keras
                                             : Custom::none;
    return LayerName{is_alone ? "" : reading.of.substr(0, point), is_weight, custom};
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

// Whether an odd number of transposes stands between a matrix and its leaf.
bool is_transposed(const Graph& graph, NodeId id) {
  bool turned = false;
  for (; !graph[id].is_leaf() && graph[id].operation->law == Law::transpose;
       id = graph[id].operands[0])
    turned = !turned;
  return turned;
}

struct Parameter {
  std::string name;
  bool is_left = true;  // of a matrix: W in W @ X, which is outputs × inputs; not in X @ W
};

std::map<Kind, std::vector<Parameter>> parameters_by_kind(const Program& program,
                                                          const Graph& graph) {
  std::map<NodeId, Kind> kinds;
  std::map<NodeId, bool> is_left;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (node.is_leaf()) continue;
    if (node.operation->law == Law::matmul) {
      for (const std::size_t side : {0U, 1U}) {
        const NodeId operand = node.operands[side];
        const NodeId leaf = leaf_of(graph, operand);
        kinds[leaf] = Kind::matrix;
        is_left[leaf] = (side == 0) != is_transposed(graph, operand);
      }
    } else if (node.operation->law == Law::multiply) {
      // w*x + b: of a layer with one input and one output the weight is a number
      for (const NodeId operand : node.operands) {
        const NodeId leaf = leaf_of(graph, operand);
        if (leaf >= 0 && graph[leaf].shape.is_scalar()) kinds.emplace(leaf, Kind::matrix);
      }
    } else if (node.operation->layer != nullptr) {
      const auto& parameters = node.operation->layer->parameters;
      for (std::size_t i = 0; i < parameters.size(); ++i) {
        kinds[leaf_of(graph, node.operands[i + 1])] =
            parameters[i].torch == "weight" ? Kind::norm_weight : Kind::norm_bias;
      }
    }
  }
  std::map<Kind, std::vector<Parameter>> made;
  for (const std::string& name : program.parameters) {
    const NodeId leaf = graph.find(name);
    const auto kind = kinds.find(leaf);
    const auto left = is_left.find(leaf);
    made[kind == kinds.end() ? Kind::bias : kind->second].push_back(
        {name, left == is_left.end() || left->second});
  }
  return made;
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

// Whether the lesson has a value that is called so: then it is no layer's.
bool is_in_lesson(const Graph& graph, const std::string& name) {
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (graph[id].is_named() && plain_name(graph[id].name) == plain_name(name)) return true;
  }
  return false;
}

std::map<Kind, Layers> arrays_by_kind(const std::vector<NamedArray>& arrays,
                                      const std::vector<std::size_t>& which, const Graph& graph) {
  std::set<std::string> norms;
  for (const std::size_t index : which) {
    const auto name = layer_name(arrays[index].name);
    if (name && name->is_weight && arrays[index].shape.size() == 1) norms.insert(name->layer);
  }
  std::map<Kind, Layers> kinds;
  for (const std::size_t index : which) {
    const auto name = layer_name(arrays[index].name);
    if (!name || (name->layer.empty() && is_in_lesson(graph, arrays[index].name))) continue;
    const bool norm = norms.contains(name->layer);
    const Kind kind = name->is_weight ? (norm ? Kind::norm_weight : Kind::matrix)
                                      : (norm ? Kind::norm_bias : Kind::bias);
    kinds[kind].emplace_back(index, name->layer);
  }
  for (auto& [kind, layers] : kinds) put_in_order(layers);
  return kinds;
}

// ---- one to the other

// How a file has its matrices, beside how the lesson has them.
enum class Layout {
  as_they_are,
  turned,
  outputs_first,  // PyTorch: W of W @ X as it is, W of X @ W turned
  inputs_first,   // Keras: the other way round
  either          // each as it fits: one of them may be a mistake
};

bool is_turned(Layout layout, const Parameter& parameter) {
  return layout == Layout::turned || (layout == Layout::outputs_first && !parameter.is_left) ||
         (layout == Layout::inputs_first && parameter.is_left);
}

// Which to try first: what fits, fits in several where matrices are square.
std::vector<Layout> layouts_by_likelihood(Custom custom) {
  using enum Layout;
  switch (custom) {
    case Custom::torch:
      return {outputs_first, as_they_are, turned, inputs_first};
    case Custom::keras:
      return {inputs_first, as_they_are, turned, outputs_first};
    case Custom::none:
      break;
  }
  return {as_they_are, turned, outputs_first, inputs_first};
}

bool is_square_matrix(const NamedArray& array) {
  const std::vector<std::int64_t> sides = long_sides(array);
  return sides.size() == 2 && sides[0] == sides[1];
}

class Pairing {
 public:
  Pairing(const std::vector<NamedArray>& arrays, const Layers& layers,
          const std::vector<Parameter>& parameters, const Program& program)
      : arrays_(arrays), layers_(layers), parameters_(parameters), program_(program) {}

  // One to one in order, if all fit; else as many as leave no choice. In order first: the matrices
  // of a net that narrows and widens again fit one another's transposes.
  std::vector<LayerMatch> run(Custom custom) const {
    std::vector<Layout> layouts = layouts_by_likelihood(custom);
    layouts.push_back(Layout::either);
    for (const Layout layout : layouts) {
      if (auto found = in_order(layout); !found.empty()) return found;
    }
    std::vector<LayerMatch> most;
    for (const Layout layout : layouts) {
      if (auto found = without_choice(layout); found.size() > most.size()) most = std::move(found);
    }
    return most;
  }

 private:
  bool fits(std::size_t array, const Parameter& parameter, Layout layout) const {
    const Shape& wanted = program_.shapes.at(parameter.name);
    if (!fit_shape(arrays_[array], wanted)) return false;
    const std::vector<std::int64_t> sides = long_sides(arrays_[array]);
    if (sides.size() != 2 || layout == Layout::either) return true;
    const bool turned = is_turned(layout, parameter);
    return sides[turned ? 1 : 0] == wanted.rows.count &&
           sides[turned ? 0 : 1] == wanted.columns.count;
  }

  LayerMatch match(std::size_t array, const Parameter& parameter, Layout layout) const {
    const bool is_square = is_square_matrix(arrays_[array]);
    if (!is_square || !is_turned(layout, parameter)) return {array, parameter.name};
    const bool others_tell = std::ranges::any_of(layers_, [&](const auto& other) {
      return long_sides(arrays_[other.first]).size() == 2 &&
             !is_square_matrix(arrays_[other.first]);
    });
    return {array, parameter.name,
            others_tell                       ? "like the others of the file"
            : layout == Layout::outputs_first ? "for PyTorch has a weight outputs × inputs"
                                              : "for Keras has a kernel inputs × outputs"};
  }

  std::vector<LayerMatch> in_order(Layout layout) const {
    std::vector<LayerMatch> made;
    if (parameters_.size() != layers_.size()) return made;
    for (std::size_t k = 0; k < layers_.size(); ++k) {
      if (!fits(layers_[k].first, parameters_[k], layout)) return {};
      made.push_back(match(layers_[k].first, parameters_[k], layout));
    }
    return made;
  }

  std::vector<LayerMatch> without_choice(Layout layout) const {
    // of each parameter, how many arrays fit it; of each array, which parameter alone does
    std::vector<int> rivals(parameters_.size(), 0);
    std::vector<std::optional<std::size_t>> only(layers_.size());
    for (std::size_t k = 0; k < layers_.size(); ++k) {
      int fitting = 0;
      for (std::size_t p = 0; p < parameters_.size(); ++p) {
        if (!fits(layers_[k].first, parameters_[p], layout)) continue;
        ++rivals[p];
        only[k] = ++fitting == 1 ? std::optional(p) : std::nullopt;
      }
    }
    std::vector<LayerMatch> sure;
    for (std::size_t k = 0; k < layers_.size(); ++k) {
      if (only[k] && rivals[*only[k]] == 1)
        sure.push_back(match(layers_[k].first, parameters_[*only[k]], layout));
    }
    return sure;
  }

  const std::vector<NamedArray>& arrays_;
  const Layers& layers_;
  const std::vector<Parameter>& parameters_;
  const Program& program_;
};

}  // namespace

std::vector<LayerMatch> match_layers(const std::vector<NamedArray>& arrays,
                                     const std::vector<std::size_t>& which, const Program& program,
                                     const BatchGraph& batch) {
  std::vector<LayerMatch> matched;
  auto parameters = parameters_by_kind(program, batch.graph);
  for (const auto& [kind, layers] : arrays_by_kind(arrays, which, batch.graph)) {
    const auto name = layer_name(arrays[layers.front().first].name);
    const auto found =
        Pairing(arrays, layers, parameters[kind], program).run(name ? name->custom : Custom::none);
    matched.insert(matched.end(), found.begin(), found.end());
  }
  return matched;
}

NamedArray as_matched(const NamedArray& array, const LayerMatch& match) {
  NamedArray made = array;
  if (match.square_because.empty()) return made;
  const auto n = static_cast<std::size_t>(long_sides(array)[0]);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      made.values[i * n + j] = array.values[j * n + i];
      if (!array.half_units.empty()) made.half_units[i * n + j] = array.half_units[j * n + i];
    }
  }
  made.remarks.push_back("read transposed, " + match.square_because);
  return made;
}

}  // namespace tracer
