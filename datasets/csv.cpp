#include "datasets/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <vector>

#include "datasets/csv_fields.hpp"
#include "datasets/dataset.hpp"
#include "datasets/gzip.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

struct Field {
  std::string text;
  bool is_number = false;
};

std::vector<Field> line_of(CsvFields& fields) {
  std::vector<Field> line;
  if (fields.at_end()) return line;
  do {
    const std::string text(fields.next());
    double ignored = 0;
    line.push_back({text, !text.empty() && CsvFields(text, '\n', "").next_number(ignored)});
  } while (!fields.line_ended());
  return line;
}

bool is_pixel(const std::string& name) { return name.starts_with("pixel"); }

class CsvReader {
 public:
  CsvReader(std::string_view text, const std::string& name, const FileOptions& options)
      : text_(text), name_(name), options_(options), fields_(text, separator_of(text), name) {}

  Dataset read() {
    if (text_.find('\0') != std::string_view::npos) {
      throw Error(fmt::format("{}: holds a zero byte; is it a text file, in UTF-8?", name_));
    }
    if (options_.n < 0)
      throw Error(fmt::format("{}: n is {}, wanted 0 (all) or more", name_, options_.n));
    look_at_first_lines();
    label_ = label_column();
    if (options_.features > 0 && feature_count() != options_.features) {
      throw Error(fmt::format("{}: has {} features{}, expected {}", name_, feature_count(),
                              label_ ? " beside the label" : "", options_.features));
    }
    if (feature_count() < 1) {
      throw Error(
          fmt::format("{}: has no column beside the label; label=none reads it all", name_));
    }
    read_lines();
    scale_pictures();
    const Where where = [this](std::size_t sample) {
      return fmt::format("{}:{}: {}", name_, lines_[sample], column_name(*label_));
    };
    const KnownClasses known{options_.classes, options_.class_names};
    if (label_ && labels_are_text_) set_targets(data_, texts_, known, where);
    if (label_ && !labels_are_text_) set_targets(data_, numbers_, known, where);
    data_.name = name_;
    return std::move(data_);
  }

 private:
  int feature_count() const { return columns_ - (label_ ? 1 : 0); }

  // "column 3", or "column 3 (pixel1)"
  std::string column_name(int column) const {
    if (names_.empty()) return fmt::format("column {}", column + 1);
    return fmt::format("column {} ({})", column + 1,
                       shown(names_[static_cast<std::size_t>(column)]));
  }

  void look_at_first_lines() {
    CsvFields ahead = fields_;
    const std::vector<Field> first = line_of(ahead);
    if (first.empty()) throw Error(fmt::format("{}: is empty", name_));
    const CsvFields behind_first = ahead;
    const std::vector<Field> second = line_of(ahead);
    columns_ = static_cast<int>(first.size());
    bool has_header = second.empty();
    for (std::size_t k = 0; k < first.size(); ++k) {
      if (second.empty())
        has_header = has_header && !first[k].is_number;
      else if (k < second.size() && !first[k].is_number && second[k].is_number)
        has_header = true;
    }
    if (options_.header.value_or(has_header)) {
      for (const Field& field : first) names_.push_back(field.text);
      fields_ = behind_first;
      first_ = second;
    } else {
      first_ = first;
    }
    if (first_.empty()) throw Error(fmt::format("{}: has a header and no samples", name_));
  }

  std::optional<int> label_column() {
    if (std::holds_alternative<FileOptions::NoLabel>(options_.label)) return std::nullopt;
    if (const auto* name = std::get_if<std::string>(&options_.label)) return column_called(*name);
    if (const int* number = std::get_if<int>(&options_.label)) {
      const int column = *number < 0 ? *number + columns_ : *number;
      if (column < 0 || column >= columns_) {
        throw Error(
            fmt::format("{}: label={}, but there are {} columns: 0 to {}, or from the end "
                        "-1 to -{}",
                        name_, *number, columns_, columns_ - 1, columns_));
      }
      return column;
    }
    if (!options_.labelled || columns_ == 1 || columns_ == options_.features) return std::nullopt;
    return found_label_column();
  }

  std::optional<int> found_label_column() const {
    if (!names_.empty() && std::ranges::all_of(names_, is_pixel)) return std::nullopt;
    for (const std::string_view word : {"label", "class", "target", "y"}) {
      const auto found = std::ranges::find_if(names_, [&](const std::string& name) {
        return std::ranges::equal(name, word, [](char a, char b) {
          return std::tolower(static_cast<unsigned char>(a)) == b;
        });
      });
      if (found != names_.end()) return static_cast<int>(found - names_.begin());
    }
    const auto is_text = [](const Field& field) { return !field.is_number; };
    if (std::ranges::count_if(first_, is_text) == 1) {
      return static_cast<int>(std::ranges::find_if(first_, is_text) - first_.begin());
    }
    return columns_ == 785 ? 0 : columns_ - 1;
  }

  int column_called(const std::string& wanted) const {
    if (names_.empty()) {
      throw Error(
          fmt::format("{}: label=\"{}\", but the file has no header; say the number of the "
                      "column (the first is 0, the last -1)",
                      name_, wanted));
    }
    const auto found = std::ranges::find(names_, wanted);
    if (found == names_.end()) {
      const auto some = std::min<std::size_t>(names_.size(), 8);
      throw Error(fmt::format(
          "{}: there is no column called {}; there are {}{}", name_, wanted,
          fmt::join(names_.begin(), names_.begin() + static_cast<std::ptrdiff_t>(some), ", "),
          some < names_.size() ? ", ..." : ""));
    }
    return static_cast<int>(found - names_.begin());
  }

  // Every sample takes at least two bytes a column (a digit and what ends it): a bound that no file
  // can make us exceed.
  Eigen::Index most_samples() const {
    const auto lines =
        std::ranges::count_if(text_, [](char c) { return c == '\n' || c == '\r'; }) + 1;
    const auto by_size = static_cast<std::ptrdiff_t>(text_.size()) / (2 * columns_) + 1;
    const auto most = std::min<std::ptrdiff_t>(lines, by_size);
    return options_.n > 0 ? std::min<std::ptrdiff_t>(most, options_.n) : most;
  }

  void read_lines() {
    const Eigen::Index most = most_samples();
    data_.features.resize(feature_count(), most);
    labels_are_text_ = label_ && static_cast<std::size_t>(*label_) < first_.size() &&
                       !first_[static_cast<std::size_t>(*label_)].is_number;
    Eigen::Index count = 0;
    for (; !fields_.at_end() && (options_.n == 0 || count < options_.n); ++count) {
      // A line that is too short fails before it can be one too many.
      float* feature = count < most ? data_.features.col(count).data() : nullptr;
      for (int column = 0; column < columns_; ++column) {
        if (column == label_) {
          read_label(column);
        } else {
          const float value = number<float>(column);
          if (feature != nullptr) *feature++ = value;
        }
        if (fields_.line_ended() != (column + 1 == columns_)) fail_ragged(column);
      }
      lines_.push_back(fields_.line());
    }
    if (options_.n > 0 && count < options_.n) {
      throw Error(fmt::format("{}: has {} samples, not {}", name_, count, options_.n));
    }
    if (count < most) data_.features.conservativeResize(Eigen::NoChange, count);
  }

  void read_label(int column) {
    if (!labels_are_text_) {
      numbers_.push_back(number<double>(column));
      return;
    }
    texts_.emplace_back(fields_.next());
    if (texts_.back().empty()) fail(column, "the label is missing");
  }

  template <class Float>
  Float number(int column) {
    double value = 0;
    if (!fields_.next_number(value)) {
      const std::string text(fields_.next());  // quoted, or wrong
      const bool is_number = !text.empty() && CsvFields(text, '\n', "").next_number(value);
      if (text.empty() && fields_.line_ended() && column + 1 < columns_) fail_ragged(column);
      if (text.empty()) fail(column, "there is nothing, expected a number");
      if (!is_number) fail(column, fmt::format("'{}' is not a number", shown(text)));
    }
    if (std::abs(value) > static_cast<double>(std::numeric_limits<Float>::max())) {
      fail(column, fmt::format("{} is too large for float32", value));
    }
    return static_cast<Float>(value);
  }

  [[noreturn]] void fail(int column, const std::string& why) const {
    throw Error(fmt::format("{}: {}: {}", fields_.where(), column_name(column), why));
  }

  [[noreturn]] void fail_ragged(int column) {
    const std::string where = fields_.where();
    int found = column + 1;
    while (!fields_.line_ended()) {
      fields_.next();
      ++found;
    }
    throw Error(fmt::format("{}: has {} column{}, the first line has {}", where, found,
                            found == 1 ? "" : "s", columns_));
  }

  void scale_pictures() {
    Array<float>& x = data_.features;
    const int size = feature_count();
    const int side = static_cast<int>(std::lround(std::sqrt(size)));
    int pixels = 0;
    for (const std::string& name : names_) pixels += is_pixel(name) ? 1 : 0;
    const auto is_shade = [](float v) { return v >= 0 && v <= 255 && v == std::floor(v); };
    const bool is_picture =
        side * side == size &&
        (pixels == size || (size == 784 && std::all_of(x.data(), x.data() + x.size(), is_shade)));
    if (is_picture) data_.image_rows = data_.image_columns = side;
    const bool is_bytes = is_picture && x.maxCoeff() > 1;
    const double by = options_.scale.value_or(is_bytes ? 255 : 1);
    if (by != 1) x /= static_cast<float>(by);
  }

  std::string_view text_;
  const std::string& name_;
  const FileOptions& options_;
  CsvFields fields_;
  int columns_ = 0;
  std::vector<std::string> names_;  // empty: no header
  std::vector<Field> first_;        // the first sample
  std::optional<int> label_;
  bool labels_are_text_ = false;
  std::vector<double> numbers_;
  std::vector<std::string> texts_;
  std::vector<int> lines_;  // of each sample
  Dataset data_;
};

}  // namespace

Dataset parse_csv(std::string_view text, const std::string& name, const FileOptions& options) {
  return CsvReader(text, name, options).read();
}

Dataset read_csv(const std::filesystem::path& path, const FileOptions& options) {
  const Bytes bytes = read_bytes(path);
  return parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string(),
                   options);
}

}  // namespace tracer
