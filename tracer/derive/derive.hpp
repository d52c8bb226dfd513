// From a lesson to its derivation: the run, started again at twice the precision until every digit
// is proved, and a page for each step that is shown. The pieces: run.hpp (numbers), rules.hpp
// (symbols), page.hpp (words).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/derive/document.hpp"
#include "tracer/derive/rules.hpp"
#include "tracer/derive/wrong_gradients.hpp"
#include "tracer/language/program.hpp"
#include "tracer/number/rounding.hpp"

namespace tracer {

struct DeriveOptions {
  int digits = 10;                        ///< significant digits of what is rounded
  std::optional<Rounding> rounding = {};  ///< --round: rounded working
  std::vector<std::string> wrt = {};      ///< show these gradients only; `W[0,1]` explains an entry
  long long steps = -1;                   ///< how many to show: -1 the first 10, 0 all
  long long first_step = 0;               ///< a range of steps, from 1 (0: not said)
  long long last_step = 0;
  int depth = 1;           ///< levels to which an entry is explained: 2 its factors too
  int order = 1;           ///< 2: second derivatives too
  bool expand = false;     ///< how the rules of composite operations come about
  bool jacobians = false;  ///< every local Jacobian
  bool check = false;      ///< beside each gradient the difference that confirms it
  bool paths = false;      ///< each gradient as a sum over paths
  Layout layout = Layout::denominator;
  bool elementary = false;   ///< --detail ops: every elementary operation is a line
  int most_bits = 4096;      ///< where the search for more digits ends
  int rational_bits = 4096;  ///< rationals with more become intervals
  double most_work = 30;     ///< of a run: RunOptions
  /// Whether Value::decimals are made of every entry of a matrix that is not printed whole, for the
  /// formats that write them all.
  bool every_entry = true;
  /// Whether the page has an update: else that of the last step is not worked out.
  bool updates = true;
  WrongGradients wrong = {};  ///< --mistake: what is derived goes wrong there; empty: all is right
  long long wrong_from = 1;   ///< the step from which on it does
};

struct DeriveResult {
  Derivation derivation;
  bool expectations_hold = true;
  bool differences_agree = true;  ///< of --check
};

/// Throws LessonError (a mistake, with its place), Undecided at the limit of precision.
DeriveResult derive(const Program&, const DeriveOptions&);

}  // namespace tracer
