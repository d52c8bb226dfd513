// What the parser says when it can't go on. A message names what was expected and what stands
// there; where the habit behind a mistake shows, it names the habit's translation instead.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tracer/language/foreign.hpp"
#include "tracer/language/grammar.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/text/scripts.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {

namespace {

constexpr std::string_view how_lines_begin =
    "a line is 'name = expression', or begins with param, input, let, data, test, train, grad, "
    "predict, "
    "seed or expect";

bool begins_value(TokenKind kind) {
  return kind == TokenKind::name || kind == TokenKind::number || kind == TokenKind::string ||
         kind == TokenKind::open_round || kind == TokenKind::unclosed_string;
}

bool ends_value(TokenKind kind) {
  return kind == TokenKind::name || kind == TokenKind::number || kind == TokenKind::string ||
         kind == TokenKind::close_round || kind == TokenKind::close_square;
}

bool is_comparison(TokenKind kind) {
  return kind == TokenKind::less || kind == TokenKind::greater || kind == TokenKind::at_most ||
         kind == TokenKind::at_least || kind == TokenKind::equal_equal ||
         kind == TokenKind::not_equal;
}

/// The ASCII character that a fullwidth one stands for: '1' for １; 0 for anything else.
char plain_of_wide(char32_t code) {
  return code >= 0xFF01 && code <= 0xFF5E ? static_cast<char>(code - 0xFEE0) : '\0';
}

/// Such characters from a place on, as plain ones.
std::string plain_run(std::string_view text, std::size_t at, char (*plain_of)(char32_t)) {
  std::string plain;
  while (at < text.size()) {
    const auto [code, length] = utf8::decode(text, at);
    const char c = plain_of(code);
    if (c == 0) break;
    plain += c;
    at += length;
  }
  return plain;
}

}  // namespace

std::string_view Parser::name_before(std::size_t place) const {
  for (const Token& token : tokens_) {
    if (token.kind == TokenKind::name && token.span.end == place) return text(token);
  }
  return {};
}

std::string_view Parser::name_after(std::size_t place) const {
  while (place < source_.text().size() && source_.text()[place] == ' ') ++place;
  for (const Token& token : tokens_) {
    if (token.kind == TokenKind::name && token.span.begin == place) return text(token);
  }
  return {};
}

/// What .backward() is called of, else what the lines so far tell.
std::string Parser::loss_name() const {
  for (std::size_t i = 0; i + 2 < tokens_.size(); ++i) {
    if (tokens_[i].kind == TokenKind::name && tokens_[i + 1].kind == TokenKind::dot &&
        text(tokens_[i + 2]) == "backward")
      return std::string(text(tokens_[i]));
  }
  for (std::size_t i = 0; i + 2 < tokens_.size(); ++i) {
    const bool begins =
        tokens_[i].kind == TokenKind::newline || tokens_[i].kind == TokenKind::semicolon;
    if (begins && tokens_[i + 1].kind == TokenKind::name &&
        tokens_[i + 2].kind == TokenKind::equals && ast::is_usual_loss(text(tokens_[i + 1])))
      return std::string(text(tokens_[i + 1]));
  }
  return ast::usual_loss(lesson_, naming_);
}

void Parser::fail_if_pasted(ast::ExprId id) {
  PastedCall pasted;
  const std::vector<ast::Keyword>* keywords = nullptr;
  const auto add = [&](ast::ExprId argument) {
    pasted.arguments.emplace_back(source_.text(span_of(argument)));
  };
  if (const auto* call = std::get_if<ast::Call>(&lesson_.expressions[id].is)) {
    pasted.function = call->function.text;
    std::ranges::for_each(call->arguments, add);
    keywords = &call->keywords;
  } else if (const auto* method = std::get_if<ast::Method>(&lesson_.expressions[id].is)) {
    pasted.function = method->name.text;
    pasted.is_method = true;
    add(method->object);
    std::ranges::for_each(method->arguments, add);
    keywords = &method->keywords;
  } else {
    return;
  }
  for (const ast::Keyword& keyword : *keywords)
    pasted.keywords.emplace_back(keyword.name.text, source_.text(span_of(keyword.value)));
  pasted.line = naming_;
  pasted.loss = loss_name();
  if (const auto advice = advice_on_call(pasted))
    fail(span_of(id), advice->message, advice->remedy);
}

/// At `for`. What is indented below it belongs to it, and is not read.
void Parser::fail_loop() {
  const Token loop = peek();
  const bool counts = peek(2).kind == TokenKind::name && text(peek(2)) == "in" &&
                      peek(3).kind == TokenKind::name && text(peek(3)) == "range";
  const bool to_number =
      peek(5).kind == TokenKind::number && peek(6).kind == TokenKind::close_round;
  const std::size_t column = source_.place(loop.span.begin).column;
  std::string remedy = fmt::format(
      "a training loop is train {} with sgd(lr=0.01), epochs={}; what a line computes "
      "again gets a name of its own: h1 = ..., h2 = ...",
      loss_name(), to_number ? text(peek(5)) : "10");
  if (!counts) remedy = "list the samples, data x, y in (1, 3), (2, 4), and train with epochs=...";
  diagnostics_.error(loop.span, "a lesson has no loops", std::move(remedy));
  while (true) {
    while (!at_line_end()) next();
    std::size_t first = at_;
    while (tokens_[first].kind == TokenKind::newline) ++first;
    const bool inside = tokens_[first].kind != TokenKind::end &&
                        source_.place(tokens_[first].span.begin).column > column;
    if (!inside) throw Abandoned{};
    at_ = first;
  }
}

/// At a name with += and its like after it.
void Parser::fail_augmented() {
  const Token& name = peek();
  const Token& change = peek(1);
  std::size_t last = at_ + 2;
  bool is_sum = false;
  while (tokens_[last].kind != TokenKind::newline && tokens_[last].kind != TokenKind::semicolon) {
    is_sum =
        is_sum || tokens_[last].kind == TokenKind::plus || tokens_[last].kind == TokenKind::minus;
    ++last;
  }
  const Span rest{tokens_[at_ + 2].span.begin, tokens_[last - 1].span.end};
  const std::string value = last == at_ + 2 ? "..." : excerpt(rest);
  const std::string_view sign = text(change).substr(0, text(change).size() - 1);
  const bool needs_brackets = last > at_ + 3 && sign != "+" && (sign != "-" || is_sum);
  std::string remedy = fmt::format("write a new name: {0}_new = {0} {1} {2}", text(name), sign,
                                   needs_brackets ? fmt::format("({})", value) : value);
  if (sign == "-") {
    remedy += fmt::format("; the update of a training is train {} with sgd(lr=0.01)", loss_name());
  }
  fail(change.span,
       fmt::format("'{}' would change {}, and a name keeps its value", text(change), text(name)),
       std::move(remedy));
}

/// At `m, n = W.shape` and its like; `last` is the token of the last name.
void Parser::fail_several_names(std::size_t last) {
  const Span names{peek().span.begin, tokens_[last].span.end};
  std::size_t end = last + 2;
  while (tokens_[end].kind != TokenKind::newline && tokens_[end].kind != TokenKind::semicolon)
    ++end;
  const bool shape = end > last + 4 && text(tokens_[end - 1]) == "shape" &&
                     tokens_[end - 2].kind == TokenKind::dot && last == at_ + 2;
  std::string remedy = "give each name a line of its own; samples are data x, y in (1, 3), (2, 4)";
  if (shape) {
    const std::string of = excerpt({tokens_[last + 2].span.begin, tokens_[end - 1].span.end});
    remedy = fmt::format("write {} = {}[0] and, on a line of its own, {} = {}[1]", text(peek()), of,
                         text(tokens_[last]), of);
  }
  fail(names, "one line can't name several values", std::move(remedy));
}

void Parser::fail(Span span, std::string message, std::string remedy) {
  diagnostics_.error(span, std::move(message), std::move(remedy));
  throw Abandoned{};
}

/// The text for use in a message: what follows its first 30 characters, or its first line, is cut.
std::string Parser::excerpt(Span span) const {
  const std::string_view whole = source_.text(span);
  std::string result;
  std::size_t at = 0;
  for (int characters = 0; at < whole.size() && characters < 30; ++characters) {
    const auto [code, length] = utf8::decode(whole, at);
    if (code == '\n') break;
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    result += control ? " " : whole.substr(at, length);
    at += length;
  }
  return at < whole.size() ? result + "…" : result;
}

std::string Parser::found(const Token& token) const {
  if (token.kind == TokenKind::newline || token.kind == TokenKind::end)
    return "the end of the line";
  return fmt::format("'{}'", excerpt(token.span));
}

void Parser::fail_expected(std::string_view wanted, std::string remedy) {
  fail_if_foreign(peek());
  if (at_line_end() && !open_.empty()) fail_unclosed();
  fail(peek().span, fmt::format("expected {}, found {}", wanted, found(peek())), std::move(remedy));
}

void Parser::fail_unclosed() {
  const Token& open = open_.back();
  const bool round = open.kind == TokenKind::open_round;
  fail(open.span, fmt::format("this '{}' is never closed", round ? '(' : '['),
       fmt::format("write the '{}' that belongs to it", round ? ')' : ']'));
}

void Parser::fail_if_foreign(const Token& token) {
  const std::string_view written = text(token);
  const auto advise = [&](const Advice& advice) {
    fail(token.span, advice.message, advice.remedy);
  };
  if (token.kind == TokenKind::bad) throw Abandoned{};
  if (token.kind == TokenKind::bad_number) fail_bad_number(token);
  if (token.kind == TokenKind::foreign) {
    const std::string_view name = name_before(token.span.begin);
    if ((written == "ᵀ" || written == "⊤") && !name.empty()) {
      fail(token.span, fmt::format("a raised '{}' can't be read", written),
           fmt::format("write {}.T for the transpose, and @ for the matrix product", name));
    }
    const char32_t code = utf8::decode(written, 0).code;
    if (plain_of_superscript(code) != 0 && !name.empty()) {
      fail(token.span, fmt::format("a raised '{}' can't be read", written),
           fmt::format("write {}**{}", name,
                       plain_run(source_.text(), token.span.begin, plain_of_superscript)));
    }
    if (const std::string_view of = name_after(token.span.end);
        (written == "∑" || written == "√") && !of.empty()) {
      fail(token.span, fmt::format("'{}' can't be read", written),
           fmt::format("write {}({})", written == "∑" ? "sum" : "sqrt", of));
    }
    if (const auto advice = advice_on_sign(written)) advise(*advice);
    if (plain_of_subscript(code) != 0) {
      fail(token.span, fmt::format("a lowered '{}' can't be read", written),
           fmt::format("write it as an ordinary character: {}{}", name.empty() ? "x" : name,
                       plain_run(source_.text(), token.span.begin, plain_of_subscript)));
    }
    if (plain_of_wide(code) != 0) {
      fail(token.span, fmt::format("'{}' is a sign of double width", written),
           fmt::format("write {}", plain_run(source_.text(), token.span.begin, plain_of_wide)));
    }
    const std::string number = fmt::format("U+{:04X}", static_cast<std::uint32_t>(code));
    if (code < 0x20 || (code >= 0x7F && code < 0xA0)) {
      fail(token.span, fmt::format("the control character {} can't stand in a lesson", number),
           "take it out; it can't be seen");
    }
    fail(token.span, fmt::format("'{}' ({}) means nothing here", written, number), "leave it out");
  }
  if (token.kind == TokenKind::unclosed_string) {
    const bool after_value = ends_value(previous().kind) &&
                             previous().span.end == token.span.begin && written.front() == '\'';
    if (after_value) {
      fail({token.span.begin, token.span.begin + 1}, "this string is never closed",
           fmt::format("for the transpose write {}.T", excerpt(previous().span)));
    }
    fail(token.span, "this string is never closed",
         fmt::format("write the {} at its end", written.front()));
  }
  if (token.kind == TokenKind::docstring) {
    fail(token.span, "a string in three quotes can't stand here",
         "write it in one quote at each end");
  }
  if (is_comparison(token.kind)) {
    fail(token.span, fmt::format("'{}' can't stand here", written),
         "a comparison is a value of its own, 0 or 1: mask = z > 0; to check a result write expect "
         "name = value");
  }
  if (token.kind == TokenKind::name) {
    if (const auto advice = advice_on_word(written)) advise(*advice);
  }
}

void Parser::fail_bad_number(const Token& token) {
  const std::string_view written = text(token);
  const std::size_t letter = std::min(written.find_first_not_of("0123456789._"), written.size());
  const std::string_view head = written.substr(0, letter), tail = written.substr(letter);
  const std::string message = fmt::format("'{}' is not a number", excerpt(token.span));
  if (std::ranges::count(head, '.') > 1)
    fail(token.span, message, "a number has one decimal point");
  if (head == "0" && (tail.starts_with('x') || tail.starts_with('b') || tail.starts_with('o'))) {
    fail(token.span, message, "write it in decimal");
  }
  if (tail == "j" || tail == "J") fail(token.span, message, "every number is real here");
  if (tail.empty()) fail(token.span, message, "an underscore stands between two digits: 1_000");
  if (tail.find('.') != std::string_view::npos) fail(token.span, message, "write a product with *");
  if (ends_value(previous().kind) || at_line_end() || previous().kind == TokenKind::newline ||
      previous().kind == TokenKind::semicolon) {
    fail(token.span, fmt::format("'{}' is neither a number nor a name", excerpt(token.span)),
         "a name begins with a letter");
  }
  fail(token.span, fmt::format("'{}' is neither a number nor a name", excerpt(token.span)),
       fmt::format("for the product write {}*{}", head, tail));
}

void Parser::fail_if_operator_is_missing() {
  const Token& left = previous();
  const Token& right = peek();
  if (!ends_value(left.kind) || !begins_value(right.kind)) return;
  fail_if_foreign(right);
  if (const std::string_view sum = text(left); sum == "Σ" || sum == "∑") {
    fail(left.span, fmt::format("'{}' needs brackets around what it sums", sum),
         fmt::format("write sum({})", excerpt(right.span)));
  }
  const std::string between = fmt::format("'{}' and '{}'", excerpt(left.span), excerpt(right.span));
  if (right.kind == TokenKind::string && text(right).front() == '\'' &&
      left.span.end == right.span.begin) {
    fail(right.span, fmt::format("a string can't follow '{}'", excerpt(left.span)),
         fmt::format("for the transpose write {}.T", excerpt(left.span)));
  }
  const bool entries = !open_.empty() || right.kind == TokenKind::open_round;
  fail(right.span, fmt::format("expected an operator between {}", between),
       entries ? "for a product write *, between two entries a comma" : "for a product write *");
}

/// After an element, where neither a comma nor the closing bracket stands.
void Parser::fail_in_brackets() {
  const Token& open = open_.back();
  const bool round = open.kind == TokenKind::open_round;
  fail_if_foreign(peek());
  // Where the next line begins like a statement, it is the bracket that was forgotten.
  const bool next_line =
      source_.place(peek().span.begin).line > source_.place(previous().span.end).line;
  if (at_line_end() || (next_line && at_keyword_argument())) fail_unclosed();
  if (at(TokenKind::semicolon)) {
    fail(peek().span, "';' can't separate the rows of a matrix",
         "write a list of its rows: [[1, 2], [3, 4]]");
  }
  if (at(TokenKind::equals)) {
    fail(peek().span, "'=' can't stand in an expression",
         "a named argument is a name, '=' and a value: sum(E, axis=0)");
  }
  fail_if_operator_is_missing();
  const char close = round ? ')' : ']';
  const std::size_t line = source_.place(open.span.begin).line;
  const bool far = line != source_.place(peek().span.begin).line;
  const bool other_bracket = at(TokenKind::close_round) || at(TokenKind::close_square);
  fail(peek().span,
       fmt::format("expected '{}' to close the '{}'{}, found {}", close, round ? '(' : '[',
                   far ? fmt::format(" of line {}", line) : "", found(peek())),
       other_bracket ? fmt::format("write '{}' before it or in its place", close) : "");
}

/// After a statement that is complete, where the line should end.
void Parser::fail_after_statement() {
  fail_if_foreign(peek());
  if (at(TokenKind::equals)) {
    fail(peek().span, "a second '=' in one line", "give each name a line of its own");
  }
  if (at(TokenKind::comma)) {
    const bool decimal_comma =
        previous().kind == TokenKind::number && peek(1).kind == TokenKind::number &&
        previous().span.end == peek().span.begin && peek().span.end == peek(1).span.begin;
    fail(peek().span, "expected the end of the line, found ','",
         decimal_comma
             ? fmt::format("a decimal number has a point: {}.{}", text(previous()), text(peek(1)))
             : "give each name a line of its own; several values are a list, [1, 2]");
  }
  if (at(TokenKind::close_round) || at(TokenKind::close_square)) {
    const char open = at(TokenKind::close_round) ? '(' : '[';
    fail(peek().span, fmt::format("this {} closes nothing", found(peek())),
         fmt::format("leave it out, or write the '{}' that belongs to it", open));
  }
  fail_if_operator_is_missing();
  fail_expected("the end of the line");
}

/// For a line that begins like none.
void Parser::fail_statement() {
  naming_.clear();
  if (at(TokenKind::name)) {
    if (at_word("for")) fail_loop();
    if (const auto advice = advice_on_statement(text(peek()))) {
      fail(peek().span, advice->message, advice->remedy);
    }
    fail_after_first_name();
  }
  if (at(TokenKind::partial)) {
    fail(peek().span, "a gradient can't be given a value",
         "to check one write expect dL/dw = value");
  }
  if (at(TokenKind::greater))
    fail(peek().span, "a line can't begin with '>'", "leave the prompt out");
  const bool expression = begins_value(peek().kind) || at(TokenKind::open_square) ||
                          at(TokenKind::plus) || at(TokenKind::minus);
  if (!expression) {
    fail_if_foreign(peek());
    if (at(TokenKind::close_round) || at(TokenKind::close_square)) fail_after_statement();
    fail(peek().span, fmt::format("a line can't begin with {}", found(peek())),
         std::string(how_lines_begin));
  }
  fail_unnamed_expression();
}

void Parser::fail_after_first_name() {
  const Token& name = peek();
  const Token& second = peek(1);
  const std::string_view word = text(name);
  if (second.kind == TokenKind::foreign || second.kind == TokenKind::bad_number)
    fail_if_foreign(second);
  if (second.kind == TokenKind::equal_equal) {
    fail(second.span, "'==' compares", fmt::format("to name a value write {} = ...", word));
  }
  if (second.kind == TokenKind::augmented) fail_augmented();
  if (second.kind == TokenKind::colon) {
    const bool shape = peek(2).kind == TokenKind::open_round || peek(2).kind == TokenKind::number;
    if (shape) {
      fail(name.span, fmt::format("'{}' needs a word that says what it is", word),
           fmt::format("write param {0}: {1}, or input {0}: {1}", word,
                       peek(2).kind == TokenKind::number ? "(n)" : "(m, n)"));
    }
    fail(second.span, "a value has no type annotation", fmt::format("write {} = ...", word));
  }
  if (second.kind == TokenKind::comma) {
    std::size_t i = at_;
    while (tokens_[i].kind == TokenKind::name && tokens_[i + 1].kind == TokenKind::comma) i += 2;
    if (tokens_[i].kind == TokenKind::name && tokens_[i + 1].kind == TokenKind::equals)
      fail_several_names(i);
  }
  if (second.kind == TokenKind::name || second.kind == TokenKind::number) {
    fail(name.span, fmt::format("'{}' does not begin a statement", excerpt(name.span)),
         suggested(word, statement_words(), how_lines_begin));
  }
}

void Parser::fail_unnamed_expression() {
  const std::size_t begin = peek().span.begin;
  const ast::ExprId id = expression();
  const Span span = span_from(begin);
  if (at(TokenKind::equals)) {
    if (is<ast::Index>(id)) {
      fail(span, "an entry can't be assigned", "give the whole matrix: W = [[1, 2], [3, 4]]");
    }
    if (is<ast::Call>(id)) {
      fail(span, "functions can't be defined in a lesson",
           "write the expression with a name: y = x**2");
    }
    const auto* attribute = std::get_if<ast::Attribute>(&lesson_.expressions[id].is);
    if (attribute != nullptr && attribute->name.text == "requires_grad") {
      fail(span, "a parameter is declared as one",
           fmt::format("write param {} = ... where it gets its value",
                       excerpt(span_of(attribute->object))));
    }
    if (attribute != nullptr &&
        (attribute->name.text == "grad" || attribute->name.text == "data")) {
      fail(span, "gradients and updates are worked out by themselves",
           fmt::format("write train {} with sgd(lr=0.01), or leave the line out", loss_name()));
    }
    fail(span, "only a name can stand left of '='", "write name = expression");
  }
  if (at(TokenKind::augmented)) {
    const auto* attribute = std::get_if<ast::Attribute>(&lesson_.expressions[id].is);
    if (attribute != nullptr && attribute->name.text == "data") {
      fail(peek().span, "the train line makes the updates",
           fmt::format("write train {} with sgd(lr=0.01), or leave the line out", loss_name()));
    }
    fail(peek().span, fmt::format("{} can't stand here", found(peek())), "write name = expression");
  }
  if (at_statement_end()) {
    fail_if_pasted(id);
    fail(span, "this value has no name", fmt::format("write name = {}", excerpt(span)));
  }
  fail_after_statement();
}

/// At the `random` of np.random.randn(...).
void Parser::fail_random_numbers(std::size_t begin) {
  const Span span{begin, peek(2).span.end};
  const std::string_view function = text(peek(2));
  std::string remedy = "write normal(rows, columns, mean=0, std=1)";
  if (function == "seed") remedy = "write seed 7 on a line of its own";
  if (function == "rand" || function == "uniform" || function == "random" ||
      function == "random_sample") {
    remedy = "write uniform(rows, columns, low=0, high=1)";
  }
  fail(span,
       fmt::format("'{}' draws numbers that the lesson's seed knows nothing of", excerpt(span)),
       std::move(remedy));
}

}  // namespace tracer
