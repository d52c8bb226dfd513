// The parser itself, a recursive descent: one function for each part of the grammar, in the order
// of its levels. Private to language/; parser.hpp is the way in.
//
//     lesson      = { statement newline }
//     statement   = leaf | let | data | grad | train | predict | seed | expect | name = expression
//     expression  = sum [ (< | <= | > | >= | == | !=) sum ]     0 or 1, entry by entry
//     sum         = term { (+ | -) term }
//     term        = factor { (* | / | @) factor }          entry by entry; @ is the matrix product
//     factor      = { + | - } postfix [ ** factor ]        -x**2 is -(x**2), 2**3**2 is 2**(3**2)
//     postfix     = primary { [ items ] | . name | . name ( arguments ) }
//     primary     = number | name | name ( arguments ) | string | ( ... ) | [ ... ]
//
// Only brackets recurse, and they nest 200 deep at most; all the rest are loops. So no text,
// however strange, overflows the stack.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "tracer/language/ast.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/language/lexer.hpp"
#include "tracer/language/source.hpp"

namespace tracer {

class Parser {
 public:
  Parser(const Source& source, Diagnostics& diagnostics);
  ast::Lesson run();

 private:
  /// Ends the statement that has a mistake; it has been reported. Caught in run(), never outside.
  struct Abandoned {};

  // ---- the tokens (parser.cpp)
  const Token& peek(std::size_t ahead = 0) const;
  Token next();
  const Token& previous() const { return tokens_[at_ - 1]; }
  bool at(TokenKind kind) const { return peek().kind == kind; }
  bool at_word(std::string_view word) const;
  bool accept(TokenKind kind);
  bool accept_word(std::string_view word);
  bool at_line_end() const { return at(TokenKind::newline) || at(TokenKind::end); }
  bool at_statement_end() const { return at_line_end() || at(TokenKind::semicolon); }
  bool at_keyword_argument() const;  // name =
  std::string_view text(const Token& token) const { return source_.text(token.span); }
  Span span_from(std::size_t begin) const { return {begin, previous().span.end}; }

  Token require(TokenKind kind, std::string_view wanted, std::string remedy = "");
  ast::Word require_name(std::string_view wanted, std::string remedy = "");
  /// A name that this line gives to something, so none of the language's own words.
  ast::Word require_new_name(std::string_view wanted, std::string remedy = "");
  Token open_bracket();
  void close_bracket();

  // ---- what to say (parser_mistakes.cpp)
  [[noreturn]] void fail(Span span, std::string message, std::string remedy = "");
  /// "expected ..., found ...", unless something better can be said of what stands here.
  [[noreturn]] void fail_expected(std::string_view wanted, std::string remedy = "");
  [[noreturn]] void fail_unclosed();
  /// What can be said of a token by itself, wherever it stands: a foreign sign, a bad number.
  void fail_if_foreign(const Token& token);
  [[noreturn]] void fail_bad_number(const Token& token);
  void fail_if_operator_is_missing();
  [[noreturn]] void fail_in_brackets();
  [[noreturn]] void fail_after_statement();
  [[noreturn]] void fail_statement();
  void fail_after_first_name();
  [[noreturn]] void fail_unnamed_expression();
  [[noreturn]] void fail_random_numbers(std::size_t begin);
  /// A call of what only other libraries have, in place of a statement or called in its turn.
  void fail_if_pasted(ast::ExprId call);
  [[noreturn]] void fail_loop();
  [[noreturn]] void fail_augmented();
  [[noreturn]] void fail_several_names(std::size_t last);
  /// The name right before a place: of the w in w₁.
  std::string_view name_before(std::size_t place) const;
  std::string_view name_after(std::size_t place) const;  // blanks between
  std::string loss_name() const;
  std::string excerpt(Span span) const;  // of the text, for a message: one line, not too long
  std::string found(const Token& token) const;

  // ---- statements (parser_statements.cpp)
  /// The words with which statements begin, no value can be called so; and what reads what follows.
  /// The statement's span is left to statement().
  using Read = ast::Statement (Parser::*)();
  static const std::vector<std::pair<std::string_view, Read>>& statements();
  static std::vector<std::string_view> statement_words();
  void statement();
  bool ignored_statement();
  template <ast::Leaf::Role role>
  ast::Statement leaf();
  std::vector<ast::Dimension> dimensions();
  ast::Dimension dimension();
  ast::Statement let();
  template <ast::Data::Role role>
  ast::Statement data();
  ast::Statement assign();
  bool margin_leaves();
  ast::Statement grad();
  ast::Statement train();
  ast::Statement predict();
  ast::Statement seed();

  // ---- expectations (parser_expect.cpp)
  ast::Statement expect();
  ast::Scope scope();
  bool at_scope_count() const;
  void scope_count(ast::Scope& scope);
  ast::Comparison comparison();
  void compared_quantity(ast::Comparison& comparison);
  std::vector<std::int64_t> entry();
  ast::Relation relation();
  ast::Split split();
  /// A literal without a point; `wanted` for the message. Requires the token to be next.
  std::int64_t whole_number(std::int64_t smallest, std::string_view wanted, std::string remedy);

  // ---- expressions (parser_expressions.cpp)
  /// A whole expression of a statement; the number of its operations is checked.
  ast::ExprId expression();
  ast::ExprId condition();
  ast::ExprId sum();
  ast::ExprId term();
  ast::ExprId factor();
  ast::ExprId postfix();
  ast::ExprId primary();
  ast::ExprId number();
  ast::ExprId named();
  ast::ExprId round_brackets();
  ast::ExprId list();
  std::size_t elements(std::vector<ast::ExprId>& items, TokenKind close);
  ast::ExprId call(const ast::Word& function);
  ast::ExprId array_itself(const ast::Word& function, const ast::Call& call);
  void arguments(std::vector<ast::ExprId>& positional, std::vector<ast::Keyword>& keywords);
  ast::Keyword keyword(const std::vector<ast::Keyword>& before);
  ast::ExprId attribute(ast::ExprId object);
  ast::ExprId index(ast::ExprId object);
  ast::ExprId index_item();
  void skip_module_prefix();
  ast::ExprId add(Span span, decltype(ast::Expr::is) expression);
  Span span_of(ast::ExprId id) const { return lesson_.expressions[id].span; }
  template <class Kind>
  bool is(ast::ExprId id) const {
    return std::holds_alternative<Kind>(lesson_.expressions[id].is);
  }

  const Source& source_;
  Diagnostics& diagnostics_;
  std::vector<Token> tokens_;  // the first is a newline, so that there always is a previous one
  std::size_t at_ = 1;
  ast::Lesson lesson_;
  std::unordered_set<std::string> defined_;  // so that F.T is a transpose where the lesson has an F
  std::size_t operations_ = 0;               // in the expression that is being read
  std::vector<Token> open_;                  // the brackets that are open where we read
  std::string naming_;                       // what the line that is being read gives a name to
  std::optional<ast::ExprId> differentiated_;  // an array that was made with requires_grad=True
};

}  // namespace tracer
