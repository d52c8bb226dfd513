// Runs a graph over a scalar: float, double, Exact or Uncertain. Storage for every value and every
// wanted adjoint is allocated once; forward and backward are each one loop over the nodes, and a
// run over float allocates nothing.
//
//   Tape<Exact> tape(graph, {w, b}, Working{.bits = 128});
//   tape.own_value(w)(0, 0) = ...;
//   tape.forward();
//   tape.backward(loss);
//   tape.adjoint(w)(0, 0)
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tracer/error.hpp"
#include "tracer/graph/graph.hpp"
#include "tracer/op/kernel.hpp"

namespace tracer {

/// A DomainError and the node that it happened at, for the language to name the place in the
/// lesson.
struct NodeError : Error {
  NodeError(NodeId at, const std::string& what, bool backward)
      : Error(what), node(at), in_backward(backward) {}
  NodeId node;
  bool in_backward;
};

/// An Undecided and its node.
struct NodeUndecided : Undecided {
  NodeUndecided(NodeId at, const std::string& what) : Undecided(what), node(at) {}
  NodeId node;
};

template <class S>
class Tape {
 public:
  /// `wrt`: the nodes whose adjoints are wanted; only what lies between them and a result is run
  /// backward. The graph must outlive the tape, and may change only as grow() and shrink() say.
  /// Every size in it must be known (throws ShapeError).
  Tape(const Graph& graph, std::span<const NodeId> wrt, Working working = {});
  ~Tape();
  Tape(Tape&&) noexcept;

  /// The value of a node, wherever it lies: in the tape, or where a leaf is bound to.
  ConstView<S> value(NodeId) const;
  /// The tape's own place for a node's value, to be written: a leaf's before forward() (constants
  /// are set already). Throws std::logic_error for a leaf that is bound elsewhere: nothing would
  /// read what is written.
  View<S> own_value(NodeId);
  /// Makes a leaf read its value from elsewhere (rows × columns, column by column) in place of
  /// storage of the tape. It is complete, in a run over Exact with the run's precision: on_value is
  /// not called for it.
  /// `nonzeros`: of data, what is not 0 (it must stay where it is); null: it is not listed. Where
  /// skips_zeros(leaf) the values themselves may then be null: nobody but value() reads them.
  void bind(NodeId leaf, const S* values, const SparseMatrix<S>* nonzeros = nullptr);
  /// Whether all that reads the leaf are products that take such a list.
  bool skips_zeros(NodeId leaf) const;

  /// Computes every value. Throws NodeError outside a domain (Exact only; floats give NaN),
  /// NodeUndecided.
  void forward();
  /// Computes these nodes only, in this order, from the values that are there: what a changed value
  /// changes, or what is below a value that was overwritten.
  void forward(std::span<const NodeId> nodes);

  /// Lays out what has been appended to the graph since (leaves in it are to be set), and computes
  /// it. Nothing appended later is run backward.
  void grow();
  void compute_grown();
  NodeId size() const;  ///< how many nodes have a place
  /// Forgets the nodes from `size` on, before the graph does (Graph::cut).
  void shrink(NodeId size);

  /// Computes the adjoint of every node between `result` and the wanted ones, from fresh:
  /// ∂result/∂node, where the seed (of result's shape; all ones where it is left out) is the
  /// adjoint of the result itself.
  void backward(NodeId result);
  void backward(NodeId result, const Array<S>& seed);

  /// Whether the last backward() reached the node: false means that the result does not depend on
  /// it.
  bool reached(NodeId) const;
  /// The adjoint of a node. Only where reached(). What is written there stays until the next
  /// backward().
  ConstView<S> adjoint(NodeId) const;
  View<S> adjoint(NodeId);
  bool wants(NodeId) const;  ///< whether the node lies on a way from a wanted leaf

  /// Called when a node's value is complete, and when its adjoint is (its last contribution is in):
  /// may change it.
  std::function<void(NodeId, View<S>)> on_value;
  std::function<void(NodeId, View<S>)> on_adjoint;
  /// Called, in place of throwing NodeError, for a node outside a domain and, on the way back, for
  /// every operand of such a node. 0 stands there, until on_value or on_adjoint puts something
  /// else.
  std::function<void(NodeId, const std::string& why)> on_no_value;
  std::function<void(NodeId, const std::string& why)> on_no_adjoint;

 private:
  struct Slot;
  struct Formula;  // the graphs of an operation that has no kernel: composite.hpp
  void lay_out(std::span<const NodeId> wrt);
  void build_formulas(std::size_t first);
  void compute(NodeId);
  void run_forward(NodeId);
  void no_value(NodeId, const std::string& why);
  void run_backward(NodeId);
  void no_adjoints(NodeId, const std::string& why);
  void run_backward_from(NodeId result);
  static View<S> own_value(const Slot&);
  static View<S> adjoint(const Slot&);

  const Graph& graph_;
  Working working_;
  std::vector<Slot> slots_;
  /// The values of the nodes from `first` on; one such piece for each growth.
  struct Piece {
    NodeId first = 0;
    std::vector<S> values;
  };
  std::vector<Piece> pieces_;
  std::vector<S> adjoints_;
  NodeId computed_ = 0;  // nodes below it have a value
  NodeId constants_done_ =
      0;  // below it, what depends on constants only need not be computed again
};

}  // namespace tracer
