// A lesson's text, cut into tokens. The lexer knows three things that Python's knows, too: a
// newline ends a statement, except in brackets and after a backslash; a comment goes to the end of
// its line; indentation means nothing here, so that an indented block can be pasted.
//
// It reports almost nothing itself: signs that mean nothing here become tokens of kind `foreign`,
// so that the parser, which knows what it is in the middle of, can say what to write in their
// place. Read next: parser.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracer/language/diagnostic.hpp"
#include "tracer/language/source.hpp"

namespace tracer {

enum class TokenKind {
  name,
  number,
  string,
  docstring,        // """...""": pasted, and passed over
  unclosed_string,  // up to the end of its line
  plus,
  minus,
  star,
  slash,
  at,
  power,
  open_round,
  close_round,
  open_square,
  close_square,
  comma,
  colon,
  dot,
  semicolon,
  equals,
  equal_equal,
  not_equal,
  at_most,
  at_least,
  less,
  greater,
  augmented,  // += -= *= /= @= **= //= %= ^=
  partial,    // the ∂ of ∂L/∂w1
  newline,
  foreign,     // a character or an operator that the language does not have
  bad_number,  // 3x, 1.2.3, 0x1F
  bad,         // the lexer has reported it
  end,
};

struct Token {
  TokenKind kind;
  Span span;
};

/// The tokens of a lesson; the last is `end`. Newlines inside matching brackets are left out; those
/// after a bracket that is never closed stay, so that one forgotten bracket spoils one statement.
std::vector<Token> tokenize(const Source& source, Diagnostics& diagnostics);

/// The name a token stands for: as written, but that letters which look the same are the same
/// (µ and μ, ϵ and ε, ϕ and φ ...), as in Python.
std::string name_of(const Source& source, const Token& token);

/// What a token of kind `string` stands for: without quotes; \" \' and \\ are " ' and \, and any
/// other backslash is itself, as in a Windows path.
std::string string_of(const Source& source, const Token& token);

}  // namespace tracer
