// The text of an answers file, cut into answers: which heading each stands under, what it calls
// itself, and what it comes to. Nothing is known of a lesson here. What can't be read is kept with
// the reason, and the rest is read. Next: answer_names.hpp (names to lines of the lesson's page).
//
//   Sample 2                              a heading: sample, step, epoch, with or without "after"
//   z1 = 1.02*2 + 0.02 = 2.06             a chain is read by its last value, on its line or below:
//   z2 = 1.02*2.06 + 0.02
//      = 2.1212
//   ∂L/∂w₁ ≈ −3.8328;  w1 ← 1.0583        several on a line, Unicode, arrows
//   W1 = [[0.15, 0.2],                    brackets may go over several lines
//         [0.25, 0.3]]
#pragma once

#include <string>
#include <vector>

#include "tracer/grade/answer_heading.hpp"
#include "tracer/grade/written_number.hpp"
#include "tracer/language/source.hpp"

namespace tracer {

struct AnswerText {
  std::size_t line = 0;  ///< of the file, from 1
  AnswerPlace place;
  std::string unclear;  ///< the heading above it, where that can't be understood: "Sample B"
  std::string name;     ///< in plain signs: "dL/dw1", "w1 (new)"
  std::string value;    ///< in plain signs, the last of a chain: "-3.8328"
  /// "z = 1 L = 2": what it is if that is no chain; whoever knows the lesson decides.
  std::vector<AnswerText> apart = {};
};

struct UnreadLine {
  std::size_t line = 0;
  std::string text;
  std::string why;
};

struct AnswersFile {
  std::string source;  ///< the file, for messages
  std::vector<AnswerText> answers;
  std::vector<UnreadLine> unread;
  std::size_t blank = 0;  ///< "z1 =": lines of a form that were left empty
  Comma comma = Comma::unknown;
};

AnswersFile read_answers(const Source&);

/// Reads an answers file. Throws Error: there is none, a directory, empty, not text.
Source read_answers_source(const std::string& path);

}  // namespace tracer
