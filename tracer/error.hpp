// The errors of the whole program. A user's mistake throws one of these; a programmer's mistake
// asserts. What they say follows one form: one sentence, lower case, no full stop; what, where,
// got, wanted, a way out.
#pragma once

#include <stdexcept>
#include <string>

namespace tracer {

/// Whatever the user can mend: their lesson, their command line, their files. Exit status 2.
struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A function was asked for a value where it has none: log(0), 1/0, sqrt(-1).
struct DomainError : Error {
  using Error::Error;
};

/// Matrices whose sizes do not go together.
struct ShapeError : Error {
  using Error::Error;
};

/// An interval is too wide for what was asked of it: the digits to print, or the side of a branch.
/// The run is started again at twice the precision; at the limit this ends it with exit status 3.
/// Not an Error: the input is not wrong.
struct Undecided : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace tracer
