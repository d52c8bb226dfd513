// The backward pass as a graph. Run over symbols, every rule is a formula; appended behind the
// lesson's own nodes, the formulas make a graph whose nodes are the gradients, and any tape
// computes it forward. A mistake is an edit of that graph: another formula at one place.
//
//   BackwardGraph back(batch.graph, batch.loss);
//   Pass pass = back.pass();                            the right gradients
//   back.gradient(pass, W1)                             the node of ∂L/∂W1
//   back.gradient(edited, W1)                           what it is where a slope is wrong, with
//                                                       edited = back.edited(pass, slope)
//
// Passes share every node that their edits leave alone, so trying one costs what it changes.
// What was appended for a trial is taken back with cut(). Next: mistakes.hpp.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "tracer/graph/graph.hpp"

namespace tracer {

/// The names under which a formula of an edit reads what stands around its place.
namespace reads {
Symbol from_above(const Shape&);              ///< ∂L/∂y of the node y whose rule it is
Symbol result(const Shape&);                  ///< y
Symbol operand(std::size_t i, const Shape&);  ///< its operands
Symbol value(NodeId, const Shape&);           ///< a value of the forward pass
Symbol gradient(NodeId, const Shape&);        ///< ∂L/∂ that value, as this pass has it
Symbol part(std::size_t i, const Shape&);     ///< of a sum of contributions: the i-th, in the
                                              ///< order of the lesson
Symbol sum(const Shape&);                     ///< all of them
Symbol factor();                              ///< the number that is fitted to a claim
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
  /// `graph` is copied. `seed`: the leaf with the upstream gradient, where the loss is no scalar.
  BackwardGraph(const Graph& graph, NodeId loss, NodeId seed = -1);

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
  const std::vector<Symbol>& rule(NodeId node);

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
  /// The rule of a softmax or sigmoid that goes into its cross-entropy and nowhere else: (P − Y)/m
  /// in place of two factors that each lose all digits where P is nearly 0 or 1. Only where no edit
  /// touches what lies between.
  const Symbol* joined_rule(const Pass&, NodeId node);
  NodeId total(const Pass&, NodeId node);
  NodeId contribution(const Pass&, NodeId user, int operand);
  NodeId append(const Symbol& formula, const Pass&, const Place&);
  NodeId find(const Symbol& placeholder, const Pass&, const Place&);
  NodeId gradient_now(const Pass&, NodeId node);
  NodeId add_up(const std::vector<NodeId>& parts);
  NodeId number(long double value);
  NodeId remember(std::vector<NodeId> key, NodeId made);
  const std::vector<Symbol>& placeholders_of(const Symbol& formula);

  Graph graph_;
  NodeId forward_size_;
  NodeId loss_;
  NodeId seed_;
  std::vector<bool> live_;
  std::vector<std::vector<std::pair<NodeId, int>>> uses_;
  std::map<NodeId, std::vector<Symbol>> rules_;
  struct Joined {
    NodeId loss = -1;  // −1: it goes elsewhere
    std::vector<NodeId> between;
    Symbol rule{0};
  };
  std::map<NodeId, Joined> joined_;
  const Joined& joined(NodeId node);
  std::map<long double, NodeId> numbers_;
  struct Formula {
    int number;
    Symbol kept;  // so that its identity stays its own
    std::vector<Symbol> placeholders;
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
