// What people write from habit - Python's other statements, Matlab's operators, typeset signs - and
// what to write in its place. One table for each, and nothing else knows these words.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracer {

struct Advice {
  std::string message, remedy;
};

/// A line of a table.
struct AdviceRow {
  std::string_view written;  ///< one, or several with a space between them
  std::string_view message;  ///< {}: which of them it is
  std::string_view remedy;
};
std::optional<Advice> advice_of(std::span<const AdviceRow> table, std::string_view written);

/// For a sign that the language does not have: "//", "!=", "²", "“".
std::optional<Advice> advice_on_sign(std::string_view sign);

/// For a word of Python with which a statement begins: def, return, for ...
std::optional<Advice> advice_on_statement(std::string_view word);

/// For a word of Python inside an expression: if, for, lambda, and ...
std::optional<Advice> advice_on_word(std::string_view word);

/// A call of something that other libraries have and the language has not: nn.Linear(2, 3),
/// L.backward(), np.clip(z, 0, 1). All parts as they are written.
struct PastedCall {
  std::string_view function;
  std::vector<std::string> arguments = {};  ///< of a method what is before the dot is the first
  std::vector<std::pair<std::string, std::string>> keywords = {};
  bool is_method = false;
  std::string line = {};  ///< the name that the value gets; "": none
  std::string loss = {};  ///< what the lesson's loss is called
};
/// What to write in its place (pasted_calls.cpp).
std::optional<Advice> advice_on_call(const PastedCall&);

}  // namespace tracer
