// Calls: arguments to operands. What works per sample, batch_norm and dropout stand in layers.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tracer/language/constants.hpp"
#include "tracer/language/functions.hpp"
#include "tracer/language/leaves.hpp"
#include "tracer/language/lines.hpp"

namespace tracer {

using namespace ast;

// axis=, or dim= as PyTorch says: 0 or 1, negative from the end; nothing where it is left out or
// None
std::optional<int> LineBuilder::axis_of(const CallSite& site,
                                        std::optional<ExprId> positional) const {
  const Keyword* keyword = site.keyword("axis");
  if (keyword == nullptr) keyword = site.keyword("dim");
  if (keyword != nullptr) positional = keyword->value;
  if (!positional || names_.is<None>(*positional)) return std::nullopt;
  const Rational axis = number(names_, *positional);
  if (axis == 0 || axis == -2) return 0;
  if (axis == 1 || axis == -1) return 1;
  throw BadStatement{span(*positional), fmt::format("there is no axis {}", to_string(axis)),
                     "everything is a matrix: axis 0 runs down each column, axis 1 along each row"};
}

// An operation with its operands and nothing else. Two that differ in shape are broadcast if it
// works entry by entry.
LineBuilder::Value LineBuilder::general(const CallSite& site,
                                        std::span<const Operation* const> operations) {
  const Operation& operation = *operations[0];
  const auto arity = static_cast<std::size_t>(operation.arity);
  require(site, arity, arity);
  if (arity == 1) return {apply(operation, {node(site.arguments[0])}, site.span)};
  if (operation.loss != nullptr)
    return {apply(operation, loss_operands(site, operation), site.span)};
  const ExprId a_id = site.arguments[0];
  const ExprId b_id = site.arguments[1];
  const Value a = evaluate(a_id);
  const Value b = evaluate(b_id);
  const NodeId left = node(a, span(a_id));
  const NodeId right = node(b, span(b_id));
  if (operation.is_entrywise) {
    return entrywise(operation, {left}, a_id, {right}, b_id, site.span, "compared entry by entry");
  }
  return {apply(operation, {left, right}, site.span)};
}

// The output and the targets of a loss that compares them entry by entry.
std::vector<NodeId> LineBuilder::loss_operands(const CallSite& site, const Operation& operation) {
  const NodeId output = node(site.arguments[0]);
  const Value targets = evaluate(site.arguments[1]);
  const Span at = span(site.arguments[1]);
  const NodeId right = node(targets, at);
  refuse_swapped(site, operation, output, right);
  if (operation.takes == Takes::probabilities) fail_if_logits(site, operation, output);
  // a number is a target for every entry; anything else of another shape is a slip
  if (!targets.literal) require_same_shape(site, output, right, "give both the same shape");
  return {output, broadcast(right, shape(output), at)};
}

// Of a loss, which compares its first two arguments entry by entry.
void LineBuilder::require_same_shape(const CallSite& site, NodeId a, NodeId b,
                                     std::string_view otherwise) const {
  if (shape(a) == shape(b)) return;
  const Shape turned{shape(b).columns, shape(b).rows};
  const std::string factor = factor_text(site.arguments[1]);
  throw BadStatement{
      site.span,
      fmt::format("{} compares entry by entry, but {} and {} differ in shape", site.function.text,
                  described(site.arguments[0], shape(a), "the first"),
                  described(site.arguments[1], shape(b), "the second")),
      turned == shape(a) && !factor.empty()
          ? fmt::format("{}.T ({}) would fit", factor, to_string(turned))
          : std::string(otherwise)};
}

// sum(x), sum(x, axis=0), sum(x, 1)
LineBuilder::Value LineBuilder::reduction(const CallSite& site,
                                          std::span<const Operation* const> operations) {
  require(site, 1, 2, {"axis", "dim", "keepdims", "keepdim"});
  return reduced(site, operations);
}

LineBuilder::Value LineBuilder::reduced(const CallSite& site,
                                        std::span<const Operation* const> operations) {
  const NodeId x = node(site.arguments[0]);
  const auto axis = axis_of(site);
  // all, each column, each row
  return {apply(*operations[axis ? static_cast<std::size_t>(*axis) + 1 : 0], {x}, site.span)};
}

// What stands before the name of the function: "np.", "np.linalg.", "torch."; of a method nothing
// that says whose it is.
std::string_view LineBuilder::library_of(const CallSite& site) const {
  const std::string_view lesson = names_.source.text();
  const std::string_view before = lesson.substr(0, site.function.span.begin);
  for (const std::string_view library : {"linalg.", "np.", "numpy.", "torch."})
    if (before.ends_with(library)) return library;
  return "";
}

// Whether it is written as a library's: np.max(X, 1), torch.norm(x, 1), X.max(1).
bool LineBuilder::is_of_library(const CallSite& site) const {
  return site.is_method || !library_of(site).empty();
}

LineBuilder::Value LineBuilder::norm(const CallSite& site) {
  require(site, 1, 2, {"axis", "dim", "keepdims", "keepdim", "ord", "p"});
  const Keyword* order = site.keyword("ord") != nullptr ? site.keyword("ord") : site.keyword("p");
  std::optional<ExprId> said = order != nullptr ? std::optional(order->value) : std::nullopt;
  CallSite without = site;
  if (site.arguments.size() == 2 && is_of_library(site)) {  // there the order comes second
    said = site.arguments[1];
    without.arguments.pop_back();
  }
  if (said && number(names_, *said) != 2) {
    throw BadStatement{span(*said), "only the norm of order 2 is known",
                       "for order 1 write sum(abs(x))"};
  }
  return reduced(without, operations_called("norm"));
}

// Of max(a, b) and min(a, b) whether b is an axis: a number, where a library's function is called.
bool LineBuilder::is_axis_second(const CallSite& site) const {
  return site.arguments.size() == 2 && is_of_library(site) &&
         is_constant(names_, site.arguments[1]);
}

// max(a, b) is maximum, np.max(X, 1) and X.max(1) are along an axis
LineBuilder::Value LineBuilder::largest(const CallSite& site) {
  if (site.arguments.size() == 2 && !is_axis_second(site))
    return general(site, operations_called("maximum"));
  return reduction(site, operations_called("max"));
}

// min(x) is −max(−x), min(a, b) is minimum
LineBuilder::Value LineBuilder::smallest(const CallSite& site) {
  require_arguments(site, 1, 2);
  if (site.arguments.size() == 2 && !is_axis_second(site))
    return general(site, operations_called("minimum"));
  require(site, 1, 2, {"axis", "dim", "keepdims", "keepdim"});
  const NodeId turned = apply(operation_for(Law::negate), {node(site.arguments[0])}, site.span);
  const auto axis = axis_of(site);
  const Operation& largest =
      *operations_called("max")[axis ? static_cast<std::size_t>(*axis) + 1 : 0];
  return {apply(operation_for(Law::negate), {apply(largest, {turned}, site.span)}, site.span)};
}

// What is taken off n in var and std: ddof=, correction= or unbiased=; of torch.var 1 where nothing
// is said, for PyTorch has it so, and NumPy 0.
Rational LineBuilder::taken_off_count(const CallSite& site) const {
  for (const std::string_view name : {"ddof", "correction"}) {
    const Keyword* keyword = site.keyword(name);
    if (keyword == nullptr) continue;
    const Rational value = number(names_, keyword->value);
    if (value < 0) {
      throw BadStatement{span(keyword->value), fmt::format("{} is {}", name, to_string(value)),
                         "it must be at least 0"};
    }
    return value;
  }
  if (const Keyword* keyword = site.keyword("unbiased")) {
    const auto* truth = names_.as<Truth>(keyword->value);
    if (truth == nullptr) throw BadStatement{span(keyword->value), "unbiased is true or false"};
    return truth->value ? 1 : 0;
  }
  return library_of(site) == "torch." ? 1 : 0;
}

// var(x, axis=0, ddof=1), std(x)
LineBuilder::Value LineBuilder::spread(const CallSite& site) {
  require(site, 1, 2, {"axis", "dim", "ddof", "correction", "unbiased", "keepdims", "keepdim"});
  const NodeId x = node(site.arguments[0]);
  const auto axis = axis_of(site);
  const Rational off = taken_off_count(site);
  const Shape& of = shape(x);
  const bool known = axis ? (*axis == 0 ? of.rows : of.columns).known() : of.known();
  const long long n = !known ? 0 : !axis ? of.count() : (*axis == 0 ? of.rows : of.columns).count;
  if (known && Rational(n) <= off) {
    throw BadStatement{site.span,
                       fmt::format("{} of {} {} divides by {} − {}", site.function.text, n,
                                   n == 1 ? "entry" : "entries", n, to_string(off)),
                       "it takes more entries, or a smaller ddof: 0 divides by their number"};
  }
  const auto operations = operations_called(usual_name(site.function.text));
  const Operation& operation = *operations[axis ? static_cast<std::size_t>(*axis) + 1 : 0];
  return {apply(operation, {x}, site.span, {.numbers = {off}})};
}

// cumsum(x), cumsum(X, axis=0)
LineBuilder::Value LineBuilder::running_sum(const CallSite& site) {
  require(site, 1, 2, {"axis", "dim"});
  const NodeId x = node(site.arguments[0]);
  const Shape& of = shape(x);
  auto axis = axis_of(site);
  const bool vector = of.rows.is_one() || of.columns.is_one();
  if (!vector && !axis) {
    throw BadStatement{site.span,
                       fmt::format("{} is a matrix, and cumsum needs to know which way to add up",
                                   described(site.arguments[0], of, "the argument")),
                       "write axis=0 for down each column, axis=1 for along each row"};
  }
  // a flat list has one axis, and it is 0 to NumPy
  if (vector && (!axis || is_flat(site.arguments[0]))) axis = of.columns.is_one() ? 0 : 1;
  const auto operations = operations_called("cumsum");
  return {apply(*operations[static_cast<std::size_t>(*axis)], {x}, site.span)};
}

// diag(v) is a matrix, diag(A) a vector, which lies as the lesson's flat lists do
LineBuilder::Value LineBuilder::diagonal(const CallSite& site) {
  require(site, 1, 1);
  NodeId x = node(site.arguments[0]);
  const Shape of = shape(x);
  if (of.is_scalar()) return {x};
  const Operation& turn = operation_for(Law::transpose);
  if (of.columns.is_one() || of.rows.is_one()) {
    if (!of.columns.is_one()) x = apply(turn, {x}, site.span);
    return {apply(*operations_called("diag")[0], {x}, site.span)};
  }
  const NodeId column = apply(*operations_called("diagonal")[0], {x}, site.span);
  return {names_.rows ? apply(turn, {column}, site.span) : column};
}

// clip(x, 0, 1), clamp(x, min=0), x.clip(None, 1)
LineBuilder::Value LineBuilder::clip(const CallSite& site) {
  require(site, 1, 3, {"low", "high", "min", "max", "a_min", "a_max"});
  const auto bound = [&](std::size_t place,
                         std::initializer_list<std::string_view> names) -> std::optional<ExprId> {
    std::optional<ExprId> given;
    if (site.arguments.size() > place) given = site.arguments[place];
    for (const std::string_view name : names)
      if (const Keyword* keyword = site.keyword(name)) given = keyword->value;
    if (given && names_.is<None>(*given)) given.reset();
    return given;
  };
  return clipped(site, bound(1, {"low", "min", "a_min"}), bound(2, {"high", "max", "a_max"}));
}

LineBuilder::Value LineBuilder::clip_from_below(const CallSite& site) {
  require(site, 2, 2);
  return clipped(site, site.arguments[1], std::nullopt);
}

LineBuilder::Value LineBuilder::clip_from_above(const CallSite& site) {
  require(site, 2, 2);
  return clipped(site, std::nullopt, site.arguments[1]);
}

LineBuilder::Value LineBuilder::clipped(const CallSite& site, std::optional<ExprId> low,
                                        std::optional<ExprId> high) {
  const std::string x = names_.text(site.arguments[0]);
  if (!low && !high)
    throw BadStatement{site.span, "this has no bound to cut off at",
                       fmt::format("write clip({}, 0, 1)", x)};
  std::vector<Rational> numbers;
  for (const auto& bound : {low, high}) {
    if (!bound) continue;
    if (!is_constant(names_, *bound)) {
      throw BadStatement{
          span(*bound), fmt::format("a bound is a number, and {} is computed", names_.text(*bound)),
          fmt::format("write {}({}, {})", bound == low ? "maximum" : "minimum", x,
                      names_.text(*bound))};
    }
    numbers.push_back(number(names_, *bound));
  }
  if (low && high && numbers[0] > numbers[1]) {
    throw BadStatement{
        site.span,
        fmt::format("the lower bound {} is above the upper bound {}", names_.text(*low),
                    names_.text(*high)),
        fmt::format("write clip({}, {}, {})", x, names_.text(*high), names_.text(*low))};
  }
  // both, from below, from above
  const Operation& operation = *operations_called("clip")[low && high ? 0 : low ? 1 : 2];
  return {apply(operation, {node(site.arguments[0])}, site.span, {.numbers = std::move(numbers)})};
}

// where(z > 0, a, b); of PyTorch's a.where(z > 0, b) the condition comes second
LineBuilder::Value LineBuilder::where(const CallSite& site) {
  if (site.arguments.size() == 1) {
    throw BadStatement{site.span,
                       "where with a condition alone gives places, and a place has no slope",
                       fmt::format("write where({}, a, b)", names_.text(site.arguments[0]))};
  }
  require(site, 3, 3);
  std::vector<ExprId> ids = site.arguments;
  if (site.is_method) std::swap(ids[0], ids[1]);
  std::vector<NodeId> operands;
  for (const ExprId id : ids) operands.push_back(node(id));
  std::optional<Shape> common = common_shape(shape(operands[1]), shape(operands[2]));
  if (common) common = common_shape(*common, shape(operands[0]));
  if (!common) {
    throw BadStatement{
        site.span,
        fmt::format("where chooses entry by entry, but {}, {} and {} differ in shape",
                    described(ids[0], shape(operands[0]), "the condition"),
                    described(ids[1], shape(operands[1]), "the first value"),
                    described(ids[2], shape(operands[2]), "the second value")),
        "give all three the same shape; a single number fits every one"};
  }
  const Operation* made = built_.graph[operands[0]].operation;
  if (made == nullptr || made->holds == nullptr) {
    const NodeId zero =
        broadcast(node({-1, Rational(0)}, span(ids[0])), shape(operands[0]), span(ids[0]));
    operands[0] = apply(comparison(BinaryOperator::not_equal), {operands[0], zero}, span(ids[0]));
  }
  for (std::size_t i = 0; i < operands.size(); ++i)
    operands[i] = broadcast(operands[i], *common, span(ids[i]));
  return {apply(*operations_called("where")[0], std::move(operands), site.span)};
}

// The matrix product; of two columns (two rows) the inner product, as NumPy has it of two flat
// arrays.
LineBuilder::Value LineBuilder::dot(const CallSite& site) {
  require(site, 2, 2);
  const NodeId a = node(site.arguments[0]);
  const NodeId b = node(site.arguments[1]);
  const Shape of_a = shape(a);
  const Shape of_b = shape(b);
  if (are_two_vectors(a, b)) return {inner_product(a, b, site.span)};
  if (!(of_a.columns == of_b.rows) && (of_a.is_scalar() || of_b.is_scalar())) {
    return entrywise(operation_for(Law::multiply), {a}, site.arguments[0], {b}, site.arguments[1],
                     site.span, "multiplied");
  }
  return {matmul(a, site.arguments[0], b, site.arguments[1], site.span)};
}

LineBuilder::Value LineBuilder::transpose(const CallSite& site) {
  require(site, 1, 3);  // transpose(x, 0, 1) is PyTorch's, and means the same
  const NodeId x = node(site.arguments[0]);
  if (shape(x).is_scalar()) return {x};
  return {apply(operation_for(Law::transpose), {x}, site.span)};
}

// reshape(x, 2, 3), reshape(x, (2, 3)), x.reshape(-1, 1)
LineBuilder::Value LineBuilder::reshape(const CallSite& site) {
  require(site, 2, 3);
  const NodeId x = node(site.arguments[0]);
  std::vector<ExprId> sizes(site.arguments.begin() + 1, site.arguments.end());
  if (const auto* together = items_of(names_, sizes[0])) sizes = *together;
  if (sizes.empty() || sizes.size() > 2) {
    throw BadStatement{site.span,
                       fmt::format("a matrix has one or two sizes, not {}", sizes.size())};
  }
  const Shape& of = shape(x);
  if (!of.known()) {
    throw BadStatement{site.span,
                       fmt::format("{} is {}, and a shape without numbers can't be changed",
                                   names_.text(site.arguments[0]), to_string(of))};
  }
  long long known = 1;
  std::vector<int> counts;
  for (const ExprId size : sizes) {
    const Rational value = number(names_, size);
    counts.push_back(value == -1 ? -1 : whole_number(names_, size, "a size", 1));
    if (counts.back() > 0) known *= counts.back();
  }
  const auto open = std::ranges::count(counts, -1);
  if (open > 1 || (open == 1 ? of.count() % known != 0 : of.count() != known)) {
    throw BadStatement{site.span,
                       fmt::format("{} has {} entries, which don't fill {}",
                                   described(site.arguments[0], of, "this value"), of.count(),
                                   counts.size() == 1 ? std::to_string(counts[0])
                                                      : fmt::format("{}×{}", counts[0], counts[1])),
                       "the number of entries stays; one size may be -1"};
  }
  for (int& count : counts) {
    if (count == -1) count = static_cast<int>(of.count() / known);
  }
  if (counts.size() == 1) counts.insert(names_.rows ? counts.begin() : counts.end(), 1);
  Attributes with;
  with.shape = shape_of(counts[0], counts[1]);
  // the batch stays the batch
  const Size& samples = names_.rows ? of.rows : of.columns;
  Size& along = names_.rows ? with.shape.rows : with.shape.columns;
  if (!samples.name.empty() && along.count == samples.count) along.name = samples.name;
  if (with.shape == of) return {x};
  return {apply(operation_for(Law::reshape), {x}, site.span, with)};
}

// concat(a, b, axis=0), concatenate([a, b, c]), vstack, hstack
LineBuilder::Value LineBuilder::concat(const CallSite& site) {
  const std::string_view name = usual_name(site.function.text);
  std::vector<ExprId> parts = site.arguments;
  if (!parts.empty()) {
    if (const auto* together = items_of(names_, parts[0])) parts = *together;
  }
  int axis = name == "hstack" ? 1 : 0;
  if (name == "concat") {
    require_keywords(site, std::array<std::string_view, 2>{"axis", "dim"});
    const bool positional = parts.size() != site.arguments.size() && site.arguments.size() == 2;
    axis = axis_of(site, positional ? std::optional(site.arguments[1]) : std::nullopt).value_or(0);
  } else {
    require_keywords(site, {});
  }
  if (parts.empty())
    throw BadStatement{site.span,
                       fmt::format("{} takes at least 1 argument, got 0", site.function.text)};
  const Operation& operation = operation_for(Law::concat, axis);
  NodeId all = node(parts[0]);
  for (std::size_t i = 1; i < parts.size(); ++i)
    all = apply(operation, {all, node(parts[i])}, site.span);
  return {all};
}

// zeros(2, 3) and full(2, 3, 0.5) in a formula: constants
LineBuilder::Value LineBuilder::fill(const CallSite& site) {
  Expr written{site.span, Call{site.function, site.arguments, *site.keywords}};
  const Array<Exact> value = exact_value(initial_value(names_, written, "", 0));
  if (value.size() == 1) return {-1, value(0, 0).rational()};
  const NodeId made = built_.graph.constant(value);
  built_.places[made] = site.span;
  return {made};
}

LineBuilder::Value LineBuilder::fill_like(const CallSite& site) {
  require_arguments(site, 1, 1);
  const Shape of = shape(node(site.arguments[0]));
  const Rational value = site.function.text.starts_with("ones") ? 1 : 0;
  if (of.is_scalar()) return {-1, value};
  return {broadcast(node({-1, value}, site.span), of, site.span)};
}

}  // namespace tracer
