#include "tracer/language/parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tracer/language/foreign.hpp"
#include "tracer/language/grammar.hpp"

namespace tracer {

namespace {

// A person loses count long before; the stack would at some ten thousand.
constexpr std::size_t deepest_brackets = 200;

std::string_view trimmed(std::string_view text, std::string_view what) {
  const std::size_t first = text.find_first_not_of(what);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(what) - first + 1);
}

/// The comment lines at the head of the lesson: up to the first line that is none, blank ones too.
/// The first is the title. In the introduction a line without a letter (#, # ----) parts
/// paragraphs.
void read_leading_comment(const Source& source, ast::Lesson& lesson) {
  bool begun = false, paragraph_ended = false;
  for (std::size_t n = 1; n <= source.line_count(); ++n) {
    const std::string_view line = trimmed(source.line(n), " \t");
    if (line.empty() && !begun) continue;
    if (!line.starts_with('#')) return;
    if (n == 1 && line.starts_with("#!")) continue;  // #!/usr/bin/env tracer
    begun = true;
    const std::size_t hashes = std::min(line.find_first_not_of('#'), line.size());
    const std::string_view words = trimmed(line.substr(hashes), " \t");
    const bool blank = trimmed(words, "#-=*_~ \t").empty();
    if (blank) {
      paragraph_ended = true;
    } else if (lesson.title.empty()) {
      lesson.title = words;
      paragraph_ended = false;
    } else {
      if (!lesson.introduction.empty()) lesson.introduction += paragraph_ended ? "\n\n" : "\n";
      lesson.introduction += words;
      paragraph_ended = false;
    }
  }
}

}  // namespace

ast::Lesson parse(const Source& source, Diagnostics& diagnostics) {
  return Parser(source, diagnostics).run();
}

Parser::Parser(const Source& source, Diagnostics& diagnostics)
    : source_(source), diagnostics_(diagnostics), tokens_(tokenize(source, diagnostics)) {
  tokens_.insert(tokens_.begin(), Token{TokenKind::newline, {}});
}

ast::Lesson Parser::run() {
  read_leading_comment(source_, lesson_);
  while (!at(TokenKind::end) && !diagnostics_.full()) {
    if (at_statement_end()) {
      next();
      continue;
    }
    const std::size_t expressions_before = lesson_.expressions.size();
    try {
      statement();
    } catch (const Abandoned&) {
      // What was read of it is dropped, and the next line is as good as any other.
      lesson_.expressions.resize(expressions_before);
      open_.clear();
      while (!at_line_end()) next();
    }
  }
  if (lesson_.statements.empty() && !diagnostics_.has_errors()) {
    diagnostics_.error(
        {}, "the lesson is empty",
        "write a line such as L = (w*x - y)**2; 'tracer lessons' lists some to start from");
  }
  return std::move(lesson_);
}

const Token& Parser::peek(std::size_t ahead) const {
  return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
}

Token Parser::next() {
  const Token token = peek();
  if (token.kind != TokenKind::end) ++at_;
  return token;
}

bool Parser::at_word(std::string_view word) const {
  return at(TokenKind::name) && text(peek()) == word;
}

bool Parser::accept(TokenKind kind) {
  if (!at(kind)) return false;
  next();
  return true;
}

bool Parser::accept_word(std::string_view word) {
  if (!at_word(word)) return false;
  next();
  return true;
}

bool Parser::at_keyword_argument() const {
  return at(TokenKind::name) && peek(1).kind == TokenKind::equals;
}

Token Parser::require(TokenKind kind, std::string_view wanted, std::string remedy) {
  if (!at(kind)) fail_expected(wanted, std::move(remedy));
  return next();
}

ast::Word Parser::require_name(std::string_view wanted, std::string remedy) {
  const Token token = require(TokenKind::name, wanted, std::move(remedy));
  return {name_of(source_, token), token.span};
}

ast::Word Parser::require_new_name(std::string_view wanted, std::string remedy) {
  if (at(TokenKind::name)) {
    const std::string_view word = text(peek());
    if (std::ranges::count(statement_words(), word) > 0) {
      fail(peek().span,
           fmt::format("'{}' begins a statement and can't be the name of a value", word),
           fmt::format("choose another name, such as {}1", word));
    }
    constexpr std::array<std::string_view, 5> constants{"True", "False", "None", "true", "false"};
    if (std::ranges::count(constants, word) > 0 || advice_on_statement(word) ||
        advice_on_word(word)) {
      fail(peek().span,
           fmt::format("'{}' is a word of Python and can't be the name of a value", word),
           fmt::format("choose another name, such as {}1", word));
    }
  }
  ast::Word name = require_name(wanted, std::move(remedy));
  defined_.insert(name.text);
  return name;
}

Token Parser::open_bracket() {
  const Token open = next();
  if (open_.size() == deepest_brackets) {
    fail(open.span, fmt::format("brackets nested more than {} deep", deepest_brackets),
         "name the inner parts on lines of their own");
  }
  open_.push_back(open);
  return open;
}

void Parser::close_bracket() {
  const bool round = open_.back().kind == TokenKind::open_round;
  if (!accept(round ? TokenKind::close_round : TokenKind::close_square)) fail_in_brackets();
  open_.pop_back();
}

}  // namespace tracer
