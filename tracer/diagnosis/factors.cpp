// Gradients that are a number times what they should be, or have something added to them.
#include <fmt/format.h>

#include "tracer/diagnosis/mistakes.hpp"
#include "tracer/error.hpp"
#include "tracer/op/all.hpp"

namespace tracer {

void add_factor_mistakes(Catalogue& catalogue, NodeId node, std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& of = graph[node];
  if (!of.is_named()) return;
  const Symbol sum = reads::sum(of.shape);
  const std::string name = catalogue.called(node);
  const auto add = [&](const std::string& id, std::string says, const Symbol& formula,
                       bool factor) {
    Edit where{node, -1};
    where.has_factor = factor;
    add_mistake(mistakes, mistake_called(id, std::move(says)), where, of.shape,
                [&] { return formula; });
  };
  add("sign", fmt::format("the gradient of {} has its sign turned", name), -sum, false);
  add("scale", fmt::format("the gradient of {} is {{k}} times what it should be", name),
      reads::factor() * sum, true);
  add("zero_gradient", fmt::format("the gradient of {} is 0: nothing comes back to it", name),
      0 * sum, false);
}

void add_term_mistakes(Catalogue& catalogue, NodeId node, std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& of = graph[node];
  if (of.leaf != LeafKind::parameter) return;
  const Symbol sum = reads::sum(of.shape);
  const auto add = [&](const std::string& id, std::string says, const Symbol& term, bool factor) {
    Edit where{node, -1};
    where.has_factor = factor;
    Mistake mistake = mistake_called(id, std::move(says));
    mistake.neutral = 0;
    add_mistake(mistakes, std::move(mistake), where, of.shape,
                [&] { return factor ? sum + reads::factor() * term : sum + term; });
  };
  const Symbol value = reads::value(node, of.shape);
  add("extra_weight_term",
      fmt::format("{{k}} times {0} is added to the gradient of {0}: a penalty that the loss has "
                  "not, or not so",
                  of.name),
      value, true);
  add("extra_weight_term",
      fmt::format("{{k}} times the sign of {0} is added to the gradient of {0}", of.name),
      sign_of(value), true);
  Mistake updated = mistake_called(
      "updated_weights_for_gradient",
      fmt::format("{0} after its update, {0} − {{k}}·∂L/∂{0}, stands where its gradient belongs",
                  of.name));
  updated.neutral = 0;
  Edit where{node, -1};
  where.has_factor = true;
  add_mistake(mistakes, std::move(updated), where, of.shape,
              [&] { return value - reads::factor() * sum; });
  const auto& all_earlier = catalogue.companions().earlier;
  if (const auto earlier = all_earlier.find(node); earlier != all_earlier.end()) {
    add("gradients_not_zeroed",
        fmt::format("the gradient of {} has those of the steps before in it: it was not set to "
                    "zero",
                    of.name),
        reads::value(earlier->second, of.shape), false);
  }
}

std::optional<Mistake> unknown_mistake(Catalogue& catalogue, NodeId line) {
  const auto& claimed = catalogue.companions().claimed;
  const auto leaf = claimed.find(line);
  if (leaf == claimed.end()) return std::nullopt;
  Mistake unknown = mistake_called(
      "unknown",
      fmt::format("the gradient of {} is claimed to be what no mistake that is known makes of it",
                  catalogue.called(line)));
  unknown.line = unknown.of = line;
  unknown.edit = std::make_shared<const Edit>(
      Edit{line, -1, reads::value(leaf->second, catalogue.graph()[line].shape)});
  return unknown;
}

}  // namespace tracer
