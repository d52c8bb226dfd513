// What a lesson is for: the loss and what it is differentiated for, training, prediction,
// expectations.
#pragma once

#include <set>
#include <span>
#include <string>

#include "tracer/language/elaborate.hpp"
#include "tracer/language/names.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// grad, train and predict: before the graph, for they say which line is the loss. With neither
/// grad nor train it is the last line. wrt: what grad names; else every param (and what --set
/// gives, with differentiate_set); a lesson without any is differentiated for every input.
void read_purposes(Names&, Program&, const ElaborateOptions&, Diagnostics&);

/// What only the graph can tell: whether the upstream gradient fits, what the loss does not depend
/// on, whether a leaf that it depends on has no number. `further`: the graphs of the losses after
/// the first. `used`: the names that lines use.
void check_purposes(const Names&, Program&, const BatchGraph&, std::span<const BatchGraph> further,
                    const std::set<std::string>& used, Diagnostics&);

/// The expect lines. `built` is the graph of the first step.
void read_expectations(Names&, Program&, const BatchGraph& built, Diagnostics&);

}  // namespace tracer
