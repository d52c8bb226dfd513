// What people write from habit - Python's other statements, Matlab's operators, typeset signs - and
// what to write in its place. One table for each, and nothing else knows these words.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tracer {

struct Advice {
  std::string message, remedy;
};

/// For a sign that the language does not have: "//", "!=", "²", "“".
std::optional<Advice> advice_on_sign(std::string_view sign);

/// For a word of Python with which a statement begins: def, return, for ...
std::optional<Advice> advice_on_statement(std::string_view word);

/// For a word of Python inside an expression: if, for, lambda, and ...
std::optional<Advice> advice_on_word(std::string_view word);

}  // namespace tracer
