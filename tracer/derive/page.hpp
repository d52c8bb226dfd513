// The page of a step: forward, backward, the whole chain, update, and what it did. Words and
// reasons are here and in reasons.cpp; the rules come from rules.hpp and the numbers from run.hpp.
#pragma once

#include <optional>
#include <set>

#include "tracer/derive/document.hpp"
#include "tracer/derive/formulas.hpp"
#include "tracer/derive/rules.hpp"
#include "tracer/derive/run.hpp"

namespace tracer {

struct PageContext {
  const Program& program;
  const Rules& rules;
  const Show& show;
  Working working;
  bool by_sample = false;
  bool rounded = false;  ///< --round: the run carries rounded values
  int samples = 0;       ///< how many there are in all
  const Optimizer* optimizer = nullptr;
  std::vector<std::string> wanted;                  ///< gradients to show; empty: all
  std::optional<Rounding> rounding = std::nullopt;  ///< --round: how parts of a line are shown
  bool expand = false;  ///< --expand: the rules of composite operations are derived
  int depth = 1;        ///< --depth: to how many levels an entry is explained
};

/// The page of a step. `exact`: the same step of the exact run, where `record` is of a rounded one.
DerivationStep write_page(const PageContext&, const StepRecord& record, const StepRecord* exact);

/// --wrt 'W2[3,5]': adds to the page's chains why one entry of a gradient is what it is, and with
/// --depth what its factors come from. `record` null: in symbols. Throws Error where the loss does
/// not depend on it.
void explain_entry(const PageContext&, const StepRecord* record, const std::string& name,
                   std::pair<int, int> entry, DerivationStep&);

/// --order 2: adds the Hessian of what is differentiated for, in formulas, and in numbers where there
/// is a record (null: in symbols). Throws Error where it is too large for a page.
void write_second_order(const PageContext&, std::shared_ptr<const BatchGraph>, const StepRecord*,
                        DerivationStep&);

/// --jacobians, --paths: adds them to the page. `record` null: in symbols. Throws Error where the
/// loss depends on nothing that is asked for.
void write_ways(const PageContext&, std::shared_ptr<const BatchGraph>, const StepRecord* record,
                bool jacobians, bool paths, DerivationStep&);

/// --check: adds a difference for each gradient of the page; `digits`: how many the page shows.
/// Whether all agree. Throws Error where the graph is too large for that.
bool write_differences(const PageContext&, const StepRecord&, int digits, DerivationStep&);

/// Lines of that page one by one: a named value, a gradient that the page has, an update.
Equation value_line(const PageContext&, const StepRecord&, NodeId);
Equation gradient_line(const PageContext&, const StepRecord&, NodeId);
UpdateLine update_line(const PageContext&, const StepRecord&, const UpdateRecord&);

/// The page of a lesson without numbers: rules and collected forms.
DerivationStep write_symbolic_page(const PageContext&, std::shared_ptr<const BatchGraph>);

}  // namespace tracer
