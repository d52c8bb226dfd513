// The self-checks of a lesson:
//
//     expect      = expect [ scope : ] comparison { , comparison }
//     scope       = finally | [ after ] [ epoch k ] [ sample k | step k ]
//     comparison  = quantity [ [ i, j ] ] relation expression [ within expression ] [ on split ]
//     quantity    = name | dL/dw | ∂L/∂w
//     relation    = "=" | <= | >=
#include <fmt/format.h>

#include <array>
#include <utility>

#include "tracer/language/grammar.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer {

namespace {

constexpr std::string_view how_scopes_are_written =
    "write sample 2:, step 2:, epoch 2:, epoch 2 sample 1:, after any of these, or finally:";

constexpr std::array<std::string_view, 5> scope_words{"after", "finally", "sample", "step",
                                                      "epoch"};

}  // namespace

ast::Statement Parser::expect() {
  ast::Expect expect;
  expect.scope = scope();
  do {
    expect.comparisons.push_back(comparison());
  } while (accept(TokenKind::comma));
  return expect;
}

bool Parser::at_scope_count() const {
  const bool word = at_word("sample") || at_word("step") || at_word("epoch");
  return word && peek(1).kind == TokenKind::number;
}

ast::Scope Parser::scope() {
  ast::Scope scope;
  const Token first = peek();
  const bool relation_follows = at_keyword_argument() || peek(1).kind == TokenKind::at_most ||
                                peek(1).kind == TokenKind::at_least;
  if (relation_follows) return scope;
  if (accept_word("finally")) {
    scope.when = ast::Scope::When::finally;
  } else if (accept_word("after")) {
    scope.when = ast::Scope::When::after;
    if (!at_scope_count()) {
      fail_expected("'sample', 'step' or 'epoch' and a number after 'after'",
                    std::string(how_scopes_are_written));
    }
  } else if (at_scope_count()) {
    scope.when = ast::Scope::When::during;
  } else {
    // A word before a colon, or one that is nearly right before a number: a scope, misspelt.
    const bool before_number = peek(1).kind == TokenKind::number;
    const bool before_colon = peek(before_number ? 2 : 1).kind == TokenKind::colon;
    const auto word = closest(text(first), scope_words);
    const bool like_scope =
        at(TokenKind::name) &&
        (before_colon || (word && (before_number || peek(1).kind == TokenKind::name)));
    if (!like_scope) return scope;
    fail(first.span, fmt::format("'{}' does not say when", excerpt(first.span)),
         word && *word != text(first) ? fmt::format("did you mean {}?", *word)
                                      : std::string(how_scopes_are_written));
  }
  while (at_scope_count()) scope_count(scope);
  scope.span = span_from(first.span.begin);
  require(TokenKind::colon, fmt::format("':' after '{}'", excerpt(scope.span)),
          std::string(how_scopes_are_written));
  return scope;
}

void Parser::scope_count(ast::Scope& scope) {
  const Token word = next();
  const std::string_view what = text(word);
  const std::int64_t count = whole_number(1, fmt::format("the number of the {}, from 1", what),
                                          fmt::format("the first is {} 1", what));
  std::optional<std::int64_t>& place = what == "sample" ? scope.sample
                                       : what == "step" ? scope.step
                                                        : scope.epoch;
  // The epoch comes first, and after it either samples or steps are counted.
  const bool taken = place || scope.sample || scope.step;
  if (taken) {
    fail({word.span.begin, previous().span.end},
         fmt::format("'{} {}' can't stand here", what, count), std::string(how_scopes_are_written));
  }
  place = count;
}

ast::Comparison Parser::comparison() {
  const std::size_t begin = peek().span.begin;
  ast::Comparison comparison;
  compared_quantity(comparison);
  if (at(TokenKind::open_square)) comparison.index = entry();
  comparison.left = span_from(begin);
  comparison.relation = relation();
  comparison.value = expression();
  for (;;) {
    if (!comparison.within && accept_word("within")) {
      comparison.within = expression();
    } else if (!comparison.on && accept_word("on")) {
      comparison.on = split();
    } else {
      break;
    }
  }
  if (at(TokenKind::name)) {
    constexpr std::array<std::string_view, 2> words{"within", "on"};
    const auto word = closest(text(peek()), words);
    fail_expected("'within', 'on', ',' or the end of the line",
                  word && !at_word(*word) ? fmt::format("did you mean {}?", *word)
                                          : "write expect w = 1.02 within 0.005 on test");
  }
  comparison.span = span_from(begin);
  return comparison;
}

// w1        accuracy        dL/dw1        ∂L/∂w1
void Parser::compared_quantity(ast::Comparison& comparison) {
  constexpr std::string_view wanted = "a name, a metric or a gradient such as dL/dw";
  const auto without_d = [](ast::Word word) {
    word.text.erase(0, 1);
    ++word.span.begin;
    return word;
  };
  if (accept(TokenKind::partial)) {
    comparison.name = require_name("a name after '∂'");
    require(TokenKind::slash, fmt::format("'/' after '∂{}'", comparison.name.text),
            "write ∂L/∂w or dL/dw");
    require(TokenKind::partial, "'∂' after '/'", "write ∂L/∂w or dL/dw");
    comparison.wrt = require_name("a name after '∂'");
    return;
  }
  ast::Word name = require_name(wanted, "write expect w = 1.02 within 0.005");
  if (at(TokenKind::slash)) {
    next();
    ast::Word wrt = require_name("a name after '/'");
    const auto is_differential = [](const ast::Word& word) {
      return word.text.size() > 1 && word.text.front() == 'd';
    };
    if (!is_differential(name) || !is_differential(wrt)) {
      fail(join(name.span, wrt.span), fmt::format("'{}/{}' is not a gradient", name.text, wrt.text),
           "write dL/dw; to check a quotient give it a line and a name of its own");
    }
    comparison.name = without_d(std::move(name));
    comparison.wrt = without_d(std::move(wrt));
    return;
  }
  comparison.name = std::move(name);
}

std::vector<std::int64_t> Parser::entry() {
  const Token open = open_bracket();
  std::vector<std::int64_t> index;
  do {
    index.push_back(
        whole_number(0, "the place of an entry, from 0", "write A[i, j], counting from 0"));
  } while (accept(TokenKind::comma));
  close_bracket();
  if (index.size() > 2) {
    fail(span_from(open.span.begin), "an entry has a row and a column",
         "write A[i, j], counting from 0");
  }
  return index;
}

ast::Relation Parser::relation() {
  if (accept(TokenKind::equals) || accept(TokenKind::equal_equal)) return ast::Relation::equal;
  if (accept(TokenKind::at_most)) return ast::Relation::at_most;
  if (accept(TokenKind::at_least)) return ast::Relation::at_least;
  if (at(TokenKind::less) || at(TokenKind::greater)) {
    const std::string_view sign = text(peek());
    fail(peek().span, fmt::format("'{}' can't be used here", sign), fmt::format("write {}=", sign));
  }
  if (at(TokenKind::not_equal)) {
    fail(peek().span, fmt::format("'{}' can't be used here", text(peek())),
         "an expectation takes =, <= or >=");
  }
  fail_expected(fmt::format("=, <= or >= after '{}'", excerpt(previous().span)),
                "compare one name, entry, metric or gradient; an expression needs a line and a "
                "name of its own");
}

ast::Split Parser::split() {
  constexpr std::string_view remedy = "write on train, on validation or on test";
  if (accept_word("train")) return ast::Split::train;
  if (accept_word("validation")) return ast::Split::validation;
  if (accept_word("test")) return ast::Split::test;
  fail_expected("'train', 'validation' or 'test' after 'on'", std::string(remedy));
}

}  // namespace tracer
