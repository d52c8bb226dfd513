// JSON to arrays by name. Python writes NaN and Infinity, which are no JSON: they are made strings
// before the parser sees them. Every error says in which line it is; the parser does not know, but
// the stream that it reads does.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "datasets/csv_fields.hpp"
#include "tracer/claims/array_names.hpp"
#include "tracer/claims/text_arrays.hpp"
#include "tracer/error.hpp"
#include "tracer/language/gradient_names.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

constexpr std::size_t deepest = 32;  // arrays in arrays; NumPy's own limit

// NaN as "NaN", -Infinity as "-Infinity", wherever they do not stand in a string already.
std::string with_words_quoted(std::string_view text) {
  std::string made;
  made.reserve(text.size());
  bool in_string = false;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    std::size_t end = at + 1;
    if (in_string) {
      if (c == '\\' && end < text.size()) ++end;
      in_string = c != '"';
    } else {
      in_string = c == '"';
      const auto is_letter = [&](std::size_t k) {
        return k < text.size() &&
               ((text[k] >= 'a' && text[k] <= 'z') || (text[k] >= 'A' && text[k] <= 'Z'));
      };
      const bool is_word = is_letter(at) || (c == '-' && is_letter(at + 1));
      while (is_word && is_letter(end)) ++end;
      if (is_word && printed_number(text.substr(at, end - at))) {
        made.append(1, '"').append(text, at, end - at).append(1, '"');
        at = end;
        continue;
      }
    }
    made.append(text, at, end - at);
    at = end;
  }
  return made;
}

// Whether the name can mean nothing but a gradient. (What stands under other names, such as "date"
// or "converged", may be anything.)
bool says_gradient(const NamedArray& array) {
  if (array.section.starts_with("grad")) return true;
  return std::ranges::any_of(gradient_names(array.name, is_loss_word), [](const GradientName& g) {
    return g.form != GradientName::Form::letter;
  });
}

class Collector {
 public:
  Collector(std::string_view text, const std::string& source, const std::string& stem)
      : in_(with_words_quoted(text)), text_(in_.view()), source_(source), stem_(stem) {}

  std::vector<TextArray> run() {
    nlohmann::json::sax_parse(in_, this);
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
    const auto read =
        static_cast<std::ptrdiff_t>(in_.rdbuf()->pubseekoff(0, std::ios::cur, std::ios::in));
    const std::ptrdiff_t here = std::max(read - ahead, counted_);
    line_ += static_cast<int>(std::count(text_.begin() + counted_, text_.begin() + here, '\n'));
    counted_ = here;
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
    auto [name, section] = member_name(keys_);
    NamedArray array;
    array.name = keys_.empty() ? stem_ : std::move(name);
    array.section = std::move(section);
    return array;
  }
  std::string name() const { return shown(begun().name); }

  std::istringstream in_;       // a stream, because it knows how far it is read
  std::string_view text_;       // all that is in it
  std::ptrdiff_t counted_ = 0;  // up to where line_ is counted
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
