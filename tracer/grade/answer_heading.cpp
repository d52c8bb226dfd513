#include "tracer/grade/answer_heading.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "tracer/grade/plain_signs.hpp"
#include "tracer/number/digit.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

constexpr std::array number_words{"one", "two",   "three", "four", "five",
                                  "six", "seven", "eight", "nine", "ten"};
constexpr std::array ordinal_words{"first", "second",  "third",  "fourth", "fifth",
                                   "sixth", "seventh", "eighth", "ninth",  "tenth"};
// between what is counted and its number: Sample No. 2
constexpr std::array numbering_words{"no", "nr", "num", "number"};
constexpr std::array filling_words{"after", "in", "for", "at", "update", "the", "training"};
// what is counted, but in no way that says which sample it is
constexpr std::array other_units{"row",   "point", "pattern", "case", "record", "observation",
                                 "datum", "data",  "round",   "pair", "input",  "target"};
constexpr std::array follow_words{"next", "another", "last", "new", "other"};

bool is_small_letter(char c) { return c >= 'a' && c <= 'z'; }

std::size_t count_words(std::string_view text) {
  std::size_t words = 0;
  bool inside = false;
  for (const char c : text) {
    if (c != ' ' && !inside) ++words;
    inside = c != ' ';
  }
  return words;
}

// From 1; nothing where the word is none of them.
std::optional<int> place_in(const auto& words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return std::nullopt;
  return static_cast<int>(found - words.begin()) + 1;
}

// Reads words and numbers from the front of a text in small letters.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  std::string_view rest() const { return text_.substr(at_); }
  void skip(std::string_view any_of) {
    at_ = std::min(text_.find_first_not_of(any_of, at_), text_.size());
  }
  std::string_view word() {
    const std::size_t first = at_;
    while (at_ < text_.size() && is_small_letter(text_[at_])) ++at_;
    return text_.substr(first, at_ - first);
  }
  /// 2, two; not the 2 of 2b, 2.5 or 2-4.
  std::optional<int> number() {
    Cursor ahead = *this;
    const std::optional<int> digits = ahead.digits();
    const std::optional<int> found = digits ? digits : place_in(number_words, ahead.word());
    if (!found || *found == 0 || ahead.goes_on()) return std::nullopt;
    *this = ahead;
    return found;
  }
  /// 2nd, second
  std::optional<int> ordinal() {
    Cursor ahead = *this;
    const std::optional<int> digits = ahead.digits();
    const std::string_view word = ahead.word();
    const bool is_place =
        digits && *digits > 0 && is_one_of(word, std::array{"st", "nd", "rd", "th"});
    const std::optional<int> found = is_place ? digits
                                     : digits ? std::nullopt
                                              : place_in(ordinal_words, word);
    if (found) *this = ahead;
    return found;
  }

 private:
  std::optional<int> digits() {
    const std::size_t first = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    if (at_ == first || at_ - first > 9) return std::nullopt;
    return std::stoi(std::string(text_.substr(first, at_ - first)));
  }
  bool goes_on() const {
    if (at_ == text_.size()) return false;
    const char c = text_[at_];
    const bool range = c == '.' || c == '-' || c == ',';
    return is_small_letter(c) || is_digit(c) || c == '\'' ||
           (range && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]));
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// Which count of the place a word stands for; null: none.
int* unit(AnswerPlace& place, std::string_view word) {
  if (word == "epoch") return &place.epoch;
  if (word == "sample" || word == "example" || word == "instance") return &place.sample;
  if (word == "step" || word == "iteration" || word == "batch") return &place.step;
  return nullptr;
}

// "sample no. 2 of 3" or "2nd sample"; leaves the cursor behind it.
bool read_count(Cursor& cursor, AnswerPlace& said) {
  Cursor ahead = cursor;
  if (const auto which = ahead.ordinal()) {
    ahead.skip(" ");
    Cursor word = ahead;
    if (word.word() == "training") {
      ahead = word;
      ahead.skip(" ");
    }
    int* const count = unit(said, ahead.word());
    if (count == nullptr) return false;
    *count = *which;
    cursor = ahead;
    return true;
  }
  int* const count = unit(said, ahead.word());
  if (count == nullptr) return false;
  ahead.skip(" #:*_(");
  Cursor numbering = ahead;
  if (is_one_of(numbering.word(), numbering_words)) {
    ahead = numbering;
    ahead.skip(" .:#");
  }
  const std::optional<int> number = ahead.number();
  if (!number) return false;
  *count = *number;
  cursor = ahead;
  ahead.skip(" ");
  const bool of = ahead.rest().starts_with("of ") || ahead.rest().starts_with("/");
  if (of) {
    ahead.skip("of/ ");
    if (ahead.number()) cursor = ahead;
  }
  return true;
}

// ## Sample 1, **Sample 1**, == Sample 1 ==
std::string_view undecorated(std::string_view line) {
  line = trimmed_view(line);
  const bool underlined = line.starts_with('=');
  line.remove_prefix(std::min(line.find_first_not_of(" *_#=-~>|"), line.size()));
  const auto last = line.find_last_not_of(underlined ? " *_#=-~|" : " *_#-~|");
  return line.substr(0, last + 1);
}

// "Sample B", "next sample", "row 2": it heads something, and nobody can say what.
bool heads_something(std::string_view head) {
  constexpr std::size_t most_words = 4;
  if (count_words(head) > most_words || head.find('=') != std::string_view::npos) return false;
  Cursor cursor(head);
  AnswerPlace unused;
  bool follows = false;
  while (true) {
    cursor.skip(" *_,");
    Cursor ahead = cursor;
    const std::string_view word = ahead.word();
    const bool ordinal = word.empty() && ahead.ordinal();
    if (!ordinal && !is_one_of(word, filling_words) && !is_one_of(word, follow_words)) break;
    follows = follows || is_one_of(word, follow_words) || ordinal;
    cursor = ahead;
  }
  const std::string_view word = cursor.word();
  if (word == "batch" || word == "example" || word == "instance") return false;
  if (unit(unused, word) != nullptr) {
    cursor.skip(" ");
    return cursor.word() != "size";  // "step size: 0.01"
  }
  if (word.empty() || !is_one_of(word, other_units)) return false;
  cursor.skip(" #:.no");
  if (!cursor.number()) {
    cursor.word();  // "data point 2"
    cursor.skip(" #:.");
    if (!follows && !cursor.number()) return false;
  }
  cursor.skip(" .:)");
  return cursor.rest().empty();
}

bool continues_count(std::string_view rest) {
  Cursor cursor(rest);
  cursor.skip(" ");
  const std::string_view word = cursor.word();
  if (word != "and" && word != "to" && word != "or" && !cursor.rest().starts_with('&'))
    return false;
  cursor.skip(" &");
  return cursor.number().has_value();
}

}  // namespace

std::optional<Heading> read_heading(std::string_view line, const AnswerPlace& before) {
  const std::string_view bare = undecorated(line);
  const std::string small = in_small_letters(bare);
  Cursor cursor(small);
  AnswerPlace said;
  for (bool more = true; more;) {
    cursor.skip(" *_,");
    Cursor ahead = cursor;
    if (is_one_of(ahead.word(), filling_words)) {
      cursor = ahead;
      continue;
    }
    more = read_count(cursor, said);
  }
  Heading heading;
  const bool several = !said.empty() && continues_count(cursor.rest());
  if (said.empty() || several) {
    // "Sample B: z1 = 2"
    const auto colon = small.find(':');
    const bool inside = colon != std::string::npos && colon < small.find('=');
    const std::string_view head = std::string_view(small).substr(0, inside ? colon : small.size());
    if (!several && !heads_something(head)) return std::nullopt;
    heading.unclear = std::string(trimmed_view(bare.substr(0, head.size())));
    if (inside) heading.rest = std::string(trimmed_view(bare.substr(colon + 1)));
    return heading;
  }
  heading.place = said;
  // "sample 1" below "epoch 2" is of that epoch
  if (said.epoch == 0 && said.step == 0) heading.place.epoch = before.epoch;
  std::string_view rest = trimmed_view(bare.substr(cursor.at()));
  // "Step 1: forward" below "Sample 2" is a step of the working, and not of the training
  const bool of_working = before.sample > 0 && said.sample == 0 && said.epoch == 0 &&
                          rest.find('=') == std::string_view::npos &&
                          rest.find_first_not_of(" :.)*_-|") != std::string_view::npos;
  if (of_working) return Heading{before, "", ""};
  const bool answers = rest.find('=') != std::string_view::npos;
  constexpr std::string_view ends = ":(.)-*_|";
  constexpr std::size_t few = 4;  // "Sample 2, forward pass"; with more it is a sentence
  const bool ended = rest.empty() || ends.find(rest[0]) != std::string_view::npos;
  if (!ended && !answers && count_words(rest) > few) return std::nullopt;
  const bool colon = rest.starts_with(':') && rest.find_first_not_of(" :*_") != std::string::npos;
  rest.remove_prefix(std::min(rest.find_first_not_of(" :.)*_-|"), rest.size()));
  if (rest.starts_with('(') && rest.ends_with(')')) rest = rest.substr(1, rest.size() - 2);
  if (answers || colon) heading.rest = std::string(rest);
  return heading;
}

}  // namespace tracer
