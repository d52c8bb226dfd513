// What works per sample (softmax, cross-entropy), what carries numbers (leaky_relu, elu),
// batch_norm and dropout.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tracer/language/constants.hpp"
#include "tracer/language/functions.hpp"
#include "tracer/language/lines.hpp"
#include "tracer/op/all.hpp"

namespace tracer {

using namespace ast;

// The samples' layout says which way a sample lies, unless axis= does.
LineBuilder::Value LineBuilder::by_sample(const CallSite& site,
                                          std::span<const Operation* const> operations) {
  const Operation& operation = *operations[0];
  const auto arity = static_cast<std::size_t>(operation.arity);
  require_arguments(site, arity, arity + 1);
  require_keywords(site, {"axis", "dim"});
  const auto positional =
      site.arguments.size() > arity ? std::optional(site.arguments[arity]) : std::nullopt;
  Attributes with;
  with.axis = axis_of(site, positional).value_or(names_.rows ? 1 : 0);
  const ExprId x_id = site.arguments[0];
  const NodeId x = node(x_id);
  if (arity == 1) {
    const Size& classes = with.axis == 0 ? shape(x).rows : shape(x).columns;
    if (classes.is_one() && remarked_.insert(x_id).second) {
      diagnostics_.remark(
          site.span,
          fmt::format("{} of a single entry is always {}: {} has one {} a sample",
                      site.function.text, site.function.text.starts_with("log") ? 0 : 1,
                      described(x_id, shape(x), "the argument"), with.axis == 0 ? "row" : "column"),
          "for one output there is sigmoid; for the other direction say axis=0 or axis=1");
    }
    return {apply(operation, {x}, site.span, with)};
  }
  if (&operation == &op::operation<op::CrossEntropy>()) fail_if_logits(site, x);
  const ExprId y_id = site.arguments[1];
  const NodeId y = node(y_id);
  if (!(shape(x) == shape(y))) {
    const Shape turned{shape(y).columns, shape(y).rows};
    throw BadStatement{
        site.span,
        fmt::format("{} compares entry by entry, but {} and {} differ in shape", site.function.text,
                    described(x_id, shape(x), "the first"),
                    described(y_id, shape(y), "the second")),
        turned == shape(x) && !factor_text(y_id).empty()
            ? fmt::format("{}.T ({}) would fit", factor_text(y_id), to_string(turned))
            : "the target holds one entry for every class and sample (one-hot)"};
  }
  return {apply(operation, {x, y}, site.span, with)};
}

// A sum or a product of matrices is no probability: the softmax is missing, or the other function
// is meant.
void LineBuilder::fail_if_logits(const CallSite& site, NodeId x) const {
  const auto [source, through_sum] = probability_source(x);
  const Operation* operation = built_.graph[source].operation;
  if (operation == nullptr) return;
  const bool sum = through_sum || operation->law == Law::add || operation->law == Law::subtract;
  if (operation->law != Law::matmul && (!sum || has_probability(source))) return;
  const bool binary = usual_name(site.function.text) == "bce";
  const std::string z = names_.text(site.arguments[0]);
  const std::string y = names_.text(site.arguments[1]);
  throw BadStatement{span(site.arguments[0]),
                     fmt::format("{} takes probabilities, and {} is a sum of products: logits",
                                 site.function.text, z),
                     fmt::format("write {0}({1}, {2}), or {3}({4}({1}), {2})",
                                 binary ? "bce_with_logits" : "softmax_cross_entropy", z, y,
                                 site.function.text, binary ? "sigmoid" : "softmax")};
}

// Where the value comes from, past what only moves it about and past a constant that is added (P +
// 1e-8).
std::pair<NodeId, bool> LineBuilder::probability_source(NodeId id) const {
  const auto is_constant_node = [&](NodeId of) {
    while (built_.graph[of].operation != nullptr &&
           built_.graph[of].operation->law == Law::broadcast) {
      of = built_.graph[of].operands[0];
    }
    return built_.graph[of].leaf == LeafKind::constant;
  };
  bool through_sum = false;
  for (;;) {
    const Node& at = built_.graph[id];
    if (at.operation == nullptr) return {id, through_sum};
    const Law law = at.operation->law;
    const bool moves = law == Law::transpose || law == Law::broadcast || is_rearrangement(law) ||
                       law == Law::identity;
    const bool sum = law == Law::add || law == Law::subtract;
    const bool adds_constant =
        sum && (is_constant_node(at.operands[0]) || is_constant_node(at.operands[1]));
    if (!moves && !adds_constant) return {id, through_sum};
    id = adds_constant && is_constant_node(at.operands[0]) ? at.operands[1] : at.operands[0];
    through_sum = through_sum || adds_constant;
  }
}

// Whether something other than sums, products and leaves went into it.
bool LineBuilder::has_probability(NodeId id) const {
  std::set<NodeId> seen{id};
  std::vector<NodeId> pending{id};
  while (!pending.empty()) {
    const Node& at = built_.graph[pending.back()];
    pending.pop_back();
    if (at.operation == nullptr || at.operation->law == Law::matmul) continue;
    const Law law = at.operation->law;
    const bool transparent = law == Law::add || law == Law::subtract || law == Law::multiply ||
                             law == Law::negate || law == Law::broadcast || law == Law::transpose ||
                             is_rearrangement(law) || law == Law::identity;
    if (!transparent) return true;
    for (const NodeId operand : at.operands) {
      if (seen.insert(operand).second) pending.push_back(operand);
    }
  }
  return false;
}

// leaky_relu(x, 0.01), elu(x, alpha=1)
LineBuilder::Value LineBuilder::with_number(const CallSite& site,
                                            std::span<const Operation* const> operations) {
  const bool leaky = operations[0] == &op::operation<op::LeakyRelu>();
  require_arguments(site, 1, 2);
  if (leaky)
    require_keywords(site, {"slope", "negative_slope", "alpha"});
  else
    require_keywords(site, {"alpha"});
  Attributes with;
  with.numbers = {leaky ? Rational(1, 100) : Rational(1)};
  if (site.arguments.size() == 2) with.numbers[0] = number(names_, site.arguments[1]);
  for (const Keyword& keyword : *site.keywords) with.numbers[0] = number(names_, keyword.value);
  return {apply(*operations[0], {node(site.arguments[0])}, site.span, with)};
}

// "Z.mask"; a second one in the same line is "Z.mask2"
std::string LineBuilder::part_name(std::string_view what) {
  const std::string name = fmt::format("{}.{}", line_name_, what);
  const int n = ++parts_[name];
  return n == 1 ? name : name + std::to_string(n);
}

NodeId LineBuilder::state(const std::string& name, const Shape& of, int value) {
  const NodeId id = built_.graph.leaf(LeafKind::state, name, of);
  built_.leaves[name] = id;
  built_.states[name] =
      Array<Exact>(Array<Exact>::Constant(of.rows.count, of.columns.count, Exact(value)));
  return id;
}

// batch_norm(Z, gamma, beta, eps=1e-5, momentum=0.1)
LineBuilder::Value LineBuilder::batch_norm(const CallSite& site) {
  require_arguments(site, 3, 5);
  require_keywords(site, {"eps", "momentum", "axis"});
  const auto setting = [&](std::size_t position, std::string_view name, Rational otherwise) {
    if (const Keyword* keyword = site.keyword(name)) return number(names_, keyword->value);
    return site.arguments.size() > position ? number(names_, site.arguments[position]) : otherwise;
  };
  Attributes with;
  with.numbers = {setting(3, "eps", Rational(1, 100'000))};
  with.axis = axis_of(site, std::nullopt).value_or(names_.rows ? 1 : 0);
  const Rational momentum = setting(4, "momentum", Rational(1, 10));
  const NodeId z = node(site.arguments[0]);
  const Shape of = shape(z);
  const Size& samples = with.axis == 0 ? of.columns : of.rows;
  const Shape vector = with.axis == 0 ? Shape{of.rows, {}} : Shape{{}, of.columns};
  const auto operand = [&](std::size_t i) {
    const Value value = evaluate(site.arguments[i]);
    const NodeId id = node(value, span(site.arguments[i]));
    return shape(id).is_scalar() ? broadcast(id, vector, span(site.arguments[i])) : id;
  };
  const NodeId gamma = operand(1);
  const NodeId beta = operand(2);
  if (!of.known())
    throw BadStatement{site.span,
                       "batch_norm needs a batch with numbers: its shape is " + to_string(of)};
  const NodeId mean = state(part_name("running_mean"), vector, 0);
  const NodeId variance = state(part_name("running_var"), vector, 1);
  if (evaluation_mode_) {
    return {apply(op::operation<op::BatchNormEval>(), {z, gamma, beta, mean, variance}, site.span,
                  with)};
  }
  if (samples.count < 2) {
    throw BadStatement{site.span,
                       "batch_norm needs more than one sample: its statistics run over the batch",
                       "train with batch_size=2 or more, or use --mode eval"};
  }
  const NodeId result = apply(op::operation<op::BatchNorm>(), {z, gamma, beta}, site.span, with);

  Attributes moving = with;
  moving.numbers = {momentum};
  const auto move = [&](NodeId old, const Operation& statistic) {
    built_.state_updates.emplace_back(old, apply(statistic, {old, z}, site.span, moving));
  };
  move(mean, op::operation<op::RunningMean>());
  move(variance, op::operation<op::RunningVariance>());
  return {result};
}

// dropout(A, p=0.5, mask=...)
LineBuilder::Value LineBuilder::dropout(const CallSite& site) {
  require_arguments(site, 1, 3);
  require_keywords(site, {"p", "mask"});
  const auto option = [&](std::size_t position, std::string_view name) -> std::optional<ExprId> {
    if (const Keyword* keyword = site.keyword(name)) return keyword->value;
    return site.arguments.size() > position ? std::optional(site.arguments[position])
                                            : std::nullopt;
  };
  Attributes with;
  with.numbers = {Rational(1, 2)};
  if (const auto p = option(1, "p")) {
    with.numbers[0] = number(names_, *p);
    if (with.numbers[0] < 0 || with.numbers[0] >= 1) {
      throw BadStatement{span(*p),
                         fmt::format("the probability to drop is {}", to_string(with.numbers[0])),
                         "it must be at least 0 and less than 1"};
    }
  }
  const NodeId a = node(site.arguments[0]);
  const auto given = option(2, "mask");
  NodeId mask = -1;
  if (given) mask = node(*given);  // evaluated in both modes, so that its mistakes show
  if (evaluation_mode_) return {apply(op::operation<op::Identity>(), {a}, site.span)};
  if (!given) {
    const std::string name = part_name("mask");
    mask = built_.graph.leaf(LeafKind::mask, name, shape(a));
    built_.leaves[name] = mask;
    built_.masks[mask] = with.numbers[0];
    built_.places[mask] = site.span;
  } else if (shape(mask).is_scalar() || common_shape(shape(mask), shape(a)) == shape(a)) {
    mask = broadcast(mask, shape(a), span(*given));
  } else {
    throw BadStatement{span(*given),
                       fmt::format("the mask is {}, but {} is {}", to_string(shape(mask)),
                                   names_.text(site.arguments[0]), to_string(shape(a))),
                       "a mask has one entry, 0 or 1, for every entry of what it masks"};
  }
  return {apply(op::operation<op::Dropout>(), {a, mask}, site.span, with)};
}

}  // namespace tracer
