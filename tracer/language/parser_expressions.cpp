// Expressions: Python's precedence, level by level. grammar.hpp has the grammar.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tracer/error.hpp"
#include "tracer/language/foreign.hpp"
#include "tracer/language/grammar.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {

namespace {

// Long lines are a page of derivation each, and the tree of a sum leans to one side: it is as deep
// as the sum is long.
constexpr std::size_t most_operations = 2000;

constexpr std::array<std::pair<TokenKind, ast::BinaryOperator>, 6> comparisons{
    {{TokenKind::less, ast::BinaryOperator::less},
     {TokenKind::at_most, ast::BinaryOperator::at_most},
     {TokenKind::greater, ast::BinaryOperator::greater},
     {TokenKind::at_least, ast::BinaryOperator::at_least},
     {TokenKind::equal_equal, ast::BinaryOperator::equal},
     {TokenKind::not_equal, ast::BinaryOperator::not_equal}}};

std::optional<ast::BinaryOperator> comparison_of(TokenKind kind) {
  for (const auto& [token, op] : comparisons)
    if (token == kind) return op;
  return std::nullopt;
}

}  // namespace

ast::ExprId Parser::add(Span span, decltype(ast::Expr::is) expression) {
  lesson_.expressions.push_back({span, std::move(expression)});
  return lesson_.expressions.size() - 1;
}

ast::ExprId Parser::expression() {
  operations_ = 0;
  const ast::ExprId id = condition();
  if (operations_ > most_operations) {
    fail(span_of(id),
         fmt::format("this line has {} operations, more than {}", operations_, most_operations),
         "split it into named lines");
  }
  return id;
}

// Only one: a < b < c, which Python reads as two, is not what a reader of one expects.
ast::ExprId Parser::condition() {
  const ast::ExprId left = sum();
  const auto op = comparison_of(peek().kind);
  if (!op) return left;
  const Token sign = next();
  const ast::ExprId right = sum();
  ++operations_;
  if (comparison_of(peek().kind)) {
    const std::string middle = excerpt(span_of(right));
    fail(peek().span, "a comparison has two sides, and this is a third",
         fmt::format("for both write ({} {} {}) * ({} {} ...)", excerpt(span_of(left)), text(sign),
                     middle, middle, text(peek())));
  }
  return add(join(span_of(left), span_of(right)), ast::Binary{*op, sign.span, left, right});
}

ast::ExprId Parser::sum() {
  ast::ExprId left = term();
  while (at(TokenKind::plus) || at(TokenKind::minus)) {
    const Token sign = next();
    const ast::ExprId right = term();
    const auto op =
        sign.kind == TokenKind::plus ? ast::BinaryOperator::add : ast::BinaryOperator::subtract;
    left = add(join(span_of(left), span_of(right)), ast::Binary{op, sign.span, left, right});
    ++operations_;
  }
  return left;
}

ast::ExprId Parser::term() {
  ast::ExprId left = factor();
  while (at(TokenKind::star) || at(TokenKind::slash) || at(TokenKind::at)) {
    const Token sign = next();
    const ast::ExprId right = factor();
    const auto op = sign.kind == TokenKind::star    ? ast::BinaryOperator::multiply
                    : sign.kind == TokenKind::slash ? ast::BinaryOperator::divide
                                                    : ast::BinaryOperator::matmul;
    left = add(join(span_of(left), span_of(right)), ast::Binary{op, sign.span, left, right});
    ++operations_;
  }
  return left;
}

// -a ** -b ** c is read as the links  [-] a,  [-] b,  [] c  and put together from the right:
// first -(b ** c)'s inside, b ** c, then its signs, then a ** that, then a's signs. A loop, since
// ** leans to the right and a recursion would go as deep as the chain is long.
ast::ExprId Parser::factor() {
  struct Link {
    std::size_t first_sign;  // its signs end where the next link's begin
    ast::ExprId operand;
    Span power;  // the ** after it
  };
  std::vector<Token> signs;
  std::vector<Link> links;
  do {
    const std::size_t first_sign = signs.size();
    while (at(TokenKind::plus) || at(TokenKind::minus)) signs.push_back(next());
    const ast::ExprId operand = postfix();
    links.push_back({first_sign, operand, peek().span});
    const bool power = at(TokenKind::power);
    if (power && peek(1).kind == TokenKind::name && text(peek(1)) == "T" &&
        !defined_.contains("T")) {
      fail(join(peek().span, peek(1).span), "a power of T is no transpose",
           fmt::format("write {}.T for the transpose, and @ for the matrix product",
                       excerpt(span_of(operand))));
    }
  } while (accept(TokenKind::power));
  // the derivative of a tower is a product of logarithms at each floor: it grows with the square
  constexpr std::size_t highest_tower = 50;
  if (links.size() > highest_tower) {
    fail(links[highest_tower - 1].power,
         fmt::format("more than {} powers of powers on top of each other", highest_tower),
         "name the inner ones on lines of their own");
  }

  ast::ExprId result = links.back().operand;
  for (std::size_t i = links.size(); i-- > 0;) {
    if (i + 1 < links.size()) {
      const Link& base = links[i];
      result = add(join(span_of(base.operand), span_of(result)),
                   ast::Binary{ast::BinaryOperator::power, base.power, base.operand, result});
      ++operations_;
    }
    for (; signs.size() > links[i].first_sign; signs.pop_back()) {
      if (!is<ast::Number>(result)) ++operations_;  // -1 is a number: a list may have thousands
      const auto op = signs.back().kind == TokenKind::plus ? ast::UnaryOperator::plus
                                                           : ast::UnaryOperator::minus;
      result = add(join(signs.back().span, span_of(result)), ast::Unary{op, result});
    }
  }
  return result;
}

ast::ExprId Parser::postfix() {
  ast::ExprId object = primary();
  for (;; ++operations_) {
    if (at(TokenKind::dot)) {
      object = attribute(object);
    } else if (at(TokenKind::open_square)) {
      if (is<ast::List>(object) || is<ast::Number>(object) || is<ast::String>(object)) {
        fail(peek().span,
             fmt::format("expected ',' after '{}', found '['", excerpt(previous().span)),
             "between two entries write a comma");
      }
      object = index(object);
    } else {
      if (at(TokenKind::open_round)) fail_if_pasted(object);  // nn.Linear(2, 3)(x)
      return object;
    }
  }
}

ast::ExprId Parser::primary() {
  switch (peek().kind) {
    case TokenKind::number:
      return number();
    case TokenKind::name:
      return named();
    case TokenKind::string: {
      const Token token = next();
      return add(token.span, ast::String{string_of(source_, token)});
    }
    case TokenKind::open_round:
      return round_brackets();
    case TokenKind::open_square:
      return list();
    default:
      break;
  }
  if (at(TokenKind::partial)) {
    fail(peek().span, "gradients are worked out by themselves",
         fmt::format("leave this line out; grad {} wrt w asks for the one of w", loss_name()));
  }
  std::string remedy;
  if (at_line_end()) {
    const TokenKind before = previous().kind;
    remedy = before == TokenKind::comma
                 ? "leave the ',' out, or end this line with \\ to go on in the next"
             : before == TokenKind::name || before == TokenKind::equals
                 ? "write the value in the same line"
                 : "to go on in the next line put brackets around the expression, or end this line "
                   "with \\";
  }
  fail_expected(fmt::format("a value after '{}'", excerpt(previous().span)), std::move(remedy));
}

ast::ExprId Parser::number() {
  const Token token = next();
  try {
    return add(token.span, ast::Number{parse_rational(text(token))});
  } catch (const Error& error) {
    fail(token.span, error.what());
  }
}

ast::ExprId Parser::named() {
  skip_module_prefix();
  const Token token = peek();
  const std::string_view word = text(token);
  if (const auto advice = advice_on_word(word)) fail(token.span, advice->message, advice->remedy);
  const ast::Word name = require_name("a name");
  if (at(TokenKind::open_round)) {
    ++operations_;
    return call(name);
  }
  if (word == "True" || word == "true") return add(token.span, ast::Truth{true});
  if (word == "False" || word == "false") return add(token.span, ast::Truth{false});
  if (word == "None") return add(token.span, ast::None{});
  return add(token.span, ast::Name{name.text});
}

/// np. and its like say nothing in a lesson, which has one function of a name.
void Parser::skip_module_prefix() {
  constexpr std::array<std::string_view, 9> modules{"np", "numpy", "jnp", "math", "torch",
                                                    "F",  "nn",    "tf",  "jax"};
  constexpr std::array<std::string_view, 5> submodules{"functional", "linalg", "special", "nn",
                                                       "numpy"};
  const auto dot_follows = [&] { return peek(1).kind == TokenKind::dot; };
  if (!dot_follows() || defined_.contains(std::string(text(peek())))) return;
  if (at_word("self")) {
    fail({peek().span.begin, peek(1).span.end}, "'self.' can't stand in a lesson",
         fmt::format("write {} alone", excerpt(peek(2).span)));
  }
  if (!is_one_of(text(peek()), modules)) return;
  const Span module = peek().span;
  next();
  next();
  while (at(TokenKind::name) && dot_follows() && is_one_of(text(peek()), submodules)) {
    next();
    next();
  }
  if (at_word("random") && dot_follows()) fail_random_numbers(module.begin);
  if (!at(TokenKind::name))
    fail_expected(fmt::format("a name after '{}.'", source_.text(module)),
                  "write np.exp(x), or exp(x)");
}

/// Reads what commas separate up to the closing bracket; returns the most operations that one has.
/// The most, not all together: a list of a thousand fractions is no long line.
std::size_t Parser::elements(std::vector<ast::ExprId>& items, TokenKind close) {
  const std::size_t operations_before = std::exchange(operations_, 0);
  std::size_t most = 0;
  while (!at(close)) {
    items.push_back(condition());
    most = std::max(most, std::exchange(operations_, 0));
    if (!accept(TokenKind::comma)) break;
  }
  operations_ = operations_before;
  return most;
}

ast::ExprId Parser::round_brackets() {
  const Token open = open_bracket();
  std::vector<ast::ExprId> items;
  operations_ += elements(items, TokenKind::close_round);
  const bool tuple = items.size() != 1 || previous().kind == TokenKind::comma;
  close_bracket();
  const Span span = span_from(open.span.begin);
  if (tuple) return add(span, ast::Tuple{std::move(items)});
  lesson_.expressions[items.front()].span = span;
  return items.front();
}

ast::ExprId Parser::list() {
  const Token open = open_bracket();
  std::vector<ast::ExprId> items;
  operations_ += elements(items, TokenKind::close_square);
  close_bracket();
  return add(span_from(open.span.begin), ast::List{std::move(items)});
}

ast::ExprId Parser::call(const ast::Word& function) {
  constexpr std::array<std::string_view, 7> array_makers{
      "array", "asarray", "matrix", "tensor", "Tensor", "FloatTensor", "constant"};
  constexpr std::array<std::string_view, 2> parameter_makers{"Parameter", "Variable"};
  ast::Call call{function, {}, {}};
  arguments(call.arguments, call.keywords);
  if (is_one_of(function.text, array_makers)) return array_itself(function, call);
  if (is_one_of(function.text, parameter_makers) && call.arguments.size() == 1) {
    lesson_.expressions.resize(call.arguments.front() + 1);  // without the keywords' values
    differentiated_ = call.arguments.front();
    return call.arguments.front();
  }
  return add(span_from(function.span.begin), std::move(call));
}

/// np.array([[1, 2]], dtype=float) is the list. Every number is exact, so how to store it is no
/// matter.
ast::ExprId Parser::array_itself(const ast::Word& function, const ast::Call& call) {
  constexpr std::array<std::string_view, 5> of_storage{"dtype", "copy", "order", "device",
                                                       "requires_grad"};
  if (call.arguments.size() != 1) {
    fail(span_from(function.span.begin),
         fmt::format("{} takes one list, got {} values", function.text, call.arguments.size()),
         fmt::format("write {}([1, 2]), or the list alone", function.text));
  }
  for (const ast::Keyword& keyword : call.keywords) {
    if (!is_one_of(keyword.name.text, of_storage)) {
      fail(keyword.name.span, fmt::format("{} has no '{}' here", function.text, keyword.name.text),
           "write the list alone");
    }
    const auto* truth = std::get_if<ast::Truth>(&lesson_.expressions[keyword.value].is);
    if (keyword.name.text == "requires_grad" && truth != nullptr && truth->value)
      differentiated_ = call.arguments.front();
  }
  // The keywords' values stand after the list, and nothing else refers to them.
  lesson_.expressions.resize(call.arguments.front() + 1);
  return call.arguments.front();
}

void Parser::arguments(std::vector<ast::ExprId>& positional, std::vector<ast::Keyword>& keywords) {
  open_bracket();
  while (!at(TokenKind::close_round)) {
    if (at_keyword_argument()) {
      keywords.push_back(keyword(keywords));
    } else if (!keywords.empty() && !at_line_end()) {
      const Token& whole = tokens_[at_ - 2];
      if (whole.kind == TokenKind::number && at(TokenKind::number) &&
          peek().span.begin == whole.span.end + 1) {
        fail(join(whole.span, peek().span), "a decimal number has a point, and a comma separates",
             fmt::format("write {}={}.{}", keywords.back().name.text, text(whole), text(peek())));
      }
      fail(peek().span,
           fmt::format("a value without a name can't follow '{}='", keywords.back().name.text),
           "put it before those with names, or give it one");
    } else {
      positional.push_back(condition());
    }
    if (!accept(TokenKind::comma)) break;
  }
  close_bracket();
}

ast::Keyword Parser::keyword(const std::vector<ast::Keyword>& before) {
  ast::Word name = require_name("a name");
  for (const ast::Keyword& other : before) {
    if (other.name.text == name.text) {
      fail(name.span, fmt::format("'{}' is given twice", name.text), "leave one of them out");
    }
  }
  require(TokenKind::equals, fmt::format("'=' after '{}'", name.text));
  const ast::ExprId value = condition();
  return {std::move(name), value};
}

ast::ExprId Parser::attribute(ast::ExprId object) {
  next();
  ast::Word name = require_name("a name after '.'", "write A.T, or X.sum(axis=0)");
  const std::size_t begin = span_of(object).begin;
  if (!at(TokenKind::open_round))
    return add(span_from(begin), ast::Attribute{object, std::move(name)});
  ast::Method method{object, std::move(name), {}, {}};
  arguments(method.arguments, method.keywords);
  return add(span_from(begin), std::move(method));
}

ast::ExprId Parser::index(ast::ExprId object) {
  const Token open = open_bracket();
  std::vector<ast::ExprId> items;
  while (!at(TokenKind::close_square)) {
    items.push_back(index_item());
    if (!accept(TokenKind::comma)) break;
  }
  if (items.empty()) {
    fail(span_from(open.span.begin), "an entry needs its place", "write A[i, j], counting from 0");
  }
  close_bracket();
  return add(span_from(span_of(object).begin), ast::Index{object, std::move(items)});
}

ast::ExprId Parser::index_item() {
  const std::size_t begin = peek().span.begin;
  const auto part = [&]() -> std::optional<ast::ExprId> {
    const bool left_out =
        at(TokenKind::colon) || at(TokenKind::comma) || at(TokenKind::close_square);
    if (left_out) return std::nullopt;
    return sum();
  };
  const std::optional<ast::ExprId> first = part();
  if (!accept(TokenKind::colon)) {
    if (!first) fail_expected("the place of an entry", "write A[i, j], counting from 0");
    return *first;
  }
  ast::Slice slice{first, part(), std::nullopt};
  if (accept(TokenKind::colon)) slice.step = part();
  return add(span_from(begin), slice);
}

}  // namespace tracer
