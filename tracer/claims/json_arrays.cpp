// JSON to arrays by name. Python writes NaN and Infinity, which are no JSON: they are made strings
// before the parser sees them, so that they get the same answer as everywhere else. Every error
// says in which line it is: the parser does not, so that what it has read is counted on the way to
// it.
#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "datasets/csv_fields.hpp"
#include "tracer/claims/array_names.hpp"
#include "tracer/claims/text_arrays.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr std::size_t deepest = 32;  // arrays in arrays; NumPy's own limit

// Words that are no JSON become strings of the same length (so that places stay as they are): "~"
// and a blank for each letter more, with "^" for infinity and "-^" for minus infinity.
std::string with_words_as_strings(std::string_view text) {
  std::string made(text);
  bool in_string = false;
  for (std::size_t at = 0; at < made.size();) {
    const char c = made[at];
    if (in_string) {
      at += c == '\\' ? 2 : 1;
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    const auto is_letter = [&](std::size_t k) {
      return k < made.size() &&
             ((made[k] >= 'a' && made[k] <= 'z') || (made[k] >= 'A' && made[k] <= 'Z'));
    };
    std::size_t end = at;
    if (c == '-' && is_letter(at + 1)) ++end;
    while (is_letter(end)) ++end;
    if (end - at >= 3) {
      if (const auto word = printed_number(text.substr(at, end - at))) {
        std::string sign = std::isnan(word->value) ? "~" : word->value < 0 ? "-^" : "^";
        sign.resize(end - at - 2, ' ');
        made.replace(at, end - at, '"' + sign + '"');
      }
    }
    at = std::max(end, at + 1);
  }
  return made;
}

// Walks over the text, and leaves a mark where it is: the parser keeps a copy of its own.
class Walker {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Walker(const char* at, const char** mark) : at_(at), mark_(mark) {}
  reference operator*() const { return *at_; }
  Walker& operator++() {
    *mark_ = ++at_;
    return *this;
  }
  Walker operator++(int) {
    Walker before = *this;
    ++*this;
    return before;
  }
  bool operator==(const Walker& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** mark_;
};

// Whether the name can mean nothing but a gradient. (What stands under other names, such as "date"
// or "converged", may be anything.)
bool says_gradient(const NamedArray& array) {
  if (array.section.starts_with("grad")) return true;
  return array.name.find("/d") != std::string::npos || array.name.find("∂") != std::string::npos ||
         array.name.ends_with("grad") || array.name.starts_with("grad");
}

class Collector {
 public:
  Collector(std::string_view text, const std::string& source, const std::string& stem)
      : text_(text), source_(source), stem_(stem) {}

  std::vector<TextArray> run() {
    const std::string readable = with_words_as_strings(text_);
    const char* const begin = readable.data();
    at_ = counted_to_ = begin;
    nlohmann::json::sax_parse(Walker(begin, &at_), Walker(begin + readable.size(), &at_), this);
    return std::move(arrays_);
  }

  // ---- what nlohmann's parser calls
  bool null() {
    if (depth_ == 0) return true;  // PyTorch's gradient of a parameter that was not used
    fail(
        fmt::format("{} has null{}, where a number belongs; JavaScript writes NaN so: look for a "
                    "division by 0, the log of 0, or an exp that is too large",
                    name(), place()));
  }
  bool boolean(bool value) {
    no_number(value ? "true" : "false", "write 1 or 0");
    return true;
  }
  bool number_integer(std::int64_t value) { return number(*printed_number(fmt::to_string(value))); }
  bool number_unsigned(std::uint64_t value) {
    return number(*printed_number(fmt::to_string(value)));
  }
  bool number_float(double, const std::string& text) { return number(*printed_number(text)); }
  bool string(const std::string& text) {
    const std::string_view word = std::string_view(text).substr(0, text.find(' '));
    if (word == "~") return number(PrintedNumber{NAN, 0, 0});
    if (word == "^") return number(PrintedNumber{HUGE_VALL, 0, 0});
    if (word == "-^") return number(PrintedNumber{-HUGE_VALL, 0, 0});
    const auto read = printed_number(text);
    if (read && (depth_ == 0 || !std::isfinite(read->value))) return number(*read);
    no_number(fmt::format("the text '{}'", shown(text)),
              read ? "write it without quotes" : "write numbers");
    return true;
  }
  bool binary(const std::vector<std::uint8_t>&) { return false; }  // not in JSON
  bool start_object(std::size_t) {
    has_begun_ = true;
    if (depth_ > 0) {
      fail(fmt::format(
          "{} is a list of objects; give each array a name of its own, as in {{\"dL/dW1\": "
          "[[1, 2], [3, 4]]}}",
          name()));
    }
    if (keys_.size() > deepest) fail("objects lie in objects too deep to be read");
    keys_.emplace_back();
    seen_.emplace_back();
    return true;
  }
  bool end_object() {
    keys_.pop_back();
    seen_.pop_back();
    return true;
  }
  bool key(const std::string& key) {
    if (!seen_.back().insert(key).second) fail(fmt::format("'{}' is there twice", shown(key)));
    keys_.back() = key;
    return true;
  }
  bool start_array(std::size_t) {
    has_begun_ = true;
    if (depth_ == 0) {
      arrays_.push_back({begun(), {}, {}});
      sizes_.clear();
      counts_.clear();
      numbers_at_ = 0;
    } else if (numbers_at_ > 0 && depth_ >= numbers_at_) {
      fail(fmt::format("{} has a list{}, where a number stood before", name(), place()));
    } else {
      ++counts_.back();
    }
    if (++depth_ > deepest) fail(fmt::format("{} lies in too many brackets", name()));
    counts_.push_back(0);
    return true;
  }
  bool end_array() {
    const std::size_t count = counts_.back();
    counts_.pop_back();
    --depth_;
    if (count == 0) fail(fmt::format("{} has no entries", name()));
    if (sizes_.size() <= depth_) sizes_.resize(depth_ + 1, 0);
    if (sizes_[depth_] != 0 && sizes_[depth_] != count) {
      fail(fmt::format("the rows of {} have different lengths, {} and {}", name(), sizes_[depth_],
                       count));
    }
    sizes_[depth_] = count;
    if (depth_ == 0) arrays_.back().array.shape.assign(sizes_.begin(), sizes_.end());
    return true;
  }
  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::json::exception& problem) {
    const std::size_t at = std::min(position > 0 ? position - 1 : 0, text_.size());
    const std::size_t end = text_.find_last_not_of(" \t\r\n") + 1;
    const std::string_view before = text_.substr(0, std::min(at, end));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::string where = keys_.empty() || name().empty() ? "" : ", in " + name();
    if (at >= end) {
      throw Error(fmt::format("{} is cut short: it ends in line {}{}; write it again", source_,
                              line, where));
    }
    const bool is_over = keys_.empty() && depth_ == 0 && has_begun_;
    constexpr int overflow = 406;  // nlohmann's number for it
    if (problem.id == overflow) {
      throw Error(fmt::format(
          "{}:{}: {} is more than a float64 can be{}; look for an exp that is too large", source_,
          line, shown(token), where));
    }
    std::string_view remedy = "in Python, json.dump writes it";
    if (token.starts_with('/') || token.starts_with('#') || text_.substr(at).starts_with('/'))
      remedy = "JSON has no comments: take it out";
    else if (is_over)
      remedy = "its JSON is over there: one object holds all arrays, and nothing follows it";
    std::string_view in_line = token;  // as nlohmann writes it: what was read last, on one line
    constexpr std::string_view line_feed = "<U+000A>";
    if (const std::size_t last = in_line.rfind(line_feed); last != std::string_view::npos)
      in_line.remove_prefix(last + line_feed.size());
    throw Error(fmt::format("{}:{}: is no JSON at '{}'{}; {}", source_, line, shown(in_line), where,
                            remedy));
  }

 private:
  [[noreturn]] void fail(const std::string& what) {
    throw Error(fmt::format("{}:{}: {}", source_, line(), what));
  }

  // In which line the parser is. It has read one letter more where it has read a number.
  int line(int ahead = 0) {
    const char* const here = std::max(at_ - ahead, counted_to_);
    line_ += static_cast<int>(std::count(counted_to_, here, '\n'));
    counted_to_ = here;
    return line_;
  }

  // "[1, 2]": where the entry that comes next is; "" outside of lists
  std::string place() const {
    if (counts_.empty()) return "";
    std::vector<std::size_t> at(counts_.begin(), counts_.end());
    for (std::size_t d = 0; d + 1 < at.size(); ++d) --at[d];  // those lists are counted already
    return fmt::format(" at [{}]", fmt::join(at, ", "));
  }

  // Something else than a number: an error where one belongs, else a comment.
  void no_number(const std::string& what, std::string_view remedy) {
    if (depth_ > 0)
      fail(fmt::format("{} has {}{}, where a number belongs; {}", name(), what, place(), remedy));
    if (!keys_.empty() && says_gradient(begun()))
      fail(fmt::format("{} is {}, where numbers belong; {}", name(), what, remedy));
  }

  bool number(const PrintedNumber& written) {
    if (depth_ == 0) {
      if (keys_.size() == 1 && keys_.back() == "schema") return true;
      arrays_.push_back({begun(), {written}, {line(1)}});
      return true;
    }
    if (numbers_at_ == 0) numbers_at_ = depth_;
    if (numbers_at_ != depth_)
      fail(fmt::format("{} has a number{}, where a list stood before", name(), place()));
    ++counts_.back();
    arrays_.back().numbers.push_back(written);
    arrays_.back().lines.push_back(line(1));
    return true;
  }

  // the array that begins here: keys that group arrays are no part of its name
  NamedArray begun() const {
    NamedArray array;
    for (std::size_t k = 0; k < keys_.size(); ++k) {
      const std::string& key = keys_[k];
      if (k + 1 < keys_.size() && is_group_word(key)) {
        array.section = in_small_letters(key);
      } else {
        array.name += (array.name.empty() ? "" : ".") + key;
      }
    }
    if (keys_.empty()) array.name = stem_;
    return array;
  }
  std::string name() const { return shown(begun().name); }

  std::string_view text_;
  const char* at_ = nullptr;          // in the parser's copy: behind what was read
  const char* counted_to_ = nullptr;  // up to where line_ is counted
  int line_ = 1;
  bool has_begun_ = false;
  const std::string& source_;
  const std::string& stem_;
  std::vector<TextArray> arrays_;
  std::vector<std::string> keys_;            // of the objects that are open
  std::vector<std::set<std::string>> seen_;  // all keys of each
  std::size_t depth_ = 0;                    // how many arrays are open
  std::size_t numbers_at_ = 0;               // at which depth this array's numbers are
  std::vector<std::size_t> counts_;          // entries so far of each open array
  std::vector<std::size_t> sizes_;           // of the array: known once its first row is closed
};

}  // namespace

std::vector<TextArray> json_arrays(std::string_view text, const std::string& source,
                                   const std::string& stem) {
  return Collector(text, source, stem).run();
}

}  // namespace tracer
