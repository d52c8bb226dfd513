// JSON to arrays by name. Python writes NaN and Infinity, which are no JSON: they are made strings
// before the parser sees them, so that they get the same answer as everywhere else.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "datasets/csv_fields.hpp"
#include "tracer/check/claims/text_arrays.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr std::size_t deepest = 32;  // arrays in arrays; NumPy's own limit

std::string in_small_letters(std::string word) {
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return word;
}

bool groups(const std::string& key) {
  static const std::set<std::string> words{
      "grads",  "grad",  "gradients", "gradient", "params",  "parameters",  "weights", "data",
      "inputs", "masks", "states",    "values",   "outputs", "activations", "forward"};
  return words.contains(in_small_letters(key));
}

// Words that are no JSON become strings of the same length (so that places stay as they are): "~"
// and a blank for each letter more, with "^" for infinity.
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
        made.replace(at, end - at,
                     '"' + std::string(std::isnan(word->value) ? "~" : "^") +
                         std::string(end - at - 3, ' ') + '"');
      }
    }
    at = std::max(end, at + 1);
  }
  return made;
}

class Collector {
 public:
  Collector(std::string_view text, const std::string& source, const std::string& stem)
      : text_(text), source_(source), stem_(stem) {}

  std::vector<TextArray> run() {
    const std::string readable = with_words_as_strings(text_);
    nlohmann::json::sax_parse(readable, this);
    return std::move(arrays_);
  }

  // ---- what nlohmann's parser calls
  bool null() {
    if (!depth_) return true;  // PyTorch's gradient of a parameter that was not used
    return number(PrintedNumber{NAN, 0, 0});
  }
  bool boolean(bool value) { return number(PrintedNumber{value ? 1.0L : 0.0L, 1, 0}); }
  bool number_integer(std::int64_t value) { return number(*printed_number(fmt::to_string(value))); }
  bool number_unsigned(std::uint64_t value) {
    return number(*printed_number(fmt::to_string(value)));
  }
  bool number_float(double, const std::string& text) { return number(*printed_number(text)); }
  bool string(const std::string& text) {
    const std::string_view word = std::string_view(text).substr(0, text.find(' '));
    if (word == "~") return number(PrintedNumber{NAN, 0, 0});
    if (word == "^") return number(PrintedNumber{HUGE_VALL, 0, 0});
    if (const auto read = printed_number(text)) return number(*read);
    if (depth_ == 0) return true;  // a comment
    fail(fmt::format("{} has '{}' among its numbers", name(), shown(text)));
  }
  bool binary(const std::vector<std::uint8_t>&) { return false; }  // not in JSON
  bool start_object(std::size_t) {
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
    if (depth_ == 0) {
      arrays_.push_back({begun(), {}});
      sizes_.clear();
      counts_.clear();
      numbers_at_ = 0;
    } else if (++counts_.back(); numbers_at_ > 0 && depth_ >= numbers_at_) {
      fail(fmt::format("{} has a list where a number stood before", name()));
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
                   const nlohmann::json::exception&) {
    const std::size_t at = std::min(position > 0 ? position - 1 : 0, text_.size());
    const std::size_t end = text_.find_last_not_of(" \t\r\n") + 1;
    const auto line =
        1 + std::count(text_.begin(),
                       text_.begin() + static_cast<std::ptrdiff_t>(std::min(at, end)), '\n');
    if (at >= end) {
      throw Error(fmt::format("{} is cut short: it ends in line {}{}; write it again", source_,
                              line, keys_.empty() ? "" : fmt::format(", in {}", name())));
    }
    throw Error(fmt::format("{}:{}: is no JSON at '{}'; in Python, json.dump writes it", source_,
                            line, shown(token)));
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw Error(fmt::format("{}: {}", source_, what));
  }

  bool number(const PrintedNumber& written) {
    if (depth_ == 0) {
      if (keys_.size() == 1 && keys_.back() == "schema") return true;
      arrays_.push_back({begun(), {written}});
      return true;
    }
    if (numbers_at_ == 0) numbers_at_ = depth_;
    if (numbers_at_ != depth_)
      fail(fmt::format("{} has a number where a list stood before", name()));
    ++counts_.back();
    arrays_.back().numbers.push_back(written);
    return true;
  }

  // the array that begins here: keys that group arrays are no part of its name
  NamedArray begun() const {
    NamedArray array;
    for (std::size_t k = 0; k < keys_.size(); ++k) {
      const std::string& key = keys_[k];
      if (k + 1 < keys_.size() && groups(key)) {
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
