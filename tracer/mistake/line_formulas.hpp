// A mistake in the formula of a line: its edit of the backward pass (graph/backward.hpp),
// with named values and gradients in place of what it reads of the graph. So the diagnosis of a
// program shows what was computed, and the marking of a sheet computes what would have been
// written.
#pragma once

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tracer/derive/rules.hpp"
#include "tracer/mistake/catalogue.hpp"

namespace tracer {

/// A node in named values: of a named one its name, else its formula.
Symbol value_formula(const Graph&, NodeId);

/// What a mistake made of a gradient, and what belongs there, simplified. Leaves are values and
/// gradients, as Rules names them.
struct LineFormula {
  NodeId of = -1;     ///< whose gradient it is
  bool part = false;  ///< several lines use it, and this is what one of them sends it
  Symbol wrong{0};
  Symbol right{0};
};

class LineFormulas {
 public:
  /// All must outlive it.
  LineFormulas(const BackwardGraph& back, const Rules& rules) : back_(back), rules_(rules) {}

  /// What the mistake's line sends back under it. `factor`: of an edit with one. Nothing where it
  /// changes nothing there, or reads what has no formula.
  std::optional<LineFormula> of(const Mistake&, const Symbol& factor = 1) const;
  /// The whole gradient of a named value under mistakes that have no factor; nothing where they change
  /// nothing of it.
  std::optional<Symbol> gradient_of(NodeId, const std::vector<const Mistake*>&) const;
  std::optional<Symbol> gradient_of(NodeId node, const Mistake& mistake) const {
    return gradient_of(node, std::vector{&mistake});
  }

 private:
  const Graph& graph() const { return rules_.graph(); }
  Symbol gradient(NodeId) const;
  Symbol sent(NodeId user, int operand) const;
  std::optional<Symbol> elsewhere(const Quantity&, const Symbol& factor) const;
  std::map<NodeId, Symbol> sent_back(NodeId line, const BackwardGraph::Pass&,
                                     const Symbol& factor) const;
  std::optional<LineFormula> of_contribution(const Mistake&, const Symbol& factor) const;
  std::optional<LineFormula> of_total(const Mistake&, const Symbol& factor) const;
  bool is_used_elsewhere(NodeId node, NodeId line) const;
  const BackwardGraph& back_;
  const Rules& rules_;
};

/// What a gradient on a sheet comes to under each mistake that sheets are searched for: the mistakes
/// of the catalogue that stand in the lines which use its value, put into their formulas.
class LineMistakes {
 public:
  /// Both must outlive it.
  LineMistakes(const BatchGraph& batch, const Rules& rules)
      : back_(batch.graph, batch.loss), catalogue_(batch, back_), formulas_(back_, rules) {}

  /// In named values and gradients, in the order in which they are told. `fused`: as
  /// Catalogue::of_sheet has it.
  const std::vector<WrongFormula>& of(NodeId value, Turn, const std::optional<Symbol>& fused = {});

 private:
  std::vector<WrongFormula> made_of(NodeId value, Turn, const std::optional<Symbol>& fused);
  // the samples of a sheet ask the same
  struct Made {
    std::optional<Symbol> fused;
    std::vector<WrongFormula> formulas;
  };
  std::map<std::pair<NodeId, Turn>, Made> known_;
  BackwardGraph back_;
  Catalogue catalogue_;
  LineFormulas formulas_;
};

}  // namespace tracer
