// Numbers that are known before anything runs: literals and their arithmetic, let names, lists of
// these. They are folded exactly: 1/2 is one constant, not a division. Next: leaves.hpp.
#pragma once

#include <optional>
#include <string_view>

#include "tracer/language/names.hpp"

namespace tracer {

/// a op b; nothing where that is irrational (2**0.5). Throws BadStatement at `span` for 1/0, and
/// for a number with more than a million bits. op is not matmul.
std::optional<Rational> fold(ast::BinaryOperator op, const Rational& a, const Rational& b,
                             Span span);

/// The value of a constant expression that is a single number. Throws BadStatement (or Broken).
Rational number(const Names&, ast::ExprId);

/// The same, a whole number of at least `least`; `what` it is for the message: "an axis",
/// "batch_size".
int whole_number(const Names&, ast::ExprId, std::string_view what, int least);

/// A number, a list, or a list of rows. Throws BadStatement (or Broken).
Constant constant(const Names&, ast::ExprId);

/// A flat list as it lies: a column, or a row where samples are rows.
Array<Exact> flat_list(const std::vector<Rational>& entries, bool as_row);

/// Whether it is written with numbers, lists, arithmetic and known constants alone, so that
/// constant() can read it.
bool is_constant(const Names&, ast::ExprId);

/// The items of a list or a tuple; null for anything else.
const std::vector<ast::ExprId>* items_of(const Names&, ast::ExprId);

}  // namespace tracer
