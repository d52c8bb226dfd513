// Which functions there are. The functions of the language are the operations (op/all.hpp) that
// have a `call`, their other spellings in NumPy and PyTorch, and a few that move values about.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/symbol/operation.hpp"

namespace tracer {

/// The name that tracer has for it: log for ln, silu for swish; the word itself where there is no
/// other.
std::string_view usual_name(std::string_view function);

/// The operations that a call of that name may mean: sum has three, one for each way to go. Empty:
/// none.
std::span<const Operation* const> operations_called(std::string_view function);
/// The operation that makes the constant of a name that no lesson has to define, pi or e, of 1;
/// null: it is none.
const Operation* constant_called(std::string_view name);

/// Whether a formula may call it (under any of its names).
bool is_function(std::string_view name);

/// Every function a formula may call.
std::vector<std::string> functions();

}  // namespace tracer
