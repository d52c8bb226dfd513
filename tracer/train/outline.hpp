// What a model must know of its training data to be run on others, so that a saved model needs
// neither the files nor the time to read them: names, entries, classes, scaling, and for each kind
// of target one. Next: evaluate.hpp.
#pragma once

#include <optional>
#include <string>

#include "tracer/language/program.hpp"
#include "tracer/train/model.hpp"

namespace tracer {

/// The lesson's data with all that is known about them, but few samples: one of each class (two of
/// numbers), whose features are 0 and whose targets are real. `count` is that of the whole data.
/// Nothing where the lesson has no data, or some of them have no numbers.
std::optional<Samples> outline_of(const Program&);

/// The lesson of a model, ready for evaluate(): its data are the outline, where the model has one
/// (their count then is that of the outline's few samples), else they are read. Throws LessonError,
/// Error.
Program program_of(const Model&);

/// For model files. Throws Error for anything that outline_json does not write.
std::string outline_json(const Samples& outline);
Samples outline_from_json(const std::string&);

}  // namespace tracer
