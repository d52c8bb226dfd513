#include "tracer/language/call_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tracer/language/constants.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/number/exact.hpp"

namespace tracer {

namespace {

std::string_view own_word(std::string_view name) {
  if (name == "n_samples") return "n";
  if (name == "random_state") return "seed";
  if (name == "n_features") return "features";
  if (name == "n_targets") return "targets";
  if (name == "cluster_std") return "std";
  if (name == "normalize") return "normalise";
  return name;
}

}  // namespace

CallArguments::CallArguments(const Names& names, const ast::Call& call, Span span,
                             std::vector<std::string_view> positional,
                             std::vector<std::string_view> named)
    : names_(names), span_(span) {
  if (call.arguments.size() > positional.size()) {
    throw BadStatement{names.span(call.arguments[positional.size()]),
                       fmt::format("{} takes at most {} {} without a name", call.function.text,
                                   positional.size(), positional.size() == 1 ? "value" : "values"),
                       fmt::format("write {}=...", named.empty() ? "name" : named.front())};
  }
  for (std::size_t i = 0; i < call.arguments.size(); ++i)
    given_.emplace(positional[i], call.arguments[i]);
  std::vector<std::string_view> known = positional;
  known.insert(known.end(), named.begin(), named.end());
  for (const ast::Keyword& keyword : call.keywords) {
    const std::string_view name = own_word(keyword.name.text);
    if (std::ranges::find(known, name) == known.end()) {
      throw BadStatement{keyword.name.span,
                         fmt::format("there is no option {} here", keyword.name.text),
                         suggested(name, known)};
    }
    if (!given_.emplace(name, keyword.value).second)
      throw BadStatement{keyword.name.span, fmt::format("{} is given twice", name)};
  }
}

std::optional<ast::ExprId> CallArguments::find(std::string_view name) const {
  const auto found = given_.find(name);
  return found == given_.end() ? std::nullopt : std::optional(found->second);
}

Span CallArguments::span(std::string_view name) const {
  const auto id = find(name);
  return id ? names_.span(*id) : span_;
}

int CallArguments::whole(std::string_view name, int fallback, int least) const {
  const auto id = find(name);
  return id ? whole_number(names_, *id, name, least) : fallback;
}

double CallArguments::real(std::string_view name, double fallback, std::optional<int> least,
                           std::optional<int> below) const {
  const auto id = find(name);
  if (!id || is_none(name)) return fallback;
  const Rational value = number(names_, *id);
  if ((least && value < *least) || (below && value >= *below)) {
    std::string remedy = least ? fmt::format("it must be at least {}", *least) : "it must be";
    if (below) remedy += fmt::format("{} less than {}", least ? " and" : "", *below);
    throw BadStatement{span(name), fmt::format("{} is {}", name, to_string(value)), remedy};
  }
  return Exact(value).to_double();
}

bool CallArguments::truth(std::string_view name, bool fallback) const {
  const auto id = find(name);
  if (!id) return fallback;
  const auto* truth = names_.as<ast::Truth>(*id);
  if (truth == nullptr) throw BadStatement{span(name), fmt::format("{} is true or false", name)};
  return truth->value;
}

std::optional<std::string> CallArguments::text_if(std::string_view name) const {
  const auto id = find(name);
  if (!id) return std::nullopt;
  const auto& is = names_.lesson.expr(*id).is;
  if (const auto* text = std::get_if<ast::String>(&is)) return text->text;
  if (const auto* word = std::get_if<ast::Name>(&is); word && !names_.defines(word->text))
    return word->text;
  return std::nullopt;
}

std::string CallArguments::text(std::string_view name, const std::string& fallback) const {
  if (!has(name)) return fallback;
  if (const auto text = text_if(name)) return *text;
  throw BadStatement{span(name), fmt::format("{} is a text", name), "write it in quotes: \"...\""};
}

std::vector<ast::ExprId> CallArguments::items(std::string_view name) const {
  const auto id = find(name);
  if (!id) return {};
  const auto* list = names_.as<ast::List>(*id);
  return list == nullptr ? std::vector{*id} : list->items;
}

bool CallArguments::is_none(std::string_view name) const {
  const auto id = find(name);
  return id && names_.is<ast::None>(*id);
}

}  // namespace tracer
