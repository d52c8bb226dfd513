// The computation graph: which operation is applied to which values, with every shape inferred and
// checked as a node is added. It knows no numbers but constants; a Tape (tape.hpp) runs it over a
// scalar. Append-only: a node's id is its place in topological order.
#pragma once

#include <map>
#include <memory>
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
  bool is_leaf() const { return operation == nullptr; }
  bool is_named() const { return !name.empty(); }
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

  /// Takes back every node from `size` on: of a formula that was appended to be tried.
  void cut(NodeId size);

  /// Appends a formula; its leaves are looked up by their keys. Scalars are broadcast where the
  /// formula leaves that out. Throws std::out_of_range for a leaf that `leaves` does not have.
  NodeId append(const Symbol& formula, const std::map<std::string, NodeId>& leaves);

  const Node& operator[](NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  NodeId size() const { return static_cast<NodeId>(nodes_.size()); }
  /// The node of that name; -1 if there is none.
  NodeId find(const std::string& name) const;
  /// Every leaf, named line and constant that the node's line uses directly, in order of first use;
  /// and the unnamed nodes of the line itself (with the node, the last).
  std::vector<NodeId> line_operands(NodeId) const;
  std::vector<NodeId> line_nodes(NodeId) const;

 private:
  NodeId push(Node);
  std::vector<Node> nodes_;
  std::map<std::string, NodeId> by_name_;
};

/// How a node stands in formulas: a leaf Symbol of its name (constants without a name: their
/// number).
Symbol symbol_of(const Graph&, NodeId);

/// The formula of a line: of the node in terms of named values and leaves.
Symbol line_formula(const Graph&, NodeId);
/// The formula of one operation: of the node in terms of its operands, each as `of` gives it.
Symbol node_formula(const Graph&, NodeId, const std::function<Symbol(NodeId)>& of);

/// What one node of a line sends back to one of its operands.
struct SentBack {
  NodeId node;
  std::size_t operand;
  const Symbol& y_bar;
  const Symbol& y;
  std::span<const Symbol> x;
  const Symbol& right;
};
using Instead = std::function<std::optional<Symbol>(const SentBack&)>;
/// Runs a line's part of the graph backward over symbols: the adjoint that `seed` at the line's
/// result brings to each value that the line uses directly (wherever it is used in the line, added
/// up), not simplified. Those of nodes that are not `wanted` are left out. `instead`, where it
/// gives something, stands in place of what a node sends back to an operand.
std::map<NodeId, Symbol> line_pullback(const Graph&, NodeId line, const Symbol& seed,
                                       const std::function<bool(NodeId)>& wanted,
                                       const Instead& instead = {});

/// The adjoints of the operands of one operation, by its room's rule or from its expansion.
std::vector<Symbol> pullback_of(const Operation&, const Attributes&, const Symbol& y_bar,
                                const Symbol& y, std::span<const Symbol> operands);

}  // namespace tracer
