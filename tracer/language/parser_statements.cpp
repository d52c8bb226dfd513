// The statements, but for expect, which has a small grammar of its own (parser_expect.cpp).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "tracer/language/grammar.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer {

const std::vector<std::pair<std::string_view, Parser::Read>>& Parser::statements() {
  static const std::vector<std::pair<std::string_view, Read>> list{
      {"param", &Parser::leaf<ast::Leaf::Role::param>},
      {"input", &Parser::leaf<ast::Leaf::Role::input>},
      {"let", &Parser::let},
      {"data", &Parser::data<ast::Data::Role::train>},
      {"validation", &Parser::data<ast::Data::Role::validation>},
      {"test", &Parser::data<ast::Data::Role::test>},
      {"train", &Parser::train},
      {"grad", &Parser::grad},
      {"predict", &Parser::predict},
      {"seed", &Parser::seed},
      {"expect", &Parser::expect}};
  return list;
}

std::vector<std::string_view> Parser::statement_words() {
  std::vector<std::string_view> words;
  for (const auto& [word, read] : statements()) words.push_back(word);
  return words;
}

void Parser::statement() {
  const std::size_t begin = peek().span.begin;
  Read read = at_keyword_argument() ? &Parser::assign : nullptr;
  for (const auto& [word, reader] : statements()) {
    if (read == nullptr && accept_word(word)) read = reader;
  }
  if (read == nullptr && (ignored_statement() || margin_leaves())) return;
  if (read == nullptr) fail_statement();
  ast::Statement made = (this->*read)();
  if (!at_statement_end()) fail_after_statement();
  std::visit([&](auto& statement) { statement.span = span_from(begin); }, made);
  lesson_.statements.push_back(std::move(made));
}

/// What comes along when a notebook is pasted and says nothing about the network.
bool Parser::ignored_statement() {
  const bool docstring = at(TokenKind::docstring);
  const bool import = at_word("import") || (at_word("from") && peek(1).kind == TokenKind::name);
  const bool print = at_word("print") && peek(1).kind == TokenKind::open_round;
  if (!docstring && !import && !print) return false;
  const std::size_t begin = peek().span.begin;
  next();
  while (!docstring && !at_statement_end()) next();
  if (print) {
    diagnostics_.remark(span_from(begin), "this line is left out",
                        "tracer shows every value by itself");
  }
  if (!at_statement_end()) fail_after_statement();
  return true;
}

/// w, b = max_margin(x, y): two leaves of one value, w first
bool Parser::margin_leaves() {
  const bool pair = at(TokenKind::name) && peek(1).kind == TokenKind::comma &&
                    peek(2).kind == TokenKind::name && peek(3).kind == TokenKind::equals;
  if (!pair || peek(4).kind != TokenKind::name || text(peek(4)) != "max_margin") return false;
  const std::size_t begin = peek().span.begin;
  ast::Word w = require_new_name("a name");
  next();
  ast::Word b = require_new_name("a name");
  next();
  const ast::ExprId value = expression();
  if (!at_statement_end()) fail_after_statement();
  for (ast::Word* name : {&w, &b}) {
    lesson_.statements.emplace_back(
        ast::Leaf{span_from(begin), ast::Leaf::Role::param, std::move(*name), value, std::nullopt});
  }
  return true;
}

ast::Statement Parser::assign() {
  // `seed = 7`: a statement's word, but what was meant is plain.
  if (at_word("seed"))
    fail(peek().span, "'seed' begins a statement", "write it without '=': seed 7");
  ast::Word name = require_new_name("a name");
  next();
  naming_ = name.text;
  differentiated_.reset();
  const ast::ExprId value = expression();
  // torch.tensor([1., 2.], requires_grad=True), nn.Parameter(...): what PyTorch differentiates for
  if (differentiated_ == value)
    return ast::Leaf{{}, ast::Leaf::Role::param, std::move(name), value, std::nullopt};
  return ast::Assign{{}, std::move(name), value};
}

// param w = 1        param W: (m, n)        input x
template <ast::Leaf::Role role>
ast::Statement Parser::leaf() {
  const std::string_view word = role == ast::Leaf::Role::param ? "param" : "input";
  ast::Leaf leaf{{}, role, {}, std::nullopt, std::nullopt};
  leaf.name = require_new_name(fmt::format("a name after '{}'", word),
                               fmt::format("write {} w = 0.5", word));
  if (accept(TokenKind::equals)) {
    leaf.value = expression();
  } else if (accept(TokenKind::colon)) {
    leaf.shape = dimensions();
    if (at(TokenKind::equals)) {
      fail(peek().span, fmt::format("'{}' has a shape and a value", leaf.name.text),
           fmt::format("write {} {} = ...; the value has its shape", word, leaf.name.text));
    }
    if (at(TokenKind::name)) {
      const Token assumed = next();
      leaf.assumed = ast::Word{name_of(source_, assumed), assumed.span};
    }
  } else if (at(TokenKind::open_round)) {
    fail(peek().span, fmt::format("expected ':' or '=' after '{}', found '('", leaf.name.text),
         fmt::format("write {} {}: (m, n) for a shape", word, leaf.name.text));
  } else if (!at_statement_end() && !at(TokenKind::comma)) {
    fail_expected(fmt::format("'=' or ':' after '{}'", leaf.name.text),
                  fmt::format("write {0} {1} = value, or {0} {1}: (m, n)", word, leaf.name.text));
  }
  const bool another = at(TokenKind::comma) && peek(1).kind == TokenKind::name;
  if (another) {
    fail(peek().span, fmt::format("'{}' takes one name", word),
         fmt::format("give '{}' a line of its own: {} {}", excerpt(peek(1).span), word,
                     excerpt(peek(1).span)));
  }
  return leaf;
}

std::vector<ast::Dimension> Parser::dimensions() {
  if (!at(TokenKind::open_round)) return {dimension()};
  const Token open = open_bracket();
  std::vector<ast::Dimension> result;
  while (!at(TokenKind::close_round)) {
    result.push_back(dimension());
    if (!accept(TokenKind::comma)) break;
  }
  close_bracket();
  if (result.empty() || result.size() > 2) {
    fail(span_from(open.span.begin),
         fmt::format("a shape has one or two sizes, got {}", result.size()),
         "write (rows, columns), or (n) for a column");
  }
  return result;
}

ast::Dimension Parser::dimension() {
  constexpr std::string_view wanted = "a size: a positive number or a name";
  constexpr std::string_view remedy = "write a shape as (m, n), (3, 4) or (n)";
  if (at(TokenKind::number)) {
    const std::int64_t size = whole_number(1, wanted, std::string(remedy));
    return {size, previous().span};
  }
  if (at_word("float") || at_word("int")) {
    fail(peek().span, "a value has no type annotation",
         "write '=' and a value, or ':' and a shape (m, n)");
  }
  const Token name = require(TokenKind::name, wanted, std::string(remedy));
  return {name_of(source_, name), name.span};
}

ast::Statement Parser::let() {
  ast::Word name = require_new_name("a name after 'let'", "write let lr = 0.01");
  require(TokenKind::equals, fmt::format("'=' after '{}'", name.text),
          fmt::format("write let {} = value", name.text));
  const ast::ExprId value = expression();
  return ast::Let{{}, std::move(name), value};
}

// data x, y in (1, 3), (2, 4)        data X, Y = circles(1000, factor=0.4), samples="rows"
template <ast::Data::Role role>
ast::Statement Parser::data() {
  const std::string_view word = word_of(role);
  ast::Data data{{}, role, {}, false, {}, {}};
  const std::size_t begin = previous().span.begin;
  const std::string remedy =
      fmt::format("write {} x, y in (1, 3), (2, 4), or {} X, Y = mnist(\"{}\")", word, word,
                  role == ast::Data::Role::train ? "train" : "test");
  do {
    data.names.push_back(
        require_new_name(fmt::format("a name after '{}'", excerpt(previous().span)), remedy));
    const ast::Word& name = data.names.back();
    if (std::ranges::count(data.names, name.text, &ast::Word::text) > 1) {
      fail(name.span, fmt::format("'{}' stands twice", name.text), "give each a name of its own");
    }
  } while (accept(TokenKind::comma));

  if (at(TokenKind::colon)) {
    fail(peek().span, "samples need values", "for a matrix without numbers write input X: (n, m)");
  }
  data.written_with_in = at_word("in");
  if (!accept_word("in") && !accept(TokenKind::equals))
    fail_expected("'in' or '=' after the names", remedy);
  do {
    if (at_keyword_argument()) {
      data.keywords.push_back(keyword(data.keywords));
    } else if (!data.keywords.empty()) {
      fail(peek().span, "samples can't follow an option",
           fmt::format("write '{}=' at the end of the line", data.keywords.back().name.text));
    } else {
      data.items.push_back(expression());
    }
  } while (accept(TokenKind::comma));
  if (data.items.empty()) {
    fail(span_from(begin), fmt::format("'{}' has no values", word), remedy);
  }
  return data;
}

// grad L        grad L1, L2        grad L wrt w1, x        grad Y wrt X with dY
ast::Statement Parser::grad() {
  ast::Grad grad;
  grad.of = require_name("a name after 'grad'", "write grad L, or grad L wrt w1, x");
  while (accept(TokenKind::comma)) {
    ast::Word name = require_name(fmt::format("a name after '{}'", excerpt(previous().span)),
                                  "several losses: grad L1, L2");
    const bool again =
        name.text == grad.of.text ||
        std::ranges::find(grad.further, name.text, &ast::Word::text) != grad.further.end();
    if (again) fail(name.span, fmt::format("'{}' stands twice", name.text), "name it once");
    grad.further.push_back(std::move(name));
  }
  if (accept_word("wrt")) {
    do {
      grad.wrt.push_back(require_name(fmt::format("a name after '{}'", excerpt(previous().span))));
    } while (accept(TokenKind::comma));
  }
  if (accept_word("with"))
    grad.with = require_name("the name of the upstream gradient after 'with'");
  if (!at_statement_end()) {
    fail_expected(grad.wrt.empty() ? "',', 'wrt', 'with' or the end of the line"
                                   : "',', 'with' or the end of the line",
                  "write grad L wrt w1, x, or grad Y wrt X with dY");
  }
  return grad;
}

// train L with sgd(lr=0.01), batch_size=1, epochs=3
ast::Statement Parser::train() {
  ast::Train train;
  train.loss =
      require_name("the name of the loss after 'train'", "write train L with sgd(lr=0.01)");
  const std::string remedy =
      fmt::format("write train {} with sgd(lr=0.01), epochs=1", train.loss.text);
  if (!accept_word("with"))
    fail_expected(fmt::format("'with' after '{}'", train.loss.text), remedy);
  if (at_keyword_argument()) {
    fail(peek().span, fmt::format("expected an optimizer after 'with', found '{}='", text(peek())),
         remedy);
  }
  if (!at(TokenKind::name)) fail_expected("an optimizer after 'with'", remedy);
  train.optimizer = require_name("an optimizer");
  operations_ = 0;
  if (at(TokenKind::open_round)) arguments(train.arguments, train.keywords);
  while (accept(TokenKind::comma)) {
    if (!at_keyword_argument()) {
      fail_expected(
          fmt::format("an option after '{}'", excerpt(tokens_[at_ - 1].span)),
          "options are written name=value: batch_size=1, epochs=3, shuffle=false, validation=0.1");
    }
    operations_ = 0;
    train.options.push_back(keyword(train.options));
  }
  if (!at_statement_end()) {
    const bool option = at_keyword_argument();
    fail_expected("',' or the end of the line",
                  option ? fmt::format("write a comma before '{}'", text(peek()))
                         : "options are written name=value, with commas between them");
  }
  return train;
}

ast::Statement Parser::predict() {
  ast::Word name = require_name("the name of the output after 'predict'", "write predict P");
  if (!at_statement_end()) fail_expected("the end of the line", "one output is named: predict P");
  return ast::Predict{{}, std::move(name)};
}

ast::Statement Parser::seed() {
  const std::int64_t value =
      whole_number(0, "a whole number after 'seed'", "a seed is 0, 1, 2 ...: seed 7");
  return ast::Seed{{}, static_cast<std::uint64_t>(value)};
}

std::int64_t Parser::whole_number(std::int64_t smallest, std::string_view wanted,
                                  std::string remedy) {
  if (!at(TokenKind::number)) fail_expected(wanted, std::move(remedy));
  const Token token = next();
  std::string digits(text(token));
  std::erase(digits, '_');
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || value < smallest) {
    fail(token.span, fmt::format("expected {}, found '{}'", wanted, excerpt(token.span)),
         std::move(remedy));
  }
  return value;
}

}  // namespace tracer
