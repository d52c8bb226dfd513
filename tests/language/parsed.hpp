// A lesson from a string, for the tests of the parser.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "tests/catch.hpp"
#include "tests/language/s_expression.hpp"
#include "tracer/language/parser.hpp"

namespace tracer {

struct Parsed {
  explicit Parsed(std::string text) : source("test.lesson", std::move(text)) {
    lesson = parse(source, diagnostics);
  }
  std::string errors() const { return diagnostics.render_errors(source); }
  std::string remarks() const { return diagnostics.render_remarks(source); }

  Source source;
  Diagnostics diagnostics;
  ast::Lesson lesson;
};

/// The tree of an expression, as an s-expression; or the errors.
inline std::string tree(const std::string& expression) {
  const Parsed parsed("r = " + expression);
  if (parsed.diagnostics.has_errors()) return parsed.errors();
  return ast::s_expression(parsed.lesson,
                           std::get<ast::Assign>(parsed.lesson.statements.at(0)).value);
}

/// The only statement of a text, which must be a Kind and free of mistakes.
template <class Kind>
Kind only(const Parsed& parsed) {
  INFO(parsed.errors());
  REQUIRE_FALSE(parsed.diagnostics.has_errors());
  REQUIRE(parsed.lesson.statements.size() == 1);
  REQUIRE(std::holds_alternative<Kind>(parsed.lesson.statements[0]));
  return std::get<Kind>(parsed.lesson.statements[0]);
}

}  // namespace tracer
