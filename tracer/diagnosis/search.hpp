// The search for the mistakes that reproduce a claim: which gradients are claimed, from the loss
// down (Target); one attempt, what it costs and gives (trial.hpp); what of it is kept (beam.hpp).
// Next: diagnosis.hpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tracer/diagnosis/beam.hpp"

namespace tracer {

class Search {
 public:
  /// `batch` must outlive it. The claims of all evidence are of the same names. `seed`: the leaf of
  /// the upstream gradient. The companions' values are in the points.
  Search(const BatchGraph& batch, NodeId seed, std::vector<Evidence> evidence, Companions = {},
         SearchOptions options = {});

  /// Explanations, the most plausible first; never empty. Those behind the first that explain as
  /// much with as few mistakes fit the claims equally well.
  std::vector<Explanation> run(Depth, Fit);

  /// No mistake at all.
  Explanation right() { return trial_.right(); }
  /// The same where all that is claimed is right of this graph; else nothing.
  std::optional<Explanation> explained_by_nothing();
  /// How near the claimed gradients are to what an explanation predicts, the worst of all evidence.
  std::vector<std::pair<std::string, Nearness>> nearness_under(Explanation&);
  /// The named lines in which the gradient of `name`, which is wrong, may have gone wrong: those it
  /// passes, and none of the `right` ones (or of those whose mistakes are known) does.
  std::vector<NodeId> suspects(const std::string& name, const std::vector<std::string>& right);

  /// What could stand in place of one mistake of an explanation: each of those that are known of its
  /// place, in all places where it is made. `look` is given the explanation with it, which is
  /// forgotten afterwards, and whether that would be told as well; false ends it.
  using Look = std::function<bool(Explanation&, bool is_told)>;
  void for_each_neighbour(const Explanation&, std::size_t part, const Look& look);
  /// Whether all of them together cost little beside what a search may.
  bool can_ask_neighbours() const;

  /// The gradient of a named value under an explanation, at evidence i; nothing where none comes
  /// back.
  std::optional<Expected> predicted(Explanation&, const std::string& name, std::size_t i);
  /// The names whose gradients are claimed, from the loss down.
  std::vector<std::string> claimed() const;
  /// The gradients with one unit that stands on a corner (Companions::corners) put on the other side
  /// of it: what predicted() is asked for, and at which point. So many units at most.
  struct BeyondCorner {
    Explanation explanation;
    std::size_t point = 0;
  };
  std::vector<std::pair<NodeId, BeyondCorner>> beyond_corners(std::size_t most);
  /// The first evidence's point; and another one, at which nothing is claimed: its number stands
  /// for i.
  const Point& point() const { return evidence_.front().point; }
  std::size_t add_point(const Point& point) { return trial_.runs().add_point(point); }
  /// A point near the first one at which no two values are equal by chance (a target of 0 makes
  /// a − y of a); made once.
  std::size_t nearby_point();
  /// The forward value of a node.
  Expected value(NodeId, std::size_t i);
  const BatchGraph& batch() const { return trial_.batch(); }
  const FactorNames& factor_names() const { return trial_.factor_names(); }
  Catalogue& catalogue() { return trial_.catalogue(); }

 private:
  /// Of a layer's two gradients, which is asked first.
  enum class First { small, large };
  std::vector<Target> targets(First);
  Target target(const Claim&);

  std::vector<Evidence> evidence_;
  Trial trial_;
  std::vector<Target> targets_;
  std::optional<std::size_t> nearby_;  // nearby_point()
};

}  // namespace tracer
