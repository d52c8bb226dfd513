// The computation graph: which operation is applied to which values, with every shape inferred and
// checked as a node is added. It knows no numbers but constants; a Tape (tape.hpp) runs it over a
// scalar. Append-only: a node's id is its place in topological order.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tracer/number/eigen.hpp"
#include "tracer/symbol/symbol.hpp"

namespace tracer {

using NodeId = int;

enum class LeafKind {
  none,       ///< not a leaf
  parameter,  ///< trained
  input,      ///< given once
  data,       ///< given for each batch
  constant,   ///< never changes
  state,      ///< changes, but not by a gradient: running statistics
  mask        ///< drawn anew each step: dropout
};

struct Node {
  const Operation* operation = nullptr;  ///< null: a leaf
  std::vector<NodeId> operands;
  Attributes with;
  Shape shape;
  LeafKind leaf = LeafKind::none;
  std::string name;  ///< of a leaf or a named line; empty: an unnamed part of a line
  std::shared_ptr<const Array<Exact>> constant;  ///< the value of a constant leaf, rows × columns
  std::string counts;  ///< of a constant that is a size: what formulas call it, "m"
  /// Of the mean over the batch that is taken of a loss with an entry for each sample: the name of
  /// that line of the lesson, "L" (`name` is "mean(L)").
  std::string mean_of;
  bool is_leaf() const { return operation == nullptr; }
  bool is_named() const { return !name.empty(); }
  /// What the lesson calls it: a mean over the batch is called as what it is the mean of.
  const std::string& called() const { return mean_of.empty() ? name : mean_of; }
};

class Graph {
 public:
  NodeId leaf(LeafKind, std::string name, Shape);
  /// A number of the lesson, 1×1; with a name it is written by its name.
  NodeId constant(const Rational&, std::string name = "");
  NodeId constant(Array<Exact> value, std::string name = "");
  /// A count that formulas call by its name: the m of a batch.
  NodeId size_constant(const Size&);

  /// Applies an operation. Throws ShapeError where the operands do not fit: nothing is broadcast
  /// here.
  NodeId apply(const Operation&, std::vector<NodeId> operands, Attributes = {});

  /// Makes a node a named line. A leaf, or a node that has a name, gets an identity of its own to
  /// carry the new one.
  NodeId name(NodeId, std::string name);
  /// The same for the mean over the batch of a line.
  NodeId name_batch_mean(NodeId mean, const std::string& line);

  /// A leaf as another graph has it.
  NodeId copy_leaf(const Node&);

  /// Takes back every node from `size` on: of a formula that was appended to be tried.
  void cut(NodeId size);

  /// Appends a formula; `leaves` has the nodes of what its leaves stand for. Scalars are broadcast
  /// where the formula leaves that out. Throws std::out_of_range for a leaf that `leaves` lacks.
  NodeId append(const Symbol& formula, const std::map<Quantity, NodeId>& leaves);

  const Node& operator[](NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  NodeId size() const { return static_cast<NodeId>(nodes_.size()); }
  /// The node of that name; -1 if there is none.
  NodeId find(const std::string& name) const;
  /// The node whose value, or adjoint, that is; -1 if it is neither.
  NodeId node_of(const Quantity&) const;
  /// Every leaf, named line and constant that the node's line uses directly, in order of first use;
  /// and the unnamed nodes of the line itself (with the node, the last).
  std::vector<NodeId> line_operands(NodeId) const;
  std::vector<NodeId> line_nodes(NodeId) const;

 private:
  NodeId push(Node);
  std::vector<Node> nodes_;
  std::map<std::string, NodeId> by_name_;
};

/// How a node stands in formulas: a leaf of its name, or of its id where it has none (a constant of
/// one number: that number).
Symbol symbol_of(const Graph&, NodeId);

/// The formula of a line: of the node in terms of named values and leaves; and those of all its
/// nodes.
Symbol line_formula(const Graph&, NodeId);
std::map<NodeId, Symbol> line_formulas(const Graph&, NodeId line);
/// The formula of one operation: of the node in terms of its operands, each as `of` gives it.
Symbol node_formula(const Graph&, NodeId, const std::function<Symbol(NodeId)>& of);

/// The nodes that depend on one of `from` and that one of `to` depends on (with both), in order.
std::vector<NodeId> nodes_between(const Graph&, std::span<const NodeId> from,
                                  std::span<const NodeId> to);
/// Whether the node is one of these leaves, or is computed from one.
bool depends_on(const Graph&, NodeId, std::span<const NodeId> leaves);
/// All leaves of that kind.
std::vector<NodeId> leaves_of(const Graph&, LeafKind);
/// About how many multiplications it takes to compute these nodes.
double cost_of(const Graph&, std::span<const NodeId> nodes);
/// The same of all nodes.
double cost_of(const Graph&);

}  // namespace tracer
