// What works per sample (softmax, cross-entropy), what carries numbers (leaky_relu, elu), and
// layers (batch_norm, dropout). What each of them has and is called, its room says.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tracer/language/constants.hpp"
#include "tracer/language/functions.hpp"
#include "tracer/language/lines.hpp"

namespace tracer {

using namespace ast;

namespace {

// What a value comes of: parameters, and what is given (inputs, samples, matrices of numbers).
struct Origin {
  bool parameters = false, given = false;
};

Origin origin_of(const Graph& graph, NodeId id) {
  Origin origin;
  std::set<NodeId> seen{id};
  std::vector<NodeId> pending{id};
  while (!pending.empty()) {
    const Node& at = graph[pending.back()];
    pending.pop_back();
    const bool numbers = at.leaf == LeafKind::constant && !at.shape.is_scalar();
    origin.parameters = origin.parameters || at.leaf == LeafKind::parameter;
    origin.given =
        origin.given || numbers || at.leaf == LeafKind::input || at.leaf == LeafKind::data;
    for (const NodeId operand : at.operands) {
      if (seen.insert(operand).second) pending.push_back(operand);
    }
  }
  return origin;
}

}  // namespace

// Along which axis a sample of a value lies by what it is made of: X @ W has one in each row, W @ X
// in each column, where W is nothing but parameters and X what they are applied to. What works per
// sample before it has the same axis. Nothing: it can't be told.
std::optional<int> LineBuilder::made_along(NodeId id) const {
  const Graph& graph = built_.graph;
  bool turned = false;
  const auto seen_from_here = [&](int axis) { return turned ? 1 - axis : axis; };
  while (true) {
    const Node& at = graph[id];
    if (at.leaf == LeafKind::data) return seen_from_here(names_.rows ? 1 : 0);
    if (at.operation == nullptr) return std::nullopt;
    const Operation& operation = *at.operation;
    if (operation.is_by_sample && operation.loss == nullptr) return seen_from_here(at.with.axis);
    if (operation.law == Law::matmul) {
      const Origin left = origin_of(graph, at.operands[0]);
      const Origin right = origin_of(graph, at.operands[1]);
      if (left.given && !right.given && right.parameters) return seen_from_here(1);
      if (right.given && !left.given && left.parameters) return seen_from_here(0);
      return std::nullopt;
    }
    if (operation.law == Law::transpose) turned = !turned;
    if (operation.law != Law::transpose && !operation.is_entrywise &&
        operation.law != Law::identity)
      return std::nullopt;
    // b of Z + b is spread and says nothing
    const auto whole = std::ranges::find_if(at.operands, [&](NodeId operand) {
      return graph[operand].operation == nullptr || graph[operand].operation->law != Law::broadcast;
    });
    id = whole == at.operands.end() ? at.operands[0] : *whole;
  }
}

// The layout of the samples says which way one lies. Where a lesson has inputs in place of samples,
// or turns its samples round, the products that made the value do.
LineBuilder::SampleAxis LineBuilder::sample_axis(ExprId x_id, NodeId x) const {
  const Shape& of = shape(x);
  if (names_.rows) return {1};
  const std::string name = described(x_id, of, "the argument");
  const bool several = !of.rows.is_one() && !of.columns.is_one();
  const auto along = made_along(x);
  if (along == 1 && (several || of.rows.is_one()))
    return {1, fmt::format("{} has a sample in each row by the product that it is made of", name)};
  if (!along && of.rows.is_one() && !of.columns.is_one())
    return {1, fmt::format("{} is a single row, read as one sample", name)};
  return {0};
}

// The axis that a call says, else that of sample_axis, with a remark where it is not the usual one.
int LineBuilder::sample_axis_of(const CallSite& site, std::optional<ExprId> positional, ExprId x_id,
                                NodeId x) {
  if (const auto said = axis_of(site, positional)) return *said;
  const SampleAxis found = sample_axis(x_id, x);
  if (found.why.empty() || shape(x).is_scalar()) return found.axis;
  // what comes of something that has been remarked on, or says its axis itself, is not news
  const Node& made = built_.graph[x];
  const bool follows = made.operation != nullptr && made.operation->is_by_sample;
  if (!follows && remarked_.insert(x_id).second) {
    diagnostics_.remark(
        site.span,
        fmt::format("{}: {} works along each row (axis=1)", found.why, site.function.text),
        "to say so write axis=1; for a sample in each column axis=0");
  }
  return found.axis;
}

// The samples' layout says which way a sample lies, unless axis= does.
LineBuilder::Value LineBuilder::by_sample(const CallSite& site, const Operation& operation) {
  const auto arity = static_cast<std::size_t>(operation.arity);
  std::vector<std::string_view> keywords{"axis", "dim"};
  const bool smooths =
      operation.loss != nullptr && operation.loss->targets == Loss::Targets::shares;
  if (smooths) keywords.emplace_back("label_smoothing");
  require_arguments(site, arity, arity + 1);
  require_keywords(site, keywords);
  const auto positional =
      site.arguments.size() > arity ? std::optional(site.arguments[arity]) : std::nullopt;
  const ExprId x_id = site.arguments[0];
  const NodeId x = node(x_id);
  Attributes with;
  with.axis = sample_axis_of(site, positional, x_id, x);
  if (arity == 1) {
    const Size& classes = with.axis == 0 ? shape(x).rows : shape(x).columns;
    if (classes.is_one() && remarked_.insert(x_id).second) {
      diagnostics_.remark(
          site.span,
          fmt::format("{} of a single entry is always {}: {} has one {} a sample",
                      site.function.text, operation.of_one_entry,
                      described(x_id, shape(x), "the argument"), with.axis == 0 ? "row" : "column"),
          "for one output there is sigmoid; for the other direction say axis=0 or axis=1");
    }
    return {apply(operation, {x}, site.span, with)};
  }
  const NodeId y = node(site.arguments[1]);
  if (operation.loss != nullptr) refuse_swapped(site, operation, x, y);
  if (operation.takes == Takes::probabilities) fail_if_logits(site, operation, x);
  require_same_shape(site, x, y, "the target holds one entry for every class and sample (one-hot)");
  const Keyword* smoothing = smooths ? site.keyword("label_smoothing") : nullptr;
  const NodeId targets = smoothing != nullptr ? smoothed(y, with.axis, smoothing->value) : y;
  return {apply(operation, {x, targets}, site.span, with)};
}

// (1 − ε)·Y + ε/K of K classes: PyTorch's label smoothing
NodeId LineBuilder::smoothed(NodeId targets, int axis, ExprId share) {
  const Span at = span(share);
  const Rational epsilon = number(names_, share);
  if (!is_within(Setting::Range::at_most_one, epsilon)) {
    throw BadStatement{at, fmt::format("label_smoothing is {}", to_string(epsilon)),
                       fmt::format("it must be {}", text_of(Setting::Range::at_most_one))};
  }
  const Shape of = shape(targets);
  const Size& classes = axis == 0 ? of.rows : of.columns;
  const NodeId kept = broadcast(node({-1, Rational(1 - epsilon)}, at), of, at);
  const NodeId own = apply(operation_for(Law::multiply), {kept, targets}, at);
  const NodeId each = classes.name.empty()
                          ? node({-1, Rational(epsilon / classes.count)}, at)
                          : apply(operation_for(Law::divide),
                                  {node({-1, epsilon}, at), node(count_value(classes), at)}, at);
  return apply(operation_for(Law::add), {own, broadcast(each, of, at)}, at);
}

// The targets of a loss are given, and its output comes of parameters. Where it is the other way
// round the two were swapped, as Keras has them. Of a loss that takes anything either may be meant;
// of something that was computed of what is given there is a remark (purposes.cpp).
void LineBuilder::refuse_swapped(const CallSite& site, const Operation& loss, NodeId first,
                                 NodeId second) const {
  if (loss.loss->targets == Loss::Targets::anything) return;
  const auto* turned = built_.graph[first].operation;
  if (turned != nullptr && turned->law == Law::transpose) first = built_.graph[first].operands[0];
  const Origin of_first = origin_of(built_.graph, first);
  if (!built_.graph[first].is_leaf() || of_first.parameters || !of_first.given) return;
  if (!origin_of(built_.graph, second).parameters) return;
  const std::string y = names_.text(site.arguments[0]), p = names_.text(site.arguments[1]);
  throw BadStatement{
      site.span,
      fmt::format("{} takes the output first and the targets second, and {} comes of parameters, "
                  "{} of none",
                  site.function.text, p, y),
      fmt::format("write {}({}, {})", site.function.text, p, y)};
}

// A sum or a product of matrices is no probability: the softmax is missing, or the other function
// is meant.
void LineBuilder::fail_if_logits(const CallSite& site, const Operation& loss, NodeId x) const {
  const auto [source, through_sum] = probability_source(x);
  const Operation* operation = built_.graph[source].operation;
  if (operation == nullptr) return;
  const bool sum = through_sum || operation->law == Law::add || operation->law == Law::subtract;
  if (operation->law != Law::matmul && (!sum || has_probability(source))) return;
  const std::string z = names_.text(site.arguments[0]);
  const std::string y = names_.text(site.arguments[1]);
  std::string remedy;
  if (loss.output != nullptr) {
    remedy =
        fmt::format("{}({}({}), {})", site.function.text, loss.output->activation().call, z, y);
    if (loss.output->joined != nullptr)
      remedy = fmt::format("{}({}, {}), or {}", loss.output->joined().call, z, y, remedy);
    remedy = "write " + remedy;
  }
  throw BadStatement{span(site.arguments[0]),
                     fmt::format("{} takes probabilities, and {} is a sum of products: logits",
                                 site.function.text, z),
                     remedy};
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

// The keywords that settings and others may be given by.
void LineBuilder::require_settings(const CallSite& site, std::span<const Setting> settings,
                                   const std::vector<std::string_view>& others) const {
  std::vector<std::string_view> known;
  for (const Setting& setting : settings) {
    known.push_back(setting.name);
    for (const std::string_view name : setting.also) {
      if (!name.empty()) known.push_back(name);
    }
  }
  known.insert(known.end(), others.begin(), others.end());
  require_keywords(site, known);
}

// The values of settings that may be given by name, or by position from the argument `first` on.
std::vector<Rational> LineBuilder::numbers_of(const CallSite& site,
                                              std::span<const Setting> settings,
                                              std::size_t first) {
  std::vector<Rational> numbers;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const Setting& setting = settings[i];
    std::optional<ExprId> given;
    if (site.arguments.size() > first + i) given = site.arguments[first + i];
    for (const Keyword& keyword : *site.keywords) {
      const std::string_view name = keyword.name.text;
      if (name == setting.name || std::ranges::find(setting.also, name) != setting.also.end())
        given = keyword.value;
    }
    numbers.push_back(given ? number(names_, *given) : parse_rational(setting.standard));
    if (given && !is_within(setting.range, numbers.back())) {
      throw BadStatement{span(*given),
                         fmt::format("{} is {}", setting.meaning, to_string(numbers.back())),
                         fmt::format("it must be {}", text_of(setting.range))};
    }
  }
  return numbers;
}

// leaky_relu(x, 0.01), elu(x, alpha=1)
LineBuilder::Value LineBuilder::with_numbers(const CallSite& site, const Operation& operation) {
  const auto arity = static_cast<std::size_t>(operation.arity);
  require_arguments(site, arity, arity + operation.settings.size());
  require_settings(site, operation.settings, {});
  const Attributes with{.numbers = numbers_of(site, operation.settings, arity)};
  if (operation.loss != nullptr)
    return {apply(operation, loss_operands(site, operation), site.span, with)};
  std::vector<NodeId> operands;
  for (std::size_t i = 0; i < arity; ++i) operands.push_back(node(site.arguments[i]));
  return {apply(operation, std::move(operands), site.span, with)};
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

namespace {

// A layer's own settings, then those of what it keeps.
std::vector<Setting> settings_of_layer(const Operation& operation) {
  std::vector<Setting> all(operation.settings.begin(), operation.settings.end());
  for (const LayerState& state : operation.layer->states) {
    for (const Setting& setting : state.update().settings) {
      if (std::ranges::find(all, setting.name, &Setting::name) == all.end()) all.push_back(setting);
    }
  }
  return all;
}

std::vector<Rational> pick(std::span<const Setting> wanted, const std::vector<Setting>& all,
                           const std::vector<Rational>& numbers) {
  std::vector<Rational> picked;
  for (const Setting& setting : wanted) {
    const auto place = std::ranges::find(all, setting.name, &Setting::name) - all.begin();
    picked.push_back(numbers[static_cast<std::size_t>(place)]);
  }
  return picked;
}

}  // namespace

// batch_norm(Z, gamma, beta, eps=1e-5, momentum=0.1), dropout(A, p=0.5, mask=...)
LineBuilder::Value LineBuilder::layer(const CallSite& site, const Operation& operation) {
  const Layer& layer = *operation.layer;
  const std::vector<Setting> settings = settings_of_layer(operation);
  const std::size_t least = 1 + layer.parameters.size();
  const std::size_t most = least + settings.size() + (layer.has_mask ? 1 : 0);
  require_arguments(site, least, most);
  std::vector<std::string_view> others;
  if (operation.is_by_sample) others.emplace_back("axis");
  if (layer.has_mask) others.emplace_back("mask");
  require_settings(site, settings, others);
  const std::vector<Rational> numbers = numbers_of(site, settings, least);
  Attributes with;
  with.numbers = pick(operation.settings, settings, numbers);
  std::vector<NodeId> operands{node(site.arguments[0])};
  if (operation.is_by_sample)
    with.axis = sample_axis_of(site, std::nullopt, site.arguments[0], operands[0]);
  const Shape of = shape(operands[0]);
  const Shape vector = with.axis == 0 ? Shape{of.rows, {}} : Shape{{}, of.columns};
  for (std::size_t i = 1; i < least; ++i) {
    const Span at = span(site.arguments[i]);
    const NodeId parameter = node(evaluate(site.arguments[i]), at);
    operands.push_back(shape(parameter).is_scalar() ? broadcast(parameter, vector, at) : parameter);
  }
  std::vector<NodeId> states;
  for (const LayerState& kept : layer.states)
    states.push_back(state(part_name(kept.name), vector, kept.start));
  std::optional<ExprId> mask;
  if (layer.has_mask && site.arguments.size() == most) mask = site.arguments.back();
  if (const Keyword* keyword = site.keyword("mask")) mask = keyword->value;
  // evaluated in both modes, so that its mistakes show
  const NodeId given = mask ? node(*mask) : -1;

  if (evaluation_mode_) {
    if (layer.evaluation == nullptr)
      return {apply(operation_for(Law::identity), {operands[0]}, site.span)};
    operands.insert(operands.end(), states.begin(), states.end());
    return {apply(layer.evaluation(), std::move(operands), site.span, with)};
  }
  const Size& samples = with.axis == 0 ? of.columns : of.rows;
  if (layer.needs_batch && samples.known() && samples.count < 2) {
    throw BadStatement{site.span,
                       fmt::format("{} needs more than one sample: its statistics run over the "
                                   "batch",
                                   operation.call),
                       "train with batch_size=2 or more, or use --mode eval"};
  }
  if (layer.has_mask) {
    operands.push_back(mask ? mask_of(site, *mask, given, operands[0])
                            : drawn_mask(site, operands[0], with.numbers[0]));
  }
  const NodeId input = operands[0];
  const NodeId result = apply(operation, std::move(operands), site.span, with);
  for (std::size_t i = 0; i < states.size(); ++i) {
    const Operation& update = layer.states[i].update();
    Attributes moving = with;
    moving.numbers = pick(update.settings, settings, numbers);
    built_.state_updates.emplace_back(states[i],
                                      apply(update, {states[i], input}, site.span, moving));
  }
  return {result};
}

// A mask that the lesson gives, in the shape of what it masks.
NodeId LineBuilder::mask_of(const CallSite& site, ExprId id, NodeId mask, NodeId a) {
  if (shape(mask).is_scalar() || common_shape(shape(mask), shape(a)) == shape(a))
    return broadcast(mask, shape(a), span(id));
  throw BadStatement{span(id),
                     fmt::format("the mask is {}, but {} is {}", to_string(shape(mask)),
                                 names_.text(site.arguments[0]), to_string(shape(a))),
                     "a mask has one entry, 0 or 1, for every entry of what it masks"};
}

NodeId LineBuilder::drawn_mask(const CallSite& site, NodeId a, const Rational& drop) {
  const std::string name = part_name("mask");
  const NodeId mask = built_.graph.leaf(LeafKind::mask, name, shape(a));
  built_.leaves[name] = mask;
  built_.masks[mask] = drop;
  built_.places[mask] = site.span;
  return mask;
}

}  // namespace tracer
