// The mistakes of one backward pass: for each place of it the formulas that people write there in
// place of the right one. Those of an operation are read off its room (op/); the makers of the
// others stand by kind: slopes.cpp (of activations), side_mistakes.cpp (of lines that look at a
// sign), outputs.cpp (of the loss and what stands before it), products.cpp (of weights and what
// flows past them), sums.cpp (of biases, of paths that meet), factors.cpp (what is k times too
// large, what was added), written_out.cpp (of layers in several lines). One more is known to all who
// ask as soon as its maker adds it. Next: line_formulas.hpp; diagnosis/search.hpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tracer/language/program.hpp"
#include "tracer/mistake/mistake.hpp"
#include "tracer/mistake/sides.hpp"

namespace tracer {

/// Kinds that stand in several files, or that a search asks for; beside those of several rooms.
namespace mistake_kinds {
inline constexpr MistakeKind sign{"sign", 0};
inline constexpr MistakeKind scale{"scale", 12};
inline constexpr MistakeKind zero_gradient{"zero_gradient", 1};
inline constexpr MistakeKind gradient_transposed{"gradient_transposed", 0};
inline constexpr MistakeKind slope_missing{"slope_missing", 6};
inline constexpr MistakeKind output_activation_twice{"output_activation_twice", 0};
inline constexpr MistakeKind one_hot_off_by_one{"one_hot_off_by_one", 0};
inline constexpr MistakeKind bias_sum_wrong_axis{"bias_sum_wrong_axis", 0};
inline constexpr MistakeKind bias_not_summed{"bias_not_summed", 0};
}  // namespace mistake_kinds

// Sentences about a mistake that is made in the forward pass, so that the backward pass is right for
// another network, or in the backward pass alone; in a loss of the language, or by hand.
namespace mistake_says {
/// Softmax over the wrong side; `axis` is the right one.
inline std::string wrong_axis(int axis) {
  return fmt::format("softmax runs along the {}, where each sample is a {}",
                     axis == 0 ? "rows" : "columns", axis == 0 ? "column" : "row");
}

/// `what` comes after p − y: "the slope p(1 − p) is".
inline std::string gradient_already(std::string_view p, std::string_view z, std::string_view what) {
  return fmt::format(
      "{} minus the targets is the gradient of {} already; {} multiplied in once more", p, z, what);
}

inline std::string off_by_one(int classes, int by) {
  if (classes == 2) return "the two classes of the targets are swapped";
  return fmt::format("the targets are off by one class: class c is encoded as class c {} 1",
                     by > 0 ? "+" : "−");
}
}  // namespace mistake_says

/// The output that a loss goes with, be it joined with it or not; null: it is no such loss.
inline const OutputPair* output_of(const Operation& operation) {
  return operation.output != nullptr ? operation.output : pair_of_joined(operation);
}

/// Leaves beside the lesson's own, for mistakes to read.
struct Companions {
  /// By parameter: the gradients of the steps before, added up; what is there when they are not set
  /// to zero.
  std::map<NodeId, NodeId> earlier;
  /// By relu and its like: 1 for the entries of its argument that are on its corner.
  std::map<NodeId, NodeId> corners;
  /// By named line: what is claimed for its gradient, to go on from where nothing explains it.
  std::map<NodeId, NodeId> claimed;
  /// Outputs whose loss was written by hand: found by their gradient, factor·(f(z) − y).
  struct Output {
    NodeId z, y;      ///< logits and targets, of one shape
    bool is_softmax;  ///< else sigmoid
    int axis;         ///< of softmax: 0 a sample is a column, 1 a row
    Rational factor;
  };
  std::vector<Output> outputs;
  /// Layers that a lesson writes out in several lines: found by their values and gradients. What is
  /// written wrongly on the way back from `y` to `x` has the names of the layer's own mistakes.
  struct WrittenOut {
    enum class Layer { softmax, batch_norm, dropout };
    NodeId x, y;  ///< of one shape; of batch norm y is the normalised value, without γ, β
    Layer layer;
    int axis = 0;         ///< 0 a sample is a column, 1 a row
    Rational number = 0;  ///< ε of batch norm; the share that dropout keeps
    NodeId mask = -1;     ///< of dropout
  };
  std::vector<WrittenOut> written_out;
  /// By a leaf of one-hot words, one in each column (row): the leaf with those zeroed that come once
  /// more later on.
  std::map<NodeId, NodeId> last_words;
};

/// A layer that is written out, as its room has it: an operation of x and of what else it takes.
struct LayerOf {
  const Operation& operation;
  Attributes with;
  std::vector<Symbol> operands;  ///< x first
};
/// `mask`: of dropout.
LayerOf layer_of(const Companions::WrittenOut&, const Symbol& x, const std::optional<Symbol>& mask);

/// Makes the mistakes of every place of one backward graph, once.
class Catalogue {
 public:
  /// All must outlive it.
  Catalogue(const BatchGraph&, BackwardGraph&, Companions = {});

  /// In what `user` sends back to an operand.
  const std::vector<Mistake>& of_contribution(NodeId user, int operand);
  /// Formulas that the slope at that place may have been taken for, whoever would write them: its
  /// squares, signs, brackets. Looked at where nothing else does.
  const std::vector<Mistake>& of_slope(NodeId user, int operand);
  /// In the whole gradient of a node.
  const std::vector<Mistake>& of_total(NodeId node);
  /// What the whole gradient of a node may be, and nobody is told: its products with values beside
  /// it. Where such a one gives the same numbers they don't tell what was done.
  const std::vector<Mistake>& of_nobody(NodeId node);
  /// That the gradient of a line is what is claimed for it, whatever that comes from; null where
  /// nothing is claimed.
  const Mistake* unknown_at(NodeId line);
  /// Those that only sheets are searched for, in the whole gradient of a named value. `fused`: its
  /// gradient as one who puts output and loss together writes it, where that is simpler.
  std::vector<Mistake> of_sheet(NodeId value, const std::optional<Symbol>& fused);

  const BatchGraph& batch() const { return batch_; }
  BackwardGraph& back() { return back_; }
  const Graph& graph() const { return batch_.graph; }

  // ---- for the makers
  /// The named line that a node is part of; a leaf is its own.
  NodeId line_of(NodeId) const;
  /// What a sentence calls a node: its name (Wᵀ of a transpose), the number that it is, or "its
  /// argument".
  std::string called(NodeId) const;
  /// The activations: y is f(x) entry by entry, as one operation or as a line of several.
  struct Activation {
    NodeId x = -1;
    NodeId y = -1;
    const Operation* operation = nullptr;  ///< null: a line of several operations
  };
  const std::vector<Activation>& activations() const { return activations_; }
  /// y where y = f(x) for an activation f; −1.
  NodeId activated(NodeId x) const;
  /// x where x is activated to y; −1.
  NodeId before_activation(NodeId y) const;
  /// Of a line that looks at the sign of one of its values; null: it does not.
  const TwoSides* sides(NodeId line) const;
  const Companions& companions() const { return companions_; }
  /// A line that uses a value, and which of its uses (BackwardGraph::uses) those are.
  struct Way {
    NodeId line = -1;
    std::vector<std::size_t> uses = {};
  };
  /// In the order of the lesson.
  std::vector<Way> ways_from(NodeId value) const;
  /// On these ways the places, a node and one of its operands, from which something is sent on to the
  /// value: operands that are the value, or have no name.
  std::vector<std::pair<NodeId, int>> places_towards(NodeId value) const;

 private:
  void find_activations();
  const BatchGraph& batch_;
  BackwardGraph& back_;
  Companions companions_;
  std::vector<NodeId> line_of_;
  std::vector<Activation> activations_;
  std::map<NodeId, TwoSides> sides_;
  std::map<std::pair<NodeId, int>, std::vector<Mistake>> contributions_;
  std::map<std::pair<NodeId, int>, std::vector<Mistake>> slopes_;
  std::map<NodeId, std::vector<Mistake>> totals_;
  std::map<NodeId, std::vector<Mistake>> nobodys_;
  std::map<NodeId, std::vector<Mistake>> claimed_;
};

/// What can be done to any line of a sheet, be it a value, a gradient or an update: edits of what
/// belongs there, reads::sum(). `samples`: of the batch; `rate`: where it is a gradient.
std::vector<Mistake> mistakes_of_any_line(const Shape&, int samples,
                                          const std::optional<Rational>& rate);

/// Adds what can go wrong at one place. Each leaves out what does not fit there.
void add_room_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_slope_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_any_slopes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
/// Of a line with two sides.
void add_side_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
/// The slope at a corner, which is anybody's choice.
void add_corner_choices(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_product_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_upstream_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_output_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_output_totals(Catalogue&, NodeId node, std::vector<Mistake>&);
void add_written_out_totals(Catalogue&, NodeId node, std::vector<Mistake>&);
void add_bias_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_path_mistakes(Catalogue&, NodeId node, std::vector<Mistake>&);
/// Of a way, that it is left out; of a line, that its slope is: what only sheets are searched for.
void add_path_slips(Catalogue&, NodeId value, std::vector<Mistake>&);
void add_slope_slips(Catalogue&, NodeId value, std::vector<Mistake>&);
void add_output_slips(Catalogue&, NodeId value, const Symbol& fused, std::vector<Mistake>&);
void add_factor_mistakes(Catalogue&, NodeId node, std::vector<Mistake>&);
void add_term_mistakes(Catalogue&, NodeId node, std::vector<Mistake>&);
/// The gradient times itself, and times values of its shape next to it: what is never told.
void add_products_of_gradient(Catalogue&, NodeId node, std::vector<Mistake>&);
/// The claimed gradient itself; nothing where none is claimed.
void add_claimed_gradient(Catalogue&, NodeId line, std::vector<Mistake>&);

}  // namespace tracer
