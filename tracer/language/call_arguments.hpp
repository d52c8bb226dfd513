// The arguments of a call that is no formula, by position or by name: circles(1000, noise=0.05),
// csv("file.csv", label=0). Next: data_sets.hpp.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/language/names.hpp"

namespace tracer {

class CallArguments {
 public:
  /// `positional`: the names of what may stand without one, in order; `named`: all else there is.
  /// scikit-learn's n_samples, random_state, n_features, cluster_std are understood as n, seed,
  /// features, std. Throws BadStatement: too many, given twice, a name that is not known.
  CallArguments(const Names&, const ast::Call&, Span, std::vector<std::string_view> positional,
                std::vector<std::string_view> named);

  bool has(std::string_view name) const { return find(name).has_value(); }
  /// The place of an argument that is there, else of the whole call.
  Span span(std::string_view name) const;

  // An argument, or the fallback where it is left out. They throw BadStatement (or Broken).
  int whole(std::string_view name, int fallback, int least) const;
  /// At least `least`, and below `below`; None is the fallback.
  double real(std::string_view name, double fallback, std::optional<int> least = {},
              std::optional<int> below = {}) const;
  bool truth(std::string_view name, bool fallback) const;
  /// A text in quotes, or a bare word.
  std::string text(std::string_view name, const std::string& fallback) const;
  /// The text, where the argument is one; nothing where it is something else or not there.
  std::optional<std::string> text_if(std::string_view name) const;
  bool is_none(std::string_view name) const;
  /// The items of a list, or the one thing that is no list; none: it is not there.
  std::vector<ast::ExprId> items(std::string_view name) const;

 private:
  std::optional<ast::ExprId> find(std::string_view name) const;

  const Names& names_;
  Span span_;
  std::map<std::string, ast::ExprId, std::less<>> given_;
};

}  // namespace tracer
