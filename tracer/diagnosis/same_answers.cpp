#include "tracer/diagnosis/same_answers.hpp"

#include <algorithm>

#include "tracer/diagnosis/trial_runs.hpp"

namespace tracer {
namespace {

const Claim* claim_of(const Evidence& known, const std::string& name) {
  const auto found = std::ranges::find_if(
      known.claims, [&](const Claim& claim) { return claim.gradient && claim.name == name; });
  return found == known.claims.end() ? nullptr : &*found;
}

bool are_claimed_the_same(const std::vector<Evidence>& evidence) {
  bool any = false;
  for (const Claim& claim : evidence.front().claims) {
    if (!claim.gradient) continue;
    for (const Evidence& known : evidence) {
      const Claim* other = claim_of(known, claim.name);
      const bool same = other != nullptr && other->values.rows() == claim.values.rows() &&
                        other->values.cols() == claim.values.cols() &&
                        (other->values == claim.values).all();
      if (!same) return false;
    }
    any = any || (claim.values != 0).any();
  }
  return any;
}

bool are_the_same(const Question& question) {
  const Graph& graph = question.batch.graph;
  const std::string& seed = question.program.seed_name;
  TrialRuns runs(question.batch, seed.empty() ? -1 : graph.find(seed));
  for (const Evidence& known : question.evidence) runs.add_point(known.point);
  BackwardGraph::Pass pass = runs.back().pass();
  for (const Claim& claim : question.evidence.front().claims) {
    if (!claim.gradient) continue;
    const NodeId gradient = runs.back().gradient(pass, graph.find(claim.name));
    if (gradient < 0) continue;  // 0 everywhere
    const Expected first = expected(runs.at(gradient, 0));
    for (std::size_t i = 1; i < question.evidence.size(); ++i) {
      Claim as_claimed = claim;  // in its shape, and as precise
      as_claimed.values = expected(runs.at(gradient, i)).values;
      if (!compare(as_claimed, first).matches()) return false;
    }
  }
  return true;
}

}  // namespace

bool always_the_same(const Question& question) {
  return question.evidence.size() > 1 && are_claimed_the_same(question.evidence) &&
         !are_the_same(question);
}

}  // namespace tracer
