// Somebody's program in whatever language: it reads a problem as JSON on its standard input and
// prints its gradients as JSON on its standard output. Ready-made ones are in lessons/adapters.
// Next: point.hpp (the problem), read_claims.hpp (the answer).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tracer/claims/named_arrays.hpp"

namespace tracer {

struct ProgramAnswer {
  std::string output;  ///< all of its standard output
  std::string errors;  ///< the end of its standard error
};

/// Runs `command` with /bin/sh -c in a process group of its own, which is ended whole when the
/// command has ended or the time is over; the answer is what was written until then. The program
/// need not read all of its input. Throws Error naming the command, with the last 20 lines of its
/// standard error: it can't be started, gives no answer within `seconds`, ends with another status
/// than 0 or by a signal, prints more than `most_bytes`.
ProgramAnswer run_program(const std::string& command, const std::string& input, double seconds,
                          std::size_t most_bytes = std::size_t{1} << 26U);

/// The arrays of an answer. Throws Error naming the command: nothing was printed, or something
/// before or after the JSON (that belongs on standard error), or no JSON; and what
/// parse_named_arrays throws.
std::vector<NamedArray> arrays_in_answer(const ProgramAnswer&, const std::string& command);

}  // namespace tracer
