#include "tracer/language/foreign.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace tracer {

namespace {

struct Entry {
  std::string_view written;
  Advice advice;
};

constexpr std::array on_signs{
    Entry{"//", {"'//' is not an operator here", "for a division write /, for a comment #"}},
    Entry{"%", {"'%' is not an operator here", "write 50% as 0.5, and a comment with #"}},
    Entry{"!=", {"'!=' can't be used here", "an expectation takes =, <= or >="}},
    Entry{"≠", {"'≠' can't be used here", "an expectation takes =, <= or >="}},
    Entry{"≈", {"'≈' can't be used here", "write = and how near it must be: = 0.25 within 0.005"}},
    Entry{"±", {"'±' can't be used here", "write = and how near it must be: = 0.25 within 0.005"}},
    Entry{":=", {"':=' can't be used here", "write name = expression"}},
    Entry{"<-", {"'<-' can't be used here", "write name = expression"}},
    Entry{"←", {"'←' can't be used here", "write name = expression"}},
    Entry{"->", {"'->' can't be used here", "write name = expression"}},
    Entry{"...",
          {"'...' can't be used here",
           "write out what it stands for; ':' takes a whole row or column"}},
    Entry{"…",
          {"'…' can't be used here",
           "write out what it stands for; ':' takes a whole row or column"}},
    Entry{".*", {"'.*' is not an operator here", "entry by entry is *, the matrix product is @"}},
    Entry{"./", {"'./' is not an operator here", "entry by entry is /"}},
    Entry{".^", {"'.^' is not an operator here", "entry by entry is **"}},
    Entry{"|", {"'|' is not an operator here", "write abs(x) for |x|, norm(x) for ‖x‖"}},
    Entry{"||", {"'||' is not an operator here", "write abs(x) for |x|, norm(x) for ‖x‖"}},
    Entry{"‖", {"'‖' is not an operator here", "write norm(x) for ‖x‖"}},
    Entry{"!", {"'!' is not an operator here", "leave notebook commands out"}},
    Entry{"&", {"'&' is not an operator here", "for a mask that keeps both multiply the two"}},
    Entry{"&&", {"'&&' is not an operator here", "for a mask that keeps both multiply the two"}},
    Entry{"~", {"'~' is not an operator here", "for the opposite of a mask write 1 - mask"}},
    Entry{"<<", {"'<<' is not an operator here", "for a power write **"}},
    Entry{">>", {"'>>' is not an operator here", "leave the prompt '>>>' out"}},
    Entry{"{", {"'{' can't be used here", "write a list with [ ], an expression with ( )"}},
    Entry{"}", {"'}' can't be used here", "write a list with [ ], an expression with ( )"}},
    Entry{"$", {"'$' can't be used here", "write the formula as in Python, not as in LaTeX"}},
    Entry{"\\",
          {"'\\' may only stand at the end of a line that goes on in the next",
           "write functions by their names: sqrt(x), exp(x)"}},
    Entry{"`", {"'`' can't be used here", "write strings with straight quotes: \"train\""}},
    Entry{"“",
          {"'“' is a typographic quotation mark", "write strings with straight quotes: \"train\""}},
    Entry{"”",
          {"'”' is a typographic quotation mark", "write strings with straight quotes: \"train\""}},
    Entry{"„",
          {"'„' is a typographic quotation mark", "write strings with straight quotes: \"train\""}},
    Entry{"‘",
          {"'‘' is a typographic quotation mark", "write strings with straight quotes: \"train\""}},
    Entry{"’",
          {"'’' is a typographic quotation mark",
           "write strings with straight quotes, and W.T for W’"}},
    Entry{"′", {"a name can't have a prime", "write another name, such as z_new"}},
    Entry{"–", {"'–' is a dash", "write a minus sign: -"}},
    Entry{"—", {"'—' is a dash", "write a minus sign: -"}},
    Entry{"½", {"'½' can't be read", "write 1/2"}},
    Entry{"⅓", {"'⅓' can't be read", "write 1/3"}},
    Entry{"⅔", {"'⅔' can't be read", "write 2/3"}},
    Entry{"¼", {"'¼' can't be read", "write 1/4"}},
    Entry{"¾", {"'¾' can't be read", "write 3/4"}},
    Entry{"⁰", {"a raised '⁰' can't be read", "write **0"}},
    Entry{"¹", {"a raised '¹' can't be read", "write **1"}},
    Entry{"²", {"a raised '²' can't be read", "write **2"}},
    Entry{"³", {"a raised '³' can't be read", "write **3"}},
    Entry{"⁴", {"a raised '⁴' can't be read", "write **4"}},
    Entry{"⁻", {"a raised '⁻' can't be read", "write **-1"}},
    Entry{"ᵀ", {"a raised 'ᵀ' can't be read", "write .T for the transpose"}},
    Entry{"⊤", {"'⊤' can't be read", "write .T for the transpose"}},
    Entry{"₀", {"a lowered '₀' can't be read", "write it as an ordinary digit: x0"}},
    Entry{"₁", {"a lowered '₁' can't be read", "write it as an ordinary digit: x1"}},
    Entry{"₂", {"a lowered '₂' can't be read", "write it as an ordinary digit: x2"}},
    Entry{"₃", {"a lowered '₃' can't be read", "write it as an ordinary digit: x3"}},
    Entry{"₄", {"a lowered '₄' can't be read", "write it as an ordinary digit: x4"}},
    Entry{"√", {"'√' can't be read", "write sqrt(x)"}},
    Entry{"∑", {"'∑' can't be read", "write sum(x)"}},
    Entry{"∏", {"'∏' can't be read", "write the product out with *"}},
    Entry{"∇", {"'∇' can't be read", "write grad L wrt w to ask for a gradient"}},
    Entry{"∞", {"'∞' is not a number", "write a number"}},
    Entry{"∘", {"'∘' is not an operator here", "entry by entry is *"}},
    Entry{"⊗", {"'⊗' is not an operator here", "write outer(a, b)"}},
    Entry{"∈", {"'∈' can't be used here", "write data x, y in (1, 3), (2, 4)"}},
};

constexpr std::array on_statements{
    Entry{"def",
          {"functions can't be defined in a lesson",
           "write their lines as lines of the lesson, one 'name = expression' each"}},
    Entry{"class",
          {"classes can't be defined in a lesson",
           "write the lines of forward() as lines of the lesson"}},
    Entry{"return",
          {"'return' can't stand in a lesson",
           "give the result a name: L = ...; the last line is the loss"}},
    Entry{"for",
          {"a lesson has no loops",
           "list the samples, data x, y in (1, 3), (2, 4), and train with epochs=..."}},
    Entry{"while", {"a lesson has no loops", "train with epochs=..."}},
    Entry{"if",
          {"a lesson has no branches", "max(a, b), min(a, b), relu(x) and abs(x) choose by value"}},
    Entry{"elif",
          {"a lesson has no branches", "max(a, b), min(a, b), relu(x) and abs(x) choose by value"}},
    Entry{"else",
          {"a lesson has no branches", "max(a, b), min(a, b), relu(x) and abs(x) choose by value"}},
    Entry{"with", {"'with' can't begin a line", "leave the line out"}},
    Entry{"try", {"'try' can't stand in a lesson", "leave the line out"}},
    Entry{"except", {"'except' can't stand in a lesson", "leave the line out"}},
    Entry{"assert", {"'assert' can't stand in a lesson", "write expect name = value"}},
    Entry{"lambda", {"functions can't be defined in a lesson", "write the expression itself"}},
    Entry{"pass", {"'pass' can't stand in a lesson", "leave the line out"}},
    Entry{"break", {"a lesson has no loops", "leave the line out"}},
    Entry{"continue", {"a lesson has no loops", "leave the line out"}},
    Entry{"global", {"'global' can't stand in a lesson", "leave the line out"}},
    Entry{"del", {"'del' can't stand in a lesson", "leave the line out"}},
    Entry{"raise", {"'raise' can't stand in a lesson", "leave the line out"}},
    Entry{"yield", {"'yield' can't stand in a lesson", "give the result a name: L = ..."}},
    Entry{"async", {"'async' can't stand in a lesson", "leave the line out"}},
};

constexpr std::array on_words{
    Entry{"if",
          {"an expression can't have an 'if'",
           "max(a, b), min(a, b), relu(x) and abs(x) choose by value"}},
    Entry{"else",
          {"an expression can't have an 'else'",
           "max(a, b), min(a, b), relu(x) and abs(x) choose by value"}},
    Entry{"for", {"a list can't be made with 'for'", "write its entries out: [1, 2, 3]"}},
    Entry{"lambda", {"functions can't be defined in a lesson", "write the expression itself"}},
    Entry{"and", {"'and' is not an operator here", "for a mask that keeps both multiply the two"}},
    Entry{"or", {"'or' is not an operator here", "maximum(a, b) is the larger of two masks"}},
    Entry{"not", {"'not' is not an operator here", "for the opposite of a mask write 1 - mask"}},
    Entry{"is", {"'is' is not an operator here", "an expectation takes =, <= or >="}},
    Entry{"in", {"'in' can't stand here", "it belongs into data x, y in (1, 3), (2, 4)"}},
};

std::optional<Advice> find(std::span<const Entry> table, std::string_view written) {
  const auto entry = std::ranges::find(table, written, &Entry::written);
  if (entry == table.end()) return std::nullopt;
  return entry->advice;
}

}  // namespace

std::optional<Advice> advice_on_sign(std::string_view sign) { return find(on_signs, sign); }

std::optional<Advice> advice_on_statement(std::string_view word) {
  return find(on_statements, word);
}

std::optional<Advice> advice_on_word(std::string_view word) { return find(on_words, word); }

}  // namespace tracer
