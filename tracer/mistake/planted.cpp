#include "tracer/mistake/planted.hpp"

#include <set>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/mistake/catalogue.hpp"

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
      planted.push_back({catalogue.called(mistake.line), mistake.says, mistake.edit});
      taken = true;
    }
  };
  for (NodeId node = 0; node <= batch.loss; ++node) {
    if (!back.is_live(node)) continue;
    take(catalogue.of_total(node));
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

}  // namespace tracer
