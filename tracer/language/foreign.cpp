#include "tracer/language/foreign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "tracer/language/ast.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {

namespace {

constexpr std::string_view no_operator = "'{}' is not an operator here";
constexpr std::string_view not_used = "'{}' can't be used here";
constexpr std::string_view not_read = "'{}' can't be read";
constexpr std::string_view not_in_lesson = "'{}' can't stand in a lesson";
constexpr std::string_view no_functions = "functions can't be defined in a lesson";
constexpr std::string_view no_loops = "a lesson has no loops";

constexpr std::string_view relations = "an expectation takes =, <= or >=";
constexpr std::string_view assignment = "write name = expression";
constexpr std::string_view choices =
    "where(c, a, b), max(a, b), min(a, b), relu(x) and abs(x) choose by value";
constexpr std::string_view both_masks = "for a mask that keeps both multiply the two";
constexpr std::string_view other_mask = "for the opposite of a mask write 1 - mask";
constexpr std::string_view left_out = "leave the line out";

constexpr AdviceRow on_signs[] = {
    {"//", no_operator, "for a division write /, for a comment #"},
    {"%", no_operator, "write 50% as 0.5, and a comment with #"},
    {"≈ ±", not_used, "write = and how near it must be: = 0.25 within 0.005"},
    {":= <- ← ->", not_used, assignment},
    {"... …", not_used, "write out what it stands for; ':' takes a whole row or column"},
    {".*", no_operator, "entry by entry is *, the matrix product is @"},
    {"./", no_operator, "entry by entry is /"},
    {".^", no_operator, "entry by entry is **"},
    {"| ||", no_operator, "write abs(x) for |x|, norm(x) for ‖x‖"},
    {"‖", no_operator, "write norm(x) for ‖x‖"},
    {"!", no_operator, "leave notebook commands out"},
    {"& &&", no_operator, both_masks},
    {"~", no_operator, other_mask},
    {"<<", no_operator, "for a power write **"},
    {">>", no_operator, "leave the prompt '>>>' out"},
    {"{ }", not_used, "write a list with [ ], an expression with ( )"},
    {"$", not_used, "write the formula as in Python, not as in LaTeX"},
    {"\\", "'{}' may only stand at the end of a line that goes on in the next",
     "write functions by their names: sqrt(x), exp(x)"},
    {"`", not_used, "write strings with straight quotes: \"train\""},
    {"“ ” „ ‘", "'{}' is a typographic quotation mark",
     "write strings with straight quotes: \"train\""},
    {"’", "'{}' is a typographic quotation mark",
     "write strings with straight quotes, and W.T for W’"},
    {"′", "a name can't have a prime", "write another name, such as z_new"},
    {"– —", "'{}' is a dash", "write a minus sign: -"},
    {"½", not_read, "write 1/2"},
    {"⅓", not_read, "write 1/3"},
    {"⅔", not_read, "write 2/3"},
    {"¼", not_read, "write 1/4"},
    {"¾", not_read, "write 3/4"},
    {"⁰", "a raised '{}' can't be read", "write **0"},
    {"¹", "a raised '{}' can't be read", "write **1"},
    {"²", "a raised '{}' can't be read", "write **2"},
    {"³", "a raised '{}' can't be read", "write **3"},
    {"⁴", "a raised '{}' can't be read", "write **4"},
    {"⁻", "a raised '{}' can't be read", "write **-1"},
    {"ᵀ", "a raised '{}' can't be read", "write .T for the transpose"},
    {"⊤", not_read, "write .T for the transpose"},
    {"√", not_read, "write sqrt(x)"},
    {"∑", not_read, "write sum(x)"},
    {"∏", not_read, "write the product out with *"},
    {"∇", not_read, "write grad L wrt w to ask for a gradient"},
    {"∞", "'{}' is not a number", "write a number"},
    {"∘", no_operator, "entry by entry is *"},
    {"⊗", no_operator, "write outer(a, b)"},
    {"∈", not_used, "write data x, y in (1, 3), (2, 4)"},
};

constexpr AdviceRow on_statements[] = {
    {"def", no_functions, "write their lines as lines of the lesson, one 'name = expression' each"},
    {"class", "classes can't be defined in a lesson",
     "write the lines of forward() as lines of the lesson"},
    {"return", not_in_lesson, "give the result a name: L = ...; the last line is the loss"},
    {"for", no_loops, "list the samples, data x, y in (1, 3), (2, 4), and train with epochs=..."},
    {"while", no_loops, "train with epochs=..."},
    {"if elif else", "a lesson has no branches", choices},
    {"with", "'{}' can't begin a line", left_out},
    {"assert", not_in_lesson, "write expect name = value"},
    {"lambda", no_functions, "write the expression itself"},
    {"break continue", no_loops, left_out},
    {"try except pass global del raise async", not_in_lesson, left_out},
    {"yield", not_in_lesson, "give the result a name: L = ..."},
};

constexpr AdviceRow on_words[] = {
    {"if else", "an expression can't have an '{}'", choices},
    {"for", "a list can't be made with '{}'", "write its entries out: [1, 2, 3]"},
    {"lambda", no_functions, "write the expression itself"},
    {"and", no_operator, both_masks},
    {"or", no_operator, "maximum(a, b) is the larger of two masks"},
    {"not", no_operator, other_mask},
    {"is", no_operator, relations},
    {"in", "'{}' can't stand here", "it belongs into data x, y in (1, 3), (2, 4)"},
};

// Whether it is one of these words, which have spaces between them.
bool is_among(std::string_view words, std::string_view word) {
  for (std::size_t begin = 0; begin <= words.size();) {
    const std::size_t end = std::min(words.find(' ', begin), words.size());
    if (words.substr(begin, end - begin) == word) return true;
    begin = end + 1;
  }
  return false;
}

}  // namespace

std::optional<Advice> advice_of(std::span<const AdviceRow> table, std::string_view written) {
  for (const auto& [each, message, remedy] : table) {
    if (is_among(each, written))
      return Advice{fmt::format(fmt::runtime(message), written), std::string(remedy)};
  }
  return std::nullopt;
}

namespace ast {

bool is_usual_loss(std::string_view name) {
  constexpr std::array<std::string_view, 7> usual{"L", "l", "loss", "Loss", "J", "cost", "E"};
  return is_one_of(name, usual);
}

std::string usual_loss(const Lesson& lesson, std::string_view except) {
  std::string last;
  for (const Statement& statement : lesson.statements) {
    const auto* line = std::get_if<Assign>(&statement);
    if (line == nullptr || line->name.text == except) continue;
    if (is_usual_loss(line->name.text) || !is_usual_loss(last)) last = line->name.text;
  }
  return last.empty() ? "L" : last;
}

}  // namespace ast

std::optional<Advice> advice_on_sign(std::string_view sign) { return advice_of(on_signs, sign); }

std::optional<Advice> advice_on_statement(std::string_view word) {
  return advice_of(on_statements, word);
}

std::optional<Advice> advice_on_word(std::string_view word) { return advice_of(on_words, word); }

}  // namespace tracer
