#include "tracer/language/leaves.hpp"

#include <fmt/format.h>

#include "tracer/language/constants.hpp"
#include "tracer/language/data_sets.hpp"
#include "tracer/language/foreign.hpp"
#include "tracer/language/functions.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer {
namespace {

using namespace ast;

std::string shape_text(const std::vector<Dimension>& dimensions) {
  std::string result;
  for (const Dimension& d : dimensions) {
    const auto* count = std::get_if<std::int64_t>(&d.size);
    result += (result.empty() ? "" : ", ") +
              (count ? std::to_string(*count) : std::get<std::string>(d.size));
  }
  return "(" + result + ")";
}

Size size_of(const Dimension& dimension, const std::map<std::string, int>& sizes) {
  if (const auto* count = std::get_if<std::int64_t>(&dimension.size)) {
    if (*count > 1'000'000'000)
      throw BadStatement{dimension.span, "a side must be at most a thousand million"};
    return {static_cast<int>(*count), ""};
  }
  const std::string& name = std::get<std::string>(dimension.size);
  const auto known = sizes.find(name);
  return {known == sizes.end() ? 0 : known->second, name};
}

// the shape that dimensions say; one of them alone is that of a flat list
Shape shape_of_dimensions(const Names& names, const std::vector<Dimension>& dimensions,
                          const std::map<std::string, int>& sizes) {
  const Size first = size_of(dimensions[0], sizes);
  if (dimensions.size() == 2) return {first, size_of(dimensions[1], sizes)};
  return names.rows ? Shape{{}, first} : Shape{first, {}};
}

[[noreturn]] void fail_no_leaf_value(const Names& names, const Leaf& leaf, ExprId id) {
  const Expr& e = names.lesson.expr(id);
  if (const auto* call = std::get_if<Call>(&e.is)) {
    PastedCall pasted{.function = call->function.text, .line = leaf.name.text};
    for (const ExprId argument : call->arguments) pasted.arguments.push_back(names.text(argument));
    if (const auto advice = advice_on_call(pasted))
      throw BadStatement{call->function.span, advice->message, advice->remedy};
    if (!is_function(call->function.text)) {
      throw BadStatement{call->function.span,
                         "there is no initialiser called " + call->function.text,
                         suggested(call->function.text, initialisers())};
    }
  }
  throw BadStatement{e.span,
                     fmt::format("the value of {} must be known beforehand, and {} is computed",
                                 leaf.name.text, names.text(id)),
                     fmt::format("write numbers or an initialiser, or make it a line: {} = {}",
                                 leaf.name.text, names.text(id))};
}

// npz("f.npz", "W"), npy("f.npy")
LeafReading from_data_set(const Names& names, const Leaf& leaf, const Expr& e) {
  const std::string& function = std::get<Call>(e.is).function.text;
  if (!reads_array(function)) {
    throw BadStatement{
        e.span, fmt::format("{} gives samples, and {} is a single value", function, leaf.name.text),
        fmt::format("write data {}, Y = {}", leaf.name.text, names.text(*leaf.value))};
  }
  bool is_flat = false;
  LeafValue value = array_from_file(names, e, leaf.name.text, is_flat);
  return {shape_of_value(value), std::move(value), is_flat};
}

// whether an initialiser is called somewhere inside
std::optional<Span> inner_initialiser(const Names& names, ExprId id) {
  std::optional<Span> found;
  for_each_part(names.lesson, id, [&](ExprId part) {
    const auto* call = names.as<Call>(part);
    if (part != id && call && is_initialiser(call->function.text)) found = names.span(part);
  });
  return found;
}

}  // namespace

std::map<std::string, int> named_sizes(const Names& names, const Settings& settings) {
  std::map<std::string, int> sizes;
  for (const Statement& statement : names.lesson.statements) {
    const auto* leaf = std::get_if<Leaf>(&statement);
    if (leaf == nullptr || !leaf->shape || !settings.contains(leaf->name.text)) continue;
    const Array<Exact>& value = settings.at(leaf->name.text);
    const Shape wanted = shape_of_dimensions(names, *leaf->shape, {});
    const auto bind = [&](const Size& size, Eigen::Index count) {
      if (size.name.empty()) return;
      const auto [place, added] = sizes.try_emplace(size.name, static_cast<int>(count));
      if (!added && place->second != count) {
        throw BadStatement{leaf->name.span,
                           fmt::format("{} is {} by the value of {}, but {} elsewhere", size.name,
                                       count, leaf->name.text, place->second),
                           "give values whose sizes fit together"};
      }
    };
    bind(wanted.rows, value.rows());
    bind(wanted.columns, value.cols());
  }
  return sizes;
}

Shape shape_of_value(const LeafValue& value) {
  if (const auto* exact = std::get_if<Array<Exact>>(&value)) return shape_of(*exact);
  return shape_of(std::get<Array<float>>(value));
}

LeafReading read_leaf(const Names& names, const Leaf& leaf, const Settings& settings,
                      const std::map<std::string, int>& sizes, std::uint64_t seed) {
  std::optional<Shape> declared;
  if (leaf.shape) declared = shape_of_dimensions(names, *leaf.shape, sizes);
  if (const auto set = settings.find(leaf.name.text); set != settings.end()) {
    const Shape shape = shape_of(set->second);
    const auto fits = [](const Size& said, const Size& is) { return !said.known() || said == is; };
    if (declared && !(fits(declared->rows, shape.rows) && fits(declared->columns, shape.columns))) {
      throw BadStatement{leaf.name.span,
                         fmt::format("{} is {}, but it is declared as {}", leaf.name.text,
                                     to_string(shape), shape_text(*leaf.shape)),
                         "give it a value of that shape"};
    }
    return {shape, set->second};
  }
  if (declared) return {*declared, std::monostate{}};
  if (!leaf.value) return {scalar_shape, std::monostate{}};

  const Expr& e = names.lesson.expr(*leaf.value);
  if (const auto* call = std::get_if<Call>(&e.is); call && is_data_set(call->function.text)) {
    return from_data_set(names, leaf, e);
  }
  if (const auto* call = std::get_if<Call>(&e.is); call && is_initialiser(call->function.text)) {
    LeafValue value = initial_value(names, e, leaf.name.text, seed);
    return {shape_of_value(value), std::move(value)};
  }
  if (const auto inner = inner_initialiser(names, *leaf.value)) {
    throw BadStatement{*inner, "an initialiser is the whole value of a leaf, not a part of it",
                       "say its range in the call: normal(3, 2, std=0.01), uniform(3, 2, low=-1, "
                       "high=1), full(3, 2, 0.5)"};
  }
  const bool computed =
      std::holds_alternative<Call>(e.is) || std::holds_alternative<Method>(e.is) ||
      std::holds_alternative<Attribute>(e.is) || std::holds_alternative<Index>(e.is);
  if (computed) {
    const auto* call = std::get_if<Call>(&e.is);
    if (call == nullptr || !call->function.text.starts_with("float"))
      fail_no_leaf_value(names, leaf, *leaf.value);
  }
  Constant written = constant(names, *leaf.value);
  const Shape shape = shape_of(written.value);
  return {shape, std::move(written.value), written.flat};
}

}  // namespace tracer
