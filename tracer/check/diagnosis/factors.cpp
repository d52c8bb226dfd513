// Gradients that are a number times what they should be, or have something added to them.
#include <fmt/format.h>

#include "tracer/check/diagnosis/mistakes.hpp"
#include "tracer/error.hpp"
#include "tracer/op/all.hpp"

namespace tracer {

void add_factor_mistakes(Catalogue& catalogue, NodeId node, std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Node& of = graph[node];
  if (!of.is_named()) return;
  const Symbol sum = reads::sum(of.shape);
  const std::string name = catalogue.called(node);
  const auto add = [&](const std::string& id, std::string says, Symbol formula, bool factor) {
    Edit edit{node, -1, std::move(formula)};
    edit.has_factor = factor;
    mistakes.push_back(
        {id, id, std::move(says), -1, -1, std::make_shared<const Edit>(std::move(edit))});
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
    Edit edit{node, -1, factor ? sum + reads::factor() * term : sum + term};
    edit.has_factor = factor;
    Mistake mistake{id, id, std::move(says), -1, -1, std::make_shared<const Edit>(std::move(edit))};
    mistake.neutral = 0;
    mistakes.push_back(std::move(mistake));
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
  Edit edit{line, -1, reads::value(leaf->second, catalogue.graph()[line].shape)};
  return Mistake{"unknown",
                 "unknown",
                 fmt::format("the gradient of {} is claimed to be what no mistake that is known "
                             "makes of it",
                             catalogue.called(line)),
                 line,
                 line,
                 std::make_shared<const Edit>(std::move(edit))};
}

}  // namespace tracer
