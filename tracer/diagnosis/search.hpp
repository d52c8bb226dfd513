// The search for the mistakes that reproduce a claim. It goes through the claimed gradients from
// the loss down. What explains the upper ones is kept (all of it, where several mistakes do); where
// it does not explain the next one, every mistake that can be made on the way there is tried on top
// of it. So the mistakes of one layer are looked for on what the layer above really sent down, and
// three independent mistakes cost a sum of trials, not a product.
//
//   claims in order:  dB3  dW3 │ dB2  dW2 │ dB1  dW1
//   explained by:     nothing  │ relu(Z2) for relu′(Z2)  │ that, and the same at Z1
//
// Every prediction is computed by the engine over Uncertain, and compared by compare.hpp. A factor
// that is not known (k times, a learning rate) is fitted in closed form: gradients are linear in
// what comes from above. Next: search.cpp, diagnosis.hpp.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tracer/claims/claim.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/diagnosis/compare.hpp"
#include "tracer/diagnosis/explanation.hpp"
#include "tracer/diagnosis/trial_runs.hpp"

namespace tracer {

/// Claims that were computed at one point: a value for every leaf of the batch's graph. Several are
/// explained together.
struct Evidence {
  Point point;
  std::vector<Claim> claims;
};

struct SearchOptions {
  double work = 4e8;      ///< multiplications, after which only single mistakes are tried: some
                          ///< seconds
  std::size_t beam = 48;  ///< explanations that are kept at a time
  std::vector<LessonNumber> numbers = {};  ///< that factors may be made of, besides those of the
                                           ///< graph: a learning rate
};

class Search {
 public:
  /// `batch` must outlive it. The claims of all evidence are of the same names. `seed`: the leaf of
  /// the upstream gradient. The companions' values are in the
  /// points.
  Search(const BatchGraph& batch, NodeId seed, std::vector<Evidence> evidence, Companions = {},
         SearchOptions options = {});

  /// How many mistakes are tried together in one layer.
  enum class Depth { singles, pairs };
  /// Whether a claim that is off by more than rounding, though less than a millionth, is explained.
  enum class Fit { to_rounding, nearly };
  /// Explanations, the most plausible first; never empty. Those behind the first that explain as
  /// much with as few mistakes fit the claims equally well.
  std::vector<Explanation> run(Depth, Fit);

  /// No mistake at all.
  BackwardGraph::Pass right() const { return runs_.back().pass(); }
  /// How near the claimed gradients are to what an explanation predicts, the worst of all evidence.
  std::vector<std::pair<std::string, Nearness>> nearness_under(Explanation&);
  /// The named lines in which the gradient of `name`, which is wrong, may have gone wrong: those it
  /// passes, and neither the ones claimed further up nor `right` ones do.
  std::vector<NodeId> suspects(const std::string& name,
                               const std::vector<std::string>& right) const;

  /// The gradient of a named value under an explanation, at evidence i; nothing where none comes
  /// back.
  std::optional<Expected> predicted(Explanation&, const std::string& name, std::size_t i);
  /// The names whose gradients are claimed, from the loss down.
  std::vector<std::string> claimed() const;
  /// The first evidence's point; and another one, at which nothing is claimed: its number stands
  /// for i.
  const Point& point() const { return evidence_.front().point; }
  std::size_t add_point(const Point& point) { return runs_.add_point(point); }
  /// The forward value of a node.
  Expected value(NodeId, std::size_t i);
  const BatchGraph& batch() const { return batch_; }
  const FactorNames& factor_names() const { return factor_names_; }
  Catalogue& catalogue() { return catalogue_; }

 private:
  struct Target {
    std::string name;
    NodeId node;
    std::vector<const Claim*> claims;            // of each evidence
    std::vector<std::pair<NodeId, int>> places;  // new ones: contributions, and totals with −1
    std::vector<std::pair<NodeId, int>> all_places;
  };
  using Trial = std::optional<Explanation>;

  void find_targets(bool small_first);
  void walk();
  void stage(const Target&);
  std::vector<Explanation> extensions(const Explanation&, const Target&,
                                      const std::vector<std::pair<NodeId, int>>& places,
                                      const std::string& family);
  std::vector<Explanation> unseen_above(const Explanation&, const Target&);
  std::vector<Explanation> pairs(const Explanation&, const Target&);
  std::vector<Explanation> distinct(const Explanation&, const std::vector<const Mistake*>&,
                                    const Target&);
  std::vector<Rational> usual_factors() const;
  std::vector<Explanation> together(const Explanation&, const Target&);
  Trial refitted(const Explanation&, const Target&);
  const Mistake* unknown_at(NodeId line);
  std::vector<const Mistake*> mistakes_at(const std::vector<std::pair<NodeId, int>>& places);
  Trial attempt(const Explanation&, const Mistake&, const Target&);
  Trial attempt_fitted(const Explanation&, const Mistake&, const Target&);
  struct Fitted {
    long double factor = 1;
    int telling = 0;       // entries that the factor changes
    long double open = 0;  // how much of it the digits leave open, relative
  };
  std::optional<Fitted> fitted(const Explanation&, const Mistake&, const Target&);
  std::vector<std::pair<long double, std::optional<FactorName>>> factors_near(
      const Fitted&, const Explanation& base, const Mistake&) const;
  bool explains(Explanation&, const Target&);
  bool matches(NodeId gradient, const Target&);
  std::optional<std::vector<long double>> numbers(const Explanation&, const Mistake&,
                                                  long double factor, const Target&);
  Explanation with(const Explanation&, const Mistake&, long double factor,
                   std::optional<FactorName>) const;

  const BatchGraph& batch_;
  TrialRuns runs_;
  std::vector<Evidence> evidence_;
  Catalogue catalogue_;
  FactorNames factor_names_;
  SearchOptions options_;
  std::vector<Target> targets_;
  std::size_t done_ = 0;  // targets that have had their stage
  std::vector<Explanation> beam_;
  std::map<NodeId, Mistake> unknown_;
  Depth depth_ = Depth::singles;
  Fit fit_ = Fit::to_rounding;
};

}  // namespace tracer
