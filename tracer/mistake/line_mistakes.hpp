// What a gradient on a sheet comes to under each mistake that sheets are searched for: the mistakes
// of the catalogue that stand in the lines which use its value, put into their formulas.
#pragma once

#include "tracer/mistake/catalogue.hpp"
#include "tracer/mistake/line_formulas.hpp"

namespace tracer {

class LineMistakes {
 public:
  /// Both must outlive it.
  LineMistakes(const BatchGraph& batch, const Rules& rules)
      : back_(batch.graph, batch.loss), catalogue_(batch, back_), formulas_(back_, rules) {}

  struct Wrong {
    SheetWords words;
    Symbol formula;  ///< of named values and gradients
  };
  /// In the order in which they are told. `fused`: as Catalogue::of_sheet has it.
  std::vector<Wrong> of(NodeId value, Turn, const std::optional<Symbol>& fused = {});

 private:
  BackwardGraph back_;
  Catalogue catalogue_;
  LineFormulas formulas_;
};

}  // namespace tracer
