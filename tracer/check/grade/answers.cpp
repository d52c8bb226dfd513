#include "tracer/check/grade/answers.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "tracer/check/grade/plain_signs.hpp"
#include "tracer/error.hpp"
#include "tracer/language/utf8.hpp"

namespace tracer {
namespace {

// Reads from the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  std::string_view rest() const { return rest_; }
  void skip(std::string_view any_of) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(any_of), rest_.size()));
  }
  bool take(std::string_view word) {
    if (!in_small(rest_.substr(0, word.size())).starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }
  std::string word() {
    std::size_t length = 0;
    const std::string small = in_small(rest_);
    while (length < small.size() && small[length] >= 'a' && small[length] <= 'z') ++length;
    rest_.remove_prefix(length);
    return small.substr(0, length);
  }
  std::optional<int> number() {
    const auto length = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    if (length == 0 || length > 9) return std::nullopt;
    const int value = std::stoi(std::string(rest_.substr(0, length)));
    rest_.remove_prefix(length);
    return value;
  }

 private:
  std::string_view rest_;
};

struct Heading {
  AnswerPlace place;
  std::string rest;  ///< answers on the same line
};

// "after epoch 2, sample 1 of 3: w1 = 1.02"
std::optional<Heading> read_heading(std::string_view line, const AnswerPlace& before) {
  Cursor cursor(line);
  AnswerPlace said;
  for (bool more = true; more;) {
    cursor.skip(" *_,");
    Cursor ahead = cursor;
    const std::string word = ahead.word();
    if (word == "after" || word == "in" || word == "for" || word == "at" || word == "update") {
      cursor = ahead;
      continue;
    }
    int* const which = word == "epoch"                                            ? &said.epoch
                       : word == "sample"                                         ? &said.sample
                       : word == "step" || word == "iteration" || word == "batch" ? &said.step
                                                                                  : nullptr;
    ahead.skip(" #");
    const std::optional<int> number = which == nullptr ? std::nullopt : ahead.number();
    more = number.has_value() && *number > 0;
    if (!more) break;
    *which = *number;
    ahead.skip(" ");
    Cursor of = ahead;
    if (of.take("of ") || of.take("/")) {
      of.skip(" ");
      if (of.number()) ahead = of;
    }
    cursor = ahead;
  }
  if (said.empty()) return std::nullopt;
  Heading heading{said, ""};
  // "sample 1" below "epoch 2" is of that epoch
  if (said.epoch == 0 && said.step == 0) heading.place.epoch = before.epoch;
  std::string_view rest = trimmed_view(cursor.rest());
  const bool ends = rest.empty() || rest[0] == ':' || rest[0] == '(' || rest[0] == '.';
  if (!ends && rest.find('=') == std::string_view::npos) return std::nullopt;  // a sentence
  rest.remove_prefix(std::min(rest.find_first_not_of(" :.*_-"), rest.size()));
  if (rest.starts_with('(') && rest.ends_with(')')) rest = rest.substr(1, rest.size() - 2);
  heading.rest = std::string(rest);
  return heading;
}

// Words that order a page and say nothing about its numbers.
bool is_section(std::string_view text) {
  constexpr std::array sections{"forward",   "forward pass", "backward", "backward pass",
                                "gradients", "gradient",     "update",   "updates",
                                "weights",   "new weights",  "values",   "the update",
                                "parameters"};
  std::string_view bare = trimmed_view(text);
  bare.remove_prefix(std::min(bare.find_first_not_of("*_- "), bare.size()));
  bare = bare.substr(0, bare.find_last_not_of(":*_- ") + 1);
  return bare.empty() || std::ranges::find(sections, in_small(bare)) != sections.end();
}

// Lines of a page of tracer derive that state nothing to be marked.
bool is_aside(std::string_view line) {
  const std::string small = in_small(line);
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

// Cuts a line into its answers: at `;`, and at `,`, " and " and two blanks where a name follows.
std::vector<std::string> split_answers(std::string_view line) {
  std::vector<std::string> pieces(1);
  int depth = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    depth += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
    if (depth <= 0 && (c == ';' || (c == ',' && begins_answer(line.substr(i + 1))))) {
      pieces.emplace_back();
      continue;
    }
    if (depth <= 0 && c == ' ' && pieces.back().find('=') != std::string::npos) {
      const std::string_view rest = line.substr(i);
      const char last = trimmed_view(pieces.back()).back();
      const bool after_value = (last >= '0' && last <= '9') || last == ']' || last == ')';
      const bool apart = rest.starts_with("  ") && after_value && begins_answer(rest);
      const bool joined = rest.starts_with(" and ") && begins_answer(rest.substr(5));
      if (apart || joined) {
        pieces.emplace_back();
        if (joined) i += 3;
        continue;
      }
    }
    pieces.back() += c;
  }
  std::erase_if(pieces, [](const std::string& piece) { return trimmed_view(piece).empty(); });
  return pieces;
}

// "- z1 = 2.06", "* z1", "3) z1"
std::string_view without_bullet(std::string_view line) {
  line = trimmed_view(line);
  if (line.starts_with("- ") || line.starts_with("* ") || line.starts_with("> "))
    line.remove_prefix(2);
  Cursor cursor(line);
  if (cursor.number() && (cursor.take(") ") || cursor.take(". "))) line = cursor.rest();
  return trimmed_view(line);
}

int open_brackets(std::string_view text) {
  return static_cast<int>(std::ranges::count(text, '[') - std::ranges::count(text, ']'));
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
        not_read(text.substr(0, 60) + "...", first, "a line of such a length is no answer");
        continue;
      }
      const std::size_t last = last_of_matrix(text);
      for (; line_ < last; ++line_) text += " " + std::string(trimmed_view(plain_line(line_ + 1)));
      // a chain that goes on below
      while (line_ < source_.line_count() && text.find('=') != std::string::npos) {
        const std::string below = plain_line(line_ + 1);
        const bool goes_on = trimmed_view(below).starts_with('=');
        if (!goes_on || text.size() + below.size() > longest_line) break;
        text += " " + std::string(trimmed_view(below));
        ++line_;
      }
      read_line(without_bullet(text), first);
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

  // in plain signs, without its comment; "sample #2" is no comment
  std::string plain_line(std::size_t number) const {
    std::string text = plain_signs(source_.line(number).substr(0, longest_line + 1));
    for (auto at = text.find('#'); at != std::string::npos; at = text.find('#', at + 1)) {
      const std::string before = in_small(trimmed_view(std::string_view(text).substr(0, at)));
      if (before.ends_with("sample") || before.ends_with("step") || before.ends_with("epoch"))
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
      if (!heading->rest.empty()) read_line(heading->rest, number);
      return;
    }
    for (const std::string& piece : split_answers(line)) read_answer(piece, number);
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
    AnswerText answer{number, place_, "", ""};
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
