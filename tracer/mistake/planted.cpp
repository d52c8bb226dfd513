#include "tracer/mistake/planted.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/mistake/catalogue.hpp"
#include "tracer/mistake/line_formulas.hpp"

namespace tracer {

std::vector<PlantedMistake> planted_mistakes(const BatchGraph& batch, BackwardGraph& back,
                                             std::string_view wanted) {
  const std::string id(wanted.substr(0, wanted.find(' ')));
  const std::string words(wanted.size() > id.size() ? wanted.substr(id.size() + 1) : "");
  Catalogue catalogue(batch, back);
  std::vector<PlantedMistake> planted;
  std::set<std::string> ids;
  std::set<std::string> sentences;
  // the first that fits; those with a factor are fitted to a claim, and there is none
  const auto take = [&](const std::vector<Mistake>& here) {
    bool taken = false;
    for (const Mistake& mistake : here) {
      if (mistake.edit->has_factor) continue;
      ids.emplace(mistake.kind.id);
      if (mistake.kind.id != id) continue;
      sentences.insert(mistake.says);
      if (taken || mistake.says.find(words) == std::string::npos) continue;
      planted.push_back({catalogue.called(mistake.line), mistake});
      taken = true;
    }
  };
  for (NodeId node = 0; node <= batch.loss; ++node) {
    if (!back.is_live(node)) continue;
    // what is done to a gradient as a whole is done to one that has a name and is worked out
    if (batch.graph[node].is_named() && node != batch.loss) take(catalogue.of_total(node));
    for (const auto& [user, operand] : back.uses(node))
      take(catalogue.of_contribution(user, operand));
  }
  if (!planted.empty()) return planted;
  if (!sentences.empty()) {
    throw Error(fmt::format("--mistake {}: none of these says '{}':\n  {}", id, words,
                            fmt::join(sentences, "\n  ")));
  }
  throw Error(fmt::format("--mistake {}: there is no place for such a one in this lesson; {}", id,
                          suggested(id, ids, fmt::format("there are {}", fmt::join(ids, ", ")))));
}

std::map<NodeId, Symbol> wrong_gradients(const BackwardGraph& back, const Rules& rules,
                                         const std::vector<PlantedMistake>& planted) {
  const LineFormulas formulas(back, rules);
  std::vector<const Mistake*> mistakes;
  for (const PlantedMistake& one : planted) mistakes.push_back(&one.mistake);
  std::map<NodeId, Symbol> wrong;
  for (const GradientRule& rule : rules.gradients())
    if (const auto formula = formulas.gradient_of(rule.node, mistakes))
      wrong.emplace(rule.node, *formula);
  return wrong;
}

std::vector<PlantedMistake> mistakes_of_gradient(const BatchGraph& batch, BackwardGraph& back,
                                                 const Rules& rules, NodeId value) {
  Catalogue catalogue(batch, back);
  const LineFormulas formulas(back, rules);
  std::vector<PlantedMistake> found;
  std::vector<Symbol> known;
  const auto take = [&](const std::vector<Mistake>& here) {
    for (const Mistake& mistake : here) {
      if (mistake.edit->has_factor) continue;
      const auto formula = formulas.gradient_of(value, mistake);
      if (!formula || std::ranges::find(known, *formula) != known.end()) continue;
      known.push_back(*formula);
      found.push_back({catalogue.called(mistake.line), mistake});
    }
  };
  take(catalogue.of_total(value));
  for (const auto& [node, operand] : catalogue.places_towards(value))
    take(catalogue.of_contribution(node, operand));
  std::ranges::stable_sort(found, std::greater(),
                           [](const PlantedMistake& one) { return one.mistake.kind.seen; });
  return found;
}

}  // namespace tracer
