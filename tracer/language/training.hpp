// The train line: the optimizer and its settings, and the options that follow it. Next:
// optimize/schedule.hpp and optimize/optimizer.hpp, which say what they mean.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tracer/language/names.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

struct OptimizerHelp;  // optimize/optimizer.hpp

/// What has no effect gets a remark: a patience without early stopping, a batch that is larger than
/// the data (it is cut to it, as scikit-learn does). Throws BadStatement (or Broken).
Training read_training(const Names&, const Program&, const ast::Train&, Diagnostics&);

/// What may follow the optimizer, in the order in which a line gets it: batch_size, epochs ...
std::span<const std::string_view> training_options();

/// scikit-learn's and Keras's words for these in a lesson's own: tol is min_delta; others stay.
std::string own_training_word(const std::string& name);
/// Has this optimizer, or some, a setting or a flag of that name?
bool takes(const OptimizerHelp&, std::string_view name);
bool is_of_some_optimizer(std::string_view name);

/// `sgd(lr=0.01)`, with the word before the bracket. Throws BadStatement for what the rule does not
/// take. All of lbfgs's settings are filled in: lr, max_iter, history, tolerance.
OptimizerCall read_optimizer(const Names&, const ast::Train&);

/// The value of schedule=: a word or a call of one; PyTorch's class names are understood too.
/// Throws BadStatement.
Schedule read_schedule(const Names&, ast::ExprId);

}  // namespace tracer
