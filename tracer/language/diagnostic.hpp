// Mistakes in a lesson, collected so that one run reports several of them, and shown with the line
// they stand in:
//
//     hw.lesson:9:6: error: W1 (20×784) and X (784×16) can't be multiplied entry by entry
//       9 | Z1 = W1*X + b1
//         |      ^~~~
//       for the matrix product write W1 @ X
//
// Read next: parser.hpp and the elaborator, which report here.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tracer/error.hpp"
#include "tracer/language/source.hpp"

namespace tracer {

enum class Severity {
  error,   // the lesson can't be run
  remark,  // it can, but perhaps not as its author meant it
};

struct Diagnostic {
  Severity severity = Severity::error;
  Span span;            // what the caret and its tail mark; may be empty (then: one caret)
  std::string message;  // what is wrong: one sentence, lower case, no full stop
  std::string remedy;   // what to do about it; may be empty; may have several lines
};

/// One diagnostic as in the drawing above, ending in a newline. The caret stands under the right
/// character for multi-byte text and tabs too; of a long line only a window around it is shown.
/// `colour`: with ANSI colours, for a terminal.
std::string render(const Source& source, const Diagnostic& diagnostic, bool colour = false);

class Diagnostics {
 public:
  /// More errors than this help nobody: later ones are dropped, and "too many errors" is said.
  static constexpr std::size_t most_errors = 20;

  void error(Span span, std::string message, std::string remedy = "");
  void remark(Span span, std::string message, std::string remedy = "");

  bool has_errors() const { return errors_ > 0; }
  /// True when no more errors are taken; whoever reads the lesson may stop.
  bool full() const { return errors_ >= most_errors; }

  /// All of them by place in the text; in the order of report where the place is the same.
  const std::vector<Diagnostic>& sorted() const { return diagnostics_; }
  /// Only the remarks or only the errors, rendered one after the other.
  std::string render_remarks(const Source& source, bool colour = false) const;
  std::string render_errors(const Source& source, bool colour = false) const;

  /// Throws LessonError when there is an error; remarks alone pass.
  void throw_if_errors(const Source& source, bool colour = false) const;

 private:
  void insert(Diagnostic diagnostic);

  std::vector<Diagnostic> diagnostics_;  // kept sorted
  std::size_t errors_ = 0;
  bool dropped_ = false;  // an error came after the last that was taken
};

/// what(): the rendered text of all errors of a lesson, as it is to be printed (no final newline).
struct LessonError : Error {
  LessonError(const std::string& rendered, std::vector<Diagnostic> errors_)
      : Error(rendered), errors(std::move(errors_)) {}

  std::vector<Diagnostic> errors;
};

}  // namespace tracer
