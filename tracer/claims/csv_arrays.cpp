// The three layouts of CSV that named_arrays.hpp shows. Which of them it is, the first lines say:
// four fields of which only the first is no number make an entry a line; a lone word is the name of
// the rows below it.
#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "datasets/csv_fields.hpp"
#include "tracer/claims/text_arrays.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

struct Line {
  std::vector<std::string> fields;
  int number = 0;
};

// Rows and columns are counted up to here. No text that is read has so many entries, and 1 more is
// still an int.
constexpr int largest_index = 1'000'000'000;

// "1.5 -2  0" as numbers; nothing where one of the words is none.
std::optional<std::vector<std::string>> words_of_numbers(std::string_view field) {
  std::vector<std::string> words;
  for (std::size_t at = 0; at < field.size();) {
    const std::size_t begin = field.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    at = std::min(field.find_first_of(" \t", begin), field.size());
    words.emplace_back(field.substr(begin, at - begin));
    if (!printed_number(words.back())) return std::nullopt;
  }
  return words;
}

class Reader {
 public:
  Reader(std::string_view text, const std::string& source, const std::string& stem)
      : source_(source), stem_(stem) {
    CsvFields fields(text, separator_of(text), source);
    while (!fields.at_end()) {
      Line line;
      do {
        const std::string field(fields.next());
        const auto words = words_of_numbers(field);
        if (words && words->size() > 1) {
          line.fields.insert(line.fields.end(), words->begin(), words->end());
        } else {
          line.fields.push_back(field);
        }
      } while (!fields.line_ended());
      line.number = fields.line();
      while (!line.fields.empty() && line.fields.back().empty()) line.fields.pop_back();
      if (!line.fields.empty()) lines_.push_back(std::move(line));
    }
  }

  std::vector<TextArray> run() {
    if (lines_.empty()) throw Error(fmt::format("{} is empty", source_));
    const bool has_header = lines_.size() > 1 && !is_entry(lines_[0]) && is_entry(lines_[1]) &&
                            lines_[0].fields.size() > 1;
    if (is_entry(lines_[0]) || has_header) {
      if (has_header) lines_.erase(lines_.begin());
      return entries();
    }
    return blocks();
  }

 private:
  [[noreturn]] void fail(const Line& line, const std::string& what) const {
    throw Error(fmt::format("{}:{}: {}", source_, line.number, what));
  }

  // name,row,column,value; name,place,value; name,value
  static bool is_entry(const Line& line) {
    if (line.fields.size() < 2 || line.fields.size() > 4 || printed_number(line.fields[0]))
      return false;
    return std::ranges::all_of(line.fields.begin() + 1, line.fields.end(),
                               [](const std::string& f) { return printed_number(f).has_value(); });
  }

  // ---- a line an entry

  struct Entries {
    struct Entry {
      PrintedNumber number;
      int line;
    };
    std::map<std::vector<int>, Entry> at;  // by row and column
    std::size_t indices = 0;               // how many of them a line has
  };

  std::vector<TextArray> entries() {
    std::vector<std::pair<std::string, Entries>> arrays;  // in the order of the file
    std::map<std::string, std::size_t> place;             // of each name in it
    bool from_one = true;
    for (const Line& line : lines_) {
      if (!is_entry(line)) fail(line, "expected name, row, column, value, as in the lines above");
      const std::string& name = line.fields[0];
      const auto [found, is_new] = place.emplace(name, arrays.size());
      if (is_new) arrays.push_back({name, {{}, line.fields.size() - 2}});
      Entries& read = arrays[found->second].second;
      if (read.indices != line.fields.size() - 2)
        fail(line, fmt::format("{} has another number of indices here than above", shown(name)));
      std::vector<int> at;
      for (std::size_t k = 1; k + 1 < line.fields.size(); ++k) at.push_back(index(line, k));
      from_one = from_one && std::ranges::count(at, 0) == 0;
      const Entries::Entry entry{*printed_number(line.fields.back()), line.number};
      if (!read.at.emplace(at, entry).second)
        fail(line, fmt::format("{}[{}] is there twice", shown(name), fmt::join(at, ", ")));
    }
    std::vector<TextArray> made;
    for (const auto& [name, read] : arrays) made.push_back(assembled(name, read, from_one ? 1 : 0));
    return made;
  }

  int index(const Line& line, std::size_t k) const {
    const std::string& field = line.fields[k];
    int read = -1;
    const auto [end, problem] = std::from_chars(field.data(), field.data() + field.size(), read);
    if (problem != std::errc() || end != field.data() + field.size() || read < 0 ||
        read > largest_index) {
      fail(line, fmt::format("'{}' is no row or column of {}; expected name, row, column, value",
                             shown(field), shown(line.fields[0])));
    }
    return read;
  }

  TextArray assembled(const std::string& name, const Entries& entries, int first) const {
    TextArray made;
    made.array.name = name;
    std::vector<int> sizes(entries.indices, 0);
    for (const auto& [at, entry] : entries.at) {
      for (std::size_t k = 0; k < at.size(); ++k) sizes[k] = std::max(sizes[k], at[k] - first + 1);
      made.numbers.push_back(entry.number);  // the map is in C order
      made.lines.push_back(entry.line);
    }
    std::size_t wanted = 1;
    for (const int size : sizes) {
      made.array.shape.push_back(size);
      wanted = wanted > entries.at.size() ? wanted : wanted * static_cast<std::size_t>(size);
    }
    if (wanted != entries.at.size()) {
      throw Error(fmt::format("{}: {} has {} entries, too few for its last row and column ({})",
                              source_, shown(name), entries.at.size(), shape_text(made.array)));
    }
    if (first == 1 && !sizes.empty())
      made.array.remarks.push_back(fmt::format("{} is counted from 1 in {}", name, source_));
    return made;
  }

  // ---- a name, then its rows

  std::vector<TextArray> blocks() const {
    std::vector<TextArray> made;
    for (const Line& line : lines_) {
      const auto name = name_in(line);
      if (name || made.empty()) {
        made.push_back({});
        made.back().array.name = name.value_or(stem_);
        made.back().array.shape = {0, 0};
      }
      if (!name) add_row(line, made.back());
    }
    for (TextArray& read : made) {
      if (read.numbers.empty())
        throw Error(fmt::format("{}: no numbers follow '{}'", source_, shown(read.array.name)));
      if (read.numbers.size() == 1) read.array.shape.clear();
    }
    return made;
  }

  // "dL/dW1", "# dL/dW1" (as np.savetxt writes a header), "dL/dW1:"
  static std::optional<std::string> name_in(const Line& line) {
    if (line.fields.size() != 1 || printed_number(line.fields[0])) return std::nullopt;
    std::string name = line.fields[0];
    name.erase(0, std::min(name.find_first_not_of("# "), name.size()));
    if (name.ends_with(':')) name.pop_back();
    return name.empty() ? std::nullopt : std::optional(name);
  }

  void add_row(const Line& line, TextArray& read) const {
    std::vector<std::int64_t>& shape = read.array.shape;
    for (const std::string& field : line.fields) {
      const auto number = printed_number(field);
      if (!number) {
        fail(line, fmt::format("'{}' is no number; expected a row of numbers, or a line with a "
                               "name alone",
                               shown(field)));
      }
      read.numbers.push_back(*number);
      read.lines.push_back(line.number);
    }
    const auto width = static_cast<std::int64_t>(line.fields.size());
    if (shape[0] > 0 && shape[1] != width) {
      fail(line, fmt::format("this row of {} has {} numbers, those above have {}",
                             shown(read.array.name), width, shape[1]));
    }
    ++shape[0];
    shape[1] = width;
  }

  const std::string& source_;
  const std::string& stem_;
  std::vector<Line> lines_;
};

}  // namespace

std::vector<TextArray> csv_arrays(std::string_view text, const std::string& source,
                                  const std::string& stem) {
  return Reader(text, source, stem).run();
}

}  // namespace tracer
