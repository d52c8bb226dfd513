// The mistakes that a diagnosis tries: for each place of a lesson's backward pass the formulas that
// people write there in place of the right one. What is known of one operation alone stands in its
// room (op/); what takes a look at the neighbours is here, by kind: slopes.cpp (of activations),
// outputs.cpp (of the loss and what stands before it), products.cpp (of weights and what flows past
// them), sums.cpp (of biases, of paths that meet), factors.cpp (what is k times too large, what was
// added). Next: search.hpp.
// The classes (Mistake::id) and what they are read off: mistakes of published implementations.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tracer/graph/backward.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// One wrong formula at one place.
struct Mistake {
  std::string id;      ///< its class: "activation_for_slope"
  std::string family;  ///< the same in two places is one mistake made twice: "... of relu"
  std::string says;    ///< what was done, half a sentence: "relu(Z1) stands where ..."
  NodeId line = -1;    ///< the named line (or the parameter) that it stands in
  NodeId of = -1;      ///< the value whose gradient is wrong because of it; may be unnamed
  std::shared_ptr<const Edit> edit = {};
  /// Of an edit with a factor: the factor without a mistake (1 for "k times", 0 for "k times W was
  /// added").
  long double neutral = 1;
  long double least = 0;  ///< of a slope at a corner: the factor of the smallest that is right
};

/// A mistake of that class, which is its family too.
Mistake mistake_called(std::string id, std::string says);
/// Adds it, with the formula that `make` gives for that place; leaves it out where the formula does
/// not fit the shapes (ShapeError), or has another shape than `wanted`.
void add_mistake(std::vector<Mistake>&, Mistake, Edit where, const Shape& wanted,
                 const std::function<Symbol()>& make);

/// How surprising a mistake of this class is, from 0 (seen often) to 1 (hardly ever): a class that
/// was seen n times in published code has 1/(1 + n).
double surprise(const std::string& id);

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
};

/// Makes the mistakes of every place of one backward graph, once.
class Catalogue {
 public:
  /// All must outlive it.
  Catalogue(const BatchGraph&, BackwardGraph&, Companions = {});

  /// In what `user` sends back to an operand.
  const std::vector<Mistake>& of_contribution(NodeId user, int operand);
  /// In the whole gradient of a node.
  const std::vector<Mistake>& of_total(NodeId node);

  const BatchGraph& batch() const { return batch_; }
  BackwardGraph& back() { return back_; }
  const Graph& graph() const { return batch_.graph; }

  // ---- for the makers
  /// The named line that a node is part of; a leaf is its own.
  NodeId line_of(NodeId) const;
  /// What a sentence calls a node: its name, or "its argument".
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
  const Companions& companions() const { return companions_; }

 private:
  void find_activations();
  const BatchGraph& batch_;
  BackwardGraph& back_;
  Companions companions_;
  std::vector<NodeId> line_of_;
  std::vector<Activation> activations_;
  std::map<std::pair<NodeId, int>, std::vector<Mistake>> contributions_;
  std::map<NodeId, std::vector<Mistake>> totals_;
};

/// Adds what can go wrong at one place. Each leaves out what does not fit there.
void add_room_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_slope_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
/// The slope at a corner, which is anybody's choice.
void add_corner_choices(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_product_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_upstream_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_output_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_output_totals(Catalogue&, NodeId node, std::vector<Mistake>&);
void add_bias_mistakes(Catalogue&, NodeId user, int operand, std::vector<Mistake>&);
void add_path_mistakes(Catalogue&, NodeId node, std::vector<Mistake>&);
void add_factor_mistakes(Catalogue&, NodeId node, std::vector<Mistake>&);
void add_term_mistakes(Catalogue&, NodeId node, std::vector<Mistake>&);
/// The claimed gradient itself, whatever it comes from; nothing where none is claimed.
std::optional<Mistake> unknown_mistake(Catalogue&, NodeId line);

}  // namespace tracer
