// The parts of a page, and what they share: each looks at one step (none: a lesson in symbols) and
// adds to its page.
#pragma once

#include "tracer/derive/formulas.hpp"
#include "tracer/derive/page.hpp"

namespace tracer {

/// What every part looks at.
struct PageSource {
  const PageContext& context;
  const BatchGraph& batch;
  const StepRecord* record;  ///< null: in symbols
  StepNumbers numbers;
  const Graph& graph() const { return batch.graph; }
  bool wanted(NodeId) const;  ///< whether --wrt asks for this gradient
};

PageSource source_of(const PageContext&, const StepRecord&);

void write_forward(const PageSource&, DerivationStep&);
void write_backward(const PageSource&, DerivationStep&);
/// The path through the network, where it is a chain, and the whole chain of the farthest
/// parameter.
void write_path(const PageSource&, DerivationStep&);
void write_chains(const PageSource&, DerivationStep&);

constexpr int most_terms = 120;  ///< a formula with more is not written out: nobody reads it

/// A formula, or what is said in place of one that is too long.
Notation write_short(const Symbol& formula);
/// A rule that is nothing but a name or a number has nothing to put numbers into.
bool is_plain(const Symbol& formula);
void add_numbers(Equation&, std::optional<Notation> numbers);

}  // namespace tracer
