// The backward pass in symbols. At every place, a node and one of its operands, stands the formula
// of what the node sends back: its operation's rule, or what an edit puts there. Appended behind
// the forward pass, they make a graph whose nodes are the gradients: any tape computes it, or runs
// it backward once more. Put into each other, those of a line are its rule as a derivation has it.
// A mistake is an edit.
//
//   BackwardGraph back(batch.graph, batch.loss);
//   Pass pass = back.pass();                            the right gradients
//   back.gradient(pass, W1)                             the node of ∂L/∂W1
//   back.line(pass, Z1, dZ1).at(W1)                     what Z1 sends it, in symbols: dZ1·Xᵀ
//   back.gradient(edited, W1)                           what it is where a slope is wrong, with
//                                                       edited = back.edited(pass, slope)
//
// Passes share every node that their edits leave alone, so trying one costs what it changes.
// What was appended for a trial is taken back with cut(). The tape (graph/tape.hpp) is the fast way
// to the same numbers, and a test holds it to this. Next: derive/rules.hpp.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "tracer/graph/graph.hpp"

namespace tracer {

/// What a formula reads around its place. Values and gradients are of nodes of the forward pass, as
/// this pass has them; parts are counted in the order of the lesson.
namespace reads {
inline Symbol from_above(const Shape& y) { return Symbol::leaf(Quantity::above, y); }
inline Symbol result(const Shape& y) { return Symbol::leaf(Quantity::result, y); }
inline Symbol operand(std::size_t i, const Shape& of) {
  return Symbol::leaf({Quantity::operand, static_cast<int>(i)}, of);
}
inline Symbol value(NodeId node, const Shape& of) {
  return Symbol::leaf({Quantity::value, node}, of);
}
inline Symbol gradient(NodeId node, const Shape& of) {
  return Symbol::leaf({Quantity::adjoint, node}, of);
}
inline Symbol part(std::size_t i, const Shape& of) {
  return Symbol::leaf({Quantity::part, static_cast<int>(i)}, of);
}
inline Symbol sum(const Shape& of) { return Symbol::leaf(Quantity::sum, of); }
inline Symbol factor() { return Symbol::leaf(Quantity::factor, scalar_shape); }
}  // namespace reads

/// One change of the backward pass: the formula that stands at a place.
struct Edit {
  NodeId node = -1;
  int operand = -1;  ///< what `node` sends back to this operand; −1: the gradient of `node` itself,
                     ///< once what all its users send is added up
  Symbol formula{0};
  /// What these send is dropped: the other places where a line uses the value.
  std::vector<std::pair<NodeId, int>> silenced = {};
  bool has_factor = false;  ///< the formula mentions reads::factor(); it is affine in it
};

class BackwardGraph {
 public:
  /// Whether a softmax or sigmoid that goes into its cross-entropy and nowhere else is run backward
  /// together with it: (P − Y)/m in place of two factors that each lose all digits where P is
  /// nearly 0 or 1. Only of nodes, and only where no edit touches what lies between.
  enum class Outputs { apart, joined };
  /// `graph` is copied. `seed`: the leaf with the loss's own gradient; −1: ones.
  BackwardGraph(const Graph& graph, NodeId loss, NodeId seed = -1,
                Outputs outputs = Outputs::apart);

  /// A set of edits, and the gradients that have been asked for under it.
  struct Pass {
    struct Applied {
      std::shared_ptr<const Edit> edit;
      long double factor = 1;
    };
    std::vector<Applied> edits;
    std::vector<NodeId> gradients;  ///< by forward node; unknown: not asked for yet
  };
  Pass pass() const;
  /// The pass with one more edit (in place of an earlier one at the same place).
  Pass edited(const Pass&, std::shared_ptr<const Edit>, long double factor = 1) const;

  /// The node that computes ∂loss/∂node; −1 where the loss does not depend on it, or nothing of it
  /// comes back. Appends to the graph. Throws ShapeError where an edit's formula does not fit.
  NodeId gradient(Pass&, NodeId node);

  /// What a line sends back to each value that it uses directly (wherever it uses it, added up), but
  /// for constants: a formula in `above`, which stands for the line's own gradient, and in values,
  /// not simplified. `of` gives what an edit reads beside them: the gradients and values of nodes,
  /// the factor.
  using Reading = std::function<std::optional<Symbol>(const Quantity&)>;
  std::map<NodeId, Symbol> line(const Pass&, NodeId line, const Symbol& above,
                                const Reading& of = {}) const;

  const Graph& graph() const { return graph_; }
  NodeId forward_size() const { return forward_size_; }
  NodeId loss() const { return loss_; }
  /// Whether the loss depends on the node.
  bool is_live(NodeId node) const { return live_[static_cast<std::size_t>(node)]; }
  /// Which operand of which later node it is, in the order of the lesson; live ones only.
  const std::vector<std::pair<NodeId, int>>& uses(NodeId node) const {
    return uses_[static_cast<std::size_t>(node)];
  }
  /// What `node` sends back to its operands by its own rule, in placeholders.
  const std::vector<Symbol>& rule(NodeId node) const;

  /// Takes back the nodes from `size` on. Passes that asked for gradients since are no longer good.
  void cut(NodeId size);

 private:
  static constexpr NodeId unknown = -2;
  /// What a formula is put at: the node whose rule it is, or whose contributions it reads.
  struct Place {
    NodeId node;
    Shape shape;  ///< of what is made
    long double factor = 1;
    const std::vector<NodeId>* parts = nullptr;
    NodeId sum = -1;
  };
  /// The edit of what a node sends to an operand; null: its own rule stands there.
  static const Pass::Applied* edit_at(const Pass&, NodeId node, int operand);
  static bool is_silenced(const Pass&, NodeId node, int operand);
  NodeId total(const Pass&, NodeId node);
  NodeId contribution(const Pass&, NodeId user, int operand);
  NodeId append(const Symbol& formula, const Pass&, const Place&);
  NodeId find(const Quantity&, const Pass&, const Place&);
  NodeId gradient_now(const Pass&, NodeId node);
  NodeId add_up(const std::vector<NodeId>& parts);
  NodeId number(long double value);
  NodeId remember(std::vector<NodeId> key, NodeId made);
  const std::vector<Quantity>& placeholders_of(const Symbol& formula);

  Graph graph_;
  NodeId forward_size_;
  NodeId loss_;
  NodeId seed_;
  Symbol one_{1};
  Outputs outputs_;
  std::vector<bool> live_;
  std::vector<std::vector<std::pair<NodeId, int>>> uses_;
  mutable std::map<NodeId, std::vector<Symbol>> rules_;  // as they are asked for
  struct Joined {
    NodeId loss = -1;  // −1: it goes elsewhere
    std::vector<NodeId> between;
    Symbol rule{0};
  };
  mutable std::map<NodeId, Joined> joined_;  // as they are asked for
  const Joined& joined(NodeId node) const;
  /// The way of an activation to the loss that it is one with; null: there is none, or something is
  /// changed on it.
  const Joined* joined_way(const Pass&, NodeId node) const;
  std::map<long double, NodeId> numbers_;
  struct Formula {
    int number;
    Symbol kept;  // so that its identity stays its own
    std::vector<Quantity> placeholders;
  };
  std::unordered_map<const void*, Formula> formulas_;
  // what has been appended: by the formula's number and the nodes that it reads
  std::map<std::vector<NodeId>, NodeId> known_;
  struct Made {
    NodeId size;  // of the graph, afterwards
    std::vector<NodeId> key;
  };
  std::vector<Made> made_;       // in order, for cut()
  std::set<NodeId> being_made_;  // by gradient_now
};

}  // namespace tracer
