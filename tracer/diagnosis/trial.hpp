// One attempt of the search: a mistake more is put into the backward graph, and what comes out of
// it is held against what is claimed. Every prediction is computed by the engine over Uncertain,
// and compared by compare.hpp. A factor that is not known (k times, a learning rate) is fitted in
// closed form: gradients are affine in it. Next: beam.hpp, which keeps what explains.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/claims/claim.hpp"
#include "tracer/claims/point.hpp"
#include "tracer/diagnosis/compare.hpp"
#include "tracer/diagnosis/explanation.hpp"
#include "tracer/graph/backward.hpp"
#include "tracer/graph/tape.hpp"

namespace tracer {

/// The backward graph, and what it comes to at every point: over Uncertain, node by node as they are
/// appended. A trial appends, looks, and takes back.
class TrialRuns {
 public:
  /// `batch` must outlive it.
  TrialRuns(const BatchGraph& batch, NodeId seed);

  BackwardGraph& back() { return back_; }
  const BackwardGraph& back() const { return back_; }
  /// Runs the graph at another point, whose number it returns. Leaves that the lesson does not know
  /// are values that were computed, and as uncertain as their largest entry.
  std::size_t add_point(const Point&);
  /// The value of a node at a point; what was appended since is computed first.
  ConstView<Uncertain> at(NodeId, std::size_t point);

  NodeId mark() const { return back_.graph().size(); }
  void back_to(NodeId mark);
  double work() const { return work_; }  ///< multiplications so far

 private:
  const BatchGraph& batch_;
  BackwardGraph back_;
  std::vector<std::unique_ptr<Tape<Uncertain>>> tapes_;
  double work_ = 0;
};

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
  double tolerance = 0;  ///< what is off by this share of its array's largest entry is right; 0: by
                         ///< what rounding may do
  std::vector<LessonNumber> numbers = {};  ///< that factors may be made of, besides those of the
                                           ///< graph: a learning rate
  /// Told what is looked at next, which may take a second: the name of a gradient.
  std::function<void(std::string_view)> on_look = {};
};

/// Where a mistake can stand: what a node sends back to that operand; −1: its whole gradient.
using MistakePlace = std::pair<NodeId, int>;

/// A gradient that is claimed, and what comes back to it passes.
struct Target {
  std::string name;
  NodeId node;
  std::vector<const Claim*> claims;  ///< of each evidence
  std::vector<MistakePlace> places;  ///< that no target before it has
  std::vector<MistakePlace> all_places;
};

/// Whether a claim that is off by more than rounding, though less than a millionth, is explained.
enum class Fit { to_rounding, nearly };

class Trial {
 public:
  /// `batch` must outlive it. `seed`: the leaf of the upstream gradient.
  Trial(const BatchGraph& batch, NodeId seed, const std::vector<Evidence>&, Companions,
        SearchOptions);

  const BatchGraph& batch() const { return batch_; }
  const SearchOptions& options() const { return options_; }
  const FactorNames& factor_names() const { return factor_names_; }
  Catalogue& catalogue() { return catalogue_; }
  TrialRuns& runs() { return runs_; }
  void set_fit(Fit fit) { fit_ = fit; }
  /// Whether so much of the work that is allowed has been done.
  bool has_spent(double share = 1) const { return runs_.work() > options_.work * share; }

  /// No mistake at all.
  Explanation right();
  /// One more mistake, untried.
  Explanation with(const Explanation&, const Mistake&, long double factor = 1,
                   std::optional<FactorName> = {}) const;
  bool explains(Explanation&, const Target&);
  /// As above, and what was appended for it is taken back.
  bool would_explain(Explanation, const std::vector<const Target*>&);
  /// One more mistake, with its factor fitted where it has one; nothing where that does not explain
  /// the target.
  std::optional<Explanation> attempt(const Explanation&, const Mistake&, const Target&);
  std::optional<Explanation> attempt_fitted(const Explanation&, const Mistake&, const Target&);
  /// Several at once, none with a factor.
  std::optional<Explanation> attempt_all(const Explanation&, const std::vector<const Mistake*>&,
                                         const Target&);
  /// Two at one place: the gradient of another line comes from above (Mistake::above), and the rule
  /// for what comes from above is wrong as well.
  std::optional<Explanation> attempt_composed(const Explanation&, const Mistake& from_above,
                                              const Mistake& rule, const Target&);
  /// The entries of the target's gradient under one more mistake with that factor; all evidence.
  std::optional<std::vector<long double>> numbers(const Explanation&, const Mistake&,
                                                  long double factor, const Target&);
  /// The gradient of a node under an explanation, at evidence i; nothing where none comes back.
  std::optional<Expected> predicted(Explanation&, NodeId, std::size_t i);

 private:
  struct Fitted {
    long double factor = 1;
    int telling = 0;       // entries that the factor changes
    long double open = 0;  // how much of it the digits leave open, relative
  };
  /// What the target's gradient is under one more mistake with that factor, of each evidence.
  std::optional<std::vector<Expected>> expected_with(const Explanation&, const Mistake&,
                                                     long double factor, const Target&);
  std::optional<Fitted> fitted(const Explanation&, const Mistake&, const Target&);
  std::vector<std::pair<long double, std::optional<FactorName>>> factors_near(
      const Fitted&, const Explanation& base, const Mistake&) const;
  bool matches(NodeId gradient, const Target&);
  bool is_hopeless(NodeId gradient, NodeId before, const Target&);
  bool gradient_matches(BackwardGraph::Pass, const Target&);

  const BatchGraph& batch_;
  TrialRuns runs_;
  Catalogue catalogue_;
  FactorNames factor_names_;
  SearchOptions options_;
  Fit fit_ = Fit::to_rounding;
};

}  // namespace tracer
