// The mistakes of a layer that a lesson writes out: P = E/np.sum(E), D = A*mask/keep, N = (Z - mu)/
// np.sqrt(var + eps). Nobody who differentiates such a layer goes back line by line; what is written
// wrongly is the layer's own rule, as it stands in the layer's room.
#include <fmt/format.h>

#include "tracer/mistake/catalogue.hpp"
#include "tracer/op/batch_norm.hpp"
#include "tracer/op/dropout.hpp"
#include "tracer/op/softmax.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

using WrittenOut = Companions::WrittenOut;

const Operation& operation_of(WrittenOut::Layer layer) {
  switch (layer) {
    case WrittenOut::Layer::softmax:
      return op::operation<op::Softmax>();
    case WrittenOut::Layer::batch_norm:
      return op::operation<op::BatchNorm>();
    case WrittenOut::Layer::dropout:
      break;
  }
  return op::operation<op::Dropout>();
}

}  // namespace

LayerOf layer_of(const WrittenOut& layer, const Symbol& x, const std::optional<Symbol>& mask) {
  LayerOf made{operation_of(layer.layer), {.axis = layer.axis}, {x}};
  if (layer.layer == WrittenOut::Layer::dropout) {
    made.with.numbers = {1 - layer.number};
    made.operands.push_back(*mask);
  } else if (layer.layer == WrittenOut::Layer::batch_norm) {
    made.with.numbers = {layer.number};
    // without γ and β, which stand in lines of their own: 1 and 0 for each feature
    const Symbol nothing = 0 * sum(x, layer.axis == 0 ? 1 : 0);
    made.operands.push_back(1 + nothing);
    made.operands.push_back(nothing);
  }
  return made;
}

void add_written_out_totals(Catalogue& catalogue, NodeId node, std::vector<Mistake>& mistakes) {
  for (const WrittenOut& layer : catalogue.companions().written_out) {
    if (layer.x != node) continue;
    const Graph& graph = catalogue.graph();
    const Shape& shape = graph[node].shape;
    const Symbol x = reads::value(node, shape);
    const Symbol y = reads::value(layer.y, shape);
    const Symbol y_bar = reads::gradient(layer.y, shape);
    const auto mask =
        layer.mask < 0 ? std::nullopt : std::optional(reads::value(layer.mask, shape));
    const LayerOf of = layer_of(layer, x, mask);
    const std::string called_x = catalogue.called(node);
    const std::string called_y = catalogue.called(layer.y);
    const auto add = [&](const MistakeKind& kind, std::string says,
                         const std::function<Symbol()>& make) {
      Mistake mistake = mistake_of(kind, std::move(says));
      mistake.family = fmt::format("{} of {}", kind.id, of.operation.name);
      mistake.line = layer.y;
      mistake.says_all = true;
      add_mistake(mistakes, std::move(mistake), Edit{node, -1}, shape, make);
    };
    for (const MistakenRule& rule : of.operation.mistakes) {
      if (rule.operand != 0) continue;
      add(rule.kind,
          fmt::format(fmt::runtime(rule.says), fmt::arg("x", called_x), fmt::arg("y", called_y)),
          [&] { return rule.pullback(of.with, y_bar, y, of.operands); });
    }
    add(mistake_kinds::slope_missing,
        fmt::format("the gradient of {} is passed on to {} as it is: the slopes between them are "
                    "left out",
                    called_y, called_x),
        [&] { return y_bar; });
  }
}

}  // namespace tracer
