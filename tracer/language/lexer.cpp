#include "tracer/language/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "tracer/number/digit.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {

namespace {

// Data belongs into files: these bound the memory that a mistaken one can take.
constexpr std::size_t longest_line = 100'000;
constexpr std::size_t most_tokens = 2'000'000;

struct Sign {
  std::string_view text;
  TokenKind kind;
};

// Longer signs before their own beginnings.
constexpr std::array signs{
    Sign{"**=", TokenKind::augmented}, Sign{"//=", TokenKind::augmented},
    Sign{"...", TokenKind::foreign},   Sign{"**", TokenKind::power},
    Sign{"+=", TokenKind::augmented},  Sign{"-=", TokenKind::augmented},
    Sign{"*=", TokenKind::augmented},  Sign{"/=", TokenKind::augmented},
    Sign{"@=", TokenKind::augmented},  Sign{"%=", TokenKind::augmented},
    Sign{"^=", TokenKind::augmented},  Sign{"==", TokenKind::equal_equal},
    Sign{"<=", TokenKind::at_most},    Sign{">=", TokenKind::at_least},
    Sign{"//", TokenKind::foreign},    Sign{"!=", TokenKind::not_equal},
    Sign{"->", TokenKind::foreign},    Sign{"<-", TokenKind::foreign},
    Sign{":=", TokenKind::foreign},    Sign{"&&", TokenKind::foreign},
    Sign{"||", TokenKind::foreign},    Sign{"<<", TokenKind::foreign},
    Sign{">>", TokenKind::foreign},    Sign{".*", TokenKind::foreign},
    Sign{"./", TokenKind::foreign},    Sign{".^", TokenKind::foreign},
    Sign{"+", TokenKind::plus},        Sign{"-", TokenKind::minus},
    Sign{"*", TokenKind::star},        Sign{"/", TokenKind::slash},
    Sign{"@", TokenKind::at},          Sign{"^", TokenKind::power},
    Sign{"(", TokenKind::open_round},  Sign{")", TokenKind::close_round},
    Sign{"[", TokenKind::open_square}, Sign{"]", TokenKind::close_square},
    Sign{",", TokenKind::comma},       Sign{":", TokenKind::colon},
    Sign{".", TokenKind::dot},         Sign{";", TokenKind::semicolon},
    Sign{"=", TokenKind::equals},      Sign{"<", TokenKind::less},
    Sign{">", TokenKind::greater},     Sign{"−", TokenKind::minus},
    Sign{"·", TokenKind::star},        Sign{"⋅", TokenKind::star},
    Sign{"×", TokenKind::star},        Sign{"⊙", TokenKind::star},
    Sign{"∗", TokenKind::star},        Sign{"÷", TokenKind::slash},
    Sign{"≤", TokenKind::at_most},     Sign{"≥", TokenKind::at_least},
    Sign{"≠", TokenKind::not_equal},   Sign{"∂", TokenKind::partial},
};

class Lexer {
 public:
  Lexer(const Source& source, Diagnostics& diagnostics)
      : source_(source), text_(source.text()), diagnostics_(diagnostics) {}

  std::vector<Token> run() {
    for (std::size_t line = 1; line <= source_.line_count(); ++line) {
      const Span span = source_.line_span(line);
      if (span.end <= at_) continue;  // inside a docstring that began further up
      at_ = std::max(at_, span.begin);
      if (!skip_if_too_long(span)) read_line(line);
      if (tokens_.size() > most_tokens) {
        diagnostics_.error({at_, at_}, "the lesson has more than 2 000 000 words and signs",
                           "keep large data in a file and read it with csv(...) or npz(...)");
        tokens_.clear();  // half a lesson would only be misread
        break;
      }
    }
    push(TokenKind::newline, text_.size(), text_.size());
    push(TokenKind::end, text_.size(), text_.size());
    return std::move(tokens_);
  }

 private:
  void push(TokenKind kind, std::size_t begin, std::size_t end) {
    tokens_.push_back({kind, {begin, end}});
  }

  bool skip_if_too_long(Span line) {
    if (line.end - line.begin <= longest_line) return false;
    const std::size_t characters = utf8::count(source_.text(line));
    if (characters <= longest_line) return false;
    diagnostics_.error(
        {line.begin, line.begin},
        fmt::format("this line has {} characters, more than {}", characters, longest_line),
        "break it inside brackets, or keep data in a file and read it with csv(...) or "
        "npz(...)");
    push(TokenKind::bad, line.begin, line.begin);
    push(TokenKind::newline, line.end, line.end);
    at_ = line.end;
    return true;
  }

  /// From at_ to the end of the line that it stands in; a docstring may carry it over several.
  void read_line(std::size_t line) {
    std::size_t end = source_.line_span(line).end;
    while (at_ < end) {
      const auto [code, length] = utf8::decode(text_, at_);
      if (utf8::is_space(code)) {
        at_ += length;
      } else if (code == '#') {
        at_ = end;
      } else if (code == '\\' && only_space_follows(at_ + 1, end)) {
        at_ = end;
        return;  // no newline: the statement goes on
      } else {
        read_token(code, length, end);
        if (at_ > end) end = std::min(text_.find('\n', at_), text_.size());
      }
    }
    push(TokenKind::newline, end, end);
  }

  bool only_space_follows(std::size_t from, std::size_t end) const {
    while (from < end) {
      const auto [code, length] = utf8::decode(text_, from);
      if (!utf8::is_space(code)) return false;
      from += length;
    }
    return true;
  }

  void read_token(char32_t code, std::size_t length, std::size_t end) {
    const std::size_t begin = at_;
    if (utf8::is_letter(code)) {
      at_ = name_end(begin, end);
      push(TokenKind::name, begin, at_);
    } else if ((code < 0x80 && is_digit(static_cast<char>(code))) ||
               (code == '.' && begin + 1 < end && is_digit(text_[begin + 1]))) {
      read_number(end);
    } else if (code == '"' || code == '\'') {
      read_string(end);
    } else {
      const std::string_view rest = text_.substr(begin, end - begin);
      const auto* const sign =
          std::ranges::find_if(signs, [&](const Sign& s) { return rest.starts_with(s.text); });
      at_ += sign == signs.end() ? length : sign->text.size();
      push(sign == signs.end() ? TokenKind::foreign : sign->kind, begin, at_);
    }
  }

  std::size_t name_end(std::size_t from, std::size_t end) const {
    while (from < end) {
      const auto [code, length] = utf8::decode(text_, from);
      if (!utf8::continues_name(code)) break;
      from += length;
    }
    return from;
  }

  /// Python's: 1, 1.5, .5, 2., 1e-3, 1_000. What goes on right after it makes it a bad number.
  void read_number(std::size_t end) {
    const std::size_t begin = at_;
    const auto digits = [&] {
      while (at_ < end && (is_digit(text_[at_]) ||
                           (text_[at_] == '_' && at_ + 1 < end && is_digit(text_[at_ + 1])))) {
        ++at_;
      }
    };
    digits();
    // In 1.*x and 2./3 the point belongs to the number, as in Python.
    if (at_ < end && text_[at_] == '.') {
      ++at_;
      digits();
    }
    if (at_ < end && (text_[at_] == 'e' || text_[at_] == 'E')) {
      const std::size_t sign =
          at_ + 1 < end && (text_[at_ + 1] == '+' || text_[at_ + 1] == '-') ? 1 : 0;
      if (at_ + 1 + sign < end && is_digit(text_[at_ + 1 + sign])) {
        at_ += 1 + sign;
        digits();
      }
    }
    const std::size_t number_end = at_;
    while (at_ < end) {
      const std::size_t name = name_end(at_, end);
      const bool another_point = text_[at_] == '.' && at_ + 1 < end && is_digit(text_[at_ + 1]);
      if (name == at_ && !another_point) break;
      at_ = name == at_ ? at_ + 1 : name;
    }
    push(at_ == number_end ? TokenKind::number : TokenKind::bad_number, begin, at_);
  }

  void read_string(std::size_t end) {
    const std::size_t begin = at_;
    const char quote = text_[begin];
    if (const std::string triple(3, quote); text_.substr(begin, 3) == triple) {
      const std::size_t close = text_.find(triple, begin + 3);
      const bool closed = close != std::string_view::npos;
      at_ = closed ? close + 3 : end;
      push(closed ? TokenKind::docstring : TokenKind::unclosed_string, begin, at_);
      return;
    }
    for (++at_; at_ < end && text_[at_] != quote; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < end &&
          (text_[at_ + 1] == quote || text_[at_ + 1] == '\\')) {
        ++at_;
      }
    }
    const bool closed = at_ < end;
    if (closed) ++at_;
    push(closed ? TokenKind::string : TokenKind::unclosed_string, begin, at_);
  }

  const Source& source_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

/// Takes out the newlines between an opening bracket and the one that closes it. A closing bracket
/// answers the nearest open one of its kind; those opened after that one are taken as never closed.
void join_lines_in_brackets(std::vector<Token>& tokens) {
  struct Open {
    bool round;
    std::size_t at;
  };
  std::vector<Open> open;
  std::array<std::size_t, 2> open_of_kind{};  // square, round
  std::vector<std::ptrdiff_t> depth_change(tokens.size() + 1, 0);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const TokenKind kind = tokens[i].kind;
    const bool round = kind == TokenKind::open_round || kind == TokenKind::close_round;
    if (kind == TokenKind::open_round || kind == TokenKind::open_square) {
      open.push_back({round, i});
      ++open_of_kind[round];
    } else if ((kind == TokenKind::close_round || kind == TokenKind::close_square) &&
               open_of_kind[round] > 0) {
      for (bool answered = false; !answered; open.pop_back()) {
        answered = open.back().round == round;
        --open_of_kind[open.back().round];
        if (answered) {
          ++depth_change[open.back().at];
          --depth_change[i];
        }
      }
    }
  }
  std::ptrdiff_t depth = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    depth += depth_change[i];
    if (tokens[i].kind != TokenKind::newline || depth == 0) tokens[kept++] = tokens[i];
  }
  tokens.resize(kept, Token{TokenKind::end, {}});
}

}  // namespace

std::vector<Token> tokenize(const Source& source, Diagnostics& diagnostics) {
  std::vector<Token> tokens = Lexer(source, diagnostics).run();
  join_lines_in_brackets(tokens);
  return tokens;
}

std::string name_of(const Source& source, const Token& token) {
  // Python's identifiers are compared after normalisation form KC (PEP 3131); these are the letters
  // of formulas that it makes one.
  constexpr std::u32string_view alike = U"µϵϕϑϱϰϖ\u2126";
  constexpr std::u32string_view letters = U"μεφθρκπΩ";
  const std::string_view written = source.text(token.span);
  std::string result;
  for (std::size_t at = 0; at < written.size();) {
    const auto [code, length] = utf8::decode(written, at);
    const std::size_t place = alike.find(code);
    result += place == alike.npos ? std::string(written.substr(at, length))
                                  : utf8::encode(letters[place]);
    at += length;
  }
  return result;
}

std::string string_of(const Source& source, const Token& token) {
  const std::string_view written = source.text(token.span);
  const std::string_view inside = written.substr(1, written.size() - 2);
  std::string result;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const bool escape = inside[i] == '\\' && i + 1 < inside.size() &&
                        (inside[i + 1] == written.front() || inside[i + 1] == '\\');
    if (escape) ++i;
    result += inside[i];
  }
  return result;
}

}  // namespace tracer
