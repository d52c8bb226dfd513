// The local Jacobian of a line with respect to a value that it uses: entry [i, j] is ∂line[i]/∂value[j],
// whichever way the two lie. It is read off the rule that the backward pass has, by linear_form().
#pragma once

#include "tracer/derive/linear_form.hpp"
#include "tracer/derive/rules.hpp"

namespace tracer {

struct LocalJacobian {
  NodeId line = -1;
  NodeId value = -1;
  Symbol rule{0};  ///< of numbers: ∂line/∂value; else what the line sends back (denominator layout)
  std::optional<Symbol> above;     ///< the leaf in `rule` that stands for what came from above
  std::optional<LinearForm> form;  ///< nothing: between numbers, or no matrix says it
  std::optional<Notation> named;   ///< diag(σ′(z)), where the form writes the slope out
  bool between_numbers = false;

  /// A matrix, or a number: not only a rule.
  bool has_matrix() const { return between_numbers || form.has_value(); }
  /// By its name where it has one.
  Notation written() const;
  /// The same with the slope written out.
  Notation written_out() const;
  bool is_identity() const;
};

/// `rules` in the denominator layout.
LocalJacobian local_jacobian(const Rules& rules, const Path&, NodeId value);

/// Its entries: a row for each entry of the line, a column for each of the value, both row by row.
/// `of` gives what a leaf stands for.
Array<Exact> jacobian_entries(const LocalJacobian&, const Graph&,
                              const std::function<Array<Exact>(const Symbol&)>& of, Working);

/// What the line sends back to the value, of `above`.
Array<Exact> sent_back(const LocalJacobian&, const Array<Exact>& above, const Graph&,
                       const std::function<Array<Exact>(const Symbol&)>& of, Working);

}  // namespace tracer
