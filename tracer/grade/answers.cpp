#include "tracer/grade/answers.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/grade/plain_signs.hpp"
#include "tracer/text/plain.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

// Words that order a page and say nothing about its numbers.
bool is_section(std::string_view text) {
  constexpr std::array sections{"forward",   "forward pass", "backward", "backward pass",
                                "gradients", "gradient",     "update",   "updates",
                                "weights",   "new weights",  "values",   "the update",
                                "parameters"};
  std::string_view bare = trimmed_view(text);
  bare.remove_prefix(std::min(bare.find_first_not_of("*_-= "), bare.size()));
  bare = bare.substr(0, bare.find_last_not_of(":*_-= ") + 1);
  return bare.empty() || std::ranges::find(sections, in_small_letters(bare)) != sections.end();
}

// "L ← z2 ← b2 = ...": a path of names, whose product is a part of a gradient.
bool is_way(std::string_view line) {
  constexpr std::string_view arrow = "←";
  const auto first = line.find(arrow);
  if (first == std::string_view::npos) return false;
  const std::string_view after = line.substr(first + arrow.size());
  const auto end = std::min(after.find(arrow), after.find('='));
  if (end == std::string_view::npos) return false;
  const std::string_view between = trimmed_view(after.substr(0, end));
  return !between.empty() && utf8::is_letter(utf8::decode(between, 0).code) &&
         between.find_first_of(" *+/()") == std::string_view::npos;
}

// Lines of a page of tracer derive that state nothing to be marked.
bool is_aside(std::string_view line) {
  const std::string small = in_small_letters(line);
  return small.starts_with("weights now") || small.starts_with("given:") ||
         small.starts_with("did it help");
}

// "w1 (new) = ..." ahead: a name and then a sign of equality, with nothing between that computes.
bool begins_answer(std::string_view text) {
  text = trimmed_view(text);
  if (text.empty() || !utf8::is_letter(utf8::decode(text, 0).code)) return false;
  const auto sign = text.find_first_of("=:+*;");
  return sign != std::string_view::npos && (text[sign] == '=' || text[sign] == ':') &&
         text.substr(0, sign).find("  ") == std::string_view::npos;
}

// What joins two answers in a sentence; nothing: there is none at the beginning of the text.
std::string_view joining_word(std::string_view text) {
  for (const std::string_view word : {" and ", " und ", " & ", " et "}) {
    if (text.starts_with(word)) return word;
  }
  return {};
}

// Cuts a line into its answers: at `;`, and at `,`, `|`, " and " and two blanks where a name
// follows. (One blank is no such sign: "dw = 2 a1 = 4" may be a product; see apart().)
std::vector<std::string> split_answers(std::string_view line) {
  std::vector<std::string> pieces(1);
  int depth = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    depth += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
    if (depth <= 0 && (c == ';' || ((c == ',' || c == '|') && begins_answer(line.substr(i + 1))))) {
      pieces.emplace_back();
      continue;
    }
    if (depth <= 0 && c == ' ' && pieces.back().find('=') != std::string::npos) {
      const std::string_view rest = line.substr(i);
      const char last = trimmed_view(pieces.back()).back();
      const bool after_value = (last >= '0' && last <= '9') || last == ']' || last == ')';
      const bool apart = rest.starts_with("  ") && after_value && begins_answer(rest);
      const std::string_view word = joining_word(rest);
      const bool joined = !word.empty() && begins_answer(rest.substr(word.size()));
      if (apart || joined) {
        pieces.emplace_back();
        if (joined) i += word.size() - 2;
        continue;
      }
    }
    pieces.back() += c;
  }
  std::erase_if(pieces, [](const std::string& piece) { return trimmed_view(piece).empty(); });
  return pieces;
}

// "b = 2" of "and b = 2", which a comma has parted from what it was joined to
std::string_view without_joining_word(std::string_view piece) {
  const std::string spaced = " " + std::string(trimmed_view(piece));
  const std::string_view word = joining_word(spaced);
  if (word.empty() || !begins_answer(std::string_view(spaced).substr(word.size()))) return piece;
  return trimmed_view(piece).substr(word.size() - 1);
}

bool is_value(std::string_view text) {
  try {
    read_value(text);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// The blank between a value and a name, " 1 L " before a second =; npos where there is none.
std::size_t end_of_value(std::string_view text, std::string_view with_sign) {
  constexpr std::size_t longest = 400;  // of so long a value nobody sees where it ends
  if (text.size() > longest) return std::string_view::npos;
  const auto first = text.find_first_not_of(' ');
  for (auto at = text.find(' ', first); at < text.size(); at = text.find(' ', at + 1)) {
    if (begins_answer(with_sign.substr(at)) && is_value(text.substr(0, at))) return at;
  }
  return std::string_view::npos;
}

// "z = 1", "L = 2" of "z = 1 L = 2": cut before each name that a value and a blank stand before.
std::vector<std::string> cut_at_names(std::string_view piece) {
  std::vector<std::string> cut;
  std::size_t begin = 0;
  std::size_t sign = piece.find('=');
  for (auto next = piece.find('=', sign + 1); sign < piece.size() && next < piece.size();
       sign = next, next = piece.find('=', sign + 1)) {
    const std::string_view value = piece.substr(sign + 1, next - sign - 1);
    const std::size_t end = end_of_value(value, piece.substr(sign + 1));
    if (end == std::string_view::npos) continue;
    cut.emplace_back(piece.substr(begin, sign + 1 + end - begin));
    begin = sign + 1 + end;
  }
  if (!cut.empty()) cut.emplace_back(piece.substr(begin));
  return cut;
}

// "- z1 = 2.06", "* z1", "3) z1"
std::string_view without_bullet(std::string_view line) {
  line = trimmed_view(line);
  if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("> "))
    line.remove_prefix(2);
  const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
  const std::string_view after = line.substr(digits, 2);
  if (digits > 0 && digits < 10 && (after == ") " || after == ". ")) line.remove_prefix(digits + 2);
  return trimmed_view(line);
}

int open_brackets(std::string_view text) {
  return static_cast<int>(std::ranges::count(text, '[') - std::ranges::count(text, ']'));
}

// "= 2", and the "- 0.5*3" that a narrow page has below; but no bullet: "- z1 = 2", "- so it grows"
bool continues_chain(std::string_view below) {
  if (below.starts_with('=') || below.starts_with("/(") || below.starts_with("*(")) return true;
  const bool operates =
      below.starts_with("+ ") || below.starts_with("- ") || below.starts_with("* ");
  return operates && below.size() > 2 &&
         std::string_view("0123456789.([").find(below[2]) != std::string_view::npos;
}

constexpr std::size_t longest_line = 20'000;  // of characters, a matrix with all its lines

class AnswersReader {
 public:
  explicit AnswersReader(const Source& source) : source_(source) { made_.source = source.name(); }

  AnswersFile read() {
    for (line_ = 1; line_ <= source_.line_count(); ++line_) {
      std::string text = plain_line(line_);
      const std::size_t first = line_;
      if (text.size() > longest_line) {
        not_read(shortened(text, 60), first, "a line of such a length is no answer");
        continue;
      }
      const std::size_t last = last_of_matrix(text);
      for (; line_ < last; ++line_) text += " " + std::string(trimmed_view(plain_line(line_ + 1)));
      // a chain that goes on below
      while (line_ < source_.line_count() && text.find('=') != std::string::npos) {
        const std::string below = plain_line(line_ + 1);
        const bool goes_on = continues_chain(trimmed_view(below)) && !is_section(below) &&
                             !read_heading(below, place_);
        if (!goes_on || text.size() + below.size() > longest_line) break;
        text += " " + std::string(trimmed_view(below));
        ++line_;
      }
      if (!is_way(trimmed_view(source_.line(first)))) read_line(without_bullet(text), first);
    }
    settle_commas();
    return std::move(made_);
  }

 private:
  // The line in which the brackets of this one are closed; this one, where they never are.
  std::size_t last_of_matrix(const std::string& text) {
    int open = open_brackets(text);
    if (open <= 0 || line_ < unclosed_until_) return line_;
    std::size_t last = line_;
    std::size_t size = text.size();
    while (open > 0 && last < source_.line_count() && size < longest_line) {
      const std::string below = plain_line(++last);
      open += open_brackets(below);
      size += below.size();
    }
    if (open == 0 && size < longest_line) return last;
    unclosed_until_ = last;  // not to be looked through again from each line of it
    return line_;
  }

  // in plain signs, without its comment; "sample #2" is no comment, nor is "## Sample 2"
  std::string plain_line(std::size_t number) const {
    std::string text = plain_signs(source_.line(number).substr(0, longest_line + 1));
    const std::string_view bare = trimmed_view(text);
    const auto marks = std::min(bare.find_first_not_of("# "), bare.size());
    if (marks > 0) {
      const auto heading = read_heading(bare.substr(marks), place_);
      constexpr std::size_t title = 12;  // "# Sample answers" heads a page, and not a sample
      if (heading && heading->unclear.size() < title) return std::string(bare.substr(marks));
      return "";
    }
    for (auto at = text.find('#'); at != std::string::npos; at = text.find('#', at + 1)) {
      const std::string before =
          in_small_letters(trimmed_view(std::string_view(text).substr(0, at)));
      if (before.ends_with("sample") || before.ends_with("step") || before.ends_with("epoch") ||
          before.ends_with("iteration") || before.ends_with("example"))
        continue;
      text.resize(at);
      break;
    }
    return text;
  }

  void read_line(std::string_view line, std::size_t number) {
    if (is_section(line) || is_aside(line)) return;
    if (auto heading = read_heading(line, place_)) {
      place_ = heading->place;
      unclear_ = heading->unclear;
      if (!heading->rest.empty()) read_line(heading->rest, number);
      return;
    }
    for (const std::string& piece : split_answers(line)) {
      const std::string answer(without_joining_word(piece));
      const std::size_t before = made_.answers.size();
      read_answer(answer, number);
      if (made_.answers.size() == before) continue;
      for (const std::string& part : cut_at_names(answer)) {
        const std::size_t whole = made_.answers.size();
        read_answer(part, number);
        if (made_.answers.size() == whole) continue;
        AnswerText one = std::move(made_.answers.back());
        made_.answers.pop_back();
        made_.answers.back().apart.push_back(std::move(one));
      }
    }
  }

  void read_answer(std::string piece, std::size_t number) {
    const auto colon = piece.find(':');
    if (colon != std::string::npos && is_section(std::string_view(piece).substr(0, colon))) {
      piece.erase(0, colon + 1);  // "update: w1 = 1.02"
    } else if (colon < piece.find('=')) {
      piece[colon] = '=';
    }
    const auto first = piece.find('=');
    if (first == std::string::npos) return not_read(piece, number, "there is no = in it");
    AnswerText answer{number, place_, unclear_, "", ""};
    answer.name = std::string(trimmed_view(std::string_view(piece).substr(0, first)));
    const auto last = piece.rfind('=');
    answer.value = std::string(trimmed_view(std::string_view(piece).substr(last + 1)));
    if (answer.name.empty()) return not_read(piece, number, "there is no name before the =");
    if (!answer.value.empty()) {
      made_.answers.push_back(std::move(answer));
    } else if (first == last) {
      ++made_.blank;
    } else {
      not_read(piece, number, "nothing stands behind the last =");
    }
  }

  void not_read(std::string_view piece, std::size_t number, const std::string& why) {
    made_.unread.push_back({number, std::string(trimmed_view(piece)), why});
  }

  // Where one comma can only be a decimal one and no number has a point, all are decimal.
  void settle_commas() {
    bool points = false;
    bool commas = false;
    for (const AnswerText& answer : made_.answers) {
      const bool scalar = answer.value.find('[') == std::string::npos;
      points = points || answer.value.find('.') != std::string::npos;
      commas = commas || (scalar && surely_decimal_comma(answer.value));
    }
    if (commas && !points) made_.comma = Comma::decimal;
  }

  const Source& source_;
  AnswersFile made_;
  AnswerPlace place_;
  std::string unclear_;
  std::size_t line_ = 1;
  std::size_t unclosed_until_ = 0;
};

}  // namespace

AnswersFile read_answers(const Source& source) { return AnswersReader(source).read(); }

Source read_answers_source(const std::string& path) {
  std::error_code none;
  if (std::filesystem::is_directory(path, none))
    throw Error(fmt::format("{}: this is a directory; name the answers in it", path));
  if (!std::filesystem::exists(path, none))
    throw Error(
        fmt::format("{}: there is no such file; tracer grade LESSON --blank writes a form", path));
  constexpr std::uintmax_t largest = 1 << 20;
  const std::uintmax_t size =
      std::filesystem::is_regular_file(path, none) ? std::filesystem::file_size(path, none) : 1;
  if (size > largest)
    throw Error(fmt::format("{}: larger than 1 MiB; is this an answers file?", path));
  if (size == 0)
    throw Error(
        fmt::format("{}: the file is empty; tracer grade LESSON --blank writes a form", path));
  return read_source(path);
}

}  // namespace tracer
