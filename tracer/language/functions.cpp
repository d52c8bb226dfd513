// The functions that a formula may call. Those that are operations are found in the operations' own
// list; here stand their other spellings, and which of them are read in a way of their own.
#include "tracer/language/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "tracer/language/constants.hpp"
#include "tracer/language/leaves.hpp"
#include "tracer/language/lines.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/op/operations.hpp"

namespace tracer {

using namespace ast;

/// How a function is read that is not simply an operation applied to its arguments.
struct Functions {
  using Value = LineBuilder::Value;
  using Own = Value (*)(LineBuilder&, const CallSite&);

  template <BinaryOperator op>
  static Value arithmetic(LineBuilder& lines, const CallSite& site) {
    return lines.arithmetic(site, op);
  }
  static Value negative(LineBuilder& lines, const CallSite& site) {
    lines.require_arguments(site, 1, 1);
    lines.require_keywords(site, {});
    const Value x = lines.evaluate(site.arguments[0]);
    if (x.literal) return {-1, Rational(-*x.literal)};
    return {lines.apply(operation_for(Law::negate), {x.node}, site.span)};
  }
  // float(x), x.copy(), x.item(): numbers are numbers here
  static Value as_it_is(LineBuilder& lines, const CallSite& site) {
    lines.require_arguments(site, 1, 2);
    return lines.evaluate(site.arguments[0]);
  }
  static Value length(LineBuilder& lines, const CallSite& site) {
    lines.require_arguments(site, 1, 1);
    const Shape of = lines.shape(lines.node(site.arguments[0]));
    const bool along_row = of.rows.is_one() && lines.is_flat(site.arguments[0]);
    return lines.count_value(along_row ? of.columns : of.rows);
  }
  template <Value (LineBuilder::*read)(const CallSite&)>
  static Value own(LineBuilder& lines, const CallSite& site) {
    return (lines.*read)(site);
  }
  static const std::map<std::string_view, Own>& table() {
    using B = LineBuilder;
    static const std::map<std::string_view, Own> list = {
        {"add", &arithmetic<BinaryOperator::add>},
        {"subtract", &arithmetic<BinaryOperator::subtract>},
        {"multiply", &arithmetic<BinaryOperator::multiply>},
        {"divide", &arithmetic<BinaryOperator::divide>},
        {"power", &arithmetic<BinaryOperator::power>},
        {"negative", &negative},
        {"float", &as_it_is},
        {"len", &length},
        {"max", &own<&B::largest>},
        {"min", &own<&B::smallest>},
        {"norm", &own<&B::norm>},
        {"dot", &own<&B::dot>},
        {"transpose", &own<&B::transpose>},
        {"reshape", &own<&B::reshape>},
        {"concat", &own<&B::concat>},
        {"vstack", &own<&B::concat>},
        {"hstack", &own<&B::concat>},
        {"zeros", &own<&B::fill>},
        {"ones", &own<&B::fill>},
        {"full", &own<&B::fill>},
        {"zeros_like", &own<&B::fill_like>},
        {"ones_like", &own<&B::fill_like>},
    };
    return list;
  }
};

namespace {

// the spellings of NumPy, SciPy, Python and PyTorch: those of operations stand in their rooms
const std::map<std::string_view, std::string_view>& other_names() {
  static const std::map<std::string_view, std::string_view> list = [] {
    std::map<std::string_view, std::string_view> all{
        {"amin", "min"},           {"row_stack", "vstack"}, {"column_stack", "hstack"},
        {"matmul", "dot"},         {"mm", "dot"},           {"inner", "dot"},
        {"true_divide", "divide"}, {"div", "divide"},       {"mul", "multiply"},
        {"sub", "subtract"},       {"pow", "power"},        {"float_power", "power"},
        {"neg", "negative"},       {"float32", "float"},    {"float64", "float"},
        {"double", "float"},       {"copy", "float"},       {"astype", "float"},
        {"item", "float"},         {"detach", "float"},
    };
    for (const Operation* operation : op::operations()) {
      for (const std::string_view name : operation->other_names) all[name] = operation->call;
    }
    return all;
  }();
  return list;
}

}  // namespace

std::string_view usual_name(std::string_view function) {
  const auto found = other_names().find(function);
  return found == other_names().end() ? function : found->second;
}

std::span<const Operation* const> operations_called(std::string_view function) {
  static const std::map<std::string_view, std::vector<const Operation*>> list = [] {
    std::map<std::string_view, std::vector<const Operation*>> made;
    for (const Operation* operation : op::operations()) {
      if (!operation->call.empty()) made[operation->call].push_back(operation);
    }
    return made;
  }();
  const auto found = list.find(function);
  if (found == list.end()) return {};
  return found->second;
}

bool is_function(std::string_view name) {
  const std::string_view usual = usual_name(name);
  return Functions::table().contains(usual) || !operations_called(usual).empty();
}

std::vector<std::string> functions() {
  std::vector<std::string> names;
  for (const auto& [name, read] : Functions::table()) names.emplace_back(name);
  for (const Operation* operation : op::operations()) {
    if (!operation->call.empty()) names.emplace_back(operation->call);
  }
  for (const auto& [other, usual] : other_names()) names.emplace_back(other);
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

LineBuilder::Value LineBuilder::call(const CallSite& site) {
  const std::string& name = site.function.text;
  const std::string_view usual = usual_name(name);
  if (const auto own = Functions::table().find(usual); own != Functions::table().end())
    return own->second(*this, site);
  const std::span<const Operation* const> operations = operations_called(usual);
  if (!operations.empty()) {
    const Operation& operation = *operations[0];
    if (operation.layer != nullptr) return layer(site, operation);
    if (operation.is_by_sample) return by_sample(site, operation);
    if (!operation.settings.empty()) return with_numbers(site, operation);
  }
  if (operations.size() == 3) return reduction(site, operations);
  if (!operations.empty()) return general(site, operations);

  const Span at = site.function.span;
  if (names_.defines(name)) {
    throw BadStatement{at, name + " is a value, and is called like a function",
                       fmt::format("to multiply write {}*(...)", name)};
  }
  if (is_initialiser(name)) {
    throw BadStatement{at, name + " draws the first value of a leaf, and has no place in a formula",
                       fmt::format("declare it above: param W = {}(...)", name)};
  }
  const auto near = closest(name, functions());
  throw BadStatement{
      at, "there is no function called " + name,
      near ? fmt::format("did you mean {}?", *near) : "tracer help ops lists them all"};
}

const Keyword* CallSite::keyword(std::string_view name) const {
  const auto found = std::ranges::find(
      *keywords, name, [](const Keyword& k) { return std::string_view(k.name.text); });
  return found == keywords->end() ? nullptr : &*found;
}

void LineBuilder::require_arguments(const CallSite& site, std::size_t least,
                                    std::size_t most) const {
  const std::size_t got = site.arguments.size();
  if (got >= least && got <= most) return;
  const std::size_t self = site.is_method ? 1 : 0;  // x.dot(y): one argument is before the dot
  const std::string range = least == most ? std::to_string(least - self)
                                          : fmt::format("{} to {}", least - self, most - self);
  throw BadStatement{site.span, fmt::format("{} takes {} argument{}, got {}", site.function.text,
                                            range, most - self == 1 ? "" : "s", got - self)};
}

void LineBuilder::require_keywords(const CallSite& site,
                                   std::span<const std::string_view> known) const {
  for (const Keyword& keyword : *site.keywords) {
    if (std::ranges::find(known, keyword.name.text) != known.end()) continue;
    const std::vector<std::string> names(known.begin(), known.end());
    const auto near = closest(keyword.name.text, names);
    throw BadStatement{keyword.name.span,
                       fmt::format("{} has no option {}", site.function.text, keyword.name.text),
                       near            ? fmt::format("did you mean {}?", *near)
                       : names.empty() ? "it has none"
                                       : fmt::format("it has {}", fmt::join(names, ", "))};
  }
}

}  // namespace tracer
