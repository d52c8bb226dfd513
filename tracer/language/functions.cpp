// The functions that a formula may call. Those that are operations are found in the operations' own
// list; here stand their other spellings, and which of them are read in a way of their own.
#include "tracer/language/functions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "tracer/language/constants.hpp"
#include "tracer/language/foreign.hpp"
#include "tracer/language/leaves.hpp"
#include "tracer/language/lines.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/symbol/operation.hpp"

namespace tracer {

using namespace ast;

template <BinaryOperator op>
LineBuilder::Value LineBuilder::arithmetic(const CallSite& site) {
  require(site, 2, 2);
  return binary({op, site.function.span, site.arguments[0], site.arguments[1]}, site.span);
}

LineBuilder::Value LineBuilder::negative(const CallSite& site) {
  require(site, 1, 1);
  return negated(evaluate(site.arguments[0]), site.span);
}

// float(x), x.copy(), x.item(): numbers are numbers here
LineBuilder::Value LineBuilder::as_it_is(const CallSite& site) {
  require_arguments(site, 1, 2);
  return evaluate(site.arguments[0]);
}

LineBuilder::Value LineBuilder::length(const CallSite& site) {
  require_arguments(site, 1, 1);
  const Shape of = shape(node(site.arguments[0]));
  return count_value(of.rows.is_one() && is_flat(site.arguments[0]) ? of.columns : of.rows);
}

const std::map<std::string_view, LineBuilder::Reader>& LineBuilder::readers() {
  using B = LineBuilder;
  static const std::map<std::string_view, Reader> list = {
      {"add", &B::arithmetic<BinaryOperator::add>},
      {"subtract", &B::arithmetic<BinaryOperator::subtract>},
      {"multiply", &B::arithmetic<BinaryOperator::multiply>},
      {"divide", &B::arithmetic<BinaryOperator::divide>},
      {"power", &B::arithmetic<BinaryOperator::power>},
      {"negative", &B::negative},
      {"float", &B::as_it_is},
      {"len", &B::length},
      {"max", &B::largest},
      {"min", &B::smallest},
      {"norm", &B::norm},
      {"var", &B::spread},
      {"std", &B::spread},
      {"cumsum", &B::running_sum},
      {"diag", &B::diagonal},
      {"clip", &B::clip},
      {"clamp_min", &B::clip_from_below},
      {"clamp_max", &B::clip_from_above},
      {"where", &B::where},
      {"dot", &B::dot},
      {"transpose", &B::transpose},
      {"reshape", &B::reshape},
      {"concat", &B::concat},
      {"vstack", &B::concat},
      {"hstack", &B::concat},
      {"zeros", &B::fill},
      {"ones", &B::fill},
      {"full", &B::fill},
      {"zeros_like", &B::fill_like},
      {"ones_like", &B::fill_like},
  };
  return list;
}

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
        {"item", "float"},         {"detach", "float"},     {"reduce_sum", "sum"},
        {"reduce_mean", "mean"},   {"reduce_max", "max"},   {"numpy", "float"},
        {"to", "float"},           {"cuda", "float"},       {"cpu", "float"},
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

const Operation* constant_called(std::string_view name) {
  static const std::map<std::string_view, std::string_view> names{
      {"pi", "pi"}, {"π", "pi"}, {"e", "e"}};
  const auto found = names.find(name);
  if (found == names.end()) return nullptr;
  return *std::ranges::find(op::operations(), found->second, &Operation::name);
}

bool is_function(std::string_view name) {
  const std::string_view usual = usual_name(name);
  return LineBuilder::readers().contains(usual) || !operations_called(usual).empty();
}

std::vector<std::string> functions() {
  std::vector<std::string> names;
  for (const auto& [name, read] : LineBuilder::readers()) names.emplace_back(name);
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
  // optimizer.step(): what stands before the dot is no value of the lesson
  if (site.is_method && !stands_for_value(site)) fail_if_pasted(site);
  if (const auto own = readers().find(usual); own != readers().end())
    return (this->*own->second)(site);
  const std::span<const Operation* const> operations = operations_called(usual);
  if (!operations.empty()) {
    const Operation& operation = *operations[0];
    if (operation.loss != nullptr && site.is_method) refuse_module(site);
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
  fail_if_pasted(site);
  throw BadStatement{at, "there is no function called " + name,
                     suggested(name, functions(), "tracer help ops lists them all")};
}

void LineBuilder::fail_if_pasted(const CallSite& site) const {
  PastedCall pasted{
      .function = site.function.text, .is_method = site.is_method, .line = line_name_};
  for (const ExprId argument : site.arguments) pasted.arguments.push_back(names_.text(argument));
  for (const Keyword& keyword : *site.keywords)
    pasted.keywords.emplace_back(keyword.name.text, names_.text(keyword.value));
  pasted.loss = usual_loss(names_.lesson, line_name_);
  if (const auto advice = advice_on_call(pasted))
    throw BadStatement{site.function.span, advice->message, advice->remedy};
}

// Whether what stands before the dot of a method begins with a name of the lesson: W.dot(X), and
// not keras.losses.mse(y, z).
bool LineBuilder::stands_for_value(const CallSite& site) const {
  const std::string object = names_.text(site.arguments.front());
  const std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
  const std::string first = object.substr(0, object.find_first_not_of(plain));
  return first.empty() || names_.defines(first) || dimension(first);
}

// keras.losses.mse(y, z): what stands before the dot is no value here, but a module; Keras has the
// targets first.
void LineBuilder::refuse_module(const CallSite& site) const {
  if (stands_for_value(site)) return;
  const std::string module = names_.text(site.arguments.front());
  std::vector<std::string> rest;
  for (std::size_t i = 1; i < site.arguments.size(); ++i)
    rest.push_back(names_.text(site.arguments[i]));
  if (rest.size() == 2 && (module.starts_with("keras") || module.starts_with("tf")))
    std::swap(rest[0], rest[1]);
  throw BadStatement{site.function.span, fmt::format("there is no module {} here", module),
                     fmt::format("write {}({})", site.function.text, fmt::join(rest, ", "))};
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

void LineBuilder::require(const CallSite& site, std::size_t least, std::size_t most,
                          std::initializer_list<std::string_view> keywords) const {
  require_arguments(site, least, most);
  require_keywords(site, std::span(keywords.begin(), keywords.size()));
}

void LineBuilder::require_keywords(const CallSite& site,
                                   std::span<const std::string_view> known) const {
  for (const Keyword& keyword : *site.keywords) {
    if (std::ranges::find(known, keyword.name.text) != known.end()) continue;
    throw BadStatement{keyword.name.span,
                       fmt::format("{} has no option {}", site.function.text, keyword.name.text),
                       suggested(keyword.name.text, known,
                                 known.empty() ? "it has none"
                                               : fmt::format("it has {}", fmt::join(known, ", ")))};
  }
}

}  // namespace tracer
