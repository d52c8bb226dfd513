#include "tracer/diagnosis/search.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "tracer/error.hpp"
#include "tracer/graph/cost.hpp"

namespace tracer {

Search::Search(const BatchGraph& batch, NodeId seed, std::vector<Evidence> evidence,
               Companions companions, SearchOptions options)
    : evidence_(std::move(evidence)),
      trial_(batch, seed, evidence_, std::move(companions), std::move(options)),
      targets_(targets(First::small)) {}

std::vector<std::string> Search::claimed() const {
  std::vector<std::string> names;
  for (const Target& target : targets_) names.push_back(target.name);
  return names;
}

// The gradients that are claimed, from the loss down.
std::vector<Target> Search::targets(First first) {
  const Graph& graph = batch().graph;
  using Order = std::pair<std::size_t, long long>;  // how far down it is; its size
  std::vector<std::pair<Order, Target>> ordered;
  for (const Claim& claim : evidence_.front().claims) {
    const NodeId node = graph.find(claim.name);
    // what was summed the other way is no gradient that a formula could give
    if (!claim.gradient || node < 0 || claim.summed_over_units.size() > 0) continue;
    Target made = target(claim);
    std::set<NodeId> reached{node};
    for (const auto& [user, operand] : made.all_places) reached.insert(user);
    const long long entries = graph[node].shape.count();
    ordered.emplace_back(Order{reached.size(), first == First::small ? entries : -entries},
                         std::move(made));
  }
  std::ranges::stable_sort(ordered, {}, &std::pair<Order, Target>::first);
  std::vector<Target> made;
  std::set<MistakePlace> seen;
  for (auto& [order, target] : ordered) {
    for (const auto& where : target.all_places) {
      if (seen.insert(where).second) target.places.push_back(where);
    }
    made.push_back(std::move(target));
  }
  return made;
}

Target Search::target(const Claim& claim) {
  const NodeId node = batch().graph.find(claim.name);
  Target made{claim.name, node, {}, {}, {}};
  for (const Evidence& known : evidence_) {
    if (const Claim* same = gradient_claim(known.claims, claim.name)) made.claims.push_back(same);
  }
  // what comes back to it passes these
  const BackwardGraph& back = catalogue().back();
  std::set<NodeId> reached{node};
  for (NodeId id = node; id <= back.loss(); ++id) {
    if (!back.is_live(id) || !reached.contains(id)) continue;
    if (batch().graph[id].is_named()) made.all_places.emplace_back(id, -1);
    for (const auto& use : back.uses(id)) {
      reached.insert(use.first);
      made.all_places.push_back(use);
    }
  }
  return made;
}

std::vector<Explanation> Search::run(Depth depth, Fit fit) {
  trial_.set_fit(fit);
  std::vector<Explanation> found = walk(trial_, targets_, depth);
  // Which of a layer's two gradients is asked first decides what the other is told by: a factor of
  // the layer and one of its weights, or of its biases. The simpler of the two stories is told.
  const bool simple = found.front().unexplained.empty() && found.front().kinds < 2;
  if (simple || trial_.has_spent(1.0 / 8)) return found;
  const std::vector<Target> large_first = targets(First::large);
  std::ranges::move(walk(trial_, large_first, depth), std::back_inserter(found));
  keep_best(found, trial_.options().beam);
  return found;
}

std::optional<Explanation> Search::explained_by_nothing() {
  trial_.set_fit(Fit::to_rounding);
  Explanation none = right();
  const bool all = std::ranges::all_of(
      targets_, [&](const Target& target) { return trial_.explains(none, target); });
  return all ? std::optional(std::move(none)) : std::nullopt;
}

std::vector<std::pair<std::string, Nearness>> Search::nearness_under(Explanation& explanation) {
  std::vector<std::pair<std::string, Nearness>> all;
  for (const Target& target : targets_) {
    Nearness worst;
    for (std::size_t i = 0; i < target.claims.size(); ++i) {
      const auto prediction = trial_.predicted(explanation, target.node, i);
      if (!prediction) continue;
      const Nearness near = compare(*target.claims[i], *prediction);
      if (i == 0 || near.digits < worst.digits) worst = near;
    }
    worst.entries = target.claims.front()->values.size();
    all.emplace_back(target.name, worst);
  }
  return all;
}

std::vector<NodeId> Search::suspects(const std::string& name,
                                     const std::vector<std::string>& right) {
  // what a right gradient has come through is right
  std::set<MistakePlace> passed;
  std::vector<NodeId> lines;
  const auto target = std::ranges::find(targets_, name, &Target::name);
  if (target == targets_.end()) return lines;
  for (const Target& other : targets_) {
    if (std::ranges::find(right, other.name) == right.end()) continue;
    passed.insert(other.all_places.begin(), other.all_places.end());
  }
  for (const auto& place : target->all_places) {
    const NodeId line = catalogue().line_of(place.first);
    if (!passed.contains(place) && !batch().graph[line].is_leaf() &&
        std::ranges::find(lines, line) == lines.end())
      lines.push_back(line);
  }
  std::ranges::sort(lines, std::greater<>());  // on the way back
  return lines;
}

bool Search::can_ask_neighbours() const {
  constexpr double neighbours = 1000;  // of which most recompute a part of the way back
  return neighbours * cost_of(batch().graph, over_floats) < trial_.options().work;
}

void Search::for_each_neighbour(const Explanation& explanation, std::size_t part,
                                const Look& look) {
  const auto& parts = explanation.parts;
  const std::string& family = parts[part].mistake->family;
  const auto is_here = [&](const Explanation::Part& one) {
    return one.mistake->family == family && same_factor(one.factor, parts[part].factor);
  };
  // another one at the place of a part
  const auto known_at = [&](const Mistake& mistake) {
    std::vector<const Mistake*> all;
    const auto add = [&](const std::vector<Mistake>& more) {
      for (const Mistake& one : more) all.push_back(&one);
    };
    const auto& [node, operand] = std::pair(mistake.edit->node, mistake.edit->operand);
    if (operand < 0) {
      add(catalogue().of_total(node));
      add(catalogue().of_nobody(node));
    } else {
      add(catalogue().of_nobody(node));
      add(catalogue().of_contribution(node, operand));
      add(catalogue().of_slope(node, operand));
      add(catalogue().of_nobody(batch().graph[node].operands[static_cast<std::size_t>(operand)]));
    }
    return all;
  };
  for (const Mistake* other : known_at(*parts[part].mistake)) {
    if (other->edit->has_factor || other->family == family) continue;
    const NodeId mark = trial_.runs().mark();
    bool go_on = true;
    try {
      Explanation made = right();
      bool everywhere = true;
      for (const Explanation::Part& one : parts) {
        const Mistake* here = one.mistake;
        if (is_here(one)) {
          const std::vector<const Mistake*> all = known_at(*here);
          const auto same = std::ranges::find_if(
              all, [&](const Mistake* it) { return it->family == other->family; });
          everywhere = everywhere && same != all.end();
          if (!everywhere) break;
          here = *same;
        }
        made = here == one.mistake ? trial_.with(made, *here, one.factor, one.factor_name)
                                   : trial_.with(made, *here);
      }
      const bool is_told = other->far_fetched == 0 && !other->says.empty();
      if (everywhere) go_on = look(made, is_told);
    } catch (const ShapeError&) {  // what it reads is not there
    }
    trial_.runs().back_to(mark);
    if (!go_on) return;
  }
}

std::optional<Expected> Search::predicted(Explanation& explanation, const std::string& name,
                                          std::size_t i) {
  return trial_.predicted(explanation, batch().graph.find(name), i);
}

std::vector<std::pair<NodeId, Search::BeyondCorner>> Search::beyond_corners(std::size_t most) {
  std::vector<std::pair<NodeId, BeyondCorner>> made;
  for (const auto& [node, mask] : catalogue().companions().corners) {
    const auto& here = catalogue().of_contribution(node, 0);
    const auto choice = std::ranges::find_if(
        here, [](const Mistake& one) { return one.factor == Mistake::Factor::corner; });
    if (choice == here.end()) continue;
    const std::string& name = batch().graph[mask].name;
    const Array<double> all = point().at(name);
    for (Eigen::Index k = 0; k < all.size() && made.size() < most; ++k) {
      if (all(k) == 0) continue;
      Point there = point();
      Array<double>& one = there.at(name);
      one.setZero();
      one(k) = all(k);
      made.emplace_back(node, BeyondCorner{trial_.with(trial_.right(), *choice), add_point(there)});
    }
  }
  return made;
}

std::size_t Search::nearby_point() {
  if (nearby_) return *nearby_;
  Point there = point();
  std::minstd_rand random(1);
  for (auto& [name, values] : there) {
    if (!batch().leaves.contains(name)) continue;
    values = values.unaryExpr([&](double x) {
      const double share = static_cast<double>(random()) / static_cast<double>(random.max());
      return x + (0.05 + 0.1 * share) * (std::fabs(x) + 0.5);
    });
  }
  nearby_ = add_point(there);
  return *nearby_;
}

Expected Search::value(NodeId node, std::size_t i) { return expected(trial_.runs().at(node, i)); }

}  // namespace tracer
