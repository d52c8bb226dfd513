// The backward pass in symbols: for every named value, parameter and wanted leaf the rule of its
// gradient, path by path. A path is one named line that uses the value; within a line everything is
// gathered and simplified.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tracer/derive/assumptions.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// How a gradient lies. Denominator: as its variable does, and Jacobians come in transposed, from the
/// left. Numerator: a gradient is a row where its variable is a column (of a matrix the transpose),
/// and Jacobians multiply from the right.
enum class Layout { denominator, numerator };

/// What one line contributes to the gradient of a value that it uses.
struct Path {
  NodeId line = -1;
  bool local =
      false;  ///< scalars: `rule` is ∂line/∂value, to be multiplied by what came from above
  Symbol rule{0};                  ///< else the whole contribution, in ∂L/∂line
  bool assumes_unit_sums = false;  ///< it holds because each sample of a target sums to 1
};

struct GradientRule {
  NodeId node = -1;
  std::vector<Path> paths;  ///< in the order of the lesson; at least one
};

class Rules {
 public:
  /// `wrt`: leaves to differentiate for. Named lines that the loss depends on are always included.
  Rules(const BatchGraph&, const std::vector<NodeId>& wrt, const std::string& seed_name,
        Assumptions = {}, Layout = Layout::denominator);

  bool in_rows() const { return layout_ == Layout::numerator; }
  /// The same rules in the denominator layout.
  const Rules& denominator() const { return in_rows() ? *denominator_ : *this; }
  /// A rule of the denominator layout in this one.
  Symbol laid_out(const Symbol& rule) const;
  /// A gradient as it lies in this layout.
  Array<Exact> laid_out(const Array<Exact>& gradient) const {
    return in_rows() ? Array<Exact>(gradient.transpose()) : gradient;
  }
  Shape laid_out(const Shape& shape) const {
    return in_rows() ? Shape{shape.columns, shape.rows} : shape;
  }

  /// In backward order: what came from above stands before what uses it.
  const std::vector<GradientRule>& gradients() const { return gradients_; }
  const GradientRule* find(NodeId) const;
  /// What lies between the loss and one of these values, both included.
  std::set<NodeId> way_to(std::span<const NodeId> values) const;

  const Assumptions& assumptions() const { return assumptions_; }
  const Graph& graph() const { return batch_.graph; }
  NodeId loss() const { return batch_.loss; }
  /// What stands on top of every partial: L, or L̄ for a mean over the batch that tracer added.
  const Notation& loss_display() const { return loss_display_; }
  /// ∂L/∂node as it stands in formulas; for the loss itself 1, or the name of the upstream
  /// gradient.
  Symbol adjoint(NodeId) const;
  Notation partial(NodeId) const;  ///< ∂L/∂node
  Notation display(NodeId) const;  ///< the node's name
  /// line_formula() of the graph, worked out once: a line that adds up thousands of values is asked
  /// for by each of them.
  const Symbol& line(NodeId) const;
  bool seeded() const { return !seed_name_.empty(); }

  /// The contribution of a path as one formula: for scalars ∂L/∂line · local.
  Symbol contribution(const Path&) const;
  /// All of them added up, not simplified.
  Symbol sum(const GradientRule&) const;
  /// The gradient of a node in values of the forward pass alone: the whole chain, paths added up,
  /// not simplified. Nothing where that would be written with more than `most` terms. `shorter` may
  /// give the whole gradient of a value where it has a shorter form: (P − Y)/m.
  using Shorter = std::function<std::optional<Symbol>(const GradientRule&)>;
  std::optional<Symbol> collected(NodeId, int most, const Shorter& shorter = {}) const;

 private:
  std::optional<Symbol> collected(NodeId, int most, const Shorter&,
                                  std::map<NodeId, std::optional<Symbol>>& known) const;
  const BatchGraph& batch_;
  Layout layout_ = Layout::denominator;
  std::shared_ptr<const Rules> denominator_;  // null: this is it
  std::string seed_name_;
  Assumptions assumptions_;
  Notation loss_display_;
  std::vector<GradientRule> gradients_;
  std::map<NodeId, std::size_t> places_;
  mutable std::map<NodeId, Symbol> lines_;  // those that were asked for
};

/// Whether it has what came from above in it.
bool mentions_gradient(const Symbol&);

/// The name of a value as notation: L̄ for the mean over the batch of L.
Notation display_of(const Node&);

}  // namespace tracer
