#include "datasets/csv_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include "datasets/csv_fields.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

std::string some_columns(const std::vector<std::string>& names) {
  const auto some = std::min<std::size_t>(names.size(), 8);
  return fmt::format(
      "{}{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(some), ", "),
      some < names.size() ? ", ..." : "");
}

bool is_called(const std::string& name, std::string_view word) {
  return std::ranges::equal(
      name, word, [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

class ColumnFinder {
 public:
  ColumnFinder(const CsvStart& start, const FileOptions& options, const std::string& file)
      : start_(start), options_(options), file_(file) {}

  CsvColumns run() {
    if (options_.features > 0) wanted_ = options_.features;
    if (trained() != nullptr && !trained()->values.empty())
      wanted_ = static_cast<int>(trained()->values.size());
    find_one_hot();
    if (has_names_of_training()) {
      by_name();
    } else {
      made_.label = label_column();
      all_but_the_label();
    }
    if (wanted_ > 0 && made_.features != wanted_) {
      throw Error(fmt::format("{}: has {} features{}, expected {}", file_, made_.features,
                              made_.label ? " beside the label" : "", wanted_));
    }
    if (made_.features < 1) {
      throw Error(
          fmt::format("{}: has no column beside the label; label=none reads it all", file_));
    }
    mark_one_hot();
    return std::move(made_);
  }

 private:
  const Columns* trained() const { return options_.columns ? &*options_.columns : nullptr; }

  bool has_names_of_training() const {
    if (trained() == nullptr || start_.names.empty()) return false;
    const std::vector<std::string>& names = trained()->features;
    // a name that stands for two columns tells neither
    return !names.empty() &&
           std::set<std::string>(names.begin(), names.end()).size() == names.size();
  }

  // Of all columns; as it was in training is known of the features only.
  void find_one_hot() {
    one_hot_.assign(static_cast<std::size_t>(start_.columns()), false);
    if (trained() != nullptr) return;
    if (std::holds_alternative<FileOptions::TextColumns>(options_.one_hot)) {
      one_hot_ = start_.has_text;
    } else if (const auto* told =
                   std::get_if<std::vector<FileOptions::ColumnName>>(&options_.one_hot)) {
      for (const FileOptions::ColumnName& name : *told) {
        const int column = std::holds_alternative<int>(name)
                               ? numbered_column("one_hot", std::get<int>(name))
                               : column_called("one_hot", std::get<std::string>(name));
        one_hot_[static_cast<std::size_t>(column)] = true;
      }
    }
  }

  void mark_one_hot() {
    const bool is_told =
        std::holds_alternative<std::vector<FileOptions::ColumnName>>(options_.one_hot);
    if (is_told && made_.label && one_hot_[static_cast<std::size_t>(*made_.label)]) {
      throw Error(
          fmt::format("{}: {} is the label, and one_hot is for features; label= names another",
                      file_, column_text(start_, *made_.label)));
    }
    made_.one_hot.assign(static_cast<std::size_t>(made_.features), false);
    for (std::size_t k = 0; k < one_hot_.size(); ++k) {
      if (made_.feature[k] >= 0)
        made_.one_hot[static_cast<std::size_t>(made_.feature[k])] = one_hot_[k];
    }
    if (trained() == nullptr) return;
    for (std::size_t k = 0; k < trained()->values.size(); ++k)
      made_.one_hot[k] = !trained()->values[k].empty();
  }

  void by_name() {
    std::map<std::string, int> at;
    std::set<std::string> repeated;
    for (std::size_t k = 0; k < start_.names.size(); ++k) {
      if (!at.emplace(start_.names[k], static_cast<int>(k)).second)
        repeated.insert(start_.names[k]);
    }
    made_.feature.assign(static_cast<std::size_t>(start_.columns()), CsvColumns::not_read);
    std::vector<int> places;  // in the order of the training data
    for (const std::string& name : trained()->features) {
      const auto found = at.find(name);
      if (found == at.end()) {
        throw Error(
            fmt::format("{}: there is no column called {}, which the training data have; "
                        "its columns are {}",
                        file_, shown(name), some_columns(start_.names)));
      }
      if (repeated.contains(name))
        throw Error(fmt::format("{}: two columns are called {}", file_, shown(name)));
      made_.feature[static_cast<std::size_t>(found->second)] = made_.features++;
      places.push_back(found->second);
    }
    label_by_name(at);
    if (made_.label && trained()->label_at <= static_cast<int>(places.size()))
      places.insert(places.begin() + std::max(trained()->label_at, 0), *made_.label);
    say_what_differs(std::ranges::is_sorted(places));
  }

  void label_by_name(const std::map<std::string, int>& at) {
    if (!options_.labelled || std::holds_alternative<FileOptions::NoLabel>(options_.label)) return;
    if (!std::holds_alternative<std::monostate>(options_.label)) {
      made_.label = label_column();
    } else if (const auto found = at.find(trained()->label);
               trained()->label_at >= 0 && found != at.end()) {
      made_.label = found->second;
    }
  }

  void say_what_differs(bool same_order) {
    std::vector<std::string> others;
    for (std::size_t k = 0; k < start_.names.size(); ++k) {
      if (made_.feature[k] == CsvColumns::not_read && static_cast<int>(k) != made_.label &&
          !(trained()->label_at >= 0 && start_.names[k] == trained()->label))
        others.push_back(shown(start_.names[k]));
    }
    if (!same_order) {
      made_.remarks.push_back(fmt::format(
          "{}: its columns stand in another order than those of the training data; they are "
          "matched by name",
          file_));
    }
    if (!others.empty()) {
      made_.remarks.push_back(
          fmt::format("{}: {} {} not read: the training data have no such column", file_,
                      some_columns(others), others.size() == 1 ? "is" : "are"));
    }
  }

  void all_but_the_label() {
    for (int k = 0; k < start_.columns(); ++k) {
      made_.feature.push_back(k == made_.label ? CsvColumns::not_read : made_.features++);
    }
    if (trained() != nullptr && start_.names.empty() && !trained()->features.empty()) {
      made_.remarks.push_back(
          fmt::format("{}: there is no header, so its columns are taken by their places", file_));
    }
  }

  std::optional<int> label_column() {
    const int columns = start_.columns();
    if (std::holds_alternative<FileOptions::NoLabel>(options_.label)) return std::nullopt;
    if (const auto* name = std::get_if<std::string>(&options_.label))
      return column_called("label", *name);
    if (const int* number = std::get_if<int>(&options_.label))
      return numbered_column("label", *number);
    if (!options_.labelled || columns == 1 || columns == wanted_) return std::nullopt;
    if (trained() != nullptr && trained()->label_at >= 0 && columns == wanted_ + 1)
      return trained()->label_at;
    return found_label_column();
  }

  std::optional<int> found_label_column() const {
    const std::vector<std::string>& names = start_.names;
    if (!names.empty() && std::ranges::all_of(names, is_pixel)) return std::nullopt;
    constexpr std::array<std::string_view, 3> words{"label", "class", "target"};
    for (std::size_t k = names.size(); k-- > 0;) {
      if (std::ranges::any_of(words, [&](auto word) { return is_called(names[k], word); }))
        return static_cast<int>(k);
    }
    std::vector<int> of_text;
    for (int k = 0; k < start_.columns(); ++k) {
      const auto at = static_cast<std::size_t>(k);
      if (!start_.is_number[at] && !one_hot_[at]) of_text.push_back(k);
    }
    if (of_text.size() == 1) return of_text[0];
    return start_.columns() == 785 ? 0 : start_.columns() - 1;
  }

  int numbered_column(std::string_view option, int number) const {
    const int columns = start_.columns();
    const int column = number < 0 ? number + columns : number;
    if (column >= 0 && column < columns) return column;
    throw Error(
        fmt::format("{}: {}={}, but there are {} columns: 0 to {}, or from the end "
                    "-1 to -{}",
                    file_, option, number, columns, columns - 1, columns));
  }

  int column_called(std::string_view option, const std::string& wanted) const {
    if (start_.names.empty()) {
      throw Error(
          fmt::format("{}: {}=\"{}\", but the file has no header; say the number of the "
                      "column (the first is 0, the last -1)",
                      file_, option, wanted));
    }
    const auto found = std::ranges::find(start_.names, wanted);
    if (found == start_.names.end()) {
      throw Error(fmt::format("{}: there is no column called {}; there are {}", file_, wanted,
                              some_columns(start_.names)));
    }
    return static_cast<int>(found - start_.names.begin());
  }

  const CsvStart& start_;
  const FileOptions& options_;
  const std::string& file_;
  int wanted_ = 0;             // columns that are features; 0: any number
  std::vector<bool> one_hot_;  // of all columns
  CsvColumns made_;
};

}  // namespace

bool is_pixel(const std::string& column_name) { return column_name.starts_with("pixel"); }

std::string column_text(const CsvStart& start, int column) {
  if (start.names.empty()) return fmt::format("column {}", column + 1);
  return fmt::format("column {} ({})", column + 1,
                     shown(start.names[static_cast<std::size_t>(column)]));
}

CsvColumns csv_columns(const CsvStart& start, const FileOptions& options, const std::string& file) {
  return ColumnFinder(start, options, file).run();
}

}  // namespace tracer
