// A lesson with other settings, written into its text: what the flags of `tracer train` and the
// options of `tracer sweep` say stands in the lesson afterwards, so that what is saved, shown and
// resumed is always the text of what was run. All lines keep their numbers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracer/language/source.hpp"

namespace tracer {

/// Names and values, as a lesson would have them: {"lr", "0.1"}, {"batch_size", "all"}.
using LessonSettings = std::vector<std::pair<std::string, std::string>>;

/// The setting by that name, or null.
const std::string* value_of(const LessonSettings&, std::string_view name);

/// Of the train line, in place of what stands there or after it: `optimizer`, the optimizer's own
/// (another optimizer keeps none of them), and those of the statement; and `seed`. A lesson with
/// mistakes or without a train line comes back as it is: whoever runs it will say so.
Source with_training(const Source&, const LessonSettings&);

/// A lesson whose settings are varied.
class Adjustable {
 public:
  /// Throws LessonError where the text has mistakes, Error where it has no train line.
  explicit Adjustable(Source);

  const Source& source() const { return source_; }
  unsigned seed() const;  ///< 0 where it says none

  /// scikit-learn's and Keras's words in the lesson's own: learning_rate_init is lr, max_iter
  /// epochs, solver optimizer. Throws Error where a lesson has nothing of that name that could be
  /// set, with the nearest that it has.
  std::string own_name(const std::string& name) const;

  /// With these settings (own names): a constant (`let`), the first value of a param or an input,
  ///   activation   of hidden lines: every activation but those of what is predicted and the loss
  ///   init         of every param that draws its first value
  /// and what with_training takes. `W1=kaiming` keeps the sizes of the call that it stands for.
  /// A setting that this optimizer does not have (momentum of adam, lr and batch_size of lbfgs) is
  /// left out; `left_out` gets its name. Throws Error where nothing is there to be set.
  Source with(const LessonSettings&, std::vector<std::string>* left_out = nullptr) const;
  /// Without that option of the train line.
  Source without(std::string_view option) const;

 private:
  struct Names;  // settings.cpp

  Source source_;
  std::shared_ptr<const Names> names_;
};

}  // namespace tracer
