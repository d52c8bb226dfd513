// Gradients that are a number times what they should be, or have something added to them.
#include <fmt/format.h>

#include "tracer/mistake/catalogue.hpp"
#include "tracer/mistake/formula_mistakes.hpp"
#include "tracer/op/abs.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer {
namespace {

constexpr MistakeKind extra_weight_term{"extra_weight_term", 5};
constexpr MistakeKind updated_weights_for_gradient{"updated_weights_for_gradient", 0};
constexpr MistakeKind gradients_not_zeroed{"gradients_not_zeroed", 1};
constexpr MistakeKind unknown{"unknown", 0};

Edit total(NodeId node, bool has_factor) {
  Edit where{node, -1};
  where.has_factor = has_factor;
  return where;
}

}  // namespace

void add_factor_mistakes(Catalogue& catalogue, NodeId node, std::vector<Mistake>& mistakes) {
  const Node& of = catalogue.graph()[node];
  if (!of.is_named()) return;
  const Symbol sum = reads::sum(of.shape);
  const std::string name = catalogue.called(node);
  const auto add = [&](Mistake mistake, const Symbol& formula, bool factor) {
    mistake.says_all = true;
    add_mistake(mistakes, std::move(mistake), total(node, factor), of.shape,
                [&] { return formula; });
  };
  add(mistake_of(mistake_kinds::sign, fmt::format("the gradient of {} has its sign turned", name)),
      -sum, false);
  Mistake scaled =
      mistake_of(mistake_kinds::scale,
                 fmt::format("the gradient of {} is {{k}} times what it should be", name));
  scaled.other_at = {-1, 0};  // sign, zero_gradient
  add(std::move(scaled), reads::factor() * sum, true);
  add(mistake_of(mistake_kinds::zero_gradient,
                 fmt::format("the gradient of {} is 0: nothing comes back to it", name)),
      0 * sum, false);
}

void add_products_of_gradient(Catalogue& catalogue, NodeId node, std::vector<Mistake>& mistakes) {
  const Graph& graph = catalogue.graph();
  const Shape& shape = graph[node].shape;
  const Symbol sum = reads::sum(shape);
  const auto add = [&](const std::string& of, const Symbol& factor) {
    Mistake mistake = mistake_of(unknown, "");
    mistake.family = "times " + of;
    add_mistake(mistakes, std::move(mistake), total(node, false), shape,
                [&] { return sum * factor; });
  };
  add("itself", sum);
  const auto add_value = [&](const std::string& of, const Symbol& value) {
    add(of, value);
    add("1 − " + of, 1 - value);
  };
  add_value("its value", reads::value(node, shape));
  for (const Catalogue::Way& way : catalogue.ways_from(node)) {
    if (graph[way.line].shape == shape) add_value("what it goes to", reads::value(way.line, shape));
  }
}

std::vector<Mistake> mistakes_of_any_line(const Shape& shape, int samples,
                                          const std::optional<Rational>& rate) {
  std::vector<Mistake> all;
  const Symbol right = reads::sum(shape);
  const auto add = [&](const MistakeKind& kind, Turn turn, const Symbol& formula,
                       const SheetWords& words) {
    Mistake mistake = mistake_of(kind, "");
    mistake.on_sheet = {turn, [=] { return words; }};
    add_mistake(all, std::move(mistake), Edit{}, shape, [&] { return formula; });
  };
  add(mistake_kinds::sign, Turn::whole, -right,
      {"sign", {notation::words("the sign is turned")}, "look at the sign"});
  if (shape.rows == shape.columns && !shape.is_scalar())
    add(mistake_kinds::gradient_transposed, Turn::whole, transpose(right), transposed_as_a_whole());
  const auto scale = [&](const Rational& k, const std::string& says,
                         const std::string& hint = "it is off by a constant factor") {
    add(mistake_kinds::scale, Turn::last, Symbol(k) * right,
        {"constant factor", {notation::words(says)}, hint});
  };
  if (samples > 1) {
    scale(samples, fmt::format("not divided by the m = {} samples", samples));
    scale(Rational(1, samples),
          fmt::format("divided by the m = {} samples once too often", samples));
  }
  scale(2, "twice what it should be");
  scale(Rational(1, 2), "half of what it should be");
  if (rate)
    scale(*rate, "multiplied by the learning rate, which belongs to the update",
          "look at where the learning rate belongs");
  return all;
}

void add_term_mistakes(Catalogue& catalogue, NodeId node, std::vector<Mistake>& mistakes) {
  const Node& of = catalogue.graph()[node];
  if (of.leaf != LeafKind::parameter) return;
  const Symbol sum = reads::sum(of.shape);
  const Symbol value = reads::value(node, of.shape);
  const auto add = [&](Mistake mistake, const Symbol& formula, bool factor) {
    mistake.neutral = 0;
    add_mistake(mistakes, std::move(mistake), total(node, factor), of.shape,
                [&] { return formula; });
  };
  add(mistake_of(extra_weight_term,
                 fmt::format("{{k}} times {0} is added to the gradient of {0}: a penalty that the "
                             "loss has not, or not so",
                             of.name)),
      sum + reads::factor() * value, true);
  add(mistake_of(
          extra_weight_term,
          fmt::format("{{k}} times the sign of {0} is added to the gradient of {0}", of.name)),
      sum + reads::factor() * sign_of(value), true);
  Mistake updated = mistake_of(
      updated_weights_for_gradient,
      fmt::format("{0} after its update, {0} − {{k}}·∂L/∂{0}, stands where its gradient belongs",
                  of.name));
  updated.factor = Mistake::Factor::rate;
  add(std::move(updated), value - reads::factor() * sum, true);
  const auto& all_earlier = catalogue.companions().earlier;
  if (const auto earlier = all_earlier.find(node); earlier != all_earlier.end()) {
    Mistake not_zeroed = mistake_of(
        gradients_not_zeroed,
        fmt::format("the gradient of {} has those of the steps before in it: it was not set to "
                    "zero",
                    of.name));
    not_zeroed.says_all = true;
    add(std::move(not_zeroed), sum + reads::value(earlier->second, of.shape), false);
  }
}

void add_claimed_gradient(Catalogue& catalogue, NodeId line, std::vector<Mistake>& mistakes) {
  const auto& claimed = catalogue.companions().claimed;
  const auto leaf = claimed.find(line);
  if (leaf == claimed.end()) return;
  const Shape& shape = catalogue.graph()[line].shape;
  Mistake mistake = mistake_of(
      unknown,
      fmt::format("the gradient of {} is claimed to be what no mistake that is known makes of it",
                  catalogue.called(line)));
  mistake.says_all = true;
  mistake.line = mistake.of = line;
  add_mistake(mistakes, std::move(mistake), total(line, false), shape,
              [&] { return reads::value(leaf->second, shape); });
}

}  // namespace tracer
