// An expression of a lesson's tree on one line, for the tests to compare.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>

#include "tracer/language/ast.hpp"

namespace tracer::ast {

// One operator() for each kind of expression.
struct Printer {
  // in the order of BinaryOperator
  static constexpr std::array<std::string_view, 12> signs{"+", "-",  "*", "/",  "@",  "**",
                                                          "<", "<=", ">", ">=", "==", "!="};
  const Lesson& lesson;

  std::string of(ExprId id) const { return std::visit(*this, lesson.expr(id).is); }
  std::string of(const std::optional<ExprId>& id) const { return id ? of(*id) : "_"; }

  std::string each(const std::vector<ExprId>& items, std::string_view before) const {
    std::string result;
    for (const ExprId item : items) {
      result += before;
      result += of(item);
      before = " ";
    }
    return result;
  }
  std::string each(const std::vector<Keyword>& keywords) const {
    std::string result;
    for (const Keyword& k : keywords) result += fmt::format(" {}={}", k.name.text, of(k.value));
    return result;
  }

  std::string operator()(const Number& e) const { return to_string(e.value); }
  std::string operator()(const Name& e) const { return e.text; }
  std::string operator()(const String& e) const { return fmt::format("\"{}\"", e.text); }
  std::string operator()(const Truth& e) const { return e.value ? "True" : "False"; }
  std::string operator()(const None&) const { return "None"; }
  std::string operator()(const List& e) const { return fmt::format("[{}]", each(e.items, "")); }
  std::string operator()(const Tuple& e) const {
    return fmt::format("(tuple{})", each(e.items, " "));
  }
  std::string operator()(const Unary& e) const {
    return fmt::format("({} {})", e.op == UnaryOperator::plus ? '+' : '-', of(e.operand));
  }
  std::string operator()(const Binary& e) const {
    return fmt::format("({} {} {})", signs.at(static_cast<std::size_t>(e.op)), of(e.left),
                       of(e.right));
  }
  std::string operator()(const Call& e) const {
    return fmt::format("(call {}{}{})", e.function.text, each(e.arguments, " "), each(e.keywords));
  }
  std::string operator()(const Method& e) const {
    return fmt::format("(method {} {}{}{})", e.name.text, of(e.object), each(e.arguments, " "),
                       each(e.keywords));
  }
  std::string operator()(const Attribute& e) const {
    return fmt::format("(.{} {})", e.name.text, of(e.object));
  }
  std::string operator()(const Index& e) const {
    return fmt::format("(index {}{})", of(e.object), each(e.items, " "));
  }
  std::string operator()(const Slice& e) const {
    return fmt::format("(slice {} {} {})", of(e.begin), of(e.end), of(e.step));
  }
};

/// An expression as an s-expression: (+ (* w1 x) b1), (call sum E axis=0), (index A 0 (slice _ 2 _)),
/// [1 2], (tuple 1 3), "text", (- x), (.T A), (method dot W X).
inline std::string s_expression(const Lesson& lesson, ExprId id) { return Printer{lesson}.of(id); }

}  // namespace tracer::ast
