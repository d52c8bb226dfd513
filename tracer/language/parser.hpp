// A lesson's text to its syntax tree. The grammar stands in the design's section 1; statements are
// in parser_statements.cpp and parser_expect.cpp, expressions in parser_expressions.cpp. Read next:
// ast.hpp, what comes out.
#pragma once

#include "tracer/language/ast.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/language/source.hpp"

namespace tracer {

/// Never throws for what is written: mistakes go to `diagnostics`, and the statements without a
/// mistake are all in the lesson. Ask diagnostics.has_errors() before you run it.
ast::Lesson parse(const Source& source, Diagnostics& diagnostics);

}  // namespace tracer
