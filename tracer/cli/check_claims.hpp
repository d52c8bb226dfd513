// tracer check --claimed, --program, --before and --after: somebody's gradients against a lesson's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracer/cli/flags.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/language/program.hpp"

namespace tracer::cli {

/// Where the gradients come from, and what they were computed at.
struct ClaimFlags {
  std::string claimed;        ///< a file of gradients
  std::string program;        ///< a command that computes them
  std::string before, after;  ///< weights around one update
  std::string lr;
  std::string params, data;  ///< in place of the lesson's leaves
  std::string precision;
  double tolerance = 0;      ///< of what is right; 0: what rounding may do
  double seconds = 60;       ///< a program's time
  int points = 3;            ///< at which a program is asked
  std::string make_problem;  ///< a folder

  /// The flag that they come from, "" where none is given.
  std::string_view source() const;
  /// Something other than the lesson's own gradients is to be checked.
  bool given() const;
};

Flags claim_flags(ClaimFlags&);
/// Throws Error where flags do not go together.
void check_claim_flags(const ClaimFlags&);

/// What of the command line is not of claims alone.
struct ClaimView {
  long long step = 1;
  std::vector<std::string> wrt;  ///< what is judged; empty: all that is claimed
  unsigned seed = 0;
  int digits = 10;
  Output output;
};

/// Writes a small problem, on which no two mistakes coincide, to a folder: as a lesson, as the JSON
/// that a program reads, and as .npz.
void write_problem(const Program&, const std::string& folder, unsigned seed);

/// Compares, explains, writes the report. Exit status 0 right, 1 wrong, 3 can't be told.
int check_claims(Program, const ClaimFlags&, const ClaimView&);

}  // namespace tracer::cli
